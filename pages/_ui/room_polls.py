"""A prediction of a lecture, put to the class by whoever drives its room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.classroom import polls
from engine.classroom.rows import Measured, Question, Scale
from engine.errors import EngineError
from engine.lectures import Lecture, Prediction
from engine.lectures.answers import Answer, answer_of
from engine.lectures.plain import plain
from pages._ui.errors import as_markdown_text, plain_errors, sentence_as_markdown
from pages._ui.lecture_numbers import values_of
from pages._ui.room import driven_room
from pages._ui.room_serving import hub, room_store
from pages._ui.visitor import visitor

FIRST, HIGHEST = "Which comes first?", "Where is it highest?"


def offer_vote(lecture: Lecture, asked: Prediction, numbers: Mapping[str, str], place: str) -> None:
    """A button that asks the class, where this browser drives one."""
    code = driven_room()
    question = _question(lecture, asked, numbers, place) if code else None
    if question is None:
        return
    st.button(
        "Ask the class", key=f"ask class {place}", icon=":material/how_to_vote:",
        on_click=_ask, args=(code, place, question),
    )  # fmt: skip
    if trouble := st.session_state.pop(f"trouble {place}", None):
        st.warning(sentence_as_markdown(trouble), icon=":material/info:")


def steer_vote(lecture: Lecture, asked: Prediction, numbers: Mapping[str, str], place: str) -> None:
    """In the speaker's window: ask the class, and later measure and tell it the answer. What lies
    between, to close the vote, show it or vote again, stands in the bar of the room.
    """
    if not driven_room():
        return
    with st.container(horizontal=True, key=f"steer {place}"):
        offer_vote(lecture, asked, numbers, place)
        st.button(
            "Tell the class the answer", key=f"tell class {place}", icon=":material/visibility:",
            on_click=st.session_state.__setitem__, args=(f"answering {place}", True),
        )  # fmt: skip
    if st.session_state.get(f"answering {place}"):
        _measure_and_tell(lecture, asked, place)


def _measure_and_tell(lecture: Lecture, asked: Prediction, place: str) -> None:
    """Until it is measured, its progress stands here."""
    if not is_asked(place):
        st.session_state.pop(f"answering {place}")
        st.info("Ask the class first: what is measured is shown beside its votes.")
        return
    values, missing = values_of(lecture, asked.numbers, f"{place} answer")
    for reason in dict.fromkeys(missing.values()):
        st.warning(sentence_as_markdown(reason), icon=":material/info:")
    if len(values) == len(asked.numbers):
        st.session_state.pop(f"answering {place}")
        answer = answer_of(asked, lecture.numbers, values)
        tell_class(asked, answer, place)
        st.success(f"The class sees its votes and the answer: {as_markdown_text(answer.told)}.")


def is_asked(place: str) -> bool:
    """True if this is what the room of this browser is asked now."""
    with plain_errors():
        store = room_store()
        poll = polls.poll_of(store, store.room(driven_room()))
        return poll is not None and poll.about == place
    return False


def tell_class(asked: Prediction, answer: Answer, place: str) -> None:
    """The class was asked this: show it its votes, and what was measured."""
    code = driven_room()
    if not code:
        return
    with plain_errors():
        store = room_store()
        poll = polls.poll_of(store, store.room(code))
        if poll is not None and poll.about == place and not poll.measured:
            polls.tell_measured(store, code, visitor(), _measured(asked, answer))
            hub().notify(code)


def _question(
    lecture: Lecture, asked: Prediction, numbers: Mapping[str, str], place: str
) -> Question | None:
    """What can be voted on: a number, an option, which option comes first, or where a curve is
    highest; None where it is not known yet.
    """
    text = plain(asked.question.told(numbers))
    if asked.drawn:
        curve = values_of(lecture, asked.numbers, f"{place} points")[0].get(asked.answer)
        by = lecture.numbers[asked.answer].by
        points = tuple(f"{by} {point}" for point, _ in _points(curve))
        return Question(f"{text}\n{HIGHEST}", points) if len(points) > 1 else None
    options = tuple(plain(option.text.told(numbers)) for option in asked.options)
    scale = asked.scale and Scale(asked.scale.low, asked.scale.high, asked.scale.step)
    return Question(f"{text}\n{FIRST}" if asked.order else text, options, scale)


def _measured(asked: Prediction, answer: Answer) -> Measured:
    if asked.drawn:
        values = [value for _, value in _points(answer.value)]
        return Measured(answer.told, values.index(max(values)))
    if asked.order:
        return Measured(answer.told, answer.order[0])
    is_number = asked.scale is not None and isinstance(answer.value, float)
    return Measured(answer.told, answer.option, float(answer.value) if is_number else None)  # type: ignore[arg-type]


def _points(curve: Any) -> Sequence[tuple[str, float]]:
    return curve if isinstance(curve, tuple) else ()


def _ask(code: str, place: str, question: Question) -> None:
    try:
        polls.ask(room_store(), code, visitor(), place, question)
        hub().notify(code)
    except EngineError as error:
        st.session_state[f"trouble {place}"] = str(error)
