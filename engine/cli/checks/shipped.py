"""Is everything here that comes with the project, and the data mirror where one is named?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from engine.cli.checks import ROOT, Check
from engine.corpora.files import MIRROR
from engine.errors import EngineError

RESTORE = "git checkout -- assets"


def shipped() -> Iterator[Check]:
    """The files of assets/."""
    yield _clouds()
    yield from _models()
    yield from _corpora()


def _clouds() -> Check:
    folder = ROOT / "assets" / "clouds"
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files) / 1e6
    found = f"{len(files)} files, {size:.1f} MB"
    return Check("shipped", "assets/clouds", bool(files), found, RESTORE)


def _models() -> Iterator[Check]:
    """The files of every model card: there, and with the checksum that the card names."""
    from engine.model_files import FOLDER, shipped_card

    for card in sorted(FOLDER.glob("*/card.json")):
        name = card.parent.name
        try:
            sums = shipped_card(name)["sha256"]
        except (ValueError, KeyError, OSError) as error:
            yield Check(
                "shipped", f"model {name}", False, f"its card is damaged ({error})", RESTORE
            )
            continue
        wrong = [
            file for file, sha256 in sums.items() if not _has_checksum(card.parent / file, sha256)
        ]
        found = f"missing or altered: {', '.join(wrong)}" if wrong else f"{len(sums)} file(s)"
        yield Check("shipped", f"model {name}", not wrong, found, RESTORE)


def _corpora() -> Iterator[Check]:
    from engine.corpora import CORPORA

    for name in CORPORA:
        try:
            corpus = CORPORA[name]()
        except (EngineError, OSError, ValueError) as error:
            yield Check("shipped", f"corpus {name}", False, str(error), RESTORE)
            continue
        n_words = len({word for word in corpus.target_words if word is not None})
        about = f"{len(corpus.sentences):,} sentences"
        about += f" for {n_words} words" if n_words else ""
        yield Check("shipped", f"corpus {name}", True, about)


def data_mirror() -> Iterator[Check]:
    """The folder of data sets for training and evaluation; the app itself needs none."""
    named = os.environ.get(MIRROR)
    if not named:
        found = "not set; only training and evaluation need it"
        yield Check("data", MIRROR, False, found, f"export {MIRROR}=FOLDER", needed=False)
        return
    folder = Path(named)
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        found = f"{folder} is no mirror: it has no file SHA256SUMS"
        yield Check("data", MIRROR, False, found, f"export {MIRROR}=FOLDER", needed=False)
        return
    wrong, n_files = [], 0
    for line in sums.read_text(encoding="utf8").splitlines():
        expected, _, name = line.partition("  ")
        n_files += 1
        if not _has_checksum(folder / name, expected):
            wrong.append(name)
    found = f"{folder}: {n_files - len(wrong)} of {n_files} files complete"
    found += f"; missing or altered: {', '.join(wrong[:5])}" if wrong else ""
    yield Check("data", MIRROR, not wrong, found, "copy the mirror again", needed=False)


def _has_checksum(path: Path, expected: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == expected
