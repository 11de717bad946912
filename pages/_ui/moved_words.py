"""The cloud of a run's words, whose layers are the run's checkpoints."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.vectors.states import RAW
from engine.views import VIEWS, Shown, packets
from engine.views.moved_places import MovedWords
from engine.views.moved_words import (
    VECTORS,
    MovedWordsState,
    neighbours,
    notes,
    notice_at,
    packet,
    read,
)
from pages._ui.cloud import view_now, viewer
from pages._ui.controls import choose, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.link import view_into_link
from pages._ui.run_list import live_titles, versions
from pages._ui.view import computed, notice, show, table_and_downloads

KEY = "moved words"
START = {
    "layer": 0, "layout": "pca", "color_by": "group", "selected": None, "camera": None,
    "flat": False,
}  # fmt: skip


def choose_vectors() -> str:
    """Which vectors of the words."""
    return choose("Vectors", list(VECTORS), "moved_vectors", names=VECTORS)


def words_below(ref: str) -> None:
    """The cloud of a run's words below its cockpit, for whoever asks for it: its checkpoints have
    to be read first. A recorded run has none.
    """
    if ref not in live_titles():
        return
    if st.toggle("Its words, as the stages move them", key="watch_words", bind="query-params"):
        with toolbar():
            vectors = choose_vectors()
        show_moved_words(MovedWordsState(ref, vectors))


def show_moved_words(state: MovedWordsState) -> None:
    """The live cloud of a run's words; progress first while its checkpoints are read."""
    view = VIEWS["moved-words"]()
    with plain_errors():
        if not computed(view, state, versions(state.run), KEY):
            return
        _live(state, read(state))


@st.fragment
def _live(state: MovedWordsState, moved: MovedWords) -> None:
    """The viewer itself: a fragment, so that a click reruns nothing but this."""
    names = moved.vectors.layer_names
    view = view_now(KEY, dict(START))
    selected = view["selected"]
    if selected is not None and selected >= len(moved.of.words):  # of another cloud
        selected = None
    token = packets.offer((state, moved.weights), lambda: packet(state, moved), private=True)
    found: dict[str, Any] | None = None
    if selected is not None:
        found = {"picked": selected, "badge": RAW, "layers": neighbours(moved, selected)}
    result = viewer(KEY, token, view | {"selected": selected}, found)
    view_into_link(result.view)
    shown: Shown = VIEWS["moved-words"]().show(state)
    if result.webgl is False:
        show(shown, "The words at the newest checkpoint", KEY)
        return
    layer = min(int((result.view or view).get("layer") or 0), len(names) - 1)
    notice(notice_at(moved, layer))
    for note in notes(moved):
        st.caption(as_markdown_text(note))
    table_and_downloads(shown, shown.notice, KEY)
