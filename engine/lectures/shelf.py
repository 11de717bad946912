"""The lectures that there are: the files of a folder, read anew when they change."""

from __future__ import annotations

from pathlib import Path

from engine.errors import LectureError, UnknownName
from engine.lectures.blocks import Lecture
from engine.lectures.reader import read_lecture, slug_of

FOLDER = Path(__file__).parents[2] / "lectures"

_read: dict[Path, tuple[int, Lecture | LectureError]] = {}


def files(folder: Path = FOLDER) -> list[Path]:
    """The lectures' files, by name."""
    return sorted(folder.glob("*.md"))


def last_change(folder: Path = FOLDER) -> int:
    """When a lecture last changed, in nanoseconds."""
    return max((path.stat().st_mtime_ns for path in files(folder)), default=0)


def lecture_of(path: Path) -> Lecture:
    """The lecture of a file, as it stands there now.

    Raises:
        LectureError: what is wrong with it.
        OSError: it cannot be read.
    """
    changed = path.stat().st_mtime_ns
    if path not in _read or _read[path][0] != changed:
        try:
            _read[path] = changed, read_lecture(path)
        except LectureError as error:
            _read[path] = changed, error
    found = _read[path][1]
    if isinstance(found, LectureError):
        raise found
    return found


def shelf(folder: Path = FOLDER) -> tuple[list[Lecture], list[LectureError]]:
    """The lectures in order, and what is wrong with those that cannot be read."""
    lectures, errors = [], []
    for path in files(folder):
        try:
            lectures.append(lecture_of(path))
        except LectureError as error:
            errors.append(error)
    return sorted(lectures, key=lambda lecture: (lecture.order, lecture.slug)), errors


def lecture_named(slug: str, folder: Path = FOLDER) -> Lecture:
    """The lecture of a link.

    Raises:
        UnknownName: there is none.
        LectureError: it is there, and cannot be read.
    """
    by_slug = {slug_of(path): path for path in files(folder)}
    if slug not in by_slug:
        known = ", ".join(by_slug) or "none"
        raise UnknownName(f"There is no lecture {slug[:80]!r}. Known: {known}.")
    return lecture_of(by_slug[slug])
