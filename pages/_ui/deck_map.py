"""From a figure of a lab back to the lectures: the steps that show the same view."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from engine.lectures.deck import Place, steps_showing
from pages._ui.errors import as_markdown_text
from pages._ui.lecture_links import LECTURE, STEP

N_SHOWN = 4


def show_deck_map(view: str, place: str) -> None:
    """One quiet line of links; nothing where no lecture shows the view.

    Args:
        view: its name.
        place: where its figure stands on the page.
    """
    steps = steps_showing(view)
    if not steps:
        return
    with (
        st.container(horizontal=True, vertical_alignment="center", gap="small",
                     key=f"deck-map {place}"),
        suppress(StreamlitPageNotFoundError),  # a page that runs by itself leads nowhere
    ):  # fmt: skip
        st.caption("In the lectures:", width="content")
        for step in steps[:N_SHOWN]:
            _link(step)


def _link(step: Place) -> None:
    lecture = step.lecture
    st.page_link(
        "../05_lectures.py",
        label=f"{lecture.order}.{step.number} {as_markdown_text(step.title)}",
        query_params={LECTURE: lecture.slug, STEP: step.step},
        help=f"“{as_markdown_text(lecture.title)}”, step {step.number}",
    )
