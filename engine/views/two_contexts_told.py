"""What to notice where one word is compared in two sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.encoder import knows_place

if TYPE_CHECKING:
    from engine.views.two_contexts import Compared

SAME = 1e-6  # cosines closer to 1 than this are those of one vector


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


def notice(word: str, many: list[Compared]) -> str:
    """Where the two differ most in each model, and what an equal input means."""
    sentences = []
    for one in many:
        if len(one.cosines) == 1:
            sentences.append(
                f"{one.title} has one vector for “{word}”, so its cosine is exactly 1 whatever "
                "you write."
            )
            continue
        lowest = int(np.argmin(one.cosines))
        sentences.append(
            f"In {one.title} the two “{word}” differ most at layer {one.layer_names[lowest]} "
            f"(cosine {one.cosines[lowest]:.2f}), {_beside(one, lowest)}"
        )
    return " ".join([*sentences, *_about_layer_0(many)])


def _about_layer_0(many: list[Compared]) -> list[str]:
    """Why the cosine is 1 where no context has come in yet, each reason once."""
    equal = [one for one in many if len(one.cosines) > 1 and one.cosines[0] > 1 - SAME]
    by_place = [one.title for one in equal if knows_place(one.model)]
    by_word = [one.title for one in equal if not knows_place(one.model)]
    told = []
    if by_place:
        told.append(
            f"At layer 0 of {_listed(by_place)} they are equal only because both stand at the same "
            "position: layer 0 knows the word and its place, no neighbour."
        )
    if by_word:
        told.append(f"At layer 0 of {_listed(by_word)} they are one vector: the word's own.")
    return told


def _listed(titles: list[str]) -> str:
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
