"""The settings of a small training whose geometry is watched."""

from __future__ import annotations

from dataclasses import dataclass

from engine.training.loop_config import LoopConfig
from engine.training.recipes.elmo import ElmoTraining
from engine.training.recipes.word2vec_torch import SkipGramTraining
from engine.training.ulmfit.settings import Settings, choice, number, text

WORD2VEC, BILM = "word2vec", "bilm"


@dataclass(frozen=True)
class ConeTraining(Settings):
    """What is trained, on what, and how often it is measured."""

    net: str = choice(WORD2VEC, (WORD2VEC, BILM), "skip-gram, or a language model each way")
    n_negatives: int = number(5, 1, 50, "words drawn by chance for each pair, of word2vec")
    seed: int = number(0, 0, 9_999)
    text: str = text("wikipedia-excerpt", "a source of running text")
    vocab_size: int = number(5_000, 100, 50_000)
    d: int = number(50, 4, 400, "of a word vector; the biLM's layers are twice as wide")
    n_steps: int = number(1_500, 1, 100_000, "batches")
    rate: float = number(5e-3, 0.0, 1.0, "of Adam")
    measure_every: int = number(50, 1, 100_000, "batches")
    n_measured: int = number(1_000, 10, 10_000, "most frequent words, or tokens of validation text")
    n_places: int = number(400, 0, 2_000, "of them with a place in the picture")

    def word2vec(self) -> SkipGramTraining:
        """The same as a recipe of word2vec."""
        return SkipGramTraining(
            seed=self.seed, vocab_size=self.vocab_size, d=self.d, n_negatives=self.n_negatives,
            subsampling=1e-3, tokens_per_step=5_000, loop=self._loop(),
        )  # fmt: skip

    def bilm(self) -> ElmoTraining:
        """The same as a recipe of ELMo."""
        return ElmoTraining(
            seed=self.seed, vocab_size=self.vocab_size, d_projection=self.d, d_cell=4 * self.d,
            n_streams=8, window=25, n_sampled=256, loop=self._loop(),
        )  # fmt: skip

    def _loop(self) -> LoopConfig:
        return LoopConfig(n_steps=self.n_steps, learning_rate=self.rate)
