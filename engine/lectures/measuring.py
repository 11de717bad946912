"""All of a lecture's numbers and answers at once, for `lecture check --measure` and tests."""

from __future__ import annotations

from typing import Any

from engine.errors import EngineError
from engine.lectures.answers import Value, answer_of, value_of
from engine.lectures.blocks import Lecture, Prediction
from engine.lectures.quoted import Number
from engine.views import VIEWS, Shown


def values_of(lecture: Lecture) -> tuple[dict[str, Value], dict[str, str]]:
    """name -> value, and name -> why it has none. Each view is computed once a state."""
    shown: dict[tuple[str, Any], Shown | EngineError] = {}
    values, missing = {}, {}
    for name, number in lecture.numbers.items():
        try:
            values[name] = value_of(number, _shown(number, shown))
        except EngineError as error:
            missing[name] = str(error)
    return values, missing


def _shown(number: Number, kept: dict[tuple[str, Any], Shown | EngineError]) -> Shown:
    place = number.view, number.state
    if place not in kept:
        try:
            kept[place] = VIEWS[number.view]().show(number.state)
        except EngineError as error:
            kept[place] = error
    found = kept[place]
    if isinstance(found, EngineError):
        raise found
    return found


def faults_of(lecture: Lecture) -> list[str]:
    """Numbers that cannot be measured, and predictions none of whose options is right, each as
    `file:line: what`.
    """
    values, missing = values_of(lecture)
    faults = [(lecture.numbers[name].line, why) for name, why in missing.items()]
    for prediction in lecture.blocks(Prediction):
        if set(prediction.numbers) & set(missing):
            continue
        answer = answer_of(prediction, lecture.numbers, values)
        if prediction.options and answer.option is None:
            told = f"No option of this prediction is right; measured: {answer.told}."
            faults.append((prediction.line, told))
    return [f"{lecture.path}:{line}: {told}" for line, told in sorted(faults)]
