"""Training ULMFiT's classifier: our stage 3 against fastai's text classifier learner, the same
texts, sizes, dropouts, windows, batch size and optimizer, in turns. Ours also writes down what
each batch did to each layer group, as the cockpit shows it.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.nets.awd_lstm import AwdLstmConfig
from engine.training.ulmfit.classification import ClassifyObjective, LabelledBatches
from engine.training.ulmfit.config import BY_LENGTH, CLASSIFY, FLAT, MIXED, ORDERS, Classify, Net
from engine.training.ulmfit.groups import ALL, LAST
from engine.training.ulmfit.models import fresh_models, ready_to_classify, with_dropout
from engine.training.ulmfit.stage_run import StageRun
from tests.benchmarks import Row
from tests.benchmarks.fastai_process import Step, Steps, fastai, fastai_python
from tests.benchmarks.timing import in_turns

WANTED = "ratio >= 1"
PAUSE = 0.4  # seconds, until the threads of the one before sleep
LABELS = ("negative", "positive")
LOG_LENGTH = (5.46, 0.65)  # mean and deviation of ln(tokens) of IMDb's training reviews
WHAT = {MIXED: "long and short texts mixed", BY_LENGTH: "texts of like length together"}
PAD = 1  # fastai's filling, which no text holds


@dataclass(frozen=True)
class Size:
    """A net, and what of it learns."""

    name: str
    vocab_size: int
    net: Net
    unfreezing: str
    n_batches: int  # of an epoch


SMALL, SHIPPED = Net(d_embedding=128, d_hidden=256, n_layers=2), Net()
SIZES = (
    Size("128/256x2, 8,000 words, all layers learn", 8_000, SMALL, ALL, 4),
    Size("200/400x3, 16,000 words, as shipped, all layers learn", 16_000, SHIPPED, ALL, 2),
    Size("200/400x3, 16,000 words, as shipped, the head learns", 16_000, SHIPPED, LAST, 4),
)


def run(quick: bool) -> list[Row]:
    """Rows of both sizes; of the small one alone if quick."""
    fastai_python()
    return [row for size in SIZES[: 1 if quick else None] for row in _rows(size, 2 if quick else 5)]


def _rows(size: Size, n_rounds: int) -> list[Row]:
    """A row for each order of the texts: both sides train on batches of the same kind."""
    texts, labels = review_like(size.vocab_size, size.n_batches * Classify().batch_size)
    ours = [Epochs(size, texts, labels, order).epoch for order in ORDERS]
    with ExitStack() as stack:
        theirs = [
            stack.enter_context(fastai("fastai_classifier.py", told, "epoch"))
            for told in (settings(size, texts, labels, order) for order in ORDERS)
        ]
        calls: list[Steps] = [*ours, *theirs]
        for call in calls:  # the first epoch of each warms it up
            call()
        found: list[list[Step]] = [[] for _ in calls]
        timed = [lambda call=call, kept=kept: kept.append(call())  # type: ignore[misc]
                 for call, kept in zip(calls, found, strict=True)]  # fmt: skip
        seconds = in_turns(timed, n_rounds, warm_up=0, pause=PAUSE)
    n_tokens = np.array([[step.n_tokens for step in steps] for steps in found])
    processor = np.array([[step.processor_seconds for step in steps] for steps in found])
    shape = (2, len(ORDERS), n_rounds)
    rates = (n_tokens / np.array(seconds)).reshape(shape)  # tokens/s
    per_second = np.median((n_tokens / processor).reshape(shape), axis=2)
    return [
        _row(f"{size.name}, {WHAT[order]}", rates[:, i], per_second[:, i])
        for i, order in enumerate(ORDERS)
    ]


def _row(name: str, rates: np.ndarray, per_second: np.ndarray) -> Row:
    """
    Args:
        rates: tokens/s of ours and theirs, (2, n_rounds).
        per_second: tokens for each second of the processor, (2,).
    """
    ratios, (ours, theirs) = rates[0] / rates[1], per_second
    note = (
        f"ratio of each round {ratios.min():.2f} to {ratios.max():.2f}; by processor time "
        f"{ours / theirs:.2f} ({ours:,.0f} against {theirs:,.0f} tokens/s of the processor); "
        f"{torch.get_num_threads()} thread(s) each, load average {os.getloadavg()[0]:.1f}"
    )
    return Row(f"ULMFiT classifier training {name}", float(np.median(rates[0])), "tokens/s",
               float(np.median(rates[1])), float(np.median(ratios)), WANTED, note)  # fmt: skip


class Epochs:
    """Stage 3 of a run, one epoch after the other."""

    def __init__(self, size: Size, texts: list[np.ndarray], labels: np.ndarray, order: str) -> None:
        device = torch.device("cpu")
        config = Classify(epochs=1000, schedule=FLAT, unfreezing=size.unfreezing)
        words = (*SPECIAL, *(f"w{number}" for number in range(size.vocab_size - len(SPECIAL))))
        lms = fresh_models(Vocabulary(words), size.net, ("forward",), seed=0)
        models = ready_to_classify(lms, LABELS, config, seed=0, device=device)
        batches = LabelledBatches(texts, labels, config.batch_size, seed=0, order=order)
        objective = ClassifyObjective(models, config, batches, (texts, labels), device=device)
        self._run = StageRun(CLASSIFY, objective, config, seed=0, device=device)

    def epoch(self) -> Step:
        """All texts once."""
        started, n_tokens = time.process_time(), 0
        for _ in range(self._run.objective.batches_per_epoch):
            n_tokens += self._run.batch(self._run.done + 1).n_tokens
        return Step(n_tokens, time.process_time() - started)


def settings(
    size: Size, texts: list[np.ndarray], labels: np.ndarray, order: str
) -> dict[str, object]:
    """The same, as fastai's learner is told it."""
    config, net = Classify(), size.net
    sizes = AwdLstmConfig(size.vocab_size, net.d_embedding, net.d_hidden, net.n_layers)
    drops = with_dropout(sizes, config.dropout, classifying=True)
    return {
        "n_threads": torch.get_num_threads(), "vocab_size": size.vocab_size,
        "texts": [ids.tolist() for ids in texts], "labels": labels.tolist(),
        "n_labels": len(LABELS), "batch_size": config.batch_size, "window": config.window,
        "kept": config.window * config.n_windows, "d_hidden": config.d_hidden,
        "rate": config.rate, "clip_norm": config.clip_norm, "head_only": size.unfreezing == LAST,
        "by_length": order == BY_LENGTH,
        "net": {
            "emb_sz": net.d_embedding, "n_hid": net.d_hidden, "n_layers": net.n_layers,
            "pad_token": PAD, "hidden_p": drops.hidden_dropout, "input_p": drops.input_dropout,
            "embed_p": drops.embedding_dropout, "weight_p": drops.weight_dropout,
        },
    }  # fmt: skip


def review_like(vocab_size: int, n_texts: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Texts as long as IMDb's reviews, of words as unequal as those of a language, and labels."""
    rng = np.random.default_rng(0)
    lengths = np.exp(rng.normal(*LOG_LENGTH, n_texts)).astype(int).clip(10)
    shares = 1 / np.arange(1, vocab_size - PAD)
    words = [rng.choice(len(shares), n, p=shares / shares.sum()) + PAD + 1 for n in lengths]
    return [ids.astype(np.int64) for ids in words], rng.permutation(n_texts) % len(LABELS)
