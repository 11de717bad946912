"""Training AWD-LSTM: our recipe's own step against fastai's net, the same sizes, dropouts,
optimizer and precision, in turns; on the processor, and on a GPU where there is one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.training.precision import fast_products
from engine.training.prepared_text import PreparedText
from engine.training.recipes.awd_lstm import AwdLstmObjective, AwdLstmTraining
from tests.benchmarks import Row
from tests.benchmarks.fastai_process import Steps, fastai, fastai_python
from tests.benchmarks.timing import in_turns
from tests.benchmarks.training_step import Step, Stepper, matrix_multiply_rate

WANTED = ("ratio >= 1", "ratio >= 2.3")  # with the full softmax, and as shipped
PAUSE = 0.4  # seconds, until the threads of the one before sleep


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
    names = ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)
    rows = []
    for device in map(torch.device, names):
        with fast_products(device):
            for size in SIZES[: 1 if quick else None]:
                rows += _rows(size, quick, device)
    return rows


def _rows(size: Size, quick: bool, device: torch.device) -> list[Row]:
    full, sampled = (stepper(size, n_sampled, device) for n_sampled in (0, size.n_sampled))
    # Two batches at a time, as many as our two directions do.
    with fastai("fastai_training.py", settings(size, device), "2") as theirs:
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
    peak = matrix_multiply_rate(device)
    labels = ("full softmax", f"{size.n_sampled:,} sampled words")
    n_scores = (size.config.vocab_size, size.n_sampled)
    return [
        Row(
            f"AWD-LSTM training on {device.type}, {size.name}, {labels[i]}",
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
        f"of what a product of two large matrices reaches just after; {torch.get_num_threads()} "
        f"thread(s) each, load average {os.getloadavg()[0]:.1f}"
    )


def stepper(size: Size, n_sampled: int, device: torch.device) -> Stepper:
    """The recipe's objective in both directions on a made-up text."""
    config = replace(size.config, n_sampled=n_sampled)
    text = zipf_text(config.vocab_size, config.n_streams * 80 * config.window)
    torch.manual_seed(0)
    return Stepper(AwdLstmObjective(config, text, text, device), config.loop.clip_norm)


def settings(size: Size, device: torch.device) -> dict[str, object]:
    """Sizes, dropouts and text, as fastai is told them."""
    config, sizes = size.config, size.config.net()
    return {
        "vocab_size": config.vocab_size,
        "n_streams": config.n_streams,
        "window": config.window,
        "n_threads": torch.get_num_threads(),
        "device": device.type,
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
