"""All of a lecture's numbers and answers at once: for `lecture check --measure`, for one offline
file of it, and tests.
"""

from __future__ import annotations

from typing import Any

from engine.errors import EngineError
from engine.lectures.answers import Value, answer_of, value_of
from engine.lectures.blocks import Lecture, Prediction
from engine.views import VIEWS, Shown


class Views:
    """What views show; each is computed once a state."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Any], Shown | EngineError] = {}

    def show(self, name: str, state: Any) -> Shown:
        """What a view shows.

        Raises:
            EngineError: why it shows nothing.
        """
        if (name, state) not in self._kept:
            try:
                self._kept[name, state] = VIEWS[name]().show(state)
            except EngineError as error:
                self._kept[name, state] = error
        found = self._kept[name, state]
        if isinstance(found, EngineError):
            raise found
        return found


def values_of(
    lecture: Lecture, views: Views | None = None
) -> tuple[dict[str, Value], dict[str, str]]:
    """name -> value, and name -> why it has none."""
    views = views or Views()
    values, missing = {}, {}
    for name, number in lecture.numbers.items():
        try:
            values[name] = value_of(number, views.show(number.view, number.state))
        except EngineError as error:
            missing[name] = str(error)
    return values, missing


def faults_of(lecture: Lecture) -> list[str]:
    """Numbers that cannot be measured, and predictions whose answer nobody can give, each as
    `file:line: what`.
    """
    values, missing = values_of(lecture)
    faults = [(lecture.numbers[name].line, why) for name, why in missing.items()]
    for prediction in lecture.blocks(Prediction):
        if set(prediction.numbers) & set(missing):
            continue
        if told := _unanswerable(prediction, lecture, values):
            faults.append((prediction.line, told))
    return [f"{lecture.path}:{line}: {told}" for line, told in sorted(faults)]


def _unanswerable(prediction: Prediction, lecture: Lecture, values: dict[str, Value]) -> str:
    """Why nobody can be right, or ""."""
    answer = answer_of(prediction, lecture.numbers, values)
    if prediction.order:
        distinct = {values[name] for name in prediction.numbers}
        alike = len(distinct) < len(prediction.options)
        return f"Two options have the same number; measured: {answer.told}." if alike else ""
    if prediction.options:
        unfit = answer.option is None
        return f"No option of this prediction is right; measured: {answer.told}." if unfit else ""
    if prediction.scale and not _on(prediction, answer.value):
        return f"The answer is not on the scale of this prediction; measured: {answer.told}."
    return ""


def _on(prediction: Prediction, value: Any) -> bool:
    """Whether a number, or every number of a curve, can be guessed."""
    scale = prediction.scale
    numbers = [one for _, one in value] if isinstance(value, tuple) else [value]
    return scale is not None and all(
        not isinstance(one, str) and scale.low <= one <= scale.high for one in numbers
    )
