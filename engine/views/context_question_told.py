"""What to notice of a question beside its context, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from engine.views.context_question_read import Read


def notice(many: list[Read], same_words: bool) -> str:
    """The nearest pair of every model's top layer, and what the order of words does."""
    return f"{_nearest(many)} {_order(many, same_words)}".strip()


def _nearest(many: list[Read]) -> str:
    told = []
    for one in many:
        of_words = one.layers[-1].ranked[0]
        word, best = max(
            ((word, near[0]) for word, near in zip(one.question, of_words, strict=True) if near),
            key=lambda pair: pair[1].margin,
        )
        told.append(f"“{word}” and “{best.word}” in {one.title} (margin {best.margin:.2f})")
    return f"Nearest of all in the first context, at the top: {', '.join(told)}."


def _order(many: list[Read], same_words: bool) -> str:
    if not same_words:
        return ""
    bags = [one.title for one in many if all(layer.difference == 0 for layer in one.layers)]
    told = []
    if bags:
        told.append(
            "both contexts have the same words, so that as bags of words they are one and the same "
            f"to {' and '.join(bags)}: the question is exactly as near to either"
        )
    moving = [one for one in many if one.title not in bags]
    if moving:
        tops = ", ".join(f"{one.title} {one.layers[-1].difference:+.3f}" for one in moving)
        told.append(f"to a model of context they are not: at the top the difference is {tops}")
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def caption(many: list[Read], state: str, n_words: list[int]) -> str:
    """Models, state of the vectors, n of both contexts and the question, what a margin is."""
    context, other, question = n_words
    return (
        f"{', '.join(one.title for one in many)} · {state} vectors · n = {question} words beside "
        f"{context} and {other}, each sentence read by itself · compared with the words of the "
        "context that are no function words · margin = (cosine − b) / (1 − b), b: mean cosine of "
        f"random words of the sense corpus at that layer, {many[0].provenance} · whole question: "
        "cosine of the mean vectors, first context minus second · computed live, no chance in it"
    )


def table(many: list[Read], contexts: tuple[str, str]) -> pd.DataFrame:
    """A row a model, layer, context, word of the question and word of the context."""
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer.name,
            "context": context,
            "question word": word,
            "context word": near.word,
            "margin": near.margin,
            "whole question, cosine": whole,
            "whole question, first minus second": layer.difference,
        }
        for one in many
        for layer in one.layers
        for context, of_words, whole in zip(contexts, layer.ranked, layer.wholes, strict=True)
        for word, ranked in zip(one.question, of_words, strict=True)
        for near in ranked
    )
