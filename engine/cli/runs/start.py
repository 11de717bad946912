"""`python -m engine runs start`: enter a training into the queue."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, add_json, whole_number
from engine.cli.output import complain, print_json
from engine.cli.runs.arguments import open_store, own_command
from engine.errors import EngineError

UNTIL = ("batch", "epoch", "unfreezing", "stage")


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = own_command(
        commands,
        "start",
        run,
        "Enter a training into the queue.\n\n"
        "Its id is printed. With --foreground this command is the server too, prints what happens\n"
        "and ends with the run.",
        "start ulmfit",
        "start ulmfit --settings mine.json --set seed=1 --limit-seconds 600 --foreground",
    )
    parser.add_argument("kind", metavar="KIND", help="of training, such as ulmfit")
    parser.add_argument("--name", default="", help="what you call it")
    parser.add_argument("--settings", metavar="FILE", help="JSON object with the run's settings")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
                        help="one setting; a value is JSON, or else text")  # fmt: skip
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--until", choices=UNTIL, default="", help="pause there")
    parser.add_argument("--limit-seconds", type=whole_number(1), metavar="N", help="of training")
    parser.add_argument("--limit-steps", type=whole_number(1), metavar="N", help="batches")
    parser.add_argument("--foreground", action="store_true", help="train here and now")
    parser.add_argument("--sessions", action="append", default=[], metavar="MODULE",
                        help="Python module with further kinds of training")  # fmt: skip
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Enter the run; train it if told to."""
    from engine.cli.runs.serving import in_foreground, is_served
    from engine.runs.rows import Limits

    check_kind(options.kind, options.sessions)
    store, usual = open_store(), Limits()
    limits = Limits(options.limit_seconds or usual.seconds, options.limit_steps, usual.characters)
    run_id = store.add(
        options.kind, settings_of(options), name=options.name, device=options.device,
        limits=limits, until=options.until,
    )  # fmt: skip
    if options.foreground:
        return in_foreground(store, run_id, tuple(options.sessions))
    if options.json:
        print_json({"id": run_id})
    else:
        print(run_id)
    if not is_served(store):
        complain("It waits for a server: open the app, or run `python -m engine runs serve`.")
    return 0


def check_kind(kind: str, modules: list[str]) -> None:
    """See that there is such a kind of training.

    Raises:
        UnknownName: there is none.
        EngineError: no such module.
    """
    import importlib

    from engine.training.session import SESSIONS

    for module in modules:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise EngineError(f"--sessions {module}: {error}.") from error
    SESSIONS[kind]


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The settings of the file, with what --set changes.

    Raises:
        EngineError: the file holds no JSON object, or --set names no setting.
    """
    settings: Any = {}
    if options.settings:
        try:
            settings = json.loads(Path(options.settings).read_text(encoding="utf8"))
        except ValueError as error:
            raise EngineError(f"{options.settings} is not JSON: {error}.") from error
        if not isinstance(settings, dict):
            raise EngineError(f"{options.settings} must hold one JSON object.")
    for change in options.changes:
        name, equals, value = change.partition("=")
        if not name or not equals:
            raise EngineError(f"--set needs NAME=VALUE; {change!r} does not fit.")
        settings[name] = as_json(value)
    return settings


def as_json(text: str) -> Any:
    """The value that JSON text stands for; other text stands for itself.

    >>> as_json("3"), as_json("true"), as_json("imdb")
    (3, True, 'imdb')
    """
    try:
        return json.loads(text)
    except ValueError:
        return text
