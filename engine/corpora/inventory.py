"""Which data sets are on this machine, and whether their files are the ones they should be.

A place - the mirror folder or the cache - lists its files in SHA256SUMS, as `sha256sum` writes it,
so that a filled cache can serve as another machine's mirror.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.corpora.data_set import DataSet
from engine.corpora.files import cache_folder, data_set, mirror_folder, path_of

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Found:
    """A data set in one place, with all its files."""

    place: Path
    files: tuple[Path, ...]
    altered: tuple[Path, ...]  # those whose checksum is another one

    @property
    def size(self) -> str:
        """How many files and megabytes, for a report."""
        n_bytes = sum(path.stat().st_size for path in self.files)
        plural = "" if len(self.files) == 1 else "s"
        return f"{len(self.files)} file{plural}, {n_bytes / 1e6:,.2f} MB"


def find(name: str) -> Found | None:
    """The data set in the first place that has all its files, as `files.path_of` looks for them.

    Raises:
        UnknownName: no such data set.
    """
    wanted = data_set(name)
    for place in (mirror_folder(), cache_folder()):
        for names in (tuple(wanted.files), wanted.instead):
            paths = tuple(place / wanted.folder / file for file in names) if place else ()
            if place and paths and all(path.is_file() for path in paths):
                noted = noted_checksums(place)
                altered = tuple(p for p in paths if not _is_right(p, place, wanted, noted))
                return Found(place, paths, altered)
    return None


def checksum(path: Path) -> str:
    """sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(collection: str) -> str:
    """What tells a data set from another one of the same name: where the files came from does not
    count, what they hold does.

    Returns:
        A sha256 in hexadecimal digits, of the checksums of all its files as they lie here.
    Raises:
        UnknownName: no such data set.
        DataUnavailable: a file of it is not on this machine.
    """
    paths = [path_of(collection, name) for name in sorted(data_set(collection).files)]
    sums = [_checksum_of(path, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


@lru_cache(maxsize=64)
def _checksum_of(path: Path, n_bytes: int, changed: int) -> str:
    """A file's checksum, worked out anew when its size or its time of change is another one."""
    return checksum(path)


def noted_checksums(place: Path) -> dict[str, str]:
    """file, relative to the place -> sha256, as the place's own list says."""
    path = place / SUMS
    if not path.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in path.read_text(encoding="utf8").splitlines())
    return {line[1].removeprefix("./"): line[0] for line in lines if len(line) == 2}


def note_checksums(place: Path, paths: list[Path]) -> None:
    """Enter files of a place into its list."""
    sums = noted_checksums(place)
    sums |= {path.relative_to(place).as_posix(): checksum(path) for path in paths}
    lines = [f"{sha256}  ./{name}\n" for name, sha256 in sorted(sums.items())]
    unfinished = place / f"{SUMS}.part"
    unfinished.write_text("".join(lines), encoding="utf8")
    unfinished.replace(place / SUMS)


def _is_right(path: Path, place: Path, wanted: DataSet, noted: dict[str, str]) -> bool:
    """A file is right as published, or as it was when this place was filled from the hub."""
    right = {wanted.files.get(path.name), noted.get(path.relative_to(place).as_posix())}
    return checksum(path) in right
