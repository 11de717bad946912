"""Weights that others published as an archive on the web, brought to the cache by name."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

from engine.corpora.files import cache_folder
from engine.errors import CorruptFile, ModelUnavailable

BLOCK = 1 << 20  # bytes at a time
PARTIAL = 206  # the server's answer when it goes on where a download had stopped


@dataclass(frozen=True)
class Archive:
    """A .tgz file, and the files that are taken out of it."""

    title: str
    url: str
    n_bytes: int
    md5: str  # as its publisher states it
    files: tuple[str, ...]  # how their names end, one file each


PUBLISHED = {
    "awd-lstm-wt103": Archive(
        "fastai's AWD-LSTM, forward, trained on WikiText-103",
        "https://s3.amazonaws.com/fast-ai-modelzoo/wt103-fwd.tgz",
        105_067_061,
        "7d1114cd9684bf9d1ca3c9f6a54da6f9",
        (".pth", ".pkl"),
    ),
}
"""fetch name -> archive."""


@dataclass(frozen=True)
class Receiving:
    """A download is going on."""

    n_received: int  # bytes
    n_bytes: int


@dataclass(frozen=True)
class Here:
    """The files are in the cache."""

    files: tuple[Path, ...]  # in the order of `Archive.files`
    were_here: bool


def fetch_published(name: str) -> Iterator[Receiving | Here]:
    """Bring the files of an archive to the cache; the last event is Here.

    Raises:
        ModelUnavailable: the archive cannot be reached; what has arrived is kept.
        CorruptFile: what arrived is not what was published.
    """
    archive, folder = PUBLISHED[name], cache_folder() / name
    if found := _files_of(archive, folder):
        yield Here(found, were_here=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "archive.part"
    try:
        yield from _download(archive, part)
    except (OSError, HTTPException) as error:
        raise ModelUnavailable(
            f"The model {name!r} could not be fetched ({getattr(error, 'reason', error)}). With "
            f"internet, run `python -m engine fetch {name}` again; what has arrived is kept."
        ) from error
    _check(archive, part, name)
    _unpack(archive, part, folder)
    part.unlink()
    yield Here(_files_of(archive, folder), were_here=False)


def _files_of(archive: Archive, folder: Path) -> tuple[Path, ...]:
    """One file for each ending, or nothing if one is not there."""
    found = [next(iter(sorted(folder.glob(f"*{ending}"))), None) for ending in archive.files]
    return tuple(path for path in found if path) if all(found) else ()


def _download(archive: Archive, part: Path) -> Iterator[Receiving]:
    n_received = part.stat().st_size if part.exists() else 0
    if n_received >= archive.n_bytes:
        return
    request = urllib.request.Request(archive.url, headers={"Range": f"bytes={n_received}-"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        goes_on = answer.status == PARTIAL
        n_received = n_received if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            while block := answer.read(BLOCK):
                file.write(block)
                n_received += len(block)
                yield Receiving(n_received, archive.n_bytes)


def _check(archive: Archive, part: Path, name: str) -> None:
    with part.open("rb") as file:
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if md5 == archive.md5:
        return
    if part.stat().st_size < archive.n_bytes:
        raise ModelUnavailable(
            f"The download of {name!r} broke off. Run `python -m engine fetch {name}` again; what "
            "has arrived is kept."
        )
    part.unlink()
    raise CorruptFile(
        f"{archive.url} did not give the archive that its publisher describes (md5 {archive.md5}); "
        f"it was deleted. Run `python -m engine fetch {name}` again."
    )


def _unpack(archive: Archive, part: Path, folder: Path) -> None:
    """Only the wanted files, under their bare names: an archive's own paths count for nothing."""
    with tarfile.open(part, "r:gz") as packed:
        for member in packed:
            bare = Path(member.name).name
            # What a Mac adds beside each file begins with a dot.
            if member.isfile() and bare.endswith(archive.files) and not bare.startswith("."):
                content: IO[bytes] | None = packed.extractfile(member)
                assert content is not None  # it is a file
                unfinished = folder / f"{bare}.unfinished"
                with unfinished.open("wb") as file:
                    shutil.copyfileobj(content, file)
                unfinished.replace(folder / bare)
