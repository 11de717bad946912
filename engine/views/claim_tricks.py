"""The lecture's claims about ULMFiT's tricks, from recorded runs that differ in one trick only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from engine.corpora import training_texts
from engine.errors import EngineError
from engine.figures.paired_runs import PairedAccuracies, paired_runs
from engine.geometry.seeds import mean_and_interval
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import MISSING, Claim, Effect, Verdict, judged, together
from engine.views.ulmfit_records import COMMAND, Pair, pairs, records
from engine.views.unmeasured import unmeasured

if TYPE_CHECKING:
    from engine.training.ulmfit.config import Ulmfit

LEAST_PAIRS = 3  # seeds; fewer say nothing of chance
TEST = (
    "Accuracy with the trick minus accuracy without, in pairs of runs with the same seed, labels "
    f"and settings; {LEAST_PAIRS} pairs at least, 95 % interval of the mean by Student's t. It "
    "holds where the whole interval lies above 0."
)


def _discriminative(config: Ulmfit) -> bool | None:
    both = {config.classify.discriminative} | (
        {config.adapt.discriminative} if config.adapt.on else set()
    )
    return both.pop() if len(both) == 1 else None


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
}


@dataclass(frozen=True)
class TrickState:
    """Which trick."""

    trick: str = "discriminative"


@VIEWS.add("claim-trick")
class TrickView:
    """Accuracy with and without a trick, pair by pair, and the verdict."""

    title = "With and without a trick"
    State = TrickState

    def needs(self, state: TrickState) -> Needs:
        """Nothing: the runs were recorded."""
        return []

    def show(self, state: TrickState) -> Shown:
        """The pairs of every text and the mean difference.

        Raises:
            EngineError: no such trick.
        """
        if state.trick not in TRICKS:
            raise EngineError(f"Unknown trick {state.trick!r}. Known: {', '.join(TRICKS)}.")
        trick = TRICKS[state.trick]
        found = pairs(records(), trick.settings, trick.has_it)
        if not found:
            return unmeasured(
                trick.claim,
                "Not measured yet: no two recorded runs differ in this trick alone. "
                f"`{COMMAND}` does them, in an hour or two.",
            )
        by_text: dict[str, list[Pair]] = {}
        for pair in found:
            by_text.setdefault(pair.with_it.config.classify.text, []).append(pair)
        told = {_title(text): _accuracies(of_text) for text, of_text in by_text.items()}
        verdict = _verdict(trick.claim, told, found)
        return Shown(
            figure=paired_runs(told, trick.names),
            table=_table(found),
            caption=f"{verdict.frame} · recorded {_dates(found)} ({COMMAND})",
            notice=verdict.because,
            notes=(
                "Both runs of a pair have the same highest rate and as many epochs. Another rate "
                "may suit the run without the trick better; the low-shot experiment chooses rates "
                "on validation texts for each arm.",
            ),
            verdict=verdict,
        )


def _accuracies(of_text: Sequence[Pair]) -> PairedAccuracies:
    return PairedAccuracies(
        [pair.without.accuracy for pair in of_text],
        [pair.with_it.accuracy for pair in of_text],
        [pair.with_it.label.seed for pair in of_text],
        mean_and_interval([pair.difference for pair in of_text]),
    )


def _verdict(claim: Claim, told: dict[str, PairedAccuracies], found: Sequence[Pair]) -> Verdict:
    words, effects, sentences = {}, [], []
    for title, of_text in told.items():
        effect = Effect(f"{title}: difference in accuracy", *of_text.difference)
        n = len(of_text.seeds)
        words[title] = judged(effect) if n >= LEAST_PAIRS else MISSING
        interval = f" [{effect.low:+.3f}, {effect.high:+.3f}]" if n > 1 else ""
        short = "" if n >= LEAST_PAIRS else f", of {LEAST_PAIRS} that are needed"
        sentences.append(f"{title} {effect.value:+.3f}{interval} ({n} pair(s){short})")
        effects.append(effect)
    one = found[0].with_it
    frame = (
        f"n = {len(found)} pair(s) of runs · {one.config.classify.n_labels:,} labels each · "
        f"accuracy on {one.n_texts:,} {one.on} texts, the same for all of a text's runs"
    )
    because = f"Accuracy with the trick minus without: {'; '.join(sentences)}."
    word = together(words, "the text")
    if word == MISSING:
        because += f" `{COMMAND}` records more pairs."
    return Verdict(claim, word, because, frame, tuple(effects))


def _table(found: Sequence[Pair]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": _title(pair.with_it.config.classify.text),
            "seed": pair.with_it.label.seed,
            "accuracy without": round(pair.without.accuracy, 4),
            "accuracy with": round(pair.with_it.accuracy, 4),
            "difference": round(pair.difference, 4),
            "measured on": f"{pair.with_it.n_texts:,} {pair.with_it.on} texts",
            "run without": pair.without.label.name,
            "run with": pair.with_it.label.name,
        }
        for pair in found
    )


def _title(name: str) -> str:
    return training_texts.text_source(name).title.partition(":")[0]


def _dates(found: Sequence[Pair]) -> str:
    dates = sorted(run.label.date for pair in found for run in (pair.with_it, pair.without))
    return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
