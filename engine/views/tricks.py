"""ULMFiT's tricks: the settings that make each, and what is claimed of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.views.claims import Claim

if TYPE_CHECKING:
    from engine.training.ulmfit.config import Ulmfit

LEAST_PAIRS = 3  # seeds; fewer say nothing of chance
TEST = (
    "Accuracy with the trick minus accuracy without, in pairs of runs with the same seed, labels "
    f"and settings; {LEAST_PAIRS} pairs at least, 95 % interval of the mean by Student's t. It "
    "holds where the whole interval lies above 0."
)


# What a run has that protects it from forgetting, and one without any of it has not.
PROTECTION = (
    "adapt.discriminative", "adapt.schedule", "classify.discriminative", "classify.schedule",
    "classify.unfreezing",
)  # fmt: skip


def _discriminative(config: Ulmfit) -> bool | None:
    both = {config.classify.discriminative} | (
        {config.adapt.discriminative} if config.adapt.on else set()
    )
    return both.pop() if len(both) == 1 else None


def protected(config: Ulmfit) -> bool | None:
    """All of ULMFiT's protection, or none of it; None for a part."""
    classify, adapt = config.classify, config.adapt
    all_of_it = classify.unfreezing == "gradual" and classify.discriminative
    none_of_it = classify.unfreezing == "all" and classify.schedule == "flat"
    none_of_it = none_of_it and not (classify.discriminative or adapt.discriminative)
    return all_of_it if all_of_it != none_of_it else None


def _gradual(config: Ulmfit) -> bool | None:
    return {"gradual": True, "all": False}.get(config.classify.unfreezing)


@dataclass(frozen=True)
class Trick:
    """A trick, the settings that make it, and what is claimed of it."""

    claim: Claim
    names: tuple[str, str]  # without, with
    settings: tuple[str, ...]
    has_it: Callable[[Ulmfit], bool | None]


TRICKS = {
    "discriminative": Trick(
        Claim(
            "Discriminative rates",
            "Different layers hold different information, so discriminative learning rates are "
            "crucial.",
            "the lecture, after Howard and Ruder (2018)",
            "With a rate of its own for each layer, the classifier is right more often than with "
            "one rate for all, everything else equal.",
            TEST,
        ),
        ("one rate for all layers", "a rate for each layer"),
        ("adapt.discriminative", "classify.discriminative"),
        _discriminative,
    ),
    "gradual": Trick(
        Claim(
            "Gradual unfreezing",
            "Unfreezing the layers gradually is better than fine-tuning all of them at once.",
            "the lecture, after Howard and Ruder (2018)",
            "With one more layer unfrozen in each epoch, the classifier is right more often than "
            "with all layers learning from the first batch, everything else equal.",
            TEST,
        ),
        ("all layers at once", "gradual unfreezing"),
        ("classify.unfreezing",),
        _gradual,
    ),
    "together": Trick(
        Claim(
            "All tricks together",
            "Discriminative rates, slanted triangular rates and gradual unfreezing together are "
            "better than fine-tuning every layer at once at one flat rate.",
            "Howard and Ruder (2018), table 7",
            "With all of them the classifier is right more often than with none, everything else "
            "equal.",
            TEST,
        ),
        ("no trick", "all tricks"),
        PROTECTION,
        protected,
    ),
}
