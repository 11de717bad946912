"""What the card of AWD-LSTM says of its quality, and of the trigram that it is measured against."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.corpora import wikitext2
from engine.corpora.vocabulary import Vocabulary
from engine.nets.both_directions import BothDirections
from engine.training.kneser_ney import Trigram, trigram_figures
from engine.training.perplexity import bits_per_character, evaluated
from engine.training.prepared_text import PreparedText, prepare, wikipedia_text

STRANGER = "\ue000"  # one character that no vocabulary holds
UNKNOWN_IN_WIKITEXT2 = "the text's own <unk> is read as one strange character, foretold as unknown"


def log_unigram(vocab_size: int) -> Tensor:
    """Logarithm of each word's share of the training text, (V,): what is known without context."""
    ids = torch.from_numpy(wikipedia_text("train", vocab_size).ids).long()
    counts = torch.bincount(ids, minlength=vocab_size).double().clamp(min=1)
    return (counts / counts.sum()).log().float()


def wikitext2_text(split: str, vocabulary: Vocabulary) -> PreparedText:
    """WikiText-2 under our words and vocabulary; its own `<unk>` counts as one unknown word."""
    return prepare(wikitext2_articles(split), vocabulary)


def wikitext2_articles(split: str) -> Iterator[str]:
    """The texts of WikiText-2 with a single strange character for each `<unk>`, as a net may read
    it: one word, whose name no vocabulary and no spelling knows.
    """
    articles = wikitext2.articles(split)
    return (article.text.replace(wikitext2.UNKNOWN, STRANGER) for article in articles)


def trigram_on_test_texts(vocab_size: int) -> dict[str, dict[str, float]]:
    """What counting three neighbours gives on both test texts, under the same vocabulary: a
    Kneser-Ney trigram of the training articles, to stand beside a net.

    Raises:
        DataUnavailable: a text is not on this machine.
    """
    train = wikipedia_text("train", vocab_size)
    model = Trigram(train.ids, len(train.vocabulary))
    texts = {
        "wikipedia_test": wikipedia_text("test", vocab_size),
        "wikitext2_test": wikitext2_text("test", train.vocabulary),
    }
    measured = {name: trigram_figures(model, text) for name, text in texts.items()}
    shared = ("perplexity", "bits_per_character")  # the rest is the text's, and the net's too
    return {
        name: {f"kneser_ney_{figure}": found[figure] for figure in shared}
        for name, found in measured.items()
    }


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
