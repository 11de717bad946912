"""From the decoder's distributions to whole translations: the likeliest word at each step
(greedy), or the likeliest of several unfinished sentences kept side by side (beam search).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.nets.translator import DecoderState, Source, Translator


@dataclass(frozen=True)
class Decoding:
    """What decoding needs to know of the vocabulary, and when to give up."""

    boundary_id: int  # starts and ends every sentence
    unknown_id: int  # never said: a translation shows words
    max_words: int = 50


@dataclass(frozen=True)
class Hypothesis:
    """One translation."""

    word_ids: tuple[int, ...]  # without the end mark
    attention: Tensor  # (n_target, n_source): a row a word, and one for the end mark if it was said
    log_probability: float  # nats, of all words and the end mark

    @property
    def score(self) -> float:
        """Nats per word, so that a long translation is not worse for its length alone."""
        return self.log_probability / len(self.attention)


@torch.inference_mode()
def greedy(decoder: Translator, states: Tensor, is_word: Tensor, how: Decoding) -> list[Hypothesis]:
    """The likeliest word at each step, many sentences at once.

    Args:
        states: (batch, n_source, d_source), the encoder's top layer.
        is_word: bool, (batch, n_source), False on padding.
    """
    source, state = decoder.begin(states, is_word)
    last = torch.full((len(states),), how.boundary_id, device=states.device)
    steps: list[tuple[Tensor, Tensor, Tensor]] = []
    ended = torch.zeros_like(last, dtype=torch.bool)  # (batch,)
    while len(steps) < how.max_words and not bool(ended.all()):
        log_p, state, attention = decoder.next_word(last, state, source)
        log_p[:, how.unknown_id] = -torch.inf
        best, last = log_p.max(dim=1)  # (batch,)
        steps.append((last, best, attention))
        ended = ended | (last == how.boundary_id)
    ids, log_ps, attentions = (torch.stack(part, dim=1) for part in zip(*steps, strict=True))
    found = []
    for row in range(len(states)):
        ends = (ids[row] == how.boundary_id).nonzero()
        n = int(ends[0]) + 1 if len(ends) else ids.shape[1]
        words = ids[row, : n - len(ends[:1])].tolist()
        rows = attentions[row, :n, is_word[row]].cpu()  # (n, n_source of this sentence)
        found.append(Hypothesis(tuple(words), rows, float(log_ps[row, :n].sum())))
    return found


@torch.inference_mode()
def beam(decoder: Translator, states: Tensor, how: Decoding, width: int = 5) -> list[Hypothesis]:
    """The best finished translations of one sentence, best score first, at most `width`.

    At each step every unfinished translation is continued with every word, and the `width`
    likeliest of all are kept; those that said the end mark are finished.

    Args:
        states: (n_source, d_source), the encoder's top layer, without padding.
        width: unfinished translations kept; 1 = greedy.
    """
    is_word = torch.ones(1, len(states), dtype=torch.bool, device=states.device)
    source, state = decoder.begin(states[None], is_word)
    alive = [Hypothesis((), torch.zeros(0, len(states)), 0.0)]
    finished: list[Hypothesis] = []
    for n_said in range(how.max_words):
        last = [h.word_ids[-1] if h.word_ids else how.boundary_id for h in alive]
        kept = torch.tensor(last, device=states.device)
        log_p, state, attention = decoder.next_word(kept, state, _repeated(source, len(alive)))
        log_p[:, how.unknown_id] = -torch.inf
        totals = log_p + log_p.new_tensor([h.log_probability for h in alive])[:, None]
        n_sayable = len(alive) * (totals.shape[1] - 1)  # not the unknown word
        best, places = totals.flatten().topk(min(width - len(finished), n_sayable))
        parents, word_ids = places // log_p.shape[1], places % log_p.shape[1]
        continued = [
            _longer(alive[parent], word_id, total, attention[parent].cpu(), how)
            for parent, word_id, total in zip(
                parents.tolist(), word_ids.tolist(), best.tolist(), strict=True
            )
        ]
        goes_on = [i for i, h in enumerate(continued) if len(h.word_ids) > n_said]
        finished += [h for h in continued if len(h.word_ids) == n_said]
        alive = [continued[i] for i in goes_on]
        if not alive:
            break
        state = DecoderState(*(part[parents[goes_on]] for part in state))
    return sorted(finished or alive, key=lambda h: -h.score)


def _longer(
    so_far: Hypothesis, word_id: int, total: float, attention: Tensor, how: Decoding
) -> Hypothesis:
    said = () if word_id == how.boundary_id else (word_id,)
    return Hypothesis(so_far.word_ids + said, torch.cat([so_far.attention, attention[None]]), total)


def _repeated(source: Source, n: int) -> Source:
    return Source(*(part.expand(n, *part.shape[1:]) for part in source))
