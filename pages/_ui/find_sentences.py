"""Looking for sentences that hold a word, in a text of this machine."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.errors import EngineError
from engine.views.concordance import MOST, concordance, is_found, places
from pages._ui.errors import plain_errors
from pages._ui.jobs import done

WORD, PLACE, ASKED = "set_find", "set_find_in", "set find asked"


def finder() -> None:
    """The word, where to look, and the button."""
    names = places()
    wanted, where, find = st.columns([2, 3, 1], vertical_alignment="bottom")
    wanted.text_input("A word to find sentences for", key=WORD)
    where.selectbox("In", list(names), format_func=names.get, key=PLACE)
    find.button(
        "Find", on_click=_ask, width="stretch",
        help=f"Up to {MOST} sentences, drawn at random; they take the place of yours.",
    )  # fmt: skip


def look_for(take: Callable[[str, str], None]) -> None:
    """Go on with what was asked for.

    Args:
        take: called with (word, sentences, one a line) once they are found.
    """
    asked = st.session_state.get(ASKED)
    if asked is None:
        return
    word, place = asked
    title = f"Looking for “{word}”"
    with plain_errors():
        try:
            is_done = is_found(word, place) or done(
                (ASKED, asked), title, lambda progress: concordance(word, place, progress=progress),
                is_asked_again=False,
            )  # fmt: skip
            if is_done:
                take(word, "\n".join(concordance(word, place)))
        except EngineError:  # told now; the next click is about something else
            del st.session_state[ASKED]
            raise
        if is_done:
            del st.session_state[ASKED]


def _ask() -> None:
    st.session_state[ASKED] = st.session_state[WORD].strip(), st.session_state[PLACE]
