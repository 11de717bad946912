"""CoVe: an encoder that learnt to read English by translating it into German (Multi30k)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.checkpoints import save_weights
from engine.nets.cove import Cove, CoveConfig
from engine.nets.translator import EncoderDecoder, Translator, TranslatorConfig
from engine.training.events import Event
from engine.training.loop import CHECKPOINT, iterate, net_state
from engine.training.loop_config import LoopConfig
from engine.training.objective import RECIPES
from engine.training.translation_card import DECODER, DECODER_KIND, KIND, WEIGHTS, measured
from engine.training.translation_pairs import (
    IGNORED,
    Buckets,
    TranslationPairs,
    translation_pairs,
)
from engine.training.translation_quality import bleu, perplexity, translations

# Matrices of the decoder that ship as int8; the encoder's vectors are looked at, so it is float16.
INT8 = {"words.weight", "cell.weight_ih", "cell.weight_hh", "query.weight", "adjust.weight"}


@dataclass(frozen=True)
class CoveTraining:
    """The recipe: 8 epochs of 454 steps. The shipped run was shortened to 7, as its card says."""

    seed: int = 0
    batch_size: int = 64  # pairs
    d_direction: int = 300
    d_decoder: int = 300
    d_german: int = 128  # width of a German word's vector
    dropout: float = 0.2
    # Once it can translate, it also has to translate sentences with holes: a word that is hidden
    # can only be guessed from its context, so that states come to hold a little more of it.
    word_dropout: float = 0.3  # share of the English words that are zeros, like unknown words,
    word_dropout_from: int = 2270  # from this step on
    label_smoothing: float = 0.1
    loop: LoopConfig = field(
        default_factory=lambda: LoopConfig(
            n_steps=3632, learning_rate=2e-3, warm_up=200, decay_share=0.5,
            validate_every=454, checkpoint_every=227,
        )
    )  # fmt: skip

    def encoder(self) -> CoveConfig:
        """Sizes of the encoder."""
        return CoveConfig(d_direction=self.d_direction, dropout=self.dropout)

    def decoder(self, n_vocabulary: int) -> TranslatorConfig:
        """Sizes of the decoder."""
        return TranslatorConfig(
            n_vocabulary, 2 * self.d_direction, self.d_decoder, self.d_german, self.dropout
        )


class CoveObjective:
    """Predict every German word from the English sentence and the German words before it."""

    def __init__(
        self, config: CoveTraining, train: TranslationPairs, valid: TranslationPairs,
        device: torch.device,
    ) -> None:  # fmt: skip
        decoder = Translator(config.decoder(len(train.vocabulary)))
        self.net = EncoderDecoder(Cove(config.encoder()), decoder).to(device)
        self._config, self._train, self._valid, self._device = config, train, valid, device
        self._buckets = Buckets(train, config.batch_size, config.seed)
        self.steps_per_epoch = self._buckets.per_epoch

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Smoothed cross-entropy of a batch, in nats per German word and end mark."""
        batch, device = self._train.batch(self._buckets.numbers(step)), self._device
        x = batch.word_vectors.to(device)  # (batch, n_source, 50)
        if step >= self._config.word_dropout_from:
            x = with_holes(x, self._config.word_dropout)
        adjusted = self.net(x, batch.n_words, batch.inputs.to(device))
        is_word = batch.targets != IGNORED  # (batch, n_target)
        logits = self.net.decoder.logits(adjusted[is_word])  # (n_tokens, n_vocabulary)
        targets = batch.targets[is_word].to(device)  # (n_tokens,)
        smoothing = self._config.label_smoothing
        return F.cross_entropy(logits, targets, label_smoothing=smoothing), len(targets)

    def carried(self) -> dict[str, Tensor]:
        """Nothing: every sentence starts from zero states."""
        return {}

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Nothing to take up."""

    def validate(self) -> dict[str, float]:
        """Perplexity without smoothing, and BLEU of greedy translations, both on val."""
        references = [" ".join(words) for words in self._valid.german]
        figures = {
            "perplexity": perplexity(self.net, self._valid),
            "bleu": bleu(translations(self.net, self._valid), references),
        }
        self.net.train()
        return figures


@RECIPES.add(KIND)
class CoveRecipe:
    """`python -m engine train cove`."""

    Config = CoveTraining
    ABOUT: ClassVar = {
        "title": "CoVe, a translator's encoder on GloVe, and the translator",
        "data": "29,000 English-German picture captions of Multi30k",
        "licence": "weights MIT; Multi30k states no licence (Elliott et al. 2016)",
        "intended_use": "teaching: vectors in context from translation; captions, not free text",
    }

    def events(self, config: CoveTraining, folder: Path, device: torch.device) -> Iterator[Event]:
        """Train; checkpoints go to `folder`."""
        return iterate(self.objective(config, device), config, folder)

    def objective(self, config: CoveTraining, device: torch.device) -> CoveObjective:
        """A fresh net on Multi30k."""
        train = translation_pairs("train")
        return CoveObjective(config, train, translation_pairs("val", train.vocabulary), device)

    def ship(self, config: CoveTraining, run: Path, folder: Path) -> dict[str, Any]:
        """The encoder in float16, and the decoder with its German words in a file of its own."""
        state = net_state(run / CHECKPOINT)
        vocabulary = translation_pairs("train").vocabulary
        save_weights(
            folder / WEIGHTS, part(state, "encoder."), kind=KIND, config=asdict(config.encoder())
        )
        save_weights(
            folder / DECODER, part(state, "decoder."), kind=DECODER_KIND, int8=INT8,
            config=asdict(config.decoder(len(vocabulary))), vocabularies={"german": vocabulary},
        )  # fmt: skip
        return measured(folder)


def with_holes(word_vectors: Tensor, share: float) -> Tensor:
    """Random words of (batch, n_source, d_word) replaced by zeros."""
    is_kept = torch.rand(word_vectors.shape[:2], device=word_vectors.device) >= share
    return word_vectors * is_kept[:, :, None]


def part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The weights under a prefix, without it."""
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
