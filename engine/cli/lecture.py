"""`python -m engine lecture`: which there are, what is wrong, what they cover, one as a file."""

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
        "List the lectures, check them, print the coverage table, or make one HTML file of one.\n\n"
        "check names file, line and what is wrong: front matter, directives, views and their\n"
        "states, numbers, questions. With --measure every number and answer is computed too.\n"
        "Without FILE it also names each item of the course's material that no step covers.\n"
        "coverage prints every item with the steps that cover it.\n"
        "Exit code 0: nothing is wrong; 1: something is.\n"
        "export measures everything that a lecture shows, which may take minutes, and writes one\n"
        "file that needs no network: to hand out, to print, to keep.",
        "lecture list",
        "lecture coverage",
        "lecture check",
        "lecture check lectures/05_geometry_spheres_and_cones.md --measure",
        "lecture export lectures/05_geometry_spheres_and_cones.md --to cones.html --notes",
    )
    parser.add_argument("what", choices=("list", "check", "coverage", "export"))
    parser.add_argument("file", nargs="?", metavar="FILE", help="(default: all of lectures/)")
    parser.add_argument(
        "--measure", action="store_true", help="of check: compute every number and answer"
    )
    parser.add_argument("--to", metavar="OUT.html", help="of export: where the file goes")
    parser.add_argument("--notes", action="store_true", help="of export: with speaker notes")


def run(options: argparse.Namespace) -> int:
    """List, check, print the coverage table or export."""
    if options.what != "export" and (options.to or options.notes):
        options.parser.error("--to and --notes belong to `lecture export`")
    if options.what == "export":
        if not (options.file and options.to) or options.measure:
            options.parser.error("`lecture export` takes FILE and --to, and measures anyway")
        return _export(Path(options.file), Path(options.to), options.notes)
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


def _export(path: Path, to: Path, notes: bool) -> int:
    from engine.lectures.offline import offline_page
    from engine.lectures.shelf import lecture_of

    try:
        lecture = lecture_of(path)
    except EngineError as error:
        complain(str(error))
        return 1
    to.parent.resolve(strict=True)  # said now, not after minutes of measuring
    to.write_text(offline_page(lecture, notes=notes, progress=_tell), encoding="utf8")
    print(f"{to}: {to.stat().st_size / 2**20:.1f} MiB, {len(lecture.figures())} figures.")
    return 0


def _tell(done: int, total: int) -> None:
    complain(f"Measuring: {done} of {total}")
