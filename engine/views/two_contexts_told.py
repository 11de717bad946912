"""What to notice where one word is compared in two sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.encoder import knows_place
from engine.vectors.states import RAW

if TYPE_CHECKING:
    from engine.views.two_contexts import Compared

SAME = 1e-6  # cosines closer to 1 than this are those of one vector


def notice(word: str, many: list[Compared], state: str = RAW) -> str:
    """Which model tells the two apart most and which least, and what equality means."""
    if many and many[0].same_sentence:
        return (
            "Both sentences have the same words in the same order, so nothing can tell the two "
            f"“{word}” apart. Change a word in one of them."
        )
    moving = sorted((one for one in many if len(one.cosines) > 1), key=lambda one: _least(one)[1])
    fixed = [one.title for one in many if len(one.cosines) == 1]
    told = []
    if moving:
        told.append(_about(word, moving[0]))
    if len(moving) > 1:
        others = [
            f"{one.title} {cosine:.2f} (random words {one.baseline[layer]:.2f})"
            for one in moving[1:]
            for layer, cosine in [_least(one)]
        ]
        told.append(f"The others at their farthest: {', '.join(others)}.")
    if fixed:
        have = "have" if len(fixed) > 1 else "has"
        told.append(
            f"{_listed(fixed)} {have} one vector for “{word}”, so its cosine is exactly 1 whatever "
            "you write."
        )
    return " ".join([*told, *_about_layer_0(moving, state), *_about_order(many)])


def _least(one: Compared) -> tuple[int, float]:
    """(layer, cosine) where the two differ most."""
    lowest = int(np.argmin(one.cosines))
    return lowest, one.cosines[lowest]


def _about(word: str, one: Compared) -> str:
    layer, cosine = _least(one)
    return (
        f"In {one.title} the two “{word}” differ most, at layer {one.layer_names[layer]} (cosine "
        f"{cosine:.2f}), {_beside(one, layer)}"
    )


def _beside(one: Compared, layer: int) -> str:
    """A cosine beside what random words reach: how much of the word both places share."""
    baseline = one.baseline[layer]
    if one.margins[layer] > 0.5:
        return (
            f"yet any two random words there reach only {baseline:.2f}: one word keeps most of "
            "itself in both places."
        )
    return (
        f"and any two random words there reach {baseline:.2f}: both places share less than half "
        "of what lies between that and identity."
    )


def _about_layer_0(moving: list[Compared], state: str) -> list[str]:
    """Why the cosine is 1 where no context has come in yet, each reason once."""
    equal = [one for one in moving if one.cosines[0] > 1 - SAME]
    by_place = [one for one in moving if knows_place(one.model)]
    by_word = [one.title for one in equal if not knows_place(one.model)]
    told = []
    for one in by_place:
        first, second = (place + 1 for place in one.positions)
        if one in equal:
            told.append(
                f"At layer 0 of {one.title} they are equal only because both stand at the same "
                "position: layer 0 knows the word and its place, no neighbour."
            )
        elif first != second and state == RAW:
            told.append(
                f"At layer 0 of {one.title} they differ ({one.cosines[0]:.3f}) only because one "
                f"is word {first} and the other word {second}: no neighbour has come in yet."
            )
    if by_word:
        told.append(f"At layer 0 of {_listed(by_word)} they are one vector: the word's own.")
    return told


def _about_order(many: list[Compared]) -> list[str]:
    """Two sentences of the same words: what a mean of word vectors keeps of their order."""
    if not many or not many[0].same_words:
        return []
    static = [one.title for one in many if len(one.cosines) == 1]
    moving = [one for one in many if len(one.cosines) > 1]
    told = []
    if static:
        told.append(
            "Both sentences have the same words in another order: the means of their "
            f"{_listed(static)} vectors are one and the same"
        )
    if moving:
        tops = ", ".join(f"{one.title} {one.sentence_cosines[-1]:.3f}" for one in moving)
        told.append(f"the means of the top layers are not quite (cosine {tops})")
    return ["; ".join(told) + "."] if told else []


def _listed(titles: list[str]) -> str:
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
