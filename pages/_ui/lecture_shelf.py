"""The list of lectures, and how one of them is opened."""

from __future__ import annotations

import streamlit as st

from engine.lectures import Prediction
from engine.lectures.shelf import shelf
from pages._ui.errors import as_markdown_text
from pages._ui.lecture_links import LECTURE, STEP, WHOLE
from pages._ui.lecture_player import show_progress


def show_shelf() -> None:
    """Every lecture with its goals and contents; what is wrong with those that cannot be read."""
    lectures, errors = shelf()
    show_progress(lectures)
    for lecture in lectures:
        with st.container(border=True):
            st.subheader(as_markdown_text(lecture.title), anchor=False)
            st.caption(
                f"About {lecture.minutes} minutes · {len(lecture.steps)} steps · "
                f"{len(lecture.figures())} live figures · "
                f"{len(lecture.blocks(Prediction))} predictions"
            )
            st.markdown("\n".join(f"- {goal.source}" for goal in lecture.goals))
            with st.container(horizontal=True):
                st.button(
                    "Start", key=f"start {lecture.slug}", type="primary",
                    on_click=_open, args=(lecture.slug, lecture.steps[0].id),
                )  # fmt: skip
                st.button(
                    "Read it on one page", key=f"read {lecture.slug}",
                    on_click=_open, args=(lecture.slug, lecture.steps[0].id, True),
                )  # fmt: skip
            with st.expander("Contents", key=f"contents {lecture.slug}"):
                for number, step in enumerate(lecture.steps, 1):
                    st.button(
                        f"{number} · {as_markdown_text(step.title)}",
                        key=f"to {lecture.slug} {step.id}", type="tertiary",
                        on_click=_open, args=(lecture.slug, step.id),
                    )  # fmt: skip
    for error in errors:
        st.warning(as_markdown_text(str(error)), icon=":material/info:")
    if not lectures and not errors:
        st.info("There is no lecture in the folder `lectures/` yet.")


def _open(slug: str, step: str, whole: bool = False) -> None:
    st.query_params[LECTURE], st.query_params[STEP] = slug, step
    if whole:
        st.query_params[WHOLE] = "true"
    st.session_state[WHOLE] = whole
