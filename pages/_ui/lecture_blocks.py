"""The blocks of a lecture's step: text, figures, questions, notes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.encoder import title_of
from engine.lectures import Block, Figure, Lecture, Notes, Prediction, Prose, Quiz, Solution
from engine.lectures.blocks import Vary
from engine.views import state_from_params, state_to_params
from engine.views.replay import ReplayState
from pages._ui.cockpit import show_replay
from pages._ui.controls import toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.labs import lab_of
from pages._ui.labs_language import recorded_title
from pages._ui.lecture_questions import show_prediction, show_quiz
from pages._ui.lecture_runs import OF_A_RUN, show_of_run
from pages._ui.view import show_view


def show_block(lecture: Lecture, block: Block, numbers: Mapping[str, str], place: str) -> None:
    """One block.

    Args:
        lecture: that it belongs to.
        block: what is shown.
        numbers: of the step's text, as Markdown.
        place: unique to the block.
    """
    match block:
        case Prose(text=text):
            st.markdown(text.told(numbers))
        case Figure():
            show_figure(block, place)
        case Notes(text=text):
            with st.expander("Speaker notes", icon=":material/co_present:", key=f"notes {place}"):
                st.markdown(text.told(numbers))
        case Solution(title=title, text=text):
            with st.expander(as_markdown_text(title), key=f"solution {place}"):
                st.markdown(text.told(numbers))
        case Prediction():
            show_prediction(lecture, block, numbers, place, show_figure)
        case Quiz():
            show_quiz(block, numbers, place)


def show_figure(figure: Figure, place: str) -> None:
    """A live figure with its controls, and the way to its lab. What the reader chose stays when
    they come back to the step.
    """
    params = state_to_params(figure.state)
    if figure.vary:
        with toolbar():
            params |= {vary.field: _varied(vary, place) for vary in figure.vary}
    state = state_from_params(type(figure.state), params)
    if isinstance(state, ReplayState):
        show_replay(state, place)
    elif figure.view in OF_A_RUN:
        state = show_of_run(figure.view, state, place)
    else:
        show_view(figure.view, state, key=place, in_lab=False)
    with plain_errors():
        lab = lab_of(figure.view, state)
        if lab:
            st.page_link(
                f"../{lab.page}", label=f"Open in its lab: {lab.title}",
                icon=":material/open_in_new:", query_params=lab.params,
            )  # fmt: skip


def _varied(vary: Vary, place: str) -> str:
    """What the reader chose; it stands in the link, and is there when they come back."""
    found = st.segmented_control(
        _label(vary.field), vary.values, default=vary.values[0], bind="query-params",
        key=f"vary {place} {vary.field}", format_func=lambda value: _named(vary.field, value),
        required=True,
    )  # fmt: skip
    return found if found in vary.values else vary.values[0]


def _label(field: str) -> str:
    """`measure_name` -> "Measure".

    >>> _label("first_words"), _label("measure_name")
    ('First words', 'Measure')
    """
    return field.removesuffix("_name").replace("_", " ").capitalize()


def _named(field: str, value: str) -> str:
    if field in ("model", "models"):
        return " · ".join(title_of(model) for model in value.split(","))
    if run := recorded_title(value):  # "text, what sets it apart: in detail, seed"
        return run.split(", ")[1].partition(":")[0] if ", " in run else run
    return value.replace("_", " ")
