"""Anisotropy, self-similarity and intra-sentence similarity of a corpus: one exact pass against
the published procedure, which draws pairs.
"""

from __future__ import annotations

import importlib.util
import math
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.geometry import layer_shape
from engine.geometry.frame import Frame, rows_in_frame
from engine.geometry.stream import GeometryStream, measure
from engine.vectors import LayeredVectors
from tests.benchmarks import Row, pair_sampling
from tests.benchmarks.corpus import sentences, vectors
from tests.benchmarks.timing import medians, seconds_of

N_SENTENCES = 4_917  # all of WikiText-2's valid and test set that `corpus.wikitext` takes
SAMPLED_TYPES, SAMPLED_SENTENCES, RERUNS = 60, 60, 20


def run(quick: bool) -> list[Row]:
    """The published procedure runs on a part of the types and sentences and is scaled linearly."""
    read, origin = sentences(1_336 if quick else N_SENTENCES)
    everything = vectors(read)
    words = everything.select(rows_in_frame(everything, Frame()))
    parts = Parts.of(words, np.random.default_rng(0))
    ours, in_memory, from_file = [], [], []
    for number in range(3 if quick else 5):
        ours.append(seconds_of(lambda: measure([words])))
        layer = number % words.n_layers
        in_memory.append(parts.sampled_seconds(words, words.layers[layer], number))
        if importlib.util.find_spec("h5py"):
            from_file.append(_from_file(words, parts, layer))
    exact, sampled = float(np.median(ours)), float(np.median(in_memory))
    a_pair = _seconds_a_pair(words)
    every_pair = len(words) * (len(words) - 1) / 2 * words.n_layers * a_pair
    about = (
        f"{len(words):,} words x {words.n_layers} layers of {origin}; {_n_pairs(words):,} pairs a "
        f"layer for self-similarity; scaled from {SAMPLED_TYPES} types and as many sentences"
    )
    name = "all measures, exact, against"

    def row(label: str, theirs: float, wanted: str, note: str) -> Row:
        return Row(f"{name} {label}", exact, "s", theirs, theirs / exact, wanted, note)

    rows = [row("drawn pairs, vectors in memory", sampled, "", about)]
    if from_file:
        slow = float(np.median(from_file))
        rows.append(row("drawn pairs, vectors in HDF5 as published", slow, "ratio >= 100", about))
    note = f"what an exact answer pair by pair would take, scaled from {a_pair * 1e6:.1f} µs a pair"
    rows.append(row("every pair, vectors in memory", every_pair, "ratio >= 100", note))
    published = float(np.median(from_file)) if from_file else None
    return rows + shape_rows(words, published) + agreement(words, parts)


def shape_rows(words: LayeredVectors, published: float | None) -> list[Row]:
    """What the shape of every layer costs beyond the measures: sums over all words, and what is
    computed from a sample, whose size does not grow with the text.
    """
    streams = []

    def summed() -> None:
        streams.append(GeometryStream(shape=True).update(words))

    def products() -> None:
        for layer in words.layers:
            x = layer.astype(np.float64)
            x.T @ x

    plain = partial(GeometryStream().update, words)
    sums, references, without = medians([summed, products, plain], 3)
    finished = seconds_of(streams[-1].result)
    rows = [
        Row(
            "sums for measures and shape of all layers, against X^T X of each",
            sums,
            "s",
            references,
            sums / references,
            "ratio <= 3",
            f"without shape {without:.2f} s; {len(words):,} words x {words.n_layers} layers",
        ),
        Row(
            "the shape of all layers from their sums and samples",
            finished,
            "s",
            note=f"of at most {layer_shape.SAMPLE:,} words a layer, however long the text",
        ),
    ]
    if published:
        ours = sums + finished
        label = "all measures and shapes, against drawn pairs of the measures alone, in HDF5"
        rows.append(Row(label, ours, "s", published, published / ours, "ratio >= 100"))
    return rows


@dataclass(frozen=True)
class Parts:
    """What the sampled procedure is timed and checked on."""

    of_types: LayeredVectors  # all occurrences of some types that occur often enough
    type_rows: np.ndarray  # their rows in the whole
    of_sentences: LayeredVectors  # all words of some sentences
    sentence_rows: np.ndarray

    @classmethod
    def of(cls, words: LayeredVectors, rng: np.random.Generator) -> Parts:
        """Drawn parts."""
        _, type_ids = words.types
        enough = np.flatnonzero(np.bincount(type_ids) >= pair_sampling.MIN_COUNT)
        types = rng.choice(enough, min(SAMPLED_TYPES, len(enough)), replace=False)
        chosen = rng.choice(np.unique(words.sentence_ids), SAMPLED_SENTENCES, replace=False)
        type_rows = np.flatnonzero(np.isin(type_ids, types))
        sentence_rows = np.flatnonzero(np.isin(words.sentence_ids, chosen))
        parts = cls(words.select(type_rows), type_rows, words.select(sentence_rows), sentence_rows)
        _ = parts.of_types.types, parts.of_sentences.types  # the words are known before timing
        return parts

    def sampled_seconds(self, words: LayeredVectors, x: Any, seed: int) -> float:
        """Seconds of the published procedure on all layers, scaled from one layer x: by pairs for
        self-similarity, to 1,000 sampled sentences for intra-sentence similarity.
        """
        rng, found = np.random.default_rng(seed), []
        drawn = seconds_of(lambda: pair_sampling.baseline(words, x, rng))
        types, rows = self.of_types, _Chosen(x, self.type_rows)
        alike = seconds_of(lambda: found.append(pair_sampling.self_similarity(types, rows, rng)[1]))
        rows = _Chosen(x, self.sentence_rows)
        inside = seconds_of(
            lambda: pair_sampling.intra_sentence_similarity(self.of_sentences, rows)
        )
        inside *= min(pair_sampling.N_SAMPLES, len(words.sentences)) / SAMPLED_SENTENCES
        return words.n_layers * (drawn + alike * _n_pairs(words) / found[0] + inside)


class _Chosen:
    """Some rows of x, looked up one by one."""

    def __init__(self, x: Any, rows: np.ndarray) -> None:
        self._x, self._rows = x, rows.tolist()

    def __getitem__(self, row: int) -> np.ndarray:
        return self._x[self._rows[row]]


def _from_file(words: LayeredVectors, parts: Parts, layer: int) -> float:
    path = Path(tempfile.gettempdir()) / "conescope-benchmarks.hdf5"
    with pair_sampling.in_hdf5(words, path) as file:  # writing it is not counted
        seconds = parts.sampled_seconds(words, pair_sampling.Hdf5Rows(file, words, layer), layer)
    path.unlink()
    return seconds


def _n_pairs(words: LayeredVectors) -> int:
    """Pairs of a layer's self-similarity in the published procedure."""
    counts = np.bincount(words.types[1])
    counts = counts[counts >= pair_sampling.MIN_COUNT]
    return int(np.minimum(counts * (counts - 1), pair_sampling.N_SAMPLES).sum())


def _seconds_a_pair(words: LayeredVectors) -> float:
    x, n = words.layers[0], 3_000
    return seconds_of(lambda: [pair_sampling.cosine(x[i], x[i + 1]) for i in range(n)]) / n


def agreement(words: LayeredVectors, parts: Parts) -> list[Row]:
    """Both sides' numbers, layer by layer, with what may lie between them: the sampling error.

    Raises:
        AssertionError: they differ by more.
    """
    rng = np.random.default_rng(1)
    framed = measure([words], Frame("one per sentence"))
    alike, inside = measure([parts.of_types]), measure([parts.of_sentences])
    rows = []
    for layer in range(words.n_layers):
        x = words.layers[layer]
        runs = [pair_sampling.baseline(words, x, rng, distinct=True).mean for _ in range(RERUNS)]
        low, high = framed[layer].mean_cosine_interval
        error = math.hypot(1.96 * np.std(runs, ddof=1) / math.sqrt(RERUNS), (high - low) / 2)
        drawn, _ = pair_sampling.self_similarity(parts.of_types, parts.of_types.layers[layer], rng)
        one_by_one = pair_sampling.intra_sentence_similarity(
            parts.of_sentences, parts.of_sentences.layers[layer]
        )
        mean_cosine = framed[layer].mean_cosine
        inside_cosine = inside[layer].intra_sentence_similarity
        found = {
            f"mean cosine, mean of {RERUNS} runs": (mean_cosine, float(np.mean(runs)), error),
            f"self-similarity of {SAMPLED_TYPES} types": (alike[layer].self_similarity, *drawn),
            f"intra-sentence of {SAMPLED_SENTENCES} sentences": (inside_cosine, one_by_one, 0.0),
        }
        rows += [_checked(f"layer {layer}: {name}", *numbers) for name, numbers in found.items()]
    return rows


def _checked(name: str, exact: float, sampled: float, error: float) -> Row:
    # A 95 % interval is missed by chance now and then; twice its width practically never.
    assert abs(exact - sampled) <= 2 * error + 1e-5, (name, exact, sampled, error)
    note = f"differ by {abs(exact - sampled):.5f}; 95 % sampling error {error:.5f}"
    return Row(name, exact, "", sampled, note=note)
