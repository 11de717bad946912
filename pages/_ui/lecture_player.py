"""What a lecture needs of the browser: keys, full screen, the speaker's window, what is remembered.

Progress lives in the browser's own storage. What comes back from there is checked like any text
that a reader types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.figures.scripts import script, style_sheet
from engine.lectures import Lecture, Prediction, Quiz
from pages._ui.lecture_links import STEP
from pages._ui.lecture_questions import KEPT, QUIZZES
from pages._ui.room import driven_room
from pages._ui.style import is_presenting

KEY = "lecture-player"
TOLD = ("turned", "restored", "forgotten")  # what the part in the browser tells
_player = st.components.v2.component(
    "conescope_player",
    html='<div class="player"></div>',
    css=style_sheet("player"),
    js=script("player"),
)


def show_player(lecture: Lecture, number: int, *, speaker: bool = False) -> None:
    """The part in the browser.

    Args:
        lecture: that is shown.
        number: of the step, from 0; -1 where all are on one page.
        speaker: this is the speaker's window.
    """
    step = lecture.steps[number].id if number >= 0 else ""
    returned: set[str] = st.session_state.setdefault("lectures returned", set())
    _mount(
        {
            "mode": "speaker" if speaker else "step", "presenter": is_presenting() or speaker,
            "lecture": lecture.slug, "step": step, "number": number + 1,
            "total": len(lecture.steps), "minutes": lecture.minutes,
            "answers": _answers(f"{lecture.slug} {step}".rstrip() + " "),
            "fresh": lecture.slug not in returned, "drive": driven_room(),
        },
        on_turned_change=_turn,
        on_restored_change=lambda: _restore(lecture),
    )  # fmt: skip
    returned.add(lecture.slug)


def show_progress(lectures: Sequence[Lecture]) -> None:
    """Below the shelf: how far this browser's reader is."""
    rows = [
        {
            "slug": one.slug, "title": one.title, "steps": len(one.steps),
            "questions": len(one.blocks(Prediction)) + len(one.blocks(Quiz)),
        }
        for one in lectures
    ]  # fmt: skip
    data = {"mode": "shelf", "presenter": is_presenting(), "lectures": rows}
    _mount(data, on_forgotten_change=_forget)


def _mount(data: Mapping[str, Any], **callbacks: Any) -> None:
    listening = {f"on_{name}_change": lambda: None for name in TOLD} | callbacks
    width = "stretch" if data["mode"] != "step" else "content"
    _player(key=KEY, data=data, height="content", width=width, **listening)


def _told(name: str) -> Any:
    component = st.session_state.get(KEY)
    return component.get(name) if component else None


def _turn() -> None:
    """Another window has turned the page. A step that there is not is the first one."""
    step = _told("turned")
    if isinstance(step, str):
        st.query_params[STEP] = step[:80]


def _forget() -> None:
    """What the reader has their browser forget, this visit forgets too."""
    for name in (KEPT, QUIZZES):
        st.session_state.pop(name, None)


def _answers(place: str) -> dict[str, Any]:
    """What is answered at places that begin so."""
    given = {**st.session_state.get(KEPT, {}), **st.session_state.get(QUIZZES, {})}
    return {k: v for k, v in given.items() if k.startswith(place) and v is not None}


def _restore(lecture: Lecture) -> None:
    """Answers of an earlier visit, where they still fit the questions."""
    found = _told("restored")
    if not isinstance(found, Mapping):
        return
    for step in lecture.steps:
        for order, block in enumerate(step.blocks):
            place = f"{lecture.slug} {step.id} {order}"
            guess = found.get(place)
            if isinstance(block, Quiz) and _is_choice(guess, len(block.choices)):
                st.session_state.setdefault(QUIZZES, {}).setdefault(place, guess)
            if isinstance(block, Prediction) and fits(block, guess):
                kept = tuple(guess) if isinstance(guess, list) else guess
                st.session_state.setdefault(KEPT, {}).setdefault(place, kept)


def fits(asked: Prediction, guess: Any) -> bool:
    """Can this be an answer to the question?

    >>> from engine.lectures import Text
    >>> from engine.lectures.blocks import Option, Scale
    >>> guessed = Prediction(Text(""), Text(""), scale=Scale(0, 1, 0.1))
    >>> fits(guessed, 0.5), fits(guessed, 2), fits(guessed, "<b>")
    (True, False, False)
    """
    if asked.order:
        n = len(asked.options)
        is_list = isinstance(guess, list) and all(_is_choice(one, n) for one in guess)
        return is_list and sorted(guess) == list(range(n))
    if asked.drawn:
        return isinstance(guess, list) and all(_is_on(asked, one) for one in guess)
    if asked.scale:
        return _is_on(asked, guess)
    return _is_choice(guess, len(asked.options))


def _is_on(asked: Prediction, guess: Any) -> bool:
    is_number = isinstance(guess, int | float) and not isinstance(guess, bool)
    return is_number and asked.scale is not None and asked.scale.low <= guess <= asked.scale.high


def _is_choice(guess: Any, n: int) -> bool:
    return isinstance(guess, int) and not isinstance(guess, bool) and 0 <= guess < n
