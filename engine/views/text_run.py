"""A text while it is measured: its mean cosines so far, and how their intervals narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.encoder import title_of
from engine.errors import EngineError
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.figures.narrowing import Narrowing, narrowing
from engine.views import VIEWS, Needs, Shown
from engine.views.text_followed import TextRun, caption, followed

Y_TITLE = "mean cosine of random pairs"


@dataclass(frozen=True)
class TextRunState:
    """Which run; of `text-narrowing`, which layer of it, counted from 0, below 0 from the top."""

    run: str = ""
    layer: int = -1


@VIEWS.add("text-cosines")
class TextCosinesView:
    """The mean cosine by layer of what is measured so far."""

    title = "Mean cosine of random pairs, by layer"
    State = TextRunState

    def needs(self, state: TextRunState) -> Needs:
        """Nothing: the run measures."""
        return []

    def show(self, state: TextRunState) -> Shown:
        """One curve with its interval.

        Raises:
            EngineError: no such run, or it has told nothing yet.
        """
        found = followed(state.run)
        last, model = found.cosines[-1], found.asked.model
        figure = curves_by_layer(
            {(model, ""): Curve(last.mean, last.low, last.high)},
            {model: last.layers},
            Axes(Y_TITLE, 0.0, "isotropic: no common direction"),
            {model: title_of(model)},
        )
        return Shown(figure, _table(found), caption(found), _notice(found), _notes(found))


@VIEWS.add("text-narrowing")
class TextNarrowingView:
    """One layer's mean cosine over the words measured, and its interval that narrows."""

    title = "The interval narrows as words come in"
    State = TextRunState

    def needs(self, state: TextRunState) -> Needs:
        """Nothing: the run measures."""
        return []

    def show(self, state: TextRunState) -> Shown:
        """The line and its band.

        Raises:
            EngineError: no such run or layer, or it has told nothing yet.
        """
        found = followed(state.run)
        names, model = found.cosines[-1].layers, found.asked.model
        if not -len(names) <= state.layer < len(names):
            raise EngineError(f"{title_of(model)} has the layers 0 to {len(names) - 1}.")
        rows = [
            (each.n_words, each.mean[state.layer], each.low[state.layer], each.high[state.layer])
            for each in found.cosines
        ]
        n_words, mean, low, high = zip(*rows, strict=True)
        name = f"{title_of(model)}, layer {names[state.layer]}"
        figure = narrowing(model, name, Narrowing(n_words, mean, low, high), Y_TITLE)
        table = pd.DataFrame(rows, columns=["words", "mean cosine", "low", "high"])
        told = f"{name}. {caption(found)}"
        return Shown(figure, table, told, _narrowed(rows))


def _notice(found: TextRun) -> str:
    last = found.cosines[-1]
    peak = max(range(len(last.mean)), key=last.mean.__getitem__)
    width = max(high - low for low, high in zip(last.low, last.high, strict=True))
    where = f"at layer {last.layers[peak]}" if len(last.mean) > 1 else "of its only layer"
    return (
        f"After {last.n_words:,} words the highest mean cosine is {last.mean[peak]:.3f}, {where}; "
        f"no layer's interval is wider than {width:.4f}."
    )


def _narrowed(rows: Sequence[tuple[int, float, float, float]]) -> str:
    (first, _, low, high), (last, mean, last_low, last_high) = rows[0], rows[-1]
    before, now = high - low, last_high - last_low
    if len(rows) < 2 or now <= 0:
        return f"The interval after {last:,} words is {now:.4f} wide."
    told = (
        f"The interval was {before:.4f} wide after {first:,} words and is {now:.4f} after "
        f"{last:,}: {before / now:.1f} times as narrow with {last / first:,.0f} times the words."
    )
    half, _, half_low, half_high = next(row for row in rows if 2 * row[0] >= last)
    if half < last and not half_low <= mean <= half_high:
        told += (
            f" But the mean has left the interval that stood after {half:,} words: the text is not "
            "alike throughout, and an interval speaks of sentences like those read by then."
        )
    return told


def _table(found: TextRun) -> pd.DataFrame:
    """Mean cosines on the way; every number of the report at the end."""
    if found.report is None:
        last = found.cosines[-1]
        columns = {"mean cosine": last.mean, "low": last.low, "high": last.high}
        return pd.DataFrame({"layer": last.layers, **columns})
    return pd.DataFrame(
        {name: value for name, value in layer.items() if not isinstance(value, dict | list)}
        for layer in found.report["layers"]
    )


def _notes(found: TextRun) -> tuple[str, ...]:
    if found.report is None:
        return ()
    unknown = found.report["unknown_words"]
    listed = ", ".join(unknown["first"])
    told = [f"{unknown['count']:,} words unknown to the model were left out: {listed}."]
    return (*found.report["notes"], *(told if unknown["count"] else ()))
