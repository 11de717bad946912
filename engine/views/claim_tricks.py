"""The lecture's claims about ULMFiT's tricks, from recorded runs that differ in nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.corpora import training_texts
from engine.errors import EngineError
from engine.figures.paired_runs import PairedAccuracies, paired_runs
from engine.geometry.seeds import mean_and_interval
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import (
    FAILS,
    HOLDS,
    MISSING,
    OPEN,
    Claim,
    Effect,
    Verdict,
    judged,
    together,
)
from engine.views.tricks import LEAST_PAIRS, TRICKS
from engine.views.ulmfit_records import COMMAND, Pair, pairs, records
from engine.views.unmeasured import unmeasured


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
    sizes = " or ".join(f"{n:,}" for n in sorted({pair.with_it.n_texts for pair in found}))
    frame = (
        f"n = {len(found)} pair(s) of runs · {one.config.classify.n_labels:,} labels each · "
        f"accuracy on {sizes} {one.on} texts, the same for all of a text's runs"
    )
    because = f"Accuracy with the trick minus without: {'; '.join(sentences)}."
    word = together(words, "the text")
    if MISSING in words.values():
        because += f" `{COMMAND}` records more pairs."
        if word in (HOLDS, FAILS, OPEN):
            texts = [title for title, of_text in words.items() if of_text == word]
            word = f"{word} on {' and '.join(texts)}"
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
