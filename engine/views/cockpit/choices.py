"""What a visitor may choose for a live run, and the settings that follow. The rest stays as the
training has it by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.corpora.training_texts import TEXTS, LabelledSource, text_source
from engine.errors import TextError
from engine.runs.rows import Limits
from engine.text import check_text
from engine.views.cockpit.own_sizes import language_sizes

STARTS = {
    "shipped": "the shipped language model, as it is",
    "shipped, trained on": "the shipped one, trained on live",
    "scratch, trained": "from scratch, live",
    "none": "random weights: no pretraining",
}
TRICKS = {
    "adapt": "Fine-tune the language model",
    "discriminative": "Discriminative rates",
    "triangle": "Slanted triangular rates",
    "gradual": "Gradual unfreezing",
}
UNFREEZING = {"all": "all at once", "last": "the head only", "chain-thaw": "chain-thaw"}
N_LABELS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
DIRECTIONS = ("forward", "backward", "both")
PREFERRED = ("imdb", "amazon", "movie-snippets", "amazon-snippets")
# Whole reviews in the sizes of the recorded runs, a few minutes on two cores: texts of stage 2 (all
# of them where none is named), and stage 3.
SHORT = {"imdb": 500, "amazon": 1_000}
REVIEWS = {"epochs": 7, "n_valid": 150}
MEASURED = {
    "valid_tokens": 3_000,
    "validate_every": 20,
}  # a perplexity that falls before one's eyes
MOST_PROMPT = 200  # characters
MOST_WAITING = 5  # runs of one visitor that wait or train
LIMITS = Limits(seconds=2 * 3600.0, steps=20_000, characters=10_000)


@dataclass(frozen=True)
class Choices:
    """A live run as a visitor asks for it."""

    text: str  # name of a labelled source
    n_labels: int = 200
    n_unlabelled: int = 0  # texts of stage 2, 0 = all
    seed: int = 0
    direction: str = "forward"
    start: str = "shipped"
    pretrain_text: str = "wikipedia-excerpt"
    tricks: tuple[str, ...] = tuple(TRICKS)
    unfreezing: str = "all"  # where it is not gradual
    prompt: str = "This film"


def labelled_texts() -> dict[str, str]:
    """Name -> title of the labelled texts that are on this machine, whole reviews first."""
    found = {name: source.title for name, source in _here().items() if _has_labels(source)}
    order = sorted(found, key=lambda name: PREFERRED.index(name) if name in PREFERRED else 99)
    return {name: found[name] for name in order}


def running_texts() -> dict[str, str]:
    """Name -> title of the texts of all kinds that are on this machine, the shortest first."""
    found = {name: source.title for name, source in _here().items() if not _has_labels(source)}
    return dict(sorted(found.items(), reverse=True))


def missing_texts() -> list[str]:
    """A sentence for each source that is not on this machine, with the command that brings it."""
    return list(dict.fromkeys(filter(None, (source.missing() for source in TEXTS.values()))))


def settings_of(choices: Choices) -> dict[str, Any]:
    """The run's settings.

    Raises:
        TextError: a prompt that is too long or cannot be read.
        DataUnavailable: the visitor's own texts are no longer here.
    """
    prompt = choices.prompt.strip()
    check_text(prompt)
    if len(prompt) > MOST_PROMPT:
        raise TextError(
            f"The prompt has {len(prompt):,} characters; up to {MOST_PROMPT} are taken."
        )
    shared = {
        "discriminative": "discriminative" in choices.tricks,
        "schedule": "slanted triangle" if "triangle" in choices.tricks else "flat",
    }
    unfreezing = "gradual" if "gradual" in choices.tricks else choices.unfreezing
    return {
        "seed": choices.seed,
        "direction": choices.direction,
        "pretrain": {"start": choices.start, "text": choices.pretrain_text, **MEASURED},
        "adapt": {
            "on": "adapt" in choices.tricks,
            "text": choices.text,
            "n_texts": choices.n_unlabelled,
            **language_sizes(choices.text, choices.n_unlabelled),
            **MEASURED,
            **shared,
        },
        "classify": {
            "text": choices.text,
            "n_labels": choices.n_labels,
            "unfreezing": unfreezing,
            **(REVIEWS if choices.text in SHORT else {}),
            **shared,
        },
        "sample": {"prompt": prompt, "every": MEASURED["validate_every"]},
        "watch": choices.pretrain_text,
    }


def name_of(choices: Choices) -> str:
    """What the run is called: its text, its labels, and what it goes without."""
    title = text_source(choices.text).title.partition(":")[0]
    without = [TRICKS[trick].lower() for trick in TRICKS if trick not in choices.tricks]
    if choices.start == "none":
        without.insert(0, "pretraining")
    missing = f", without {' and '.join(without)}" if without else ""
    return f"{title}, {choices.n_labels:,} labels{missing}"


def _here() -> Mapping[str, Any]:
    return {name: source for name, source in TEXTS.items() if source.missing() is None}


def _has_labels(source: Any) -> bool:
    return isinstance(source, LabelledSource)
