"""The lecture's largest claim about ULMFiT: a hundred labels are worth ten thousand. From the rows
of the low-shot experiment, as far as they are there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.low_shot import ArmCurve, low_shot_curves
from engine.training.low_shot import results
from engine.training.low_shot.analysis import Match, labels_to_match, paired_curves
from engine.training.low_shot.config import LowShotStudy
from engine.training.low_shot.results import Cell
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import MISSING, Claim, Effect, Verdict, judged
from engine.views.unmeasured import unmeasured

BASELINE, SUPERVISED, FINE_TUNED = "scratch", "pretrained", "pretrained-fine-tuned"
TITLES = {
    BASELINE: "from scratch",
    SUPERVISED: "pretrained",
    FINE_TUNED: "pretrained and fine-tuned",
    "tf-idf": "TF-IDF and logistic regression",
    "minilm-probe": "MiniLM, frozen",
}
LEAST_SEEDS = 3  # fewer say nothing of what another draw of the labels would give
N_LABELS, TIMES, TIMES_SUPERVISED = 100, 100, 10  # of the paper, IMDb
COMMAND = "python -m engine study low-shot --resume"
CLAIM = Claim(
    "A hundred labels",
    "With only 100 labelled samples it is comparable to training from scratch on 100 times more "
    "data.",
    "the lecture, after Howard and Ruder (2018), figure 3",
    f"With {N_LABELS} labels and the unlabelled texts, ULMFiT is right as often as the same net "
    f"from scratch with {N_LABELS * TIMES:,} labels or more.",
    "Labels that the net from scratch needs for the same accuracy, divided by "
    f"{N_LABELS}; both curves made rising, straight over log labels; 95 % bootstrap over seeds and "
    f"test texts. It holds where the whole interval is at {TIMES} or above.",
)


@dataclass(frozen=True)
class LowShotClaimState:
    """Labels of the arm that is to be matched."""

    n_labels: int = N_LABELS


@VIEWS.add("claim-low-shot")
class LowShotClaimView:
    """Every arm's curve, and how many times more labels from-scratch needs."""

    title = "How many labels is pretraining worth?"
    State = LowShotClaimState

    def needs(self, state: LowShotClaimState) -> Needs:
        """Nothing: the rows were recorded."""
        return []

    def show(self, state: LowShotClaimState) -> Shown:
        """The curves of the rows that are there, and the verdict."""
        cells = results.read(results.PATH)
        missing = _missing(cells)
        if not cells:
            return unmeasured(
                CLAIM,
                f"Not measured yet: all {missing} cells are missing. `{COMMAND}` does them, in "
                "hours.",
            )
        rows = list(cells.values())
        curves = [
            curve_of(title, of_arm)
            for arm, title in TITLES.items()
            if (of_arm := [cell for cell in rows if cell.arm == arm])
        ]
        whole = _with_all_seeds(rows)
        matches = {arm: _matches(whole, arm) for arm in (FINE_TUNED, SUPERVISED)}
        verdict = _verdict(matches, state.n_labels, missing, _frame(whole, missing))
        at = _at(matches[FINE_TUNED], state.n_labels)
        return Shown(
            figure=low_shot_curves(curves, at.accuracy if at else None),
            table=_table(curves, matches),
            caption=f"{verdict.frame} · bars: lowest and highest seed · recorded ({COMMAND})",
            notice=verdict.because,
            notes=(
                f"{missing:,} cells of these arms are still missing; a number of labels with fewer "
                f"than {LEAST_SEEDS} seeds is drawn, and does not count for the verdict.",
            ) if missing else (),
            verdict=verdict,
        )  # fmt: skip


def _with_all_seeds(rows: Sequence[Cell]) -> list[Cell]:
    """Without the numbers of labels that an arm has too few seeds of."""
    n_seeds = Counter((cell.arm, cell.n_labels) for cell in rows)
    return [cell for cell in rows if n_seeds[cell.arm, cell.n_labels] >= LEAST_SEEDS]


def _missing(cells: dict[results.CellKey, Cell]) -> int:
    planned = LowShotStudy((BASELINE, SUPERVISED, FINE_TUNED)).planned()
    return sum(key not in cells for key in planned)


def curve_of(title: str, cells: Sequence[Cell]) -> ArmCurve:
    """The cells of one arm as a curve."""
    sizes = sorted({cell.n_labels for cell in cells})
    by_size = [[cell.accuracy for cell in cells if cell.n_labels == n] for n in sizes]
    return ArmCurve(
        title, sizes, [float(np.mean(found)) for found in by_size],
        [min(found) for found in by_size], [max(found) for found in by_size],
    )  # fmt: skip


def _matches(rows: Sequence[Cell], arm: str) -> tuple[Match, ...]:
    """Of every size of the arm; none while it and its baseline have too few seeds in common."""
    try:
        curves = paired_curves(rows, arm, BASELINE)
    except EngineError:
        return ()
    return labels_to_match(*curves) if curves[0].correct.shape[1] >= LEAST_SEEDS else ()


def _at(matches: Sequence[Match], n_labels: int) -> Match | None:
    return next((match for match in matches if match.n_labels == n_labels), None)


def _effect(match: Match) -> Effect:
    """How many times more labels; what was not reached counts as the most that were tried."""
    value, low, high = match.factor
    return Effect(
        f"times more labels than {match.n_labels:,}",
        value, min(low, match.needed.most / match.n_labels), high,
    )  # fmt: skip


def _in_words(match: Match) -> str:
    """The effect, or that the fewest labels tried from scratch suffice, or the most do not."""
    if math.isfinite(match.factor[0]):
        return f"{'at most ' if match.needed.fewest else ''}{_effect(match)}"
    most = match.needed.most
    least = f"over {most / match.n_labels:,.0f} (interval from {_effect(match).low:.1f})"
    return f"{least}, not reached with the {most:,.0f} labels tried"


def _frame(rows: Sequence[Cell], missing: int) -> str:
    of_arm = [{cell.seed for cell in rows if cell.arm == arm} for arm in (BASELINE, FINE_TUNED)]
    seeds = set.intersection(*of_arm)
    n_test = min((cell.n_test for cell in rows if cell.arm in (BASELINE, FINE_TUNED)), default=0)
    cells = f"{missing:,} of the planned cells missing" if missing else "every planned cell"
    return f"whole IMDb reviews · {len(seeds)} seeds · n = {n_test:,} test texts · {cells}"


def _verdict(
    matches: dict[str, tuple[Match, ...]], n_labels: int, missing: int, frame: str
) -> Verdict:
    fine_tuned = _at(matches[FINE_TUNED], n_labels)
    if fine_tuned is None:
        because = (
            f"Not measured yet: {missing:,} cells are missing, and with {n_labels:,} labels fewer "
            f"than {LEAST_SEEDS} seeds are finished both from scratch and fine-tuned. "
            f"`{COMMAND}` does them."
        )
        return Verdict(CLAIM, MISSING, because, frame)
    effect = _effect(fine_tuned)
    effects = [effect]
    told = [f"fine-tuned on unlabelled text: {_in_words(fine_tuned)} (paper: {TIMES})"]
    if supervised := _at(matches[SUPERVISED], n_labels):
        effects.append(_effect(supervised))
        told.append(f"only pretrained: {_in_words(supervised)} (paper: {TIMES_SUPERVISED})")
    because = (
        f"With {n_labels:,} labels: accuracy {fine_tuned.accuracy:.3f}. How many times more labels "
        f"training from scratch needs to be as good as the net {'; '.join(told)}."
    )
    word = judged(effect, TIMES * (1 - 1e-9))  # exactly so many times is enough
    return Verdict(CLAIM, word, because, frame, tuple(effects))


def _table(curves: Sequence[ArmCurve], matches: dict[str, tuple[Match, ...]]) -> pd.DataFrame:
    factors: dict[tuple[str, float], str] = {
        (TITLES[arm], match.n_labels): _in_words(match)
        for arm, found in matches.items()
        for match in found
    }
    return pd.DataFrame(
        {
            "arm": curve.title, "labels": n, "accuracy": round(mean, 5), "lowest seed": low,
            "highest seed": high, "times more labels from scratch": factors.get((curve.title, n)),
        }
        for curve in curves
        for n, mean, low, high in zip(
            curve.x, curve.mean, curve.lowest, curve.highest, strict=True
        )
    )  # fmt: skip
