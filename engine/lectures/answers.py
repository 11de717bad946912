"""What a lecture quotes and asks, measured: numbers out of views' tables, and answers from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from engine.errors import EngineError
from engine.lectures.blocks import Option, Prediction
from engine.lectures.quoted import FALLING, HIGHEST, VERDICT, Number
from engine.views import Shown

Curve = tuple[tuple[str, float], ...]  # what stands at a point, and the value there
Value = float | str | Curve


@dataclass(frozen=True)
class Answer:
    """The measured answer of a prediction."""

    value: Value | None  # of the number that decides; None where options are compared
    option: int | None  # which option is right; None where a number is guessed, or none fits
    told: str  # in words
    order: tuple[int, ...] = ()  # of the options, where they are put in order


def value_of(number: Number, shown: Shown) -> Value:
    """A number or a curve, from what its view shows.

    Raises:
        EngineError: the table has no such column, or not one such row (for a curve: not two); the
            view has no verdict.
    """
    if number.column == VERDICT:
        if shown.verdict is None:
            raise EngineError(f"The view {number.view!r} has no verdict for {number.name!r}.")
        return shown.verdict.word
    rows = _rows(number, shown.table)
    if number.by:
        return tuple(zip(rows[number.by].astype(str), rows[number.column].map(float), strict=True))
    value = rows.iloc[0][number.column]
    if isinstance(value, str):
        return value
    if math.isnan(value):
        raise EngineError(f"{number.name!r} is not known: its cell in {number.view!r} is empty.")
    return float(value)


def _rows(number: Number, table: pd.DataFrame) -> pd.DataFrame:
    pick = number.pick
    more = [*([pick[1]] if pick else []), *([number.by] if number.by else [])]
    for column in [number.column, *(c for c, _ in number.row), *more]:
        if column not in table:
            raise EngineError(
                f"{number.name!r}: the table of {number.view!r} has no column {column!r}. It has: "
                f"{', '.join(map(str, table.columns))}."
            )
    rows = table
    for column, content in number.row:
        rows = rows[rows[column].astype(str) == content]
    if pick and len(rows):
        values = rows[pick[1]].astype(float)
        rows = rows.loc[[values.idxmax() if pick[0] == HIGHEST else values.idxmin()]]
    if len(rows) < 2 if number.by else len(rows) != 1:
        where = ", ".join(f"{column} = {content}" for column, content in number.row) or "no choice"
        raise EngineError(
            f"{number.name!r}: {len(rows)} rows of {number.view!r} fit ({where}); "
            f"{'two must, for a curve' if number.by else 'one must'}."
        )
    return rows


def told(number: Number, value: Value) -> str:
    """A value as the text quotes it.

    >>> told(Number("n", "view", None, "column", form=".2f"), 0.2284)
    '0.23'
    """
    if isinstance(value, str):
        return value
    form = number.form or "g"
    if isinstance(value, tuple):
        return "; ".join(f"{at}: {format(one, form)}" for at, one in value)
    return format(value, form)


def off_told(number: Number, off: float, value: float) -> str:
    """How far a guess is from the answer, with as many decimals as the answer is quoted with.

    Args:
        number: the answer's.
        off: the distance, at least 0.
        value: the answer.

    >>> off_told(Number("n", "view", None, "column", form=",.0f"), 1219.8, 1480.2)
    '1,220'
    >>> off_told(Number("n", "view", None, "column", form=".3g"), 0.0271, 4.127)
    '0.03'
    >>> off_told(Number("n", "view", None, "column", form=".0%"), 0.12, 0.62)
    '12 points'
    """
    quoted = told(number, value)
    if "e" in quoted:  # a power of ten: what is off has one of its own
        return format(off, ".2g")
    decimals = len(quoted.rstrip("%").partition(".")[2])
    if quoted.endswith("%"):
        return f"{100 * off:,.{decimals}f} points"
    return f"{off:,.{decimals}f}"


def answer_of(
    prediction: Prediction, numbers: Mapping[str, Number], values: Mapping[str, Value]
) -> Answer:
    """Which answer is right.

    Args:
        prediction: the question.
        numbers: of the lecture, by name.
        values: of the numbers that decide.
    """
    if prediction.extreme or prediction.order:
        return _compared(prediction, numbers, values)
    value = values[prediction.answer]
    words = told(numbers[prediction.answer], value)
    fitting = (n for n, option in enumerate(prediction.options) if _fits(option, value))
    return Answer(value, next(fitting, None), words)


def in_order(prediction: Prediction, values: Mapping[str, Value]) -> tuple[int, ...]:
    """The options' places in the order of their numbers; equal ones as they are written."""
    named: list[Any] = [values[option.number] for option in prediction.options]
    found = sorted(range(len(named)), key=named.__getitem__, reverse=prediction.order == FALLING)
    return tuple(found)


def _compared(
    prediction: Prediction, numbers: Mapping[str, Number], values: Mapping[str, Value]
) -> Answer:
    """The options by their numbers: the extreme one, or all in order."""
    compared = "; ".join(
        f"{option.text.source}: {told(numbers[option.number], values[option.number])}"
        for option in prediction.options
    )
    if prediction.order:
        return Answer(None, None, compared, in_order(prediction, values))
    named: list[Any] = [values[option.number] for option in prediction.options]
    best = max if prediction.extreme == HIGHEST else min
    return Answer(None, named.index(best(named)), compared)


def _fits(option: Option, value: Any) -> bool:
    if option.says:
        return str(value).startswith(option.says)
    return option.up_to is None or (not isinstance(value, str) and value <= option.up_to)
