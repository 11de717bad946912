"""Training AWD-LSTM: our recipe's own step against fastai's net, the same sizes, dropouts and
optimizer, in turns.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.training.prepared_text import PreparedText
from engine.training.recipes.awd_lstm import AwdLstmObjective, AwdLstmTraining
from tests.benchmarks import Row
from tests.benchmarks.fastai_process import Step, Steps, fastai, fastai_python
from tests.benchmarks.timing import in_turns, seconds_of

WANTED = ("ratio >= 1", "ratio >= 2.3")  # with the full softmax, and as shipped
PAUSE = 0.4  # seconds, until the threads of the one before sleep
MATRIX = 1024


@dataclass(frozen=True)
class Size:
    """A net and its batches."""

    name: str
    config: AwdLstmTraining
    n_sampled: int


SIZES = (
    Size(
        "128/256x2, 8,000 words",
        AwdLstmTraining(vocab_size=8_000, d_embedding=128, d_hidden=256, n_layers=2, n_streams=64),
        1_024,
    ),
    Size("200/400x3, 16,000 words, as shipped", AwdLstmTraining(), AwdLstmTraining().n_sampled),
)


def run(quick: bool) -> list[Row]:
    """Full softmax against fastai's, then the sampled softmax that the recipe trains with."""
    fastai_python()
    return [row for size in SIZES[: 1 if quick else None] for row in _rows(size, quick)]


def _rows(size: Size, quick: bool) -> list[Row]:
    full, sampled = Stepper(size, 0), Stepper(size, size.n_sampled)
    # Two batches at a time, as many as our two directions do.
    with fastai("fastai_training.py", settings(size), "2") as theirs:
        calls: list[Steps] = [full.step, sampled.step, theirs]
        for call in calls:  # the first step of each warms it up
            call()
        found: list[list[Step]] = [[] for _ in calls]
        timed = [lambda call=call, kept=kept: kept.append(call())  # type: ignore[misc]
                 for call, kept in zip(calls, found, strict=True)]  # fmt: skip
        seconds = in_turns(timed, 2 if quick else 7, warm_up=0, pause=PAUSE)
    n_tokens = np.array([[step.n_tokens for step in steps] for steps in found])
    processor = np.array([[step.processor_seconds for step in steps] for steps in found])
    rates = n_tokens / np.array(seconds)  # tokens/s, (3, n_rounds)
    peak = matrix_multiply_rate()
    labels = ("full softmax", f"{size.n_sampled:,} sampled words")
    n_scores = (size.config.vocab_size, size.n_sampled)
    return [
        Row(
            f"AWD-LSTM training {size.name}, {labels[i]}",
            float(np.median(rates[i])),
            "tokens/s",
            float(np.median(rates[2])),
            float(np.median(rates[i] / rates[2])),
            WANTED[i],
            _note(rates[i] / rates[2], (n_tokens / processor)[[i, 2]],
                  float(np.median(rates[i])) * operations(size.config, n_scores[i]), peak),
        )
        for i in range(2)
    ]  # fmt: skip


def _note(ratios: np.ndarray, per_second: np.ndarray, rate: float, peak: float) -> str:
    """The spread of the ratio, the same by processor time, and the share of the peak."""
    ours, theirs = np.median(per_second, axis=1)
    return (
        f"ratio of each round {ratios.min():.2f} to {ratios.max():.2f}; by processor time, which "
        f"others on the machine disturb less, {ours / theirs:.2f} ({ours:,.0f} against "
        f"{theirs:,.0f} tokens/s of the processor); {rate / 1e9:.0f} GFLOP/s are {rate / peak:.0%} "
        f"of what a {MATRIX} x {MATRIX} product reaches just after; {torch.get_num_threads()} "
        f"thread(s) each, load average {os.getloadavg()[0]:.1f}"
    )


class Stepper:
    """The recipe's objective in both directions, one batch after the other."""

    def __init__(self, size: Size, n_sampled: int) -> None:
        config = replace(size.config, n_sampled=n_sampled)
        text = zipf_text(config.vocab_size, config.n_streams * 80 * config.window)
        torch.manual_seed(0)
        self._objective = AwdLstmObjective(config, text, text, torch.device("cpu"))
        self._parameters = list(self._objective.net.parameters())
        self._optimizer = torch.optim.Adam(self._parameters, lr=1e-3, betas=(0.9, 0.99), fused=True)
        self._clip_norm, self._n_done = config.loop.clip_norm, 0
        self._objective.net.train()

    def step(self) -> Step:
        """One batch."""
        started = time.process_time()
        loss, n_tokens = self._objective.loss(self._n_done)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        self._optimizer.step()
        self._n_done += 1
        return Step(n_tokens, time.process_time() - started)


def settings(size: Size) -> dict[str, object]:
    """Sizes, dropouts and text, as fastai is told them."""
    config, sizes = size.config, size.config.net()
    return {
        "vocab_size": config.vocab_size,
        "n_streams": config.n_streams,
        "window": config.window,
        "n_threads": torch.get_num_threads(),
        "ids": zipf_text(config.vocab_size, config.n_streams * (config.window + 1)).ids.tolist(),
        "net": {
            "emb_sz": sizes.d_embedding, "n_hid": sizes.d_hidden, "n_layers": sizes.n_layers,
            "pad_token": 1, "bidir": False, "output_p": sizes.output_dropout,
            "hidden_p": sizes.hidden_dropout, "input_p": sizes.input_dropout,
            "embed_p": sizes.embedding_dropout, "weight_p": sizes.weight_dropout,
            "tie_weights": True, "out_bias": True,
        },
    }  # fmt: skip


def zipf_text(vocab_size: int, n_tokens: int) -> PreparedText:
    """A text whose words are as unequal as those of a language."""
    shares = 1 / np.arange(1, vocab_size + 1)
    ids = np.random.default_rng(0).choice(vocab_size, n_tokens, p=shares / shares.sum())
    words = (*SPECIAL, *(f"w{number}" for number in range(vocab_size - len(SPECIAL))))
    return PreparedText(ids.astype(np.int32), np.array([0, n_tokens]), 0, Vocabulary(words))


def operations(config: AwdLstmTraining, n_scores: int) -> float:
    """Floating-point operations of the matrix products of one training step, for one token: two a
    weight forwards, four backwards.
    """
    lstm = sum(4 * d_out * (d_in + d_out) for d_in, d_out in config.net().widths())
    return 6.0 * (lstm + config.d_embedding * n_scores)


def matrix_multiply_rate() -> float:
    """Operations a second of a float32 matrix product on this machine, the best of ten."""
    a, b = torch.randn(MATRIX, MATRIX), torch.randn(MATRIX, MATRIX)
    torch.mm(a, b)
    return 2 * MATRIX**3 / min(seconds_of(lambda: torch.mm(a, b)) for _ in range(10))
