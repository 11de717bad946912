"""The one training loop: Adam, a schedule, clipping, checkpoints, and events for whoever looks on.

A run that was interrupted and resumed gives the same losses as one that was not: a checkpoint holds
the weights, the optimizer, the random state, the state that the objective carries, and the step,
from which the data follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.checkpoints import read_whole, save_whole
from engine.errors import CorruptFile, EngineError
from engine.training.events import CheckpointWritten, Event, Finished, Started, Step, Validated
from engine.training.gone_on import keep_card
from engine.training.objective import RECIPES, Config, Objective
from engine.training.precision import fast_products
from engine.training.run_settings import write_settings
from engine.training.schedules import warm_up_flat_decay

CHECKPOINT = "checkpoint.safetensors"
NET, OPTIMIZER, CARRIED, RANDOM = "net.", "optimizer.", "carried.", "random"


def train(
    recipe: str, config: Config, folder: Path, *, device: torch.device, resume: bool = False
) -> Iterator[Event]:
    """Run a recipe, step by step.

    Args:
        recipe: its name in RECIPES.
        folder: where checkpoints go.
        resume: go on from the folder's checkpoint, if it has one.
    Raises:
        EngineError: the folder already holds a run and `resume` was not asked for.
    """
    if (folder / CHECKPOINT).exists() and not resume:
        raise EngineError(
            f"{folder} already holds a run. Resume it with --resume, or name another."
        )
    torch.manual_seed(config.seed)
    folder.mkdir(parents=True, exist_ok=True)
    keep_card(getattr(config, "start_from", ""), folder)
    with fast_products(device):
        for event in RECIPES[recipe]().events(config, folder, device):
            if isinstance(event, Started):  # a checkpoint of another net was refused before
                write_settings(recipe, config, folder)
            yield event


def iterate(objective: Objective, config: Config, folder: Path) -> Iterator[Event]:
    """The loop itself, for an objective that is ready; goes on from the folder's checkpoint."""
    loop, net = config.loop, objective.net
    parameters = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(
        parameters, lr=loop.learning_rate, betas=(0.9, 0.99), weight_decay=loop.weight_decay,
        fused=True,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CHECKPOINT
    first = restore(path, objective, optimizer) if path.exists() else 0
    net.train()
    n_parameters = sum(p.numel() for p in parameters)
    yield Started(n_parameters, first, loop.n_steps, parameters[0].device.type)
    for step in range(first, loop.n_steps):
        factor = warm_up_flat_decay(
            step, loop.n_steps, warm_up=loop.warm_up, decay_share=loop.decay_share
        )
        for group in optimizer.param_groups:
            group["lr"] = loop.learning_rate * factor
        loss, n_tokens = objective.loss(step)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(parameters, loop.clip_norm)
        optimizer.step()
        done, is_last = step + 1, step + 1 == loop.n_steps
        rate = loop.learning_rate * factor
        yield Step(done, loss.item(), rate, n_tokens, norm.item())
        if done % loop.validate_every == 0 or is_last:
            yield Validated(done, objective.validate())
        if done % loop.checkpoint_every == 0 or is_last:
            save(path, objective, optimizer, done)
            yield CheckpointWritten(done, path)
    yield Finished(loop.n_steps, path)


def save(path: Path, objective: Objective, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Write everything the run needs to go on; the file is complete or not there at all."""
    arrays: dict[str, Tensor] = {NET + k: v for k, v in objective.net.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        arrays |= {f"{OPTIMIZER}{number}.{key}": value for key, value in state.items()}
    arrays |= {CARRIED + key: value for key, value in objective.carried().items()}
    arrays[RANDOM] = torch.get_rng_state()
    if torch.cuda.is_available():
        arrays[RANDOM + ".cuda"] = torch.cuda.get_rng_state()
    save_whole(path, arrays, {"step": str(step)})


def restore(path: Path, objective: Objective, optimizer: torch.optim.Optimizer) -> int:
    """Take up a checkpoint; the number of steps done.

    Raises:
        CorruptFile: it cannot be read, or belongs to another net.
    """
    arrays, step = read(path)
    optimizer_state: dict[int, dict[str, Tensor]] = {}
    for key, value in arrays.items():
        if key.startswith(OPTIMIZER):
            number, _, what = key.removeprefix(OPTIMIZER).partition(".")
            optimizer_state.setdefault(int(number), {})[what] = value
    try:
        objective.net.load_state_dict(_part(arrays, NET))
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": optimizer_state, "param_groups": groups})
    except (RuntimeError, ValueError) as error:
        raise CorruptFile(f"{path} is a checkpoint of another net: {error}") from error
    objective.restore(_part(arrays, CARRIED))
    torch.set_rng_state(arrays[RANDOM].cpu())
    if RANDOM + ".cuda" in arrays and torch.cuda.is_available():
        torch.cuda.set_rng_state(arrays[RANDOM + ".cuda"].cpu())
    return step


def read(path: Path) -> tuple[dict[str, Tensor], int]:
    """The arrays of a checkpoint, and the number of steps done."""
    arrays, metadata = read_whole(path)
    try:
        return arrays, int(metadata["step"])
    except (KeyError, ValueError) as error:
        raise CorruptFile(f"{path} is not a checkpoint that can be read: {error}.") from error


def net_state(path: Path) -> dict[str, Any]:
    """Only the net's weights of a checkpoint."""
    return _part(read(path)[0], NET)


def _part(arrays: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
