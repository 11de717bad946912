"""What a reader chose stays when they come back to a step: Streamlit forgets a control that is not
drawn.
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
