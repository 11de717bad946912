"""What CoVe's card says of the shipped weights, measured on the very files that ship."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from engine.checkpoints import load_weights
from engine.corpora.senses import sense_corpus
from engine.nets.cove import Cove, CoveConfig
from engine.nets.translator import EncoderDecoder, Translator, TranslatorConfig
from engine.training.translation_pairs import TranslationPairs, translation_pairs
from engine.training.translation_quality import bleu, perplexity, translations

WEIGHTS, DECODER = "weights.safetensors", "decoder.safetensors"
KIND, DECODER_KIND = "cove", "cove-decoder"
BEAM = 5
PUBLISHED = (
    "38.5 for CoVe-S (McCann et al. 2017): the same pairs, but 300-dimensional GloVe of "
    "840 billion words, a two-layer decoder, and their own tokenisation, so not comparable to the "
    "point"
)


def measured(folder: Path) -> dict[str, Any]:
    """What the translations of a shipped CoVe are worth, and what its encoder has read.

    Args:
        folder: of the two files of weights.
    Raises:
        DataUnavailable: Multi30k is not on this machine.
    """
    net, train = shipped_net(folder), translation_pairs("train")
    test = translation_pairs("test_2016_flickr", train.vocabulary)
    valid = translation_pairs("val", train.vocabulary)
    n_seen = Counter(chain(*train.english))
    return {
        "test_2016_flickr": translation_figures(net, test) | {"published BLEU": PUBLISHED},
        "val": translation_figures(net, valid, width=1),
        "German words": len(train.vocabulary),
        "sense corpus": seen_in_training(n_seen),
    }


def shipped_net(folder: Path) -> EncoderDecoder:
    """Encoder and decoder as they ship, rounded as they are there."""
    encoder = load_weights(folder / WEIGHTS, kind=KIND)
    decoder = load_weights(folder / DECODER, kind=DECODER_KIND)
    net = EncoderDecoder(
        Cove(CoveConfig(**encoder.config)), Translator(TranslatorConfig(**decoder.config))
    )
    net.encoder.load_state_dict(encoder.tensors)
    net.decoder.load_state_dict(decoder.tensors)
    return net.eval()


def translation_figures(
    net: EncoderDecoder, pairs: TranslationPairs, width: int = BEAM
) -> dict[str, Any]:
    """BLEU of the translations, perplexity per German word, and the share of unknown ones."""
    references = [" ".join(words) for words in pairs.german]
    return {
        "BLEU": round(bleu(translations(net, pairs, width=width), references), 2),
        "BLEU by": f"sacrebleu, 13a, words lower-cased as the app compares them, beam {width}",
        "perplexity": round(perplexity(net, pairs), 2),
        "unknown German words, share": round(pairs.unknown_rate, 4),
    }


def seen_in_training(n_seen: Counter[str]) -> dict[str, Any]:
    """How much of the sense corpus the encoder has met: it read captions of photographs only.

    Args:
        n_seen: how often each word key stands in the training text.
    """
    corpus = sense_corpus()
    keys = [w.key for s in corpus.sentences for w in s.words if not w.is_punctuation]
    targets = sorted({word for word in corpus.target_words if word})
    return {
        "word occurrences seen, share": _share_seen(keys, n_seen),
        "different words seen, share": _share_seen(sorted(set(keys)), n_seen),
        "ambiguous words seen": f"{sum(n_seen[word] > 0 for word in targets)} of {len(targets)}",
        "ambiguous words seen 10 times or more": sum(n_seen[word] >= 10 for word in targets),
    }


def _share_seen(keys: Sequence[str], n_seen: Counter[str]) -> float:
    return round(sum(n_seen[key] > 0 for key in keys) / len(keys), 3)
