"""The settings of the study, the same for every number of layers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from engine.training.loop_config import LoopConfig
from engine.training.recipes.elmo import ElmoTraining

# What differs from run to run, or is not used.
RUN_FREE = ("n_layers", "seed", "start_from", "hidden_share")


def small_recipe() -> ElmoTraining:
    """ELMo's recipe at an eighth of its size: a run takes minutes on one core."""
    return ElmoTraining(
        vocab_size=8_000,
        d_projection=64,
        d_cell=256,
        n_streams=16,
        n_sampled=512,
        loop=LoopConfig(
            n_steps=1_000,
            learning_rate=3e-3,
            warm_up=150,
            decay_share=0.4,
            clip_norm=0.5,
            validate_every=250,
            checkpoint_every=1_000,
        ),
    )


@dataclass(frozen=True)
class DepthStudy:
    """Which nets are trained, and how."""

    n_layers: tuple[int, ...] = (1, 2, 3)
    seeds: tuple[int, ...] = (0, 1, 2)  # of the initial weights and the order of the articles
    recipe: ElmoTraining = field(default_factory=small_recipe)
    device: str = "cpu"

    def planned(self) -> list[tuple[int, int]]:
        """(layers, seed) of every run; all depths of a seed before the next seed."""
        return [(n_layers, seed) for seed in self.seeds for n_layers in self.n_layers]

    def training(self, n_layers: int, seed: int) -> ElmoTraining:
        """The recipe of one run."""
        return replace(self.recipe, n_layers=n_layers, seed=seed)

    def settings(self) -> dict[str, Any]:
        """What all runs share; results of other settings must not be mixed with these."""
        return {key: value for key, value in asdict(self.recipe).items() if key not in RUN_FREE}
