"""man : king :: woman : ? - answered by arithmetic on words with one vector each, with and without
the rule that a word of the question cannot be the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import EngineError, TextError
from engine.figures.answer_bars import Answer, answer_bars
from engine.geometry.analogy import cos_add, cos_mul
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.word_table import key_of, word_table

LEFT_OUT, ALLOWED = "left out", "allowed"
QUESTION_WORDS = (LEFT_OUT, ALLOWED)
METHODS = {"3CosAdd": cos_add, "3CosMul": cos_mul}
MOST = 30
N_ALONE = 3  # neighbours of the second word alone that are named


@dataclass(frozen=True)
class AnalogiesState:
    """A question, and how it is answered."""

    question: str = "man : king :: woman"
    model: str = "glove"
    question_words: str = LEFT_OUT  # or ALLOWED: may the answer be a word of the question?
    method: str = "3CosAdd"
    n: int = 8


@dataclass(frozen=True)
class Scores:
    """Every word's score, and the rows of the question's three words."""

    values: np.ndarray  # (n_words,)
    asked: tuple[int, int, int]

    def best(self, n: int, *, with_asked: bool) -> list[int]:
        """Rows of the n best words, best first; of equal ones the most frequent first."""
        order = np.argsort(-self.values, kind="stable")
        if not with_asked:
            order = order[~np.isin(order, self.asked)]
        return [int(row) for row in order[:n]]


@VIEWS.add("analogies")
class AnalogiesView:
    """The best answers by their score."""

    title = "An analogy, by arithmetic on vectors"
    State = AnalogiesState

    def needs(self, state: AnalogiesState) -> Needs:
        """Nothing: the table of words is looked up."""
        return []

    def show(self, state: AnalogiesState) -> Shown:
        """A bar an answer.

        Raises:
            TextError: the question is not three words.
            WordNotFound: the model does not know one of them.
            EngineError: no such method or rule, or a model without a table of words.
        """
        scores, words = answered(state), word_table(state.model).index_to_key
        n = min(max(state.n, 1), MOST)
        rows = scores.best(n, with_asked=state.question_words == ALLOWED)
        answers = [
            Answer(words[row], float(scores.values[row]), row in scores.asked) for row in rows
        ]
        title = _score_title(state, words, scores)
        caption = (
            f"{title_of(state.model)} · {RAW} vectors, each of length 1 · {state.method} among n = "
            f"{len(words):,} most frequent words (as gensim KeyedVectors) · words of the question "
            f"{state.question_words} · live"
        )
        return Shown(
            answer_bars(answers, title),
            _table(state, answers, rows, scores),
            caption,
            _notice(scores, words, state),
            _alone(state.model, words[scores.asked[1]]),
        )


def words_of(question: str) -> tuple[str, str, str]:
    """The three words of `man : king :: woman`; a `: ?` at the end may stand there.

    Raises:
        TextError: it is not three words.

    >>> words_of("man : king :: woman : ?")
    ('man', 'king', 'woman')
    """
    found = re.findall(r"[^\s:?]+", question)
    if len(found) != 3:
        raise TextError(
            f"{question[:80]!r} is not three words. Write a question as man : king :: woman, each "
            "a single word."
        )
    return found[0], found[1], found[2]


def answered(state: AnalogiesState) -> Scores:
    """The scores of all words.

    Raises: as `AnalogiesView.show`.
    """
    if state.method not in METHODS or state.question_words not in QUESTION_WORDS:
        raise EngineError(
            f"Analogies are answered by {' or '.join(METHODS)}, with the words of the question "
            f"{' or '.join(QUESTION_WORDS)}."
        )
    table = word_table(state.model)
    rows = [table.key_to_index[key_of(word, state.model)] for word in words_of(state.question)]
    a, b, c = rows
    return Scores(METHODS[state.method](table.get_normed_vectors(), a, b, c), (a, b, c))


def _score_title(state: AnalogiesState, words: list[str], scores: Scores) -> str:
    first, second, third = (words[row] for row in scores.asked)
    if state.method == "3CosMul":
        return f"3CosMul: like {second} and {third}, unlike {first}"
    return f"cosine with {second} − {first} + {third}"


def _table(
    state: AnalogiesState, answers: list[Answer], rows: list[int], scores: Scores
) -> pd.DataFrame:
    units = word_table(state.model).get_normed_vectors()
    _, second, third = scores.asked
    return pd.DataFrame({
        "rank": range(1, len(rows) + 1),
        "word": [one.word for one in answers],
        "score": [one.score for one in answers],
        "in the question": ["yes" if one.of_question else "no" for one in answers],
        "cosine with the second word": (units[rows] @ units[second]).astype(float),
        "cosine with the third word": (units[rows] @ units[third]).astype(float),
    })  # fmt: skip


def _notice(scores: Scores, words: list[str], state: AnalogiesState) -> str:
    """What comes out, and whether a word of the question would have come before it."""
    answer, runner_up = scores.best(2, with_asked=False)
    first = scores.best(1, with_asked=True)[0]

    def told(row: int) -> str:
        return f"“{words[row]}” ({scores.values[row]:.2f})"

    if first not in scores.asked:
        return (
            f"{told(answer)} comes out, before {told(runner_up)}; no word of the question has a "
            "higher score, so leaving them out changes nothing here."
        )
    if state.question_words == LEFT_OUT:
        return (
            f"{told(answer)} comes out, before {told(runner_up)}, and only because the words of "
            f"the question are left out: {told(first)} has the highest score of all."
        )
    place = 1 + int((scores.values > scores.values[answer]).sum())
    return (
        f"{told(first)} comes out, a word of the question itself. The first that is not one is "
        f"{told(answer)}, at rank {place}."
    )


def _alone(model: str, second: str) -> tuple[str, ...]:
    near = [word for word, _ in word_table(model).most_similar(second, topn=N_ALONE)]
    return (
        f"A control: without any arithmetic, the nearest words of “{second}” are {', '.join(near)}"
        " (Linzen 2016 compares with these).",
    )
