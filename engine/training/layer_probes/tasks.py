"""What is read from a layer: the word itself, the word before it, the label of a whole text, the
sense of an ambiguous word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.corpora.senses import polysemous_words, sentences_of
from engine.corpora.training_texts import labelled_source, text_source
from engine.encoder import Encoder
from engine.geometry.moments import unit
from engine.geometry.probe import Labelled, probe_accuracy
from engine.geometry.senses import knn_accuracy_balanced
from engine.text import Sentence, is_punctuation, read_sentences, word_key
from engine.training.layer_probes.config import LayerProbes
from engine.vectors import LayeredVectors

WORD, PREVIOUS, LABEL, SENSE = "word", "previous word", "label", "sense"
TASKS = (WORD, PREVIOUS, LABEL, SENSE)


@dataclass(frozen=True)
class Read:
    """How well a task was read from every layer."""

    units: tuple[str, ...]
    accuracy: list[list[float]]  # (n_units, n_layers)
    chance: float
    n_test: int


def read(task: str, encoder: Encoder, config: LayerProbes) -> Read:
    """One task from every layer of one model.

    Raises:
        DataUnavailable: a text is not on this machine.
    """
    if task == SENSE:
        return _senses(encoder)
    found = [_draw(task, encoder, config, seed) for seed in config.seeds]
    accuracy = [[probe_accuracy(*parts) for parts in layers] for layers in found]
    test_labels = [layers[0][-1].labels for layers in found]
    chance = np.mean([np.bincount(labels).max() / len(labels) for labels in test_labels])
    units = tuple(f"seed {seed}" for seed in config.seeds)
    return Read(units, accuracy, float(chance), len(test_labels[0]))


Parts = tuple[Labelled, Labelled, Labelled]  # to train on, to choose the penalty by, to test on


def _draw(task: str, encoder: Encoder, config: LayerProbes, seed: int) -> list[Parts]:
    """The three parts of one draw at every layer; no sentence stands in two of them."""
    rng = np.random.default_rng(seed)
    if task == LABEL:
        sentences, labels = _some_reviews(config, rng)
        vectors = encoder.encode(sentences)
        present = np.unique(vectors.sentence_ids)
        layers = [_means(layer, vectors.sentence_ids, present) for layer in vectors.layers]
        return _parts(layers, labels[present], present, config)
    vectors = encoder.encode(_some_sentences(config, rng))
    rows, labels = word_labels(vectors, config.n_classes, previous=task == PREVIOUS)
    chosen = rng.permutation(len(rows))[: config.n_words]
    rows, labels = rows[chosen], labels[chosen]
    layers = [layer[rows] for layer in vectors.layers]
    return _parts(layers, labels, vectors.sentence_ids[rows], config)


def word_labels(
    vectors: LayeredVectors, n_classes: int, *, previous: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The rows whose word (or the word before theirs) is one of the commonest.

    Returns:
        Row numbers (n,), and which of the common words it is (n,).
    """
    words = Counter(key for key in vectors.keys if not is_punctuation(key))
    number_of = {word: number for number, (word, _) in enumerate(words.most_common(n_classes))}
    told = vectors.keys
    if previous:
        told = tuple(
            word_key(vectors.sentences[s].words[p - 1].text) if p else ""
            for s, p in zip(vectors.sentence_ids, vectors.positions, strict=True)
        )
    labels = np.array([number_of.get(key, -1) for key in told])
    rows = np.flatnonzero(labels >= 0)
    return rows, labels[rows]


def _parts(
    layers: Sequence[np.ndarray], labels: np.ndarray, sentence_ids: np.ndarray, config: LayerProbes
) -> list[Parts]:
    ends = np.cumsum(config.shares) * (sentence_ids.max() + 1)
    part_of = np.searchsorted(ends, sentence_ids, side="right")  # sentences are in random order
    rows = [np.flatnonzero(part_of == part) for part in range(3)]
    return [
        tuple(Labelled(layer[part], labels[part]) for part in rows)  # type: ignore[misc]
        for layer in layers
    ]


def _means(x: np.ndarray, sentence_ids: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Mean over the words of each sentence, (n_sentences, d)."""
    order = np.searchsorted(present, sentence_ids)
    sums = np.zeros((len(present), x.shape[1]))
    np.add.at(sums, order, x)
    return sums / np.bincount(order)[:, None]


def _some_sentences(config: LayerProbes, rng: np.random.Generator) -> list[Sentence]:
    sentences = _sentences_of(config.general, config.longest)
    chosen = rng.permutation(len(sentences))[: config.n_sentences]
    return [sentences[i] for i in chosen]


@lru_cache(maxsize=2)
def _sentences_of(source: str, longest: int) -> list[Sentence]:
    documents = text_source(source).documents("train")
    read = (s for text in documents if text.strip() for s in read_sentences(text))
    return [sentence for sentence in read if 1 < len(sentence.words) <= longest]


def _some_reviews(
    config: LayerProbes, rng: np.random.Generator
) -> tuple[list[Sentence], np.ndarray]:
    texts, labels = labelled_source(config.reviews).labelled("train")
    chosen = rng.permutation(len(texts))[: config.n_reviews]
    return [Sentence(texts[i]) for i in chosen], labels[chosen]


def _senses(encoder: Encoder) -> Read:
    """Balanced leave-one-sentence-out 1-NN accuracy of each ambiguous word that the model knows."""
    known, accuracy, chances, n = [], [], [], 0
    for word in polysemous_words():
        senses, sentences = zip(*sentences_of(word), strict=True)
        vectors = encoder.encode(sentences)
        rows = vectors.rows_of(word)
        if not len(rows):
            continue
        sentence_ids = vectors.sentence_ids[rows]
        names, labels = np.unique(np.array(senses)[sentence_ids], return_inverse=True)
        directions = [unit(layer[rows]) for layer in vectors.layers]
        known.append(word)
        chances.append(1 / len(names))
        n += len(rows)
        accuracy.append([knn_accuracy_balanced(u @ u.T, labels, sentence_ids) for u in directions])
    return Read(tuple(known), accuracy, float(np.mean(chances)), n)
