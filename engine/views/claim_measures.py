"""How the lecture's claims are measured, model by model, and made into one verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from engine.encoder import Progress
from engine.errors import Cancelled, EngineError
from engine.figures.curves import Curve
from engine.geometry.measurements import LayerGeometry
from engine.views.claimed import ClaimState
from engine.views.claims import ByModel, Claim, Effect, Verdict, everywhere
from engine.views.measured import Measured, is_measured, measured
from engine.views.sense_scores import SenseScores, sense_scores

Answer = TypeVar("Answer")


def of_each(
    models: Sequence[str], ask: Callable[[str], Answer], progress: Progress
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """model -> its answer, and what each model says that has none.

    Raises:
        EngineError: none of them has an answer.
    """
    answers: dict[str, Answer] = {}
    refused: list[EngineError] = []
    for number, model in enumerate(models):
        progress(number, len(models))
        try:
            answers[model] = ask(model)
        except Cancelled:
            raise
        except EngineError as error:
            refused.append(error)
    if not answers:
        raise refused[0]
    return answers, tuple(dict.fromkeys(map(str, refused)))


def measures(
    state: ClaimState, models: Sequence[str], progress: Progress
) -> tuple[list[Measured], tuple[str, ...]]:
    """The measures of each model on the text, and why some have none.

    Raises:
        EngineError: no model finds two words of different sentences to compare.
    """
    found, notes = of_each(models, partial(_measured, state), progress)
    return list(found.values()), notes


def with_senses(
    state: ClaimState, models: Sequence[str], progress: Progress
) -> tuple[list[tuple[Measured, SenseScores]], tuple[str, ...]]:
    """Each model's measures on the text beside how it tells senses apart, and why some have none.

    Raises: as `measures`.
    """

    def ask(model: str) -> tuple[Measured, SenseScores]:
        return _measured(state, model), sense_scores(model, state.state)

    found, notes = of_each(models, ask, progress)
    return list(found.values()), notes


def are_measured(state: ClaimState, models: Sequence[str]) -> bool:
    """True if `measures` answers at once."""
    return all(is_measured(state.text_source, model, state.state, state.frame) for model in models)


def curve_of(effects: Sequence[Effect]) -> Curve:
    """A quantity of every layer, as figures take it."""
    low, high = ([getattr(effect, end) for effect in effects] for end in ("low", "high"))
    return Curve([effect.value for effect in effects], low, high)


def short(layer_name: str) -> str:
    """A layer's number.

    >>> short("2 · biLSTM 2")
    '2'
    """
    return layer_name.partition(" ")[0]


def verdict_of(
    claim: Claim, found: Sequence[ByModel], because: str, *, frame: str, on: str = "the model"
) -> Verdict:
    """One verdict from those on several models; where they differ, the sentence says in which."""
    word = everywhere({one.model: one.word for one in found}, on)
    by_word: dict[str, list[str]] = {}
    for one in found:
        by_word.setdefault(one.word, []).append(one.title)
    if len(by_word) > 1:
        told = "; ".join(f"{word}: {', '.join(titles)}" for word, titles in by_word.items())
        because = f"{told[:1].upper()}{told[1:]}. {because}"
    effects = tuple(effect for one in found for effect in one.effects)
    return Verdict(claim, word, because, frame, effects, tuple(found))


def _measured(state: ClaimState, model: str) -> Measured:
    found = measured(state.text_source, model, state.state, state.frame)
    if any(layer.mean_cosine != layer.mean_cosine for layer in found.layers):
        raise EngineError(
            f"{found.title} finds too few words here to compare: n = {found.layers[0].n:,}. "
            "Choose a longer text."
        )
    return found


def adjusted_self_similarity(layer: LayerGeometry) -> Effect:
    """Self-similarity less the mean cosine, whose own interval is narrow but counts too."""
    (low, high), (least, most) = layer.self_similarity_interval, layer.mean_cosine_interval
    value = layer.adjusted_self_similarity
    # Both ends move by the root of the sum of squares: the two errors are nearly independent.
    half = math.hypot((high - low) / 2, (most - least) / 2)
    return Effect("adjusted self-similarity", value, value - half, value + half)
