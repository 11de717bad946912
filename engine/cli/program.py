"""The program: it runs the command and turns what goes wrong into one sentence and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from engine.cli import (
    clouds,
    doctor,
    encode,
    fetch,
    lecture,
    measure,
    models,
    record,
    runs,
    senses,
    ship,
    study,
    texts,
    train,
    trigram,
    ulmfit,
)
from engine.cli.arguments import examples
from engine.errors import EngineError

COMMANDS = (
    models,
    encode,
    measure,
    senses,
    fetch,
    lecture,
    train,
    ulmfit,
    runs,
    trigram,
    ship,
    study,
    texts,
    doctor,
    clouds,
    record,
)
EXIT_ERROR, EXIT_USAGE, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character gets its code instead of a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        if sys.stdout:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return EXIT_BROKEN_PIPE
    except (EngineError, OSError, MemoryError) as error:
        print(_sentence(error), file=sys.stderr)
        if isinstance(error, OSError):
            _abandon_stdout()
        return EXIT_ERROR


def version() -> str:
    """The project's version, from pyproject.toml."""
    path = Path(__file__).parents[2] / "pyproject.toml"
    return tomllib.loads(path.read_text(encoding="utf8"))["project"]["version"]


def _run(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description="Conescope's engine: what does context do to word vectors?",
        epilog=examples(
            "models",
            "encode --model minilm --input sentences.txt --output vectors.npz",
            "measure --model minilm --input sentences.txt",
            "COMMAND --help",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Conescope {version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    try:
        options = parser.parse_args(argv)
        if not hasattr(options, "run"):
            parser.print_help(sys.stderr)
            return EXIT_USAGE
        return options.run(options)
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Take a part of the file."
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename}: " if error.filename else "Reading or writing failed: "
        return f"{what}{error.strerror}."
    return str(error)


def _abandon_stdout() -> None:
    """Point a broken stdout at nothing, so that Python's own flush at exit stays quiet."""
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
