"""Multi30k (Elliott et al. 2016, https://aclanthology.org/W16-3210): descriptions of photographs in
English, each with its German translation.
"""

from __future__ import annotations

from engine.corpora.files import numbered_lines, path_of
from engine.errors import CorruptFile, UnknownName
from engine.text import Sentence

SPLITS = ("train", "val", "test_2016_flickr")


def pairs(split: str) -> list[tuple[str, str]]:
    """(English, German) of "train", "val" or "test_2016_flickr", as written, in the file's order.

    Raises:
        UnknownName: no such split.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: a file is broken, or the two have different numbers of lines.
    """
    if split not in SPLITS:
        raise UnknownName(f"Multi30k has no split {split!r}. It has: {', '.join(SPLITS)}.")
    english, german = (
        [line.strip() for _, line in numbered_lines(path_of("multi30k", f"{split}.{language}.gz"))]
        for language in ("en", "de")
    )
    if len(english) != len(german):
        raise CorruptFile(
            f"Multi30k's {split} has {len(english):,} English and {len(german):,} German lines; "
            "each needs its partner. Fetch or copy the files again."
        )
    return list(zip(english, german, strict=True))


def word_keys(text: str) -> list[str]:
    """A sentence's words as the app finds and compares them, English and German alike.

    >>> word_keys("Ein Mann schläft auf der Straße.")
    ['ein', 'mann', 'schläft', 'auf', 'der', 'strasse', '.']
    """
    return [word.key for word in Sentence(text).words]
