"""Where the files of the data sets lie, and how their lines are read."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from engine.corpora.data_set import DataSet
from engine.corpora.data_sets import DATA_SETS
from engine.errors import CorruptFile, DataUnavailable, UnknownName

MIRROR = "CONESCOPE_DATA"
CACHE = "CONESCOPE_CACHE"


def mirror_folder() -> Path | None:
    """The folder that CONESCOPE_DATA names, if it names one."""
    named = os.environ.get(MIRROR)
    return Path(named) if named else None


def cache_folder() -> Path:
    """The folder that `python -m engine fetch` fills: CONESCOPE_CACHE, or ~/.cache/conescope."""
    named = os.environ.get(CACHE)
    return Path(named) if named else Path.home() / ".cache" / "conescope"


def data_set(name: str) -> DataSet:
    """The data set of this name.

    Raises:
        UnknownName: there is none.
    """
    if name not in DATA_SETS:
        raise UnknownName(f"Unknown data set {name!r}. Known: {', '.join(sorted(DATA_SETS))}.")
    return DATA_SETS[name]


def path_of(collection: str, file_name: str) -> Path:
    """The file of a data set, in the mirror folder or else in the cache.

    Args:
        collection: the data set's name, as in `python -m engine fetch NAME`.
        file_name: one of its files, such as "train.jsonl.xz".
    Raises:
        UnknownName: no such data set, or it has no such file.
        DataUnavailable: the file is on this machine in neither place.
    """
    wanted = data_set(collection)
    if file_name not in (*wanted.files, *wanted.instead):
        raise UnknownName(
            f"The data set {collection} has no file {file_name!r}. "
            f"It has: {', '.join(sorted(wanted.files))}."
        )
    places = [place for place in (mirror_folder(), cache_folder()) if place is not None]
    for place in places:
        if (path := place / wanted.folder / file_name).is_file():
            return path
    raise DataUnavailable(
        f"The data set {collection} ({wanted.title}) is not on this machine: run "
        f"`python -m engine fetch {collection}`, or let {MIRROR} name a folder that holds it."
    )


def of_split(collection: str, split: str, file_names: dict[str, str]) -> Path:
    """The file of one split of a data set.

    Args:
        collection: the data set's name.
        split: the split that is asked for.
        file_names: split -> file name.
    Raises:
        UnknownName: the data set has no such split.
        DataUnavailable: the file is not on this machine.
    """
    if split not in file_names:
        raise UnknownName(
            f"The data set {collection} has no split {split!r}. It has: {', '.join(file_names)}."
        )
    return path_of(collection, file_names[split])


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number from 1, line without its end) of a UTF-8 text file, read as it is used.

    A name ending in .xz or .gz is unpacked on the way.

    Raises:
        CorruptFile: the packing is broken or cut short, or a line holds a NUL byte or is not
            UTF-8; the message names the file and the line.
    """
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                if b"\0" in line:
                    raise CorruptFile(f"{path}, line {number}: holds a NUL byte, so it is no text.")
                yield number, line.decode("utf8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CorruptFile(f"{path}, line {number}: is not UTF-8 text ({error.reason}).") from error
    except (lzma.LZMAError, EOFError, gzip.BadGzipFile, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # not the file's fault: it may not be read, or the disk fails
        raise CorruptFile(
            f"{path} is broken or cut short after line {number} ({error}). Fetch or copy it again."
        ) from error


def records(path: Path, *fields: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file with one on each line; empty lines are skipped.

    Args:
        path: the file, packed or not.
        fields: keys that every object must have.
    Raises:
        CorruptFile: as `numbered_lines`, or a line is no such object.
    """
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise CorruptFile(f"{path}, line {number}: is not JSON ({error.msg}).") from error
        if not isinstance(record, dict) or (missing := [f for f in fields if f not in record]):
            lacks = ", ".join(missing) if isinstance(record, dict) else "everything"
            raise CorruptFile(
                f"{path}, line {number}: needs an object with {', '.join(fields)}; lacks {lacks}."
            )
        yield record


def _opened(path: Path) -> IO[bytes]:
    openers: dict[str, Any] = {".xz": lzma.open, ".gz": gzip.open}
    opener = openers.get(path.suffix)
    return opener(path, "rb") if opener else path.open("rb")
