"""The runs that ship as recordings: named settings, some of them with several seeds.

Runs of the same texts differ in one trick only, so that two of them with the same seed are a pair:
same labels, same order of texts, same first weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.corpora import training_texts
from engine.model_files import shipped_card, shipped_sha256
from engine.training.ulmfit.config import ADAPT, PRETRAIN, SCRATCH, SHIPPED, SHIPPED_ON, Ulmfit
from engine.training.ulmfit.copied import copied_passage
from engine.training.ulmfit.settings import from_settings

WATCHED = "wikipedia-excerpt"
SEEDS = (0, 1, 2)

LANGUAGE: dict[str, Any] = {"valid_tokens": 3_000, "validate_every": 20}
REVIEWS: dict[str, Any] = {"n_labels": 200, "epochs": 7, "n_valid": 150, "n_test": 400}
TEXTS: dict[str, tuple[str, dict[str, Any]]] = {
    "film-sentences": (
        "Film sentences",
        {
            "adapt": {"text": "movie-snippets", "n_texts": 4_000, **LANGUAGE},
            "classify": {"text": "movie-snippets", "n_labels": 200, "n_valid": 300, "n_test": 1000},
            "sample": {"prompt": "This film", "every": 20},
        },
    ),
    "imdb": (
        "IMDb reviews",
        {
            "adapt": {"text": "imdb", "n_texts": 500, **LANGUAGE},
            "classify": {"text": "imdb", **REVIEWS},
            "sample": {"prompt": "This film", "every": 20},
        },
    ),
    "amazon": (
        "Amazon reviews",
        {
            "adapt": {"text": "amazon", "n_texts": 1_000, **LANGUAGE},
            "classify": {"text": "amazon", **REVIEWS},
            "sample": {"prompt": "This product", "every": 20},
        },
    ),
}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "all-tricks": ("all tricks", {}),
    "one-rate": (
        "one rate for all layers",
        {"adapt": {"discriminative": False}, "classify": {"discriminative": False}},
    ),
    "all-at-once": ("all layers unfrozen at once", {"classify": {"unfreezing": "all"}}),
    "flat": (
        "no trick: all layers at once at one flat rate",
        {
            "adapt": {"discriminative": False, "schedule": "flat"},
            "classify": {"discriminative": False, "schedule": "flat", "unfreezing": "all"},
        },
    ),
    # Random weights below a frozen layer would be a handicap, so all learn from the first batch.
    "from-scratch": (
        "from scratch, no language model",
        {
            "pretrain": {"start": "none"},
            "adapt": {"on": False},
            "classify": {"discriminative": False, "unfreezing": "all", "rate": 3e-3},
        },
    ),
    "live-pretraining": (
        "all three stages from random weights",
        {"pretrain": {"start": "scratch, trained", "text": WATCHED, "n_texts": 40, **LANGUAGE}},
    ),
}


@dataclass(frozen=True)
class PlannedRun:
    """A run to be recorded."""

    name: str  # of its file
    title: str
    settings: dict[str, Any]
    kind: str = "ulmfit"

    @property
    def data(self) -> str:
        """What it is trained on, for its label; other texts or other first weights change it."""
        return data_of(from_settings(Ulmfit, self.settings))

    def missing(self) -> str | None:
        """Why it cannot be done on this machine; None if it can."""
        config = from_settings(Ulmfit, self.settings)
        names = {WATCHED, config.classify.text}
        reasons = (training_texts.text_source(name).missing() for name in sorted(names))
        return next(filter(None, reasons), None)

    def copied(self, written: Sequence[str]) -> str:
        """A passage of what it read in what it wrote; "" where there is none."""
        return copied_passage(from_settings(Ulmfit, self.settings), written)


def planned_runs() -> tuple[PlannedRun, ...]:
    """All of them, what is asked for first first."""
    pairs = ("all-tricks", "one-rate", "all-at-once", "flat", "from-scratch")
    first, *further = SEEDS
    return (
        *(planned("film-sentences", variant, first) for variant in pairs),
        *(planned(text, "all-tricks", first) for text in ("imdb", "amazon")),
        planned("film-sentences", "live-pretraining", first),
        *(planned("film-sentences", variant, seed) for seed in further for variant in pairs),
        *(
            planned(text, variant, first)
            for variant in ("flat", "from-scratch")
            for text in ("imdb", "amazon")
        ),
        *(
            planned(text, variant, seed)
            for seed in further
            for variant in ("all-tricks", "flat")
            for text in ("imdb", "amazon")
        ),
    )


def planned(text: str, variant: str, seed: int) -> PlannedRun:
    """One of them.

    >>> planned("imdb", "flat", 1).name
    'imdb-flat-1'
    """
    of_text, settings = TEXTS[text]
    of_variant, changes = VARIANTS[variant]
    return PlannedRun(
        f"{text}-{variant}-{seed}",
        f"{of_text}, {of_variant}" + (f", seed {seed}" if seed else ""),
        {"seed": seed, "watch": WATCHED, **merged(settings, changes)},
    )


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with what the changes name, stage by stage.

    >>> merged({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}, "b": {"z": 4}})
    {'a': {'x': 1, 'y': 3}, 'b': {'z': 4}}
    """
    return {
        name: {**settings.get(name, {}), **changes.get(name, {})} for name in (*settings, *changes)
    }


def data_of(config: Ulmfit) -> str:
    """Texts, their sizes and the first weights, in words."""
    titles = {stage: _title(getattr(config, stage).text) for stage in config.stages()}
    said = []
    if config.pretrain.start in (SHIPPED, SHIPPED_ON):
        name = config.net.shipped
        title = shipped_card(name).get("title", name)
        said.append(f"{title} as shipped, {shipped_sha256(name)[:12]}")
    if config.pretrain.start in (SHIPPED_ON, SCRATCH):
        said.append(f"stage 1 on {titles[PRETRAIN]}")
    if config.adapt.on:
        n_texts = f"{config.adapt.n_texts:,} texts" if config.adapt.n_texts else "all texts"
        said.append(f"stage 2 on {n_texts} of {titles[ADAPT]}")
    said.append(f"{config.classify.n_labels:,} labels of {titles['classify']}")
    return "; ".join(said)


def _title(name: str) -> str:
    return training_texts.text_source(name).title
