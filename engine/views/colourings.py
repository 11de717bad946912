"""What the points of a cloud can be coloured by."""

from __future__ import annotations

from collections import Counter

import numpy as np

from engine.figures.packet import Colouring
from engine.text import word_key
from engine.views.prepared import Prepared
from engine.views.sources import FREQUENT

OTHER = "other words"


def colourings(prepared: Prepared, word: str) -> dict[str, Colouring]:
    """By cosine to the axis, frequency, position, sentence, and the senses of one word."""
    words = prepared.words
    keys = [word_key(w) for w in words]
    found = {"axis_cosine": Colouring("cosine to the mean direction", prepared.axis_cosines)}
    if prepared.source.name == FREQUENT:
        ranks = np.log10(np.arange(1, len(words) + 1))
        found["frequency"] = Colouring("log₁₀ frequency rank", ranks)
        return found
    counts = Counter(keys)
    found["frequency"] = Colouring(
        "log₁₀ occurrences in this text", np.log10([counts[key] for key in keys])
    )
    found["position"] = Colouring("position in the sentence", prepared.positions)
    if len(prepared.sentences) <= 24:
        names = tuple(f"{i + 1}. {s.text[:40]}" for i, s in enumerate(prepared.sentences))
        found["sentence"] = Colouring("sentence", prepared.sentence_ids, names)
    else:
        found["sentence"] = Colouring("sentence number", prepared.sentence_ids)
    if senses := _senses(prepared, keys, word):
        found["sense"] = senses
    return found


def _senses(prepared: Prepared, keys: list[str], word: str) -> Colouring | None:
    """The senses of one word, every other word grey; None where the source has no senses for it."""
    corpus = prepared.source.corpus()
    wanted = word_key(word)
    targets = [word_key(target) if target else None for target in corpus.target_words]
    labels = [
        corpus.senses[s] if key == wanted and targets[s] == wanted else None
        for key, s in zip(keys, prepared.sentence_ids.tolist(), strict=True)
    ]
    found = tuple(dict.fromkeys(label for label in labels if label))
    if not found:
        return None
    names = (OTHER, *(f"{word} · {sense}" for sense in found))
    codes = [found.index(label) + 1 if label else 0 for label in labels]
    return Colouring(f"sense of “{word}”", np.array(codes), names, has_background=True)
