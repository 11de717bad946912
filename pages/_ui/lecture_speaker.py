"""The speaker's window: notes, clock, this step and the next. It follows the window that the class
sees, and turns it.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.lectures import Lecture, Notes, Prediction, Quiz, Step
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.lecture_numbers import numbers_told
from pages._ui.lecture_player import show_player
from pages._ui.room_polls import steer_vote

SPEAKER = "speaker"  # in links


def is_speaker() -> bool:
    """True in the speaker's window."""
    return st.query_params.get(SPEAKER) == "true"


def show_speaker(lecture: Lecture, number: int, go: Callable[[str], None]) -> None:
    """What the speaker sees at a step.

    Args:
        lecture: that is presented.
        number: of the step, from 0.
        go: to a step, by its id.
    """
    with st.container(key="speaker"):
        show_player(lecture, number, speaker=True)
        steps = lecture.steps
        this, then = st.columns([3, 2], gap="large")
        with this:
            st.header(f"{number + 1} · {as_markdown_text(steps[number].title)}", anchor=False)
            _tell(lecture, steps[number], is_now=True)
        with then:
            st.subheader("Next", anchor=False)
            if number + 1 < len(steps):
                following = steps[number + 1]
                st.markdown(f"**{number + 2} · {as_markdown_text(following.title)}**")
                _tell(lecture, following)
            else:
                st.markdown("This is the last step.")
        with st.container(horizontal=True):
            st.button("Previous", shortcut="Left", key="previous", disabled=number == 0,
                      on_click=go, args=(steps[max(number - 1, 0)].id,))  # fmt: skip
            st.button("Next", shortcut="Right", key="next", disabled=number + 1 == len(steps),
                      type="primary", on_click=go,
                      args=(steps[min(number + 1, len(steps) - 1)].id,))  # fmt: skip


def _tell(lecture: Lecture, step: Step, *, is_now: bool = False) -> None:
    """The notes of a step, and what the class is asked in it; in the step that is on, a prediction
    can be put to the vote.
    """
    notes = [block.text for block in step.blocks if isinstance(block, Notes)]
    asked = {n: one for n, one in enumerate(step.blocks) if isinstance(one, Prediction | Quiz)}
    options = [
        one.text for block in asked.values() if isinstance(block, Prediction)
        for one in block.options
    ]  # fmt: skip
    quoted = (*notes, *(block.question for block in asked.values()), *options)
    names = tuple(dict.fromkeys(name for text in quoted for name in text.numbers))
    with plain_errors():
        numbers, _ = numbers_told(lecture, names, f"speaker {step.id}")
        for text in notes:
            st.markdown(text.told(numbers))
        if not notes:
            st.caption("No notes for this step.")
        for order, block in asked.items():
            st.markdown(f"*Asked:* {block.question.told(numbers)}")
            if is_now and isinstance(block, Prediction):
                steer_vote(lecture, block, numbers, f"{lecture.slug} {step.id} {order}")
