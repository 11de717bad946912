"""GloVe (Pennington et al. 2014, https://aclanthology.org/D14-1162): one vector a word, whatever
stands around it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import TextError
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord, glove_table
from engine.vectors.vocabulary import vocabulary_vectors

PACKAGE = glove_table.PACKAGE  # whose files `doctor` compares with the card

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
        year=2014,
        source=glove_table.SOURCE,
        licence=glove_table.LICENCE,
        sha256=glove_table.SHA256,
    )
    device = "cpu"
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None:
        self._table = glove_table.glove_table()

    @classmethod
    def missing(cls) -> str | None:
        """None where the package is installed."""
        return glove_table.missing()

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
                if rows := self._table.rows_of(word.text):
                    places.append((number, position))
                    rows_of_words.append(rows)
                else:
                    unknown.append(UnknownWord(word.text, number, position))
        if not places:
            raise TextError("GloVe knows none of the words in this text; it is English.")
        if progress:
            progress(len(sentences), len(sentences))
        sentence_ids, positions = np.array(places, np.int64).T.copy()
        vectors = self._table.matrix[[rows[0] for rows in rows_of_words]]
        for i, rows in enumerate(rows_of_words):
            if len(rows) > 1:
                vectors[i] = self._table.mean_of(rows)
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
        table = self._table
        return vocabulary_vectors(self.card.name, table.words[:n], table.matrix[:n], LAYER_NAME)
