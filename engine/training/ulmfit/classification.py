"""Stage 3: a classifier learns from labelled texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import EngineError
from engine.nets.text_classifier import TextClassifier
from engine.training.ulmfit.config import BY_LENGTH, MIXED, Classify
from engine.training.ulmfit.models import Models
from engine.training.ulmfit.objective import Loss

MEASURED_AT_ONCE = 64  # texts
POOLED = 50  # batches that texts of like length are sorted within, as in fastai's loader
BEST, BEST_FIGURES = "best.", "best figures"
FIGURES = ("loss", "accuracy")


class LabelledBatches:
    """Texts in batches, in another order in each epoch."""

    def __init__(
        self, texts: Sequence[np.ndarray], labels: np.ndarray, batch_size: int, seed: int,
        *, order: str = MIXED,
    ) -> None:  # fmt: skip
        """texts: token ids, each (n_tokens,); labels: (n_texts,); order: as in `Classify`."""
        if len(texts) < 2:
            raise EngineError("Batch normalisation needs two labelled texts at least.")
        self._texts, self._labels, self._seed = texts, torch.from_numpy(labels), seed
        self._is_by_length = order == BY_LENGTH
        self._lengths = np.array([len(text) for text in texts])
        # Batches of nearly equal size: none of a single text, which could not be normalised.
        self.per_epoch = max(1, min(round(len(texts) / batch_size), len(texts) // 2))

    def rows(self, step: int) -> np.ndarray:
        """The texts of a batch."""
        epoch, number = divmod(step, self.per_epoch)
        rng = np.random.default_rng([self._seed, epoch, 3])
        order = rng.permutation(len(self._texts))
        if self._is_by_length:
            pools = np.array_split(order, math.ceil(self.per_epoch / POOLED))
            order = np.concatenate([rows[np.argsort(self._lengths[rows])] for rows in pools])
            number = rng.permutation(self.per_epoch)[number]
        return np.array_split(order, self.per_epoch)[number]

    def batch(self, step: int, *, backward: bool) -> tuple[Tensor, Tensor, Tensor]:
        """(token_ids (batch, longest), n_tokens (batch,), labels (batch,))."""
        rows = self.rows(step)
        return *side_by_side([self._texts[row] for row in rows], backward), self._labels[rows]


def side_by_side(texts: Sequence[np.ndarray], backward: bool) -> tuple[Tensor, Tensor]:
    """Texts filled up with zeros behind their ends: (batch, longest), and their lengths, (batch,);
    for a backward net each text is reversed first.
    """
    ids = np.zeros((len(texts), max(len(text) for text in texts)), np.int64)
    for row, text in zip(ids, texts, strict=True):
        row[: len(text)] = text[::-1] if backward else text
    return torch.from_numpy(ids), torch.tensor([len(text) for text in texts])


@torch.inference_mode()
def probabilities(models: Models, texts: Sequence[np.ndarray]) -> Tensor:
    """What the classifiers think of texts: (n_texts, n_labels), the mean over the directions.

    Args:
        models: classifiers.
        texts: token ids, each (n_tokens,).
    """
    found = torch.zeros(len(texts), len(models.label_names))
    for direction, net in models.nets.items():
        device = next(net.parameters()).device
        net.eval()
        for rows in _by_length(texts):
            ids, n_tokens = side_by_side([texts[row] for row in rows], direction == "backward")
            logits = net(ids.to(device), n_tokens.to(device))  # (batch, n_labels)
            found[rows] += logits.softmax(1).cpu() / len(models.nets)
    return found


def _by_length(texts: Sequence[np.ndarray]) -> Iterator[list[int]]:
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for start in range(0, len(order), MEASURED_AT_ONCE):
        yield order[start : start + MEASURED_AT_ONCE]


class ClassifyObjective:
    """Cross-entropy of the labels; validation on texts of the training half."""

    def __init__(
        self, models: Models, config: Classify, batches: LabelledBatches,
        valid: tuple[Sequence[np.ndarray], np.ndarray], *, device: torch.device,
        further: Callable[[], dict[str, float]] = dict,
    ) -> None:  # fmt: skip
        """
        Args:
            valid: token ids of each text, and the labels (n_texts,).
            further: gives what else is measured at each validation.
        """
        self.models = models
        self._config, self._batches, self._valid, self._device = config, batches, valid, device
        self._further = further
        self.batches_per_epoch = batches.per_epoch
        self._best: dict[str, Tensor] = {}

    def losses(self, step: int) -> dict[str, Loss]:
        """The loss of each direction's classifier on the same texts."""
        found = {}
        for direction, net in self.models.nets.items():
            assert isinstance(net, TextClassifier)
            _train(net)
            ids, n_tokens, labels = self._batches.batch(step, backward=direction == "backward")
            logits = net(ids.to(self._device), n_tokens.to(self._device))  # (batch, n_labels)
            nats = F.cross_entropy(logits, labels.to(self._device))
            found[direction] = Loss(nats, nats.detach(), int(n_tokens.sum()))
        return found

    def validate(self) -> dict[str, float]:
        """Loss in nats a text and accuracy of the averaged probabilities, and what else is asked
        for.
        """
        figures = self.measure(*self._valid)
        if self._config.keep_best and self._is_best(figures):
            self._best = {BEST + k: v.detach().clone() for k, v in self.models.state().items()}
            self._best[BEST_FIGURES] = torch.tensor([figures[k] for k in FIGURES]).double()
        return figures | self._further()

    def measure(self, texts: Sequence[np.ndarray], labels: np.ndarray) -> dict[str, float]:
        """The same figures on other texts."""
        found = probabilities(self.models, texts)  # (n_texts, n_labels)
        truth = torch.from_numpy(labels)
        loss = F.nll_loss(found.clamp(min=1e-12).log(), truth)
        accuracy = (found.argmax(1) == truth).float().mean()
        return {"loss": float(loss), "accuracy": float(accuracy)}

    def _is_best(self, figures: dict[str, float]) -> bool:
        """More texts right than ever, or as many at a lower loss. The loss alone would choose an
        early epoch: a net that has learnt few texts by heart is soon too sure of itself, and still
        answers better.
        """
        if not self._best:
            return True
        loss, accuracy = self._best[BEST_FIGURES].tolist()
        return (figures["accuracy"], -figures["loss"]) > (accuracy, -loss)

    def end(self) -> dict[str, float] | None:
        """Go back to the best epoch, if that is what the settings ask for."""
        if not self._best:
            return None
        self.models.load({k.removeprefix(BEST): v for k, v in self._best.items()
                          if k.startswith(BEST)})  # fmt: skip
        figures = dict(zip(FIGURES, self._best[BEST_FIGURES].tolist(), strict=True))
        return figures | self._further()

    def carried(self) -> dict[str, Tensor]:
        """The best weights so far."""
        return dict(self._best)

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take the best weights up."""
        self._best = dict(carried)


def _train(net: TextClassifier) -> None:
    """Training mode; a frozen head's batch normalisation is frozen too, and counts nothing."""
    net.train()
    if not net.head.output.weight.requires_grad:
        net.head.norm_pooled.eval()
        net.head.norm_hidden.eval()
