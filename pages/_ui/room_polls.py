"""A prediction of a lecture, put to the class by whoever drives its room."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.classroom import polls
from engine.classroom.rows import Measured, Question, Scale
from engine.errors import EngineError
from engine.lectures import Prediction
from engine.lectures.answers import Answer
from engine.lectures.plain import plain
from pages._ui.errors import plain_errors
from pages._ui.room import driven_room
from pages._ui.room_serving import hub, room_store
from pages._ui.visitor import visitor


def offer_vote(asked: Prediction, numbers: Mapping[str, str], place: str) -> None:
    """A button that asks the class, where this browser drives one."""
    code = driven_room()
    if code:
        st.button(
            "Ask the class", key=f"ask class {place}", icon=":material/how_to_vote:",
            on_click=_ask, args=(code, place, _question(asked, numbers)),
        )  # fmt: skip
        if trouble := st.session_state.pop(f"trouble {place}", None):
            with plain_errors():
                raise EngineError(trouble)


def tell_class(asked: Prediction, answer: Answer, place: str) -> None:
    """The class was asked this: show it its votes, and what was measured."""
    code = driven_room()
    if not code:
        return
    with plain_errors():
        store = room_store()
        poll = polls.poll_of(store, store.room(code))
        if poll is None or poll.about != place or poll.measured:
            return
        is_number = asked.scale is not None and isinstance(answer.value, int | float)
        value = float(answer.value) if is_number and answer.value is not None else None
        measured = Measured(answer.told, answer.option, value)
        polls.tell_measured(store, code, visitor(), measured)
        hub().notify(code)


def _question(asked: Prediction, numbers: Mapping[str, str]) -> Question:
    scale = asked.scale and Scale(asked.scale.low, asked.scale.high, asked.scale.step)
    options = tuple(plain(option.text.told(numbers)) for option in asked.options)
    return Question(plain(asked.question.told(numbers)), options, scale)


def _ask(code: str, place: str, question: Question) -> None:
    try:
        polls.ask(room_store(), code, visitor(), place, question)
        hub().notify(code)
    except EngineError as error:
        st.session_state[f"trouble {place}"] = str(error)
