"""word2vec again, in our own batched PyTorch: for a GPU, where gensim has no program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from engine.checkpoints import save_weights
from engine.corpora.vocabulary import SPECIAL
from engine.nets.skip_gram import SkipGram, SkipGramConfig, kept_by_subsampling, pairs
from engine.training.events import Event
from engine.training.loop import CHECKPOINT, iterate, net_state
from engine.training.loop_config import LoopConfig
from engine.training.objective import RECIPES
from engine.training.prepared_text import PreparedText, wikipedia_text
from engine.training.word_pairs import analogy_accuracy, word_pair_scores

N_SPECIAL = len(SPECIAL)


@dataclass(frozen=True)
class SkipGramTraining:
    """The settings of the gensim recipe; a step is a batch of neighbouring sentences."""

    seed: int = 0
    vocab_size: int = 20_002
    d: int = 100
    window: int = 5
    n_negatives: int = 5
    n_shared: int = 256
    subsampling: float = 1e-4
    # Adam's step is as long for many tokens as for few, and a rare word is in few of them: with ten
    # times as many tokens a step, ten epochs teach next to nothing.
    tokens_per_step: int = 2_000
    loop: LoopConfig = field(
        default_factory=lambda: LoopConfig(
            n_steps=62_000,
            learning_rate=5e-3,
            decay_share=0.95,
            clip_norm=1e9,
            validate_every=6_200,
            checkpoint_every=6_200,
        )
    )


class SkipGramObjective:
    """Neighbouring words against words drawn by chance."""

    def __init__(self, config: SkipGramTraining, text: PreparedText, device: torch.device) -> None:
        vocab_size = len(text.vocabulary)  # a short text has fewer words than were asked for
        counts = torch.bincount(torch.from_numpy(text.ids).long(), minlength=vocab_size)
        counts[:N_SPECIAL] = 0  # neither learnt nor drawn
        sizes = SkipGramConfig(vocab_size, config.d, config.n_negatives, config.n_shared)
        self.net = SkipGram(sizes, counts).to(device)
        self._shares = (counts / counts.sum()).to(device)
        self._config, self._device, self._words = config, device, text.vocabulary.words
        self._boundary_id = text.vocabulary.boundary_id
        self._ids = text.ids
        self.steps_per_epoch = max(1, len(text.ids) // config.tokens_per_step)

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Mean loss of the pairs of one piece of the text, in nats, and its number of tokens."""
        epoch, number = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng([self._config.seed, epoch]).permutation(self.steps_per_epoch)
        start = int(order[number]) * self._config.tokens_per_step
        piece = self._ids[start : start + self._config.tokens_per_step].astype(np.int64)
        ids = torch.from_numpy(piece).to(self._device)
        sentence_ids = (ids == self._boundary_id).cumsum(0)
        known = ids >= N_SPECIAL
        ids, sentence_ids = ids[known], sentence_ids[known]
        # Thinned before pairing, so that a window reaches further across frequent words.
        kept = kept_by_subsampling(ids, self._shares, self._config.subsampling)
        words, contexts = pairs(ids[kept], sentence_ids[kept], self._config.window)
        return self.net(words, contexts), len(piece)

    def carried(self) -> dict[str, Tensor]:
        """Nothing."""
        return {}

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Nothing to take up."""

    def validate(self) -> dict[str, float]:
        """Agreement with people on word similarity."""
        return word_pair_scores(keyed(self._words, self.net.vectors))


@RECIPES.add("word2vec-torch")
class SkipGramRecipe:
    """`python -m engine train word2vec-torch`."""

    Config = SkipGramTraining
    ABOUT: ClassVar = {
        "title": "word2vec, skip-gram with shared negatives, in PyTorch",
        "data": "12.5 M tokens of 3,106 Good and Featured articles of the English Wikipedia (2019)",
        "licence": "vectors MIT; the articles CC BY-SA 3.0",
        "intended_use": "comparison with gensim's vectors on the same text",
    }

    def events(
        self, config: SkipGramTraining, folder: Path, device: torch.device
    ) -> Iterator[Event]:
        """The common loop."""
        text = wikipedia_text("train", config.vocab_size)
        return iterate(SkipGramObjective(config, text, device), config, folder)

    def ship(self, config: SkipGramTraining, run: Path, folder: Path) -> dict[str, Any]:
        """The word vectors as int8 with a scale a row."""
        vocabulary = wikipedia_text("valid", config.vocab_size).vocabulary
        vectors = net_state(run / CHECKPOINT)["vectors"]
        save_weights(
            folder / "weights.safetensors", {"vectors": vectors[N_SPECIAL:]}, kind="word2vec",
            config={"d": config.d}, vocabularies={"words": vocabulary}, int8={"vectors"},
        )  # fmt: skip
        found = keyed(vocabulary.words, vectors)
        solved, known = analogy_accuracy(found)
        return word_pair_scores(found) | {
            "analogies_solved": solved,
            "analogies_known": known,
            "settings": asdict(config),
        }


def keyed(words: tuple[str, ...], vectors: Tensor) -> Any:
    """The vectors as gensim's KeyedVectors, special tokens left out."""
    from gensim.models import KeyedVectors

    found = KeyedVectors(vectors.shape[1])
    found.add_vectors(list(words[N_SPECIAL:]), vectors[N_SPECIAL:].detach().float().cpu().numpy())
    return found
