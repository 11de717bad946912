"""Training ELMo and word2vec on a CUDA GPU, against the same steps on the processor.

AWD-LSTM's steps on a GPU stand beside fastai's in `awd_lstm_training`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.training.objective import Objective
from engine.training.precision import fast_products
from engine.training.recipes.elmo import ElmoObjective, ElmoTraining
from engine.training.recipes.word2vec_torch import SkipGramObjective, SkipGramTraining
from engine.training.written_text import WrittenText
from tests.benchmarks import Row, Skipped
from tests.benchmarks.awd_lstm_training import zipf_text
from tests.benchmarks.timing import in_turns
from tests.benchmarks.training_step import Step, Stepper, matrix_multiply_rate

CPU, GPU = torch.device("cpu"), torch.device("cuda")
Make = Callable[[torch.device], Objective]


def run(quick: bool) -> list[Row]:
    """Both recipes at their shipped sizes."""
    if not torch.cuda.is_available():
        raise Skipped("PyTorch sees no CUDA GPU on this machine.")
    rounds = 2 if quick else 7
    return [
        row("ELMo", elmo, GPU, ElmoTraining().loop.clip_norm, rounds),
        row("word2vec", skip_gram, GPU, SkipGramTraining().loop.clip_norm, rounds),
    ]


def elmo(device: torch.device) -> ElmoObjective:
    """ELMo's recipe on a made-up text."""
    config = ElmoTraining()
    text = zipf_text(config.vocab_size, config.n_streams * 80 * config.window)
    forms = text.vocabulary.words
    written = WrittenText(text, forms, np.arange(len(forms)))
    return ElmoObjective(config, written, written, device)


def skip_gram(device: torch.device) -> SkipGramObjective:
    """word2vec's recipe in PyTorch on a made-up text."""
    config = SkipGramTraining()
    text = zipf_text(config.vocab_size, 40 * config.tokens_per_step)
    return SkipGramObjective(config, text, device)


def row(name: str, make: Make, device: torch.device, clip_norm: float, rounds: int) -> Row:
    """Tokens a second on a device beside those on the processor, and the device's share of what
    its matrix products reach.
    """
    steppers = [Stepper(make(place), clip_norm) for place in (device, CPU)]
    with fast_products(device):
        n_operations, n_counted = operations(steppers[0])
        found: list[list[Step]] = [[], []]
        timed = [lambda one=one, kept=kept: kept.append(one.step())  # type: ignore[misc]
                 for one, kept in zip(steppers, found, strict=True)]  # fmt: skip
        seconds = np.array(in_turns(timed, rounds))  # (2, rounds)
        peak = matrix_multiply_rate(device)
    n_tokens = np.array([[step.n_tokens for step in steps[-rounds:]] for steps in found])
    ours, theirs = (float(rate) for rate in np.median(n_tokens / seconds, axis=1))
    share = ours * n_operations / n_counted / peak
    note = (
        f"{share:.1%} of what a product of two large matrices reaches; the reference is the "
        f"processor with {torch.get_num_threads()} threads"
    )
    label = f"{name} training on {device.type}, as shipped"
    return Row(label, ours, "tokens/s", theirs, ours / theirs, "", note)


def operations(stepper: Stepper) -> tuple[int, int]:
    """Floating-point operations of the matrix products of one step, and its tokens."""
    with FlopCounterMode(display=False) as counter:
        step = stepper.step()
    return counter.get_total_flops(), step.n_tokens
