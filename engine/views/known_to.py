"""Asking several models, of which some do not know the word, and saying so of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.encoder import title_of
from engine.errors import WordNotFound

Answer = TypeVar("Answer")


def ask_each(
    models: Sequence[str], ask: Callable[[str], Answer]
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """model -> its answer, and a sentence for each model that does not know the word.

    Raises:
        WordNotFound: none of them knows it.
    """
    answers: dict[str, Answer] = {}
    refused: list[WordNotFound] = []
    for model in models:
        try:
            answers[model] = ask(model)
        except WordNotFound as error:
            refused.append(error)
    if not answers and refused:
        raise refused[0]
    return answers, tuple(map(str, refused))


def not_in_vocabulary(word: str, model: str) -> WordNotFound:
    """Why a model has no vector for a word that stands in the text."""
    return WordNotFound(
        f"{title_of(model)} has no vector for “{word}”: the word is not in its vocabulary."
    )
