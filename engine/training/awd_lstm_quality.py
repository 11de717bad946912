"""What the card of AWD-LSTM says of its quality."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.corpora import wikitext2
from engine.corpora.vocabulary import Vocabulary
from engine.nets.both_directions import BothDirections
from engine.training.perplexity import bits_per_character, evaluated
from engine.training.prepared_text import PreparedText, prepare, wikipedia_text

STRANGER = "\ue000"  # one character that no vocabulary holds


def log_unigram(vocab_size: int) -> Tensor:
    """Logarithm of each word's share of the training text, (V,): what is known without context."""
    ids = torch.from_numpy(wikipedia_text("train", vocab_size).ids).long()
    counts = torch.bincount(ids, minlength=vocab_size).double().clamp(min=1)
    return (counts / counts.sum()).log().float()


def wikitext2_text(split: str, vocabulary: Vocabulary) -> PreparedText:
    """WikiText-2 under our words and vocabulary; its own `<unk>` counts as one unknown word."""
    articles = wikitext2.articles(split)
    texts = (article.text.replace(wikitext2.UNKNOWN, STRANGER) for article in articles)
    return prepare(texts, vocabulary)


def perplexities(net: BothDirections, text: PreparedText) -> dict[str, float]:
    """Full-softmax figures of both directions on a whole text, and what they depend on."""
    figures = {
        "tokens": float(len(text.ids)),
        "vocabulary": float(len(text.vocabulary)),
        "unknown_rate": text.unknown_rate,
    }
    for name, lm in net.directions().items():
        nats = evaluated(lm, text.ids, name == "backward")
        figures[f"{name}_perplexity"] = math.exp(nats)
        bits = bits_per_character(nats, len(text.ids), text.n_characters)
        figures[f"{name}_bits_per_character"] = bits
    return figures
