"""Which cells the low-shot experiment has: arms, numbers of labels, seeds."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGE_MODEL = "awd-lstm"  # that ULMFiT's arms and the frozen ones begin with
# Once for all cells, from the shipped language model, which reads all texts of the pool without
# their labels. At one rate for all layers: discriminative ones leave the perplexity a quarter
# higher after as many epochs.
ADAPTATION = {"on": True, "epochs": 8, "rate": 3e-3, "unfreezing": "all", "discriminative": False}


@dataclass(frozen=True)
class LowShotStudy:
    """A cell is one arm with one number of labels and one seed."""

    arms: tuple[str, ...]
    sizes: tuple[int, ...] = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)  # labels
    seeds: tuple[int, ...] = (0, 1, 2)  # of the label draw and of everything random in training
    source: str = "imdb"  # a labelled source of engine.corpora.training_texts
    device: str = "cpu"

    def planned(self) -> list[tuple[str, int, int]]:
        """(arm, labels, seed) of every cell, few labels first."""
        return [
            (arm, n, seed) for n in sorted(self.sizes) for arm in self.arms for seed in self.seeds
        ]
