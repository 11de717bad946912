"""The Anisotropy page's parts, and its sampling frame."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.geometry.frame import UNITS
from engine.views.anisotropy import MIN_FREQUENCIES
from pages._ui.controls import choose, toolbar

PARTS = {
    "alike": "How alike are two words?",
    "frame": "The frame",
    "shape": "Shape",
    "rogue": "Rogue dimensions",
    "cures": "Cures",
    "published": "Published",
}


def choose_frame() -> dict[str, Any]:
    """Which words count, as fields of a state; folded away at first."""
    with st.expander("The sampling frame: which words count"), toolbar():
        unit = choose("Count", UNITS, "measure_unit")
        punctuation = st.toggle("With punctuation", key="measure_punctuation", bind="query-params")
        least = [str(n) for n in MIN_FREQUENCIES]
        frequency = choose("Words seen at least … times", least, "measure_frequency")
    return {"unit": unit, "punctuation": punctuation, "min_frequency": int(frequency)}
