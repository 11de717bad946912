"""`python -m engine doctor`: what is installed, what is shipped, what is missing, and the command
that mends it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from engine.cli.arguments import Commands, add_json, new_command
from engine.cli.checks import Check
from engine.cli.checks.data_sets import data_sets
from engine.cli.checks.for_class import figures, for_class
from engine.cli.checks.installed import installed
from engine.cli.checks.models import fetched_models, model_packages
from engine.cli.checks.shipped import data_mirror, shipped
from engine.cli.output import print_json, print_table, quieten_libraries, visible


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "doctor",
        run,
        "Check the installation.\n\n"
        "Exit code 0: everything that the app needs without internet is here; 1: something is\n"
        "missing, and the command that mends it is printed.",
        "doctor",
        "doctor --class",
        "doctor --json",
    )
    parser.add_argument(
        "--class", dest="for_class", action="store_true",
        help="also what a class needs: lectures, replays, fonts, no internet, and the time that "
        "each figure takes on this machine (minutes)",
    )  # fmt: skip
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print every check; 1 if one that the app needs fails."""
    quieten_libraries()
    checks = [*all_checks(), *(class_checks() if options.for_class else ())]
    missing = [check for check in checks if check.needed and not check.ok]
    if options.json:
        print_json(
            {
                "ok": not missing,
                "checks": [asdict(check) for check in checks],
                "missing": [{"name": check.name, "command": check.mend} for check in missing],
            }
        )
    else:
        _print_table(checks)
        print(f"\n{len(missing)} missing." if missing else "\nEverything the app needs is here.")
    return 1 if missing else 0


def all_checks() -> Iterator[Check]:
    """Every check, one after the other."""
    yield from installed()
    yield from shipped()
    yield from model_packages()
    yield from fetched_models()
    yield from data_mirror()
    yield from data_sets()


def class_checks() -> Iterator[Check]:
    """What a class needs beyond that."""
    yield from for_class()
    yield from figures()


def _print_table(checks: list[Check]) -> None:
    print_table(
        ("", "group", "what", "found", "to mend it"),
        [
            (
                "ok" if check.ok else "MISSING" if check.needed else "-",
                check.group,
                visible(check.name),
                visible(check.found),
                "" if check.ok else check.mend,
            )
            for check in checks
        ],
    )
