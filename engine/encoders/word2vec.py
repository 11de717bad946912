"""word2vec (Mikolov et al. 2013, https://arxiv.org/abs/1310.4546): one vector a word, learnt by
telling its neighbours from random words.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import TextError
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.vectors.vocabulary import look_up, vocabulary_vectors

LAYER_NAME = "0 · word vector"
KIND = "word2vec"


@ENCODERS.add(KIND)
class Word2vec:
    """Skip-gram with negative sampling, 100 dimensions, 20,000 lower-cased words."""

    card = ModelCard(
        name=KIND,
        title="word2vec",
        family="static",
        about="Word vectors that tell a word's neighbours from random words (skip-gram with "
        "negative sampling); no context at all.",
        layer_names=(LAYER_NAME,),
        d_model=100,
        year=2013,
        source="trained for Conescope on English Wikipedia articles, after Mikolov et al. 2013",
        licence="MIT; the articles: CC BY-SA",
        sha256=shipped_sha256(KIND),
    )
    device = "cpu"
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None:
        from engine.checkpoints import load_weights

        weights = load_weights(weights_path(KIND), kind=KIND, sha256=self.card.sha256)
        vocabulary = weights.vocabularies["words"]
        self._words = vocabulary.words[-len(weights.tensors["vectors"]) :]  # special tokens: none
        self._matrix = weights.tensors["vectors"].numpy()  # (20000, 100)
        self._rows = {word: row for row, word in enumerate(self._words)}

    @classmethod
    def missing(cls) -> str | None:
        """None where the weights are."""
        return not_shipped(KIND, cls.card.title)

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Look every word up.

        Raises:
            TextError: none of the words is in the vocabulary.
        """
        found = look_up(KIND, sentences, self._rows, self._matrix, LAYER_NAME)
        if not len(found):
            raise TextError("word2vec knows none of the words in this text; it is English.")
        if progress:
            progress(len(sentences), len(sentences))
        return found

    def words(self, n: int) -> LayeredVectors:
        """The n most frequent words of the training text."""
        return vocabulary_vectors(KIND, self._words[:n], self._matrix[:n], LAYER_NAME)
