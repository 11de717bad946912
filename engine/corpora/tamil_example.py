"""The lecture's Tamil sentence and its English translation, aligned word by word by hand.

Not the output of a model: it shows what attention has to find out. Tamil puts the verb last and
says "the film" with an ending on the noun, so that the lines between the two sentences cross.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import CorruptFile, UnknownName

PATH = Path(__file__).parents[2] / "assets" / "corpora" / "tamil_example.json"


@dataclass(frozen=True)
class Alignment:
    """Two sentences, and which word stands for which."""

    name: str
    tamil: tuple[str, ...]  # in Latin letters
    tamil_script: tuple[str, ...]  # the same words in Tamil script
    glosses: tuple[str, ...]  # each Tamil word's parts in English
    english: tuple[str, ...]
    links: tuple[tuple[int, int], ...]  # (Tamil position, English position)
    label: str  # who made the alignment
    transliteration: str  # how the Tamil words are written in Latin letters

    def matrix(self) -> np.ndarray:
        """The alignment as attention is drawn: float32, (n_english, n_tamil), each English word's
        row shared equally by the Tamil words it stands for; rows sum to 1.
        """
        rows = np.zeros((len(self.english), len(self.tamil)), np.float32)
        for tamil, english in self.links:
            rows[english, tamil] = 1.0
        return rows / rows.sum(axis=1, keepdims=True)


def alignments() -> dict[str, Alignment]:
    """name -> alignment: "with the name" (of the film) and "without the name".

    Raises:
        CorruptFile: the file is not what it should be, or a word is left without a link.
    """
    try:
        said = json.loads(PATH.read_text(encoding="utf8"))
        notes = {key: str(said[key]) for key in ("label", "transliteration")}
        return {found["name"]: _alignment(found, notes) for found in said["alignments"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptFile(
            f"{PATH.name} cannot be read ({error!r}). Get it again with `git checkout`."
        ) from error


def alignment(name: str) -> Alignment:
    """One of them.

    Raises:
        UnknownName: there is none of this name.
    """
    known = alignments()
    if name not in known:
        raise UnknownName(f"Unknown alignment {name!r}. Known: {', '.join(known)}.")
    return known[name]


def _alignment(found: dict[str, list[str]], notes: dict[str, str]) -> Alignment:
    tamil, script, glosses, english = (
        tuple(found[key]) for key in ("tamil", "tamil_script", "glosses", "english")
    )
    links = tuple((int(pair[0]), int(pair[1])) for pair in found["links"])
    complete = {t for t, _ in links} == set(range(len(tamil)))
    complete &= {e for _, e in links} == set(range(len(english)))
    if not complete or not len(tamil) == len(script) == len(glosses):
        raise ValueError("every word needs a link, every Tamil word its script and its gloss")
    return Alignment(str(found["name"]), tamil, script, glosses, english, links, **notes)
