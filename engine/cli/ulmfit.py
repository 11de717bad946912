"""`python -m engine ulmfit`: the three stages of ULMFiT, from the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import Commands, new_command, whole_number
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.training.events import Event
    from engine.training.session import Session

CHECKPOINT, LOG = "state.safetensors", "log.jsonl"


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "ulmfit",
        run,
        "Train a classifier as ULMFiT does, in three stages.\n\n"
        "A language model of general text learns the target's words and style, and becomes a\n"
        "classifier. Everything that happens is printed, one JSON object a line, and logged in\n"
        "the folder, where the state is saved. --set changes a setting; NAME is as in the\n"
        "first line that is printed.",
        "ulmfit --folder runs/films",
        "ulmfit --folder runs/films --resume",
        "ulmfit --folder runs/scratch --set pretrain.start=none --set adapt.on=false",
    )
    parser.add_argument("--folder", required=True, help="where the state and the log go")
    parser.add_argument("--resume", action="store_true", help="go on from the saved state")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=whole_number(1), metavar="N", help="of the processor")
    parser.add_argument(
        "--save-every",
        type=whole_number(1),
        default=50,
        metavar="N",
        help="batches; the ends of stages are always saved (default 50)",
    )


def run(options: argparse.Namespace) -> int:
    """Train, and print what happens."""
    import torch

    from engine.training.session import SESSIONS

    if options.threads:
        torch.set_num_threads(options.threads)
    folder = Path(options.folder)
    session = SESSIONS["ulmfit"](settings_of(options.changes), device=options.device)
    path = folder / CHECKPOINT
    if path.exists() and not options.resume:
        raise EngineError(
            f"{folder} already holds a run. Resume it with --resume, or name another."
        )
    if path.exists():
        session.restore(path)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG).open("a", encoding="utf8") as log:
        for record in records(session, path, options.save_every):
            line = json.dumps(record, default=str)
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
    return 0


def records(session: Session, path: Path, save_every: int) -> Any:
    """Everything that happens as JSON values; the state is saved on the way."""
    from engine.training.events import CheckpointWritten, StageEnded

    yield {"event": "Settings", **asdict(session.config)}  # type: ignore[attr-defined]
    while not session.finished:
        stage_ended = False
        for event in session.advance():
            stage_ended = stage_ended or isinstance(event, StageEnded)
            yield record_of(event)
        if stage_ended or session.finished or session.step % save_every == 0:
            weights = session.save(path)
            yield record_of(CheckpointWritten(session.step, path, weights))


def record_of(event: Event) -> dict[str, Any]:
    """An event as JSON values, numbers short enough to read."""
    return {"event": type(event).__name__, **{k: _short(v) for k, v in asdict(event).items()}}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, Mapping):
        return {name: _short(each) for name, each in value.items()}
    return value


def settings_of(changes: Sequence[str]) -> dict[str, Any]:
    """--set arguments as nested settings.

    >>> settings_of(["seed=1", "adapt.on=false", "sample.prompt=It was"])
    {'seed': 1, 'adapt': {'on': False}, 'sample': {'prompt': 'It was'}}
    """
    settings: dict[str, Any] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise EngineError(f"--set needs NAME=VALUE; {change!r} does not fit.")
        *folders, last = name.split(".")
        place = settings
        for folder in folders:
            place = place.setdefault(folder, {})
            if not isinstance(place, dict):
                raise EngineError(f"--set {name}: {folder} was given a value of its own before.")
        place[last] = _value(value)
    return settings


def _value(text: str) -> Any:
    """A JSON value; what is none is the text as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text
