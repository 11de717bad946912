"""Figures of a lecture that ask a run of the reader's own, which keeps its weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine.views.asked_states import ASK_A_RUN
from pages._ui.controls import CONTROL_WIDTH, toolbar
from pages._ui.errors import plain_errors
from pages._ui.kept_widgets import keep, kept_or
from pages._ui.run_list import live_titles, versions
from pages._ui.ulmfit_parts import PARTS
from pages._ui.view import show_view

OF_A_RUN = ("three-stages", *ASK_A_RUN)  # the first asks what ships where there is no run
WHY_A_RUN = (
    "This figure asks a run of your own: recorded runs keep numbers, no weights. Start one, which "
    "takes some minutes, and come back: the figure is here then."
)


def show_of_run(view: str, state: Any, place: str) -> Any:
    """A view in OF_A_RUN for the reader's newest run, or another that they choose; without any,
    what to do.

    Returns:
        the state that is shown.
    """
    with plain_errors():
        titles = live_titles()
        if titles:
            key = f"run {place}"
            kept_or(key, next(iter(titles)))
            if st.session_state[key] not in titles:  # it was deleted
                st.session_state[key] = next(iter(titles))
            with toolbar():
                chosen = st.selectbox("Your run", list(titles), key=key, format_func=titles.get,
                                      width=CONTROL_WIDTH + 140)  # fmt: skip
            state = replace(state, run=keep(key, chosen))
        elif view in ASK_A_RUN:
            st.info(WHY_A_RUN, icon=":material/info:")
            st.page_link(
                "../70_ulmfit.py", label="Start a run", icon=":material/play_arrow:",
                query_params={"ulmfit_part": PARTS["watch"]},
            )  # fmt: skip
            return state
        show_view(view, state, key=f"{place} {view}", version=versions(state.run), in_lab=False)
    return state
