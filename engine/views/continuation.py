"""What a language model writes behind a beginning: words drawn one after the other from its own
guesses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.written import written
from engine.text import ListedWords
from engine.views import VIEWS, Needs, Shown
from engine.views.kept import Kept
from engine.views.language import device, one_sentence, percent, predictor

N_DRAWS, N_WORDS = 3, 11
LABEL = "Written by the model, not by a person: it may be untrue, and it means nothing."

_drawn = Kept(max_bytes=200)


@dataclass(frozen=True)
class ContinuationState:
    """A beginning, who goes on with it, and how the words are drawn."""

    text: str = "I went to the"
    model: str = "awd-lstm"
    temperature: int = 80  # percent; 0 = always the likeliest word
    seed: int = 0


@dataclass(frozen=True)
class Draw:
    """One continuation."""

    words: tuple[str, ...]
    probabilities: tuple[float, ...]  # of each word before the temperature changed it


@VIEWS.add("continuation")
class ContinuationView:
    """A few continuations; every word on the colour of its probability."""

    title = "How does it go on?"
    State = ContinuationState

    def needs(self, state: ContinuationState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: ContinuationState) -> Shown:
        """The draws, one a line.

        Raises:
            EngineError: a temperature that is none, or a seed below 0.
        """
        if not 0 <= state.temperature <= 200 or state.seed < 0:
            raise EngineError(
                "The temperature is a number from 0 to 200 percent, and the seed at least 0."
            )
        draws, asked = [_draw(state, i) for i in range(N_DRAWS)], predictor(state.model)
        figure = written([d.words for d in draws], [d.probabilities for d in draws])
        table = pd.DataFrame(
            {
                "draw": [i + 1 for i in range(N_DRAWS)],
                "written by the model": [" ".join(draw.words) for draw in draws],
                "words": [len(draw.words) for draw in draws],
            }
        )
        caption = (
            f"{asked.title}, forward · n = {N_DRAWS} draws of up to {N_WORDS} words · temperature "
            f"{state.temperature / 100:g} · seed {state.seed} · unknown words are never drawn · "
            f"vocabulary {len(asked.vocabulary):,} · computed live"
        )
        return Shown(figure, table, caption, _notice(state, draws), (LABEL,))


def _draw(state: ContinuationState, number: int) -> Draw:
    """One continuation, kept."""
    beginning = one_sentence(state.text)
    key = (beginning.text, state.model, device(), state.temperature, state.seed, number)
    return _drawn.get(key, lambda: _compute(state, number), lambda _: 1)


def _compute(state: ContinuationState, number: int) -> Draw:
    asked, beginning = predictor(state.model), one_sentence(state.text)
    words = asked.continuation(
        beginning,
        N_WORDS,
        temperature=state.temperature / 100,
        seed=state.seed * N_DRAWS + number,
    )
    read = [word.text for word in beginning.words]
    found = asked.predictions(ListedWords([*read, *words]))
    chances = np.exp(found.true_log_probabilities("forward"))[len(read) : -1]
    return Draw(tuple(words), tuple(chances.tolist()))


def _notice(state: ContinuationState, draws: list[Draw]) -> str:
    said = [
        (p, word) for draw in draws for word, p in zip(draw.words, draw.probabilities, strict=True)
    ]
    if not said:
        return f"The model ends the sentence at once in all {len(draws)} draws."
    n_different = len({draw.words for draw in draws})
    (low, rare), (high, sure) = min(said), max(said)
    differ = (
        f"The {len(draws)} draws are {n_different} different texts"
        if n_different > 1
        else f"All {len(draws)} draws are the same text"
    )
    return (
        f"{differ}. The surest word was “{sure}” with a chance of {percent(high)}, the luckiest "
        f"“{rare}” with {percent(low)}. A lower temperature draws the sure words more often; at 0 "
        "all draws are alike."
    )
