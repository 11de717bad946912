"""Two trainings side by side: the same figure of both, over their batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.errors import EngineError
from engine.figures.compared_runs import FigureAxis, RunCurve, compared_runs
from engine.training.events import Batch, StageBegan, Validated
from engine.views import VIEWS, Needs, Shown
from engine.views.cockpit.about import RECORDED, recorded_runs
from engine.views.cockpit.kept_runs import KeptRun, kept_run

MEASURES = {
    "accuracy": "accuracy on validation texts",
    "perplexity": "perplexity of the target's validation text",
    "watched_perplexity": "perplexity of the text that may be forgotten",
    "loss": "loss of each batch, nats",
}
SMOOTHED = 25  # batches, of the loss
OTHER_TEXTS = (
    "The two runs have different target texts: other words to foretell and other labels to give. "
    "What differs between them is the text as well as the training."
)
PAIR = ("film-sentences-all-tricks-0", "film-sentences-flat-0")  # names of recordings


def pair_that_ships() -> tuple[str, str] | None:
    """Two recorded runs that are compared at first: with all tricks and with none, same seed."""
    known = {label.name for label in recorded_runs()}
    first, second = (f"{RECORDED}{name}" for name in PAIR)
    return (first, second) if known.issuperset(PAIR) else None


@dataclass(frozen=True)
class CompareState:
    """Which runs, and which of their figures; no run named = the first two that are recorded."""

    first: str = ""  # id, or "recorded-" and a name
    second: str = ""
    measure: str = "accuracy"


@VIEWS.add("compare-runs")
class CompareRunsView:
    """A figure of two runs on one picture, with the difference at their ends."""

    title = "Two runs compared"
    State = CompareState

    def needs(self, state: CompareState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: CompareState) -> Shown:
        """Both curves and their table.

        Raises:
            EngineError: a run that is not there, or one that has not told this figure.
        """
        if state.measure not in MEASURES:
            raise EngineError(f"Runs are compared by one of: {', '.join(MEASURES)}.")
        runs = [kept_run(ref) for ref in _refs(state)]
        curves = [_curve(run, state.measure) for run in runs]
        for run, curve in zip(runs, curves, strict=True):
            if not curve.steps:
                raise EngineError(f"{run.title} has not told any {state.measure} yet.")
        axis = FigureAxis(MEASURES[state.measure], *_bounds(curves, state.measure))
        return Shown(
            figure=compared_runs(curves, axis),
            table=_table(curves, state.measure),
            caption=" · ".join(f"{run.title}: {run.origin}, {run.about['facts']}" for run in runs),
            notice=_notice(curves, state.measure, one_text=_one_text(runs)),
            notes=() if _one_text(runs) else (OTHER_TEXTS,),
        )


def _one_text(runs: Sequence[KeptRun]) -> bool:
    return len({run.settings.get("classify", {}).get("text") for run in runs}) == 1


def _refs(state: CompareState) -> tuple[str, str]:
    recorded = [f"{RECORDED}{label.name}" for label in recorded_runs()]
    rest = [ref for ref in recorded if ref not in (state.first, state.second)]
    refs = [ref or (rest.pop(0) if rest else "") for ref in (state.first, state.second)]
    if "" in refs or refs[0] == refs[1]:
        raise EngineError("Choose two runs to compare.")
    return refs[0], refs[1]


def _curve(run: KeptRun, measure: str) -> RunCurve:
    stages = [
        (one.event.step, one.event.stage) for one in run.events if isinstance(one.event, StageBegan)
    ]
    if measure == "loss":
        found = [one.event for one in run.events if isinstance(one.event, Batch)]
        steps = [event.step for event in found]
        return RunCurve(run.title, steps, _smoothed([event.loss for event in found]), stages)
    told = [one.event for one in run.events if isinstance(one.event, Validated)]
    points = [(e.step, e.figures[measure]) for e in told if measure in e.figures]
    values = [value for _, value in points]
    return RunCurve(
        run.title, [step for step, _ in points], values, stages,
        _half_widths(values, run) if measure == "accuracy" else None,
    )  # fmt: skip


def _half_widths(values: Sequence[float], run: KeptRun) -> list[float]:
    """Of the 95 % interval of a share of n texts, normal approximation."""
    n = run.about["stages"][-1]["figure"]["n"]
    return [1.96 * math.sqrt(value * (1 - value) / n) for value in values]


def _smoothed(values: Sequence[float]) -> list[float]:
    """Each value as the mean of itself and those before it, up to SMOOTHED of them."""
    return [
        sum(values[max(0, i - SMOOTHED + 1) : i + 1]) / min(i + 1, SMOOTHED)
        for i in range(len(values))
    ]


def _bounds(curves: Sequence[RunCurve], measure: str) -> tuple[float, float, bool]:
    values = [value for curve in curves for value in curve.values]
    if measure == "accuracy":
        return 0.0, 1.0, False
    if measure == "loss":
        return 0.0, math.ceil(max(values)), False
    return (
        10.0 ** math.floor(math.log10(min(values))),
        10.0 ** math.ceil(math.log10(max(values)) + 1e-9),
        True,
    )


def _table(curves: Sequence[RunCurve], measure: str) -> pd.DataFrame:
    rows = [
        (curve.title, step, value, curve.half_widths[i] if curve.half_widths else None)
        for curve in curves
        for i, (step, value) in enumerate(zip(curve.steps, curve.values, strict=True))
    ]
    found = pd.DataFrame(rows, columns=["run", "batch", measure, "± 95 %"])
    return found if measure == "accuracy" else found.drop(columns="± 95 %")


def _notice(curves: Sequence[RunCurve], measure: str, *, one_text: bool) -> str:
    """Where both end; the difference only where both were measured on the same text."""
    ends = []
    for curve in curves:
        width = f" ± {curve.half_widths[-1]:.2f}" if curve.half_widths else ""
        ends.append(f"{curve.title} ends at {_in_figures(curve.values[-1])}{width}")
    if not one_text:
        return f"{'; '.join(ends)}. Their target texts differ, so these are not compared."
    difference = curves[0].values[-1] - curves[1].values[-1]
    apart = f"{abs(difference):,.0f}" if abs(difference) >= 100 else f"{abs(difference):.2g}"
    said = f"{'; '.join(ends)}: a difference of {apart} in {measure.split('_')[-1]}"
    if curves[0].half_widths and curves[1].half_widths:
        both = math.hypot(curves[0].half_widths[-1], curves[1].half_widths[-1])
        inside = "within" if abs(difference) <= both else "beyond"
        said += f", {inside} the error of two such validations (± {both:.2f})"
    return f"{said}."


def _in_figures(value: float) -> str:
    """Three figures, and never a power of ten.

    >>> _in_figures(3262.4), _in_figures(0.8412)
    ('3,262', '0.841')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
