"""`python -m engine runs ...`: trainings that run on their own."""

from __future__ import annotations

import argparse

from engine.cli.arguments import Commands, new_command
from engine.cli.runs import controls, record_all, records, reports, serving, start


def add_to(commands: Commands) -> None:
    """Enter the command and its own commands into the parser."""
    parser = new_command(
        commands,
        "runs",
        _usage,
        "Start, watch and control trainings that run on their own.\n\n"
        "A server trains them one after another: the app, or `python -m engine runs serve`. They\n"
        "survive its end, and lie where CONESCOPE_RUNS says (~/.cache/conescope/runs).",
        "runs start ulmfit --set seed=1 --foreground",
        "runs list",
        "runs step 3f9a01bc --until epoch",
        "runs back 3f9a01bc 200",
        "runs record 3f9a01bc --title 'IMDb, all tricks' --output assets/runs/imdb.jsonl.xz",
    )
    own = parser.add_subparsers(title="commands", metavar="COMMAND")
    for module in (start, reports, controls, records, record_all, serving):
        module.add_to(own)


def _usage(options: argparse.Namespace) -> int:
    options.parser.error("needs a command, such as `list`; --help names them all")
    return 2
