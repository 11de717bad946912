"""Our models measured on the sentences, and in the frame, of the published numbers.

Ethayarajh (2019) drew 1,000 sentences of the scored pairs of SemEval 2012 to 2016. The mean cosine
is of one random word of each, the intra-sentence similarity of all their words, punctuation
included; self-similarity is of word types seen in five places at least, without punctuation. Here
all sentences count, and all pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from engine.corpora.inventory import identity
from engine.corpora.sts import sentence_pairs
from engine.encoder import Progress, encode_in_chunks
from engine.geometry.frame import Frame
from engine.geometry.measurements import PUBLISHED_MIN_COUNT
from engine.geometry.stream import GeometryStream
from engine.text import Sentence
from engine.views.sources import encoder
from engine.views.study_records import ModelRecord, is_current, rebuilt, records

PATH = Path(__file__).parents[2] / "assets" / "studies" / "sts-geometry.jsonl"
COMMAND = "python -m engine record sts"
KEY = ("model",)
FRAMES = {
    "one": Frame("one per sentence", punctuation=True),
    "all": Frame(punctuation=True),
    "types": Frame(),
}


@dataclass(frozen=True)
class StsLayer:
    """One layer; cosines are dimensionless, intervals 95 %."""

    layer: str
    mean_cosine: float
    mean_cosine_interval: tuple[float, float]
    n: int  # words, one a sentence
    self_similarity: float
    self_similarity_interval: tuple[float, float]
    n_types: int
    intra_sentence_similarity: float
    intra_sentence_interval: tuple[float, float]
    n_sentences: int
    norm_mean: float  # length of the vectors of all words
    norm_std: float


@dataclass(frozen=True)
class StsGeometry(ModelRecord):
    """All layers of a model on these sentences."""

    title: str
    layers: tuple[StsLayer, ...]
    n_words: int
    sts_sha256: str  # of the data set's files


def measure_sts(model: str, progress: Progress = lambda *_: None, most: int = 0) -> StsGeometry:
    """Read all sentences once and measure every layer, in constant memory.

    Args:
        progress: told after every piece; may raise to stop.
        most: only the first so many sentences; all if 0.
    Raises:
        DataUnavailable: the sentence pairs are not on this machine.
    """
    texts = [text for pair in sentence_pairs() for text in (pair.first, pair.second)]
    texts = texts[: most or len(texts)]
    chosen, streams = encoder(model), {name: GeometryStream(of) for name, of in FRAMES.items()}
    norms: list[Norms] = []
    n_words = done = 0
    for piece in encode_in_chunks(chosen, map(Sentence, texts)):
        norms = norms or [Norms() for _ in piece.layers]
        for stream in streams.values():
            stream.update(piece, first_sentence=done)
        for sums, layer in zip(norms, piece.layers, strict=True):
            sums.update(layer)
        n_words, done = n_words + len(piece), done + len(piece.sentences)
        progress(done, len(texts))
    return StsGeometry(
        chosen.card.title, tuple(_layers(streams, norms)), n_words, identity("sts"), model=model,
        model_sha256=chosen.card.sha256,
        text_sha256=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        device=chosen.device, dtype=chosen.dtype, date=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


_record = partial(rebuilt, StsGeometry)


def recorded_sts() -> dict[str, StsGeometry]:
    """What is recorded: model -> its numbers; only of models as they are now, or of the hub."""
    found = records(PATH, _record, "a model measured on STS")
    return {name: one for name, one in found.items() if is_current(one)}


class Norms:
    """Mean and standard deviation of the lengths of vectors, in pieces.

    >>> sums = Norms()
    >>> sums.update(np.array([[3.0, 4.0], [0.0, 1.0]]))
    >>> sums.mean, sums.std
    (3.0, 2.0)
    """

    def __init__(self) -> None:
        self._n, self._sum, self._squares = 0, 0.0, 0.0

    def update(self, x: np.ndarray) -> None:
        """Add the rows of x, (n, d)."""
        squares = np.square(x.astype(np.float64)).sum(axis=1)
        self._n += len(x)
        self._sum += float(np.sqrt(squares).sum())
        self._squares += float(squares.sum())

    @property
    def mean(self) -> float:
        """Mean length."""
        return self._sum / self._n

    @property
    def std(self) -> float:
        """Standard deviation of the lengths."""
        return float(np.sqrt(max(self._squares / self._n - self.mean**2, 0.0)))


def _layers(streams: dict[str, GeometryStream], norms: list[Norms]) -> Iterator[StsLayer]:
    found = {name: stream.result(min_count=PUBLISHED_MIN_COUNT) for name, stream in streams.items()}
    for one, every, types, lengths in zip(*found.values(), norms, strict=True):
        yield StsLayer(
            one.layer, one.mean_cosine, one.mean_cosine_interval, one.n,
            types.self_similarity, types.self_similarity_interval, types.n_self_similarity_types,
            every.intra_sentence_similarity, every.intra_sentence_interval, every.n_intra_sentences,
            lengths.mean, lengths.std,
        )  # fmt: skip
