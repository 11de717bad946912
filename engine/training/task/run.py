"""One run of the study: train a classifier on a few labels, stop by the validation reviews, and
judge the test reviews once.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.encoder import ENCODERS
from engine.nets.device import pick_device
from engine.nets.task_model import TaskConfig, TaskModel, n_parameters
from engine.training.task.config import TaskStudy
from engine.training.task.inputs import Prepared
from engine.training.task.names import InputName
from engine.training.task.results import RANDOM, Block, Run, as_hexadecimal
from engine.training.task.reviews import TaskReviews

TEST_BATCH = 100


@dataclass(frozen=True)
class Fitted:
    """A trained classifier, at the step that the validation reviews liked best."""

    model: TaskModel
    validation_loss: float  # nats a review
    best_step: int
    n_steps: int


def fit(
    prepared: Prepared, reviews: TaskReviews, rows: np.ndarray, config: TaskStudy, *, seed: int
) -> Fitted:
    """Train on the labels of some rows. The same arguments give the same classifier."""
    model = TaskModel(prepared.reader, TaskConfig(prepared.d_in, config.d_hidden, config.dropout))
    model.to(pick_device(config.device)).train()
    optimizer = torch.optim.Adam(_groups(model, prepared, config))
    every = config.validate_every(len(rows))
    best, best_step, best_weights, step = float("inf"), 0, {}, 0
    for step, batch in enumerate(_batches(rows, config, seed), 1):
        loss = _loss(model, prepared, reviews, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % every:
            continue
        logits = judge(model, prepared, reviews.validation)
        labels = torch.from_numpy(reviews.labels[reviews.validation])
        validation_loss = float(F.cross_entropy(logits, labels))
        if validation_loss < best:
            best, best_step, best_weights = validation_loss, step, _learnt(model)
        elif step - best_step >= config.patience * every:
            break
    model.load_state_dict(best_weights, strict=False)
    return Fitted(model, best, best_step, step)


def run(
    name: InputName, prepared: Prepared, reviews: TaskReviews, config: TaskStudy,
    *, n_labels: int, seed: int,
) -> Run:  # fmt: skip
    """Train, test, and say how good it is; the random state must be seeded before `prepared` is
    made.
    """
    start = time.process_time()
    fitted = fit(prepared, reviews, reviews.draw(n_labels, seed), config, seed=seed)
    guesses = judge(fitted.model, prepared, reviews.test).argmax(dim=1).numpy()
    judged = guesses == reviews.labels[reviews.test]
    accuracy = float(judged.mean())
    return Run(
        input=name.name,
        n_labels=n_labels,
        seed=seed,
        accuracy=round(accuracy, 4),
        standard_error=round((accuracy * (1 - accuracy) / len(judged)) ** 0.5, 4),
        n_test=len(judged),
        correct=as_hexadecimal(judged),
        validation_loss=round(fitted.validation_loss, 4),
        best_step=fitted.best_step,
        n_steps=fitted.n_steps,
        seconds=round(time.process_time() - start, 1),
        known_share=round(prepared.known_share, 4),
        blocks=blocks_of(fitted.model, prepared),
        settings=config.settings(),
        weights=ENCODERS[name.model].card.sha256 if name.model else "",
        device=pick_device(config.device).type,
        date=datetime.now(UTC).date().isoformat(),
    )


def blocks_of(model: TaskModel, prepared: Prepared) -> tuple[Block, ...]:
    """The input's blocks, then the two that always start at random."""
    return (
        *prepared.blocks,
        Block("LSTM", RANDOM, n_parameters(model.lstm)),
        Block("classifier", RANDOM, n_parameters(model.classifier)),
    )


@torch.no_grad()
def judge(model: TaskModel, prepared: Prepared, rows: np.ndarray) -> Tensor:
    """Logits of some reviews, (n_rows, 2), on the CPU; afterwards the model trains on."""
    model.eval()
    device = model.classifier.weight.device
    logits = []
    for start in range(0, len(rows), TEST_BATCH):
        n_words, *inputs = prepared.batch(rows[start : start + TEST_BATCH])
        logits.append(model(n_words, *(x.to(device) for x in inputs)).cpu())
    model.train()
    return torch.cat(logits)


def _loss(model: TaskModel, prepared: Prepared, reviews: TaskReviews, rows: np.ndarray) -> Tensor:
    device = model.classifier.weight.device
    n_words, *inputs = prepared.batch(rows)
    logits = model(n_words, *(x.to(device) for x in inputs))
    return F.cross_entropy(logits, torch.from_numpy(reviews.labels[rows]).to(device))


def _batches(rows: np.ndarray, config: TaskStudy, seed: int) -> Iterator[np.ndarray]:
    """Epoch after epoch in a new order, `max_steps` batches in all."""
    rng = np.random.default_rng(seed)
    n_done = 0
    while True:
        order = rng.permutation(rows)
        for start in range(0, len(order), config.batch_size):
            if n_done == config.max_steps:
                return
            n_done += 1
            yield order[start : start + config.batch_size]


def _groups(model: TaskModel, prepared: Prepared, config: TaskStudy) -> list[dict]:
    tuned = [w for module in prepared.pretrained for w in module.parameters() if w.requires_grad]
    known = {id(weight) for weight in tuned}
    fresh = [w for w in model.parameters() if w.requires_grad and id(w) not in known]
    groups = [{"params": fresh, "lr": config.learning_rate}]
    return [*groups, {"params": tuned, "lr": prepared.rate}] if tuned else groups


def _learnt(model: TaskModel) -> dict[str, Tensor]:
    """A copy of everything that training changes."""
    learns = {name for name, weight in model.named_parameters() if weight.requires_grad}
    return {k: copy.deepcopy(v) for k, v in model.state_dict().items() if k in learns}
