"""How every page looks: the style sheet, the heading, the presenter switch and the status line."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.views.sources import device_in_use

CSS = Path(__file__).parents[2] / "assets" / "css"
NAMES = {"ulmfit": "ULMFiT"}
IN_MEMORY = "Text you type stays in its memory: it is not stored, not logged and not sent anywhere."


def page_title(file: Path) -> str:
    """`40_own_sentences.py` -> "Own sentences"."""
    words = file.stem.partition("_")[2].replace("_", " ")
    return NAMES.get(words, words.capitalize())


def page_style() -> None:
    """The app's style sheet, and the larger one where the presenter switch is on."""
    st.html(CSS / "app.css")
    if is_presenting():
        st.html(CSS / "presenter.css")


def is_presenting() -> bool:
    """True if the presenter switch is on (or the link says so)."""
    return bool(st.session_state.get("presenter", st.query_params.get("presenter") == "true"))


def heading(title: str, lead: str) -> None:
    """The page's title, one paragraph of what it is about, and the presenter switch."""
    text, switch = st.columns([4, 1], vertical_alignment="top")
    text.title(title, anchor=False)
    text.markdown(lead)
    switch.toggle("Presenter", key="presenter", bind="query-params")


def status_line(text: str = IN_MEMORY) -> None:
    """Where the numbers are computed, and what happens to text."""
    st.caption(f"Computed on this server (device: {device_in_use()}, float32). {text}")
