"""The small tasks that a scalar mix is trained on, and what each training came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.corpora import CORPORA
from engine.encoder import ENCODERS, registered, title_of
from engine.errors import EngineError
from engine.text import find_word
from engine.vectors import LayeredVectors

if TYPE_CHECKING:
    from engine.training.layer_mix import Mixed, States

CORPUS = "senses"
WORD, PREVIOUS, SENSE = "word", "previous word", "sense"
TASKS = {
    WORD: "which word is this?",
    PREVIOUS: "which word came before?",
    SENSE: "in which sense?",
}
PAIRS = {  # that are compared, as a link names them
    f"{PREVIOUS},{SENSE}": "the word before, and the sense",
    f"{WORD},{PREVIOUS}": "the word, and the word before",
}
SEEDS = (0, 1, 2)
N_CLASSES = 20  # the commonest words, of the tasks that ask for a word
MOST = 1_336  # occurrences in one draw: as many as there are labelled senses
ALIKE, LEARNT = "all alike", "learnt mix"  # beside single layers


@dataclass(frozen=True)
class TaskResult:
    """One task, over the seeds."""

    task: str
    learnt: tuple[Mixed, ...]  # (n_seeds,), the mix that was learnt
    compared: dict[str, tuple[float, ...]]  # which shares -> accuracy of each seed
    word_alone: tuple[float, ...]  # accuracy of a reader that sees the word only, of each seed
    n_test: int  # of the first seed

    @property
    def title(self) -> str:
        """The question."""
        return TASKS[self.task]


def mixable() -> dict[str, str]:
    """name -> title of the models on this machine whose layers can be added up; twins last."""
    cards = sorted(registered(twins=True), key=lambda card: bool(card.twin_of))
    alike = [card for card in cards if len(card.layer_names) > 1 and len(set(card.widths)) < 2]
    return {card.name: card.title for card in alike if not ENCODERS[card.name].missing()}


def states_of(task: str, vectors: LayeredVectors) -> States:
    """The occurrences that a task asks about, with their labels.

    Raises:
        EngineError: layers of different widths, which cannot be added up.
    """
    from engine.training.layer_mix import States

    widths = {layer.shape[1] for layer in vectors.layers}
    if len(widths) > 1 or vectors.n_layers < 2:
        raise EngineError(
            f"The layers of {title_of(vectors.model)} cannot be mixed: a mix needs two or more of "
            "one width. Take ELMo or MiniLM."
        )
    rows, labels = _senses(vectors) if task == SENSE else _words(vectors, task)
    _, words = np.unique([vectors.keys[row] for row in rows], return_inverse=True)
    x = np.stack([layer[rows] for layer in vectors.layers])
    return States(x, labels, words, vectors.sentence_ids[rows], np.zeros(len(rows), np.int64))


def _words(vectors: LayeredVectors, task: str) -> tuple[np.ndarray, np.ndarray]:
    from engine.training.layer_probes.tasks import word_labels

    return word_labels(vectors, N_CLASSES, previous=task == PREVIOUS)


def _senses(vectors: LayeredVectors) -> tuple[np.ndarray, np.ndarray]:
    """The word that each sentence of the sense corpus was written for: its row, and which of all
    senses of all words it has.
    """
    corpus = CORPORA[CORPUS]()
    places = zip(vectors.sentence_ids.tolist(), vectors.positions.tolist(), strict=True)
    row_at = {place: row for row, place in enumerate(places)}
    rows, senses = [], []
    for number, (word, sense) in enumerate(zip(corpus.target_words, corpus.senses, strict=True)):
        found = find_word(corpus.sentences[number], word or "")
        if found and (number, found[0]) in row_at:
            rows.append(row_at[number, found[0]])
            senses.append(f"{word}: {sense}")
    return np.array(rows), np.unique(senses, return_inverse=True)[1]


def train(task: str, vectors: LayeredVectors, rate: float, tell: Callable[[], None]) -> TaskResult:
    """Learn the mix of every seed; then the head alone on each layer, and on all of them alike.

    Args:
        rate: of the mix's weights.
        tell: called after each training.
    """
    from engine.training.layer_mix import accuracy_of_word_alone, drawn, learn

    n = vectors.n_layers
    fixed = {name: tuple(np.eye(n)[k]) for k, name in enumerate(vectors.layer_names)}
    fixed[ALIKE] = (1 / n,) * n
    states, learnt, alone, n_test = states_of(task, vectors), [], [], 0
    compared: dict[str, list[float]] = {name: [] for name in [*fixed, LEARNT]}
    for seed in SEEDS:
        draw = drawn(states, MOST, seed)
        n_test = n_test or draw.n_test
        alone.append(accuracy_of_word_alone(draw))
        learnt.append(learn(draw, seed, rate))
        compared[LEARNT].append(learnt[-1].accuracy)
        tell()
        for name, shares in fixed.items():
            compared[name].append(learn(draw, seed, rate, shares).accuracy)
            tell()
    told = {name: tuple(values) for name, values in compared.items()}
    return TaskResult(task, tuple(learnt), told, tuple(alone), n_test)
