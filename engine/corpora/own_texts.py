"""A user's own labelled texts as a source: kept in the cache folder under a name that a run can be
started with, split like the others.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.corpora.files import cache_folder
from engine.corpora.labelled_csv import LabelledTexts, read_labelled_csv
from engine.corpora.split_texts import LabelledFiles, SplitTexts, stratified, unseen
from engine.errors import CorruptFile, DataUnavailable

NAME = re.compile(r"own-[0-9a-f]{12}")
SHARES = {"valid": 0.15, "test": 0.15}


def is_own(name: str) -> bool:
    """True for the name that `keep` gives."""
    return NAME.fullmatch(name) is not None


def keep(texts: LabelledTexts) -> str:
    """Write texts into the cache folder; the same texts get the same name.

    Returns:
        Their name, such as "own-1f0c25a9b4d7", for `text_source`.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("text", "label"))
    for text, label in zip(texts.texts, texts.labels, strict=True):
        writer.writerow((text, texts.label_names[label]))
    content = table.getvalue().encode()
    name = f"own-{hashlib.sha256(content).hexdigest()[:12]}"
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return name


def forget(name: str) -> None:
    """Delete kept texts; it does not matter if they are gone already."""
    _path(name).unlink(missing_ok=True)


def names_in(settings: Mapping[str, Any]) -> set[str]:
    """The kept texts that a run's settings name, at whatever depth."""
    found = set()
    for value in settings.values():
        if isinstance(value, Mapping):
            found |= names_in(value)
        elif isinstance(value, str) and is_own(value):
            found.add(value)
    return found


def own_source(name: str) -> LabelledFiles:
    """The source of texts that `keep` has kept.

    Raises:
        DataUnavailable: they are not on this machine.
        CorruptFile: the file was altered.
    """
    return _source(name, _found(name).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _source(name: str, _stamp: int) -> LabelledFiles:
    texts = _texts(name)
    return LabelledFiles(
        name=name,
        title="Your own labelled texts",
        about=f"{len(texts.texts):,} texts from your file: {', '.join(texts.label_names)}.",
        paths=lambda: (_found(name),),
        read=lambda: split_own(_texts(name)),
        label_names=texts.label_names,
    )


def split_own(texts: LabelledTexts) -> SplitTexts:
    """70 % to train on, 15 % to validate, 15 % to test, each label in the same share."""
    rows = unseen(texts.texts)
    labels = texts.labels[rows]
    sizes = {name: round(share * len(rows)) for name, share in SHARES.items()}
    parts = stratified(labels.tolist(), sizes)
    return SplitTexts(
        {name: tuple(texts.texts[rows[place]] for place in part) for name, part in parts.items()},
        {name: labels[part] for name, part in parts.items()},
        len(texts.texts) - len(rows),
    )


def _path(name: str) -> Path:
    return cache_folder() / "own-texts" / f"{name}.csv"


def _found(name: str) -> Path:
    if not (path := _path(name)).is_file():
        raise DataUnavailable(
            f"The texts {name} are no longer on this machine. Upload the file again."
        )
    return path


def _texts(name: str) -> LabelledTexts:
    path = _found(name)
    texts = read_labelled_csv(path).texts
    if texts is None:
        raise CorruptFile(f"{path} was altered after it was kept. Upload the file again.")
    return texts
