"""A lecture to take away: one offline HTML file, measured in the background first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.encoder import Progress
from engine.lectures import Lecture
from engine.lectures.offline import offline_page
from pages._ui.errors import plain_errors
from pages._ui.jobs import done

ABOUT = (
    "One HTML file that needs no network: all text and formulas, every figure with its table, the "
    "answers folded and, on paper, unfolded. Everything is measured anew, which may take minutes."
)


@st.fragment
def offer_file(lecture: Lecture) -> None:
    """Folded away: have the file made, then download it."""
    closed = st.expander(
        "Take this lecture with you", icon=":material/download:", key="take away",
        on_change="rerun",
    )  # fmt: skip
    if not closed.open:
        return
    with closed, plain_errors():
        st.markdown(ABOUT)
        notes = st.toggle("With speaker notes", key="file_notes")
        wanted = lecture.slug, lecture.path.stat().st_mtime_ns, notes
        made: dict[Any, str] = st.session_state.setdefault("lecture_file", {})
        asked: set[Any] = st.session_state.setdefault("lecture_file_asked", set())
        if wanted not in asked:
            st.button("Measure, and make the file", key="make file", on_click=asked.add,
                      args=(wanted,))  # fmt: skip
            return

        def make(progress: Progress) -> None:
            page = offline_page(lecture, notes=notes, progress=progress)
            made.clear()  # one at a time: each is several MB
            made[wanted] = page

        if done(("lecture file", wanted), "Measuring views", make, "file") and wanted in made:
            st.download_button(
                "Download", made[wanted], f"{lecture.slug}.html", "text/html",
                key="download file", type="primary", on_click="ignore",
            )  # fmt: skip
