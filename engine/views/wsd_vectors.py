"""The vectors that the sense tests compare: a word in its sentence, and the mean of a definition's
words. Where a model knows no word, the vector is 0, which is equally near to everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from engine.encoder import Encoder, Progress, encode_in_chunks
from engine.errors import EngineError
from engine.text import Sentence, is_punctuation
from engine.vectors import LayeredVectors
from engine.views.context_control import LABEL, MODEL, function_words, static_model
from engine.views.sources import encoder

CONTEXT = "context"  # in the place of a model: the mean GloVe vector of the other content words

Keep = Callable[[LayeredVectors, int], np.ndarray]
"""(vectors, number of their first sentence) -> which rows count, bool, (n_words,)."""


def words_in_place(
    model: str, sentences: Sequence[Sentence], positions: Sequence[int], progress: Progress
) -> list[np.ndarray]:
    """Of each sentence the vector of the word at a position, (n_sentences, d_layer) a layer; of
    `CONTEXT` the mean of the other content words.

    Raises:
        EngineError: `CONTEXT`, and its static model is not here.
    """
    wanted = np.array(positions)

    def itself(vectors: LayeredVectors, first: int) -> np.ndarray:
        return vectors.positions == wanted[first + vectors.sentence_ids]

    def others(vectors: LayeredVectors, first: int) -> np.ndarray:
        keys = [
            sentences[i].words[wanted[i]].key for i in range(first, first + len(vectors.sentences))
        ]
        own = [keys[number] for number in vectors.sentence_ids.tolist()]
        other = [key != word for key, word in zip(vectors.keys, own, strict=True)]
        return _is_content(vectors) & np.array(other, bool)

    keep = others if model == CONTEXT else itself
    return _means(reader(model), sentences, keep, progress)


def definitions(model: str, sentences: Sequence[Sentence], progress: Progress) -> list[np.ndarray]:
    """The mean vector of each definition's words without punctuation, (n_sentences, d_layer) a
    layer; of `CONTEXT` that of its content words.
    """
    content = _is_content if model == CONTEXT else _is_word
    return _means(reader(model), sentences, lambda vectors, _: content(vectors), progress)


def reader(model: str) -> Encoder:
    """What reads the sentences.

    Raises:
        EngineError: `CONTEXT`, and its static model is not here.
    """
    if model == CONTEXT and static_model() is None:
        raise EngineError(f"“{LABEL}” needs the model {MODEL}, which is not on this machine.")
    return encoder(MODEL if model == CONTEXT else model)


def _means(
    reads: Encoder,
    sentences: Sequence[Sentence],
    keep: Keep,
    progress: Progress,
) -> list[np.ndarray]:
    """The mean of the kept rows of each sentence, layer by layer; 0 where none is kept."""
    parts: list[list[np.ndarray]] = []
    for first, vectors in _read(reads, sentences, progress):
        kept = vectors.select(keep(vectors, first))
        counts = np.bincount(kept.sentence_ids, minlength=len(vectors.sentences))
        parts.append([])
        for layer in kept.layers:
            sums = np.zeros((len(vectors.sentences), layer.shape[1]))
            np.add.at(sums, kept.sentence_ids, layer)
            parts[-1].append(sums / np.maximum(counts, 1)[:, None])
    return [np.concatenate(same) for same in zip(*parts, strict=True)]


def _read(
    reads: Encoder, sentences: Sequence[Sentence], progress: Progress
) -> Iterator[tuple[int, LayeredVectors]]:
    first = 0
    pieces = encode_in_chunks(
        reads, sentences, chunk=500, progress=lambda n: progress(n, len(sentences))
    )
    for vectors in pieces:
        yield first, vectors
        first += len(vectors.sentences)


def _is_word(vectors: LayeredVectors) -> np.ndarray:
    return np.array([not is_punctuation(key) for key in vectors.keys], bool)


def _is_content(vectors: LayeredVectors) -> np.ndarray:
    common = function_words()
    return _is_word(vectors) & np.array([key not in common for key in vectors.keys], bool)
