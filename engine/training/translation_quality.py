"""How good translations are: BLEU by sacrebleu, and perplexity per German word."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch.nn import functional as F

from engine.nets.decoding import Decoding, beam, greedy
from engine.nets.translator import EncoderDecoder
from engine.training.translation_pairs import IGNORED, TranslationPairs


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """BLEU in [0, 100] (Papineni et al. 2002; sacrebleu, Post 2018, tokenisation 13a).

    Args:
        translations: as the net wrote them: lower-cased words with a space between.
        references: one a translation, lower-cased alike.

    >>> round(bleu(["ein mann schläft auf der bank"], ["ein mann schläft auf der bank"]))
    100
    """
    from sacrebleu.metrics import BLEU

    # `force` only silences the remark that the translations have spaces before their full stops.
    metric = BLEU(tokenize="13a", force=True)
    return float(metric.corpus_score(list(translations), [list(references)]).score)


@torch.inference_mode()
def perplexity(net: EncoderDecoder, pairs: TranslationPairs, size: int = 64) -> float:
    """exp(mean surprise of the German words and end marks); unknown words count as one word."""
    net.eval()
    device = net.decoder.word_bias.device
    total, n_tokens = 0.0, 0
    for numbers in pairs.in_order_of_length(size):
        batch = pairs.batch(numbers)
        adjusted = net(batch.word_vectors.to(device), batch.n_words, batch.inputs.to(device))
        is_word = batch.targets != IGNORED
        logits = net.decoder.logits(adjusted[is_word])  # (n_tokens, n_vocabulary)
        targets = batch.targets[is_word].to(device)
        total += float(F.cross_entropy(logits, targets, reduction="sum"))
        n_tokens += len(targets)
    return math.exp(total / n_tokens)


@torch.inference_mode()
def translations(
    net: EncoderDecoder, pairs: TranslationPairs, *, width: int = 1, size: int = 64
) -> list[str]:
    """The net's German for each English sentence, words with a space between.

    Args:
        width: of the beam; 1 = greedy.
    """
    net.eval()
    device, vocabulary = net.decoder.word_bias.device, pairs.vocabulary
    how = Decoding(vocabulary.boundary_id, vocabulary.unknown_id)
    found: dict[int, str] = {}
    for numbers in pairs.in_order_of_length(size):
        batch = pairs.batch(numbers)
        states = net.encoder(batch.word_vectors.to(device), batch.n_words)[-1]
        if width == 1:
            is_word = torch.arange(states.shape[1]) < batch.n_words[:, None]
            best = greedy(net.decoder, states, is_word.to(device), how)
        else:
            alone = zip(states, batch.n_words.tolist(), strict=True)
            best = [beam(net.decoder, rows[:n], how, width)[0] for rows, n in alone]
        texts = [" ".join(vocabulary.decode(hypothesis.word_ids)) for hypothesis in best]
        found |= dict(zip(numbers, texts, strict=True))
    return [found[number] for number in range(len(pairs))]
