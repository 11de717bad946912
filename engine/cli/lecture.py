"""`python -m engine lecture`: which lectures there are, what is wrong, and what they cover."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.arguments import Commands, new_command
from engine.cli.output import complain, print_table, visible
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.lectures import Lecture


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "lecture",
        run,
        "List the lectures, check them, or print the coverage table.\n\n"
        "check names file, line and what is wrong: front matter, directives, views and their\n"
        "states, numbers, questions. With --measure every number and answer is computed too.\n"
        "Without FILE it also names each item of the course's material that no step covers.\n"
        "coverage prints every item with the steps that cover it.\n"
        "Exit code 0: nothing is wrong; 1: something is.",
        "lecture list",
        "lecture coverage",
        "lecture check",
        "lecture check lectures/05_geometry_spheres_and_cones.md --measure",
    )
    parser.add_argument("what", choices=("list", "check", "coverage"))
    parser.add_argument("file", nargs="?", metavar="FILE", help="(default: all of lectures/)")
    parser.add_argument(
        "--measure", action="store_true", help="of check: compute every number and answer"
    )


def run(options: argparse.Namespace) -> int:
    """List, check or print the coverage table."""
    if options.what != "check":
        if options.file or options.measure:
            options.parser.error("FILE and --measure belong to `lecture check`")
        return _list() if options.what == "list" else _coverage()
    if options.file:
        return _check(Path(options.file), options.measure)
    from engine.lectures.shelf import files

    return max([_check(path, options.measure) for path in files()] + [_gaps()])


def _list() -> int:
    from engine.lectures.shelf import shelf

    lectures, errors = shelf()
    print_table(
        ("lecture", "title", "minutes", "steps", "figures", "predictions", "quizzes"),
        [_row(lecture) for lecture in lectures],
    )
    for error in errors:
        complain(str(error))
    return 1 if errors else 0


def _row(lecture: Lecture) -> tuple[str, ...]:
    from engine.lectures import Prediction, Quiz

    asked = (len(lecture.blocks(kind)) for kind in (Prediction, Quiz))
    counted = (len(lecture.steps), len(lecture.figures()), *asked)
    title = visible(lecture.title)
    return (lecture.path.name, title, str(lecture.minutes), *map(str, counted))


def _coverage() -> int:
    from engine.lectures.coverage import Place, covered
    from engine.lectures.shelf import shelf

    lectures, errors = shelf()
    table, nowhere = covered(lectures), Place("—", "no step covers it")
    print_table(
        ("item", "lecture", "step"),
        [(item, *place) for item, places in table.items() for place in places or [nowhere]],
    )
    for error in errors:
        complain(str(error))
    return 1 if errors or not all(table.values()) else 0


def _gaps() -> int:
    """What the shelf as a whole lacks; a lecture that cannot be read is told by its own check."""
    from engine.lectures.coverage import gaps
    from engine.lectures.shelf import shelf

    found = gaps(shelf()[0])
    for gap in found:
        complain(gap)
    return 1 if found else 0


def _check(path: Path, measure: bool) -> int:
    from engine.lectures.coverage import strangers
    from engine.lectures.shelf import lecture_of

    try:
        lecture = lecture_of(path)
    except EngineError as error:
        complain(str(error))
        return 1
    faults = [*strangers(lecture), *(_measured_faults(lecture) if measure else [])]
    for fault in faults:
        complain(fault)
    if not faults:
        print(f"{path}: {len(lecture.steps)} steps, nothing is wrong.")
    return 1 if faults else 0


def _measured_faults(lecture: Lecture) -> list[str]:
    """What is wrong with numbers and answers once they are measured."""
    from engine.lectures.measuring import faults_of

    return faults_of(lecture)
