"""What a reader chose or wrote stays: Streamlit forgets a control that is not drawn, and a browser
one that it draws late.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

KEPT = "lecture_controls"


def kept_or(key: str, first: Any) -> None:
    """Before a control is drawn: what was chosen last, at first `first`. As a default, a value that
    changes would make another control of it at every choice.
    """
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(KEPT, {}).get(key, first)


def keep(key: str, value: Any) -> Any:
    """After a control is drawn: remember what is chosen."""
    st.session_state.setdefault(KEPT, {})[key] = value
    return value


def text_area(label: str, first: str, *, key: str, **options: Any) -> str:
    """Streamlit's, which holds `first` until the reader writes.

    What it holds is its default as well. Where a run is broken off by the next one, a browser may
    draw the area by the later one alone; it would then begin empty, and send that back as if the
    reader had emptied it.
    """
    st.session_state.setdefault(key, first)
    return st.text_area(label, st.session_state[key], key=key, **options)
