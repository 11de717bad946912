"""`python -m engine train`: run the recipe of a shipped model."""

from __future__ import annotations

import argparse
import json
import time
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, new_command, whole_number
from engine.errors import EngineError


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "train",
        run,
        "Train one of the models that ship with Conescope.\n\n"
        "An interrupted run goes on with --resume where its last checkpoint stands, with its own\n"
        "settings and the same losses as if it had not stopped. --set changes a setting of the\n"
        "recipe, or of the run that is resumed.",
        "train awd-lstm --folder runs/awd-lstm",
        "train awd-lstm --folder runs/awd-lstm --resume",
        "train elmo --folder runs/elmo --set loop.n_steps=2000 --set seed=1",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="awd-lstm, cove, elmo, word2vec, ...")
    parser.add_argument("--folder", required=True, help="where checkpoints and the log go")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=whole_number(1), metavar="N", help="of the processor")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")


def run(options: argparse.Namespace) -> int:
    """Train, and print what happens."""
    import torch

    from engine.nets.device import pick_device
    from engine.training.loop import train

    if options.threads:
        torch.set_num_threads(options.threads)
    folder = Path(options.folder)
    config = _settings_of(options.recipe, folder, resume=options.resume)
    for change in options.changes:
        config = changed(config, change)
    events = train(
        options.recipe, config, folder, device=pick_device(options.device), resume=options.resume
    )
    folder.mkdir(parents=True, exist_ok=True)
    with closing(events), (folder / "log.jsonl").open("a", encoding="utf8") as log:  # type: ignore[type-var]
        tell(events, log)
    return 0


def _settings_of(recipe: str, folder: Path, *, resume: bool) -> Any:
    """Those of the run that is resumed, where there is one; the recipe's otherwise."""
    from engine.training.objective import RECIPES
    from engine.training.run_settings import CONFIG, read_settings

    if not (resume and (folder / CONFIG).exists()):
        return RECIPES[recipe].Config()
    of_run, config = read_settings(folder)
    if of_run != recipe:
        raise EngineError(f"{folder} holds a run of {of_run}, not of {recipe}.")
    return config


def tell(events: Any, log: Any, every: int = 50) -> None:
    """Print the events: every 50th step, and everything else; the same into the log."""
    from engine.training.events import Step

    tokens, start = 0, time.monotonic()
    losses: list[float] = []
    for event in events:
        if isinstance(event, Step):
            tokens, losses = tokens + event.n_tokens, [*losses, event.loss]
            if event.step % every:
                continue
            seconds = time.monotonic() - start
            record: dict[str, Any] = {
                "step": event.step,
                "loss": round(sum(losses) / len(losses), 4),
                "rate": round(event.rate, 7),
                "gradient_norm": round(event.gradient_norm, 3),
                "tokens_per_second": round(tokens / seconds),
                "seconds": round(seconds, 1),
            }
            tokens, losses, start = 0, [], time.monotonic()
        else:
            values = {field.name: getattr(event, field.name) for field in fields(event)}
            seconds = time.monotonic() - start
            record = {"event": type(event).__name__, **values, "seconds": round(seconds, 1)}
            tokens, losses, start = 0, [], time.monotonic()
        line = json.dumps(record, default=str)
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()


def changed(config: Any, change: str) -> Any:
    """A config with one setting changed, `loop.n_steps=100`.

    Raises:
        EngineError: no such setting, or a value that is not of its type.
    """
    name, equals, value = change.partition("=")
    first, _, rest = name.partition(".")
    known = [field.name for field in fields(config)]
    if not equals or first not in known:
        raise EngineError(f"--set needs NAME=VALUE; {change!r} does not fit. Known: {known}.")
    old = getattr(config, first)
    if rest and is_dataclass(old):
        return replace(config, **{first: changed(old, f"{rest}={value}")})
    try:
        new = json.loads(value) if not isinstance(old, str) else value
        return replace(config, **{first: type(old)(new)})
    except (ValueError, TypeError) as error:
        raise EngineError(f"--set {name}: {value!r} is not a {type(old).__name__}.") from error
