"""Texts to measure as a whole, by name: a fetched text, a file of the folder that the server's
owner allows, or a file that a visitor uploaded.

A name comes from outside. It never is a path: what it leads to lies in one of three folders.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.corpora.files import cache_folder
from engine.corpora.training_texts import TEXTS, TextSource
from engine.errors import DataUnavailable, TextError, UnknownName
from engine.text import read_sentences

FOLDER = "CONESCOPE_TEXTS"
FETCHED, ALLOWED, UPLOADED = "fetched", "folder", "upload"
KINDS = (FETCHED, ALLOWED, UPLOADED)
UPLOAD = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".txt"
SPLITS = ("train", "valid", "test")
MOST_CHARACTERS = 10**9  # of one document


def texts_folder() -> Path:
    """The folder whose text files may be measured by whoever sees the app: the one that
    CONESCOPE_TEXTS names, else `texts` in the cache folder.
    """
    named = os.environ.get(FOLDER)
    return Path(named) if named else cache_folder() / "texts"


def allowed_files() -> list[str]:
    """Names of the .txt files that lie directly in that folder, links to elsewhere left out."""
    folder = texts_folder()
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.glob(f"*{SUFFIX}") if _is_inside(path, folder))


def fetched_texts() -> dict[str, str]:
    """Name -> title of the fetched texts that are on this machine."""
    return {name: source.title for name, source in TEXTS.items() if source.missing() is None}


def find_text(kind: str, name: str) -> Path:
    """The file of a text; a fetched one is first written with a sentence a line.

    Args:
        kind: in `KINDS`.
        name: in `fetched_texts` or `allowed_files`, or what `keep_upload` gave.
    Raises:
        UnknownName: there is no such text, or it lies where nobody allowed it.
        DataUnavailable: the upload is no longer here, or the fetched text is not.
    """
    if kind == FETCHED:
        return sentences_file(name)
    if kind == ALLOWED:
        if name not in allowed_files():
            raise UnknownName(f"There is no text {name!r} in the folder of texts.")
        return texts_folder() / name
    if kind == UPLOADED:
        if not UPLOAD.fullmatch(name) or not (path := _upload(name)).is_file():
            raise DataUnavailable("The uploaded text is no longer here. Upload it again.")
        return path
    raise UnknownName(f"Unknown kind of text {kind!r}. Known: {', '.join(KINDS)}.")


def keep_upload(content: Iterable[bytes]) -> str:
    """Write an uploaded text into the cache folder; its name, which nobody can guess."""
    name = secrets.token_hex(16)
    _write(_upload(name), content)
    return name


def forget_upload(name: str) -> None:
    """Delete an uploaded text."""
    if UPLOAD.fullmatch(name):
        _upload(name).unlink(missing_ok=True)


def sentences_file(name: str) -> Path:
    """A fetched text with a sentence a line, all splits, in their order: written once.

    Raises:
        UnknownName, DataUnavailable: as the text's source.
    """
    source = TEXTS[name]
    if why := source.missing():
        raise DataUnavailable(why)
    path = cache_folder() / "sentences" / f"{name}-{_stamp(source)}{SUFFIX}"
    if not path.is_file():
        _write(path, _sentences(source))
    return path


def _stamp(source: TextSource) -> str:
    """Another one for each version of the source's files."""
    paths: Any = getattr(source, "paths", tuple)
    sizes = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths()]
    return hashlib.sha256(repr(sizes).encode()).hexdigest()[:8]


def _sentences(source: TextSource) -> Iterator[bytes]:
    for split in SPLITS:
        try:
            documents = source.documents(split)
        except UnknownName:
            continue
        for document in documents:
            try:
                sentences = read_sentences(document, max_characters=MOST_CHARACTERS)
            except TextError:  # a document without a word
                continue
            yield "".join(f"{' '.join(s.text.split())}\n" for s in sentences).encode()


def _write(path: Path, content: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            for block in content:
                file.write(block)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _upload(name: str) -> Path:
    return cache_folder() / "uploads" / f"{name}{SUFFIX}"


def _is_inside(path: Path, folder: Path) -> bool:
    return path.is_file() and path.resolve().parent == folder.resolve()
