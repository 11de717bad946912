"""The sampling frame and the measure of the Anisotropy page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.geometry.frame import UNITS
from engine.views.anisotropy import MIN_FREQUENCIES
from engine.views.shape_measures import ShapeMeasure
from pages._ui.controls import choose, toolbar


def choose_frame() -> dict[str, Any]:
    """Which words count, as fields of a state; folded away at first."""
    with st.expander("The sampling frame: which words count"), toolbar():
        unit = choose("Count", UNITS, "measure_unit")
        punctuation = st.toggle("With punctuation", key="measure_punctuation", bind="query-params")
        first = st.toggle("With first words", True, key="measure_first", bind="query-params")
        least = [str(n) for n in MIN_FREQUENCIES]
        frequency = choose("Words seen at least … times", least, "measure_frequency")
    return {
        "unit": unit,
        "punctuation": punctuation,
        "min_frequency": int(frequency),
        "first_words": first,
    }


def choose_measure(label: str, measures: Mapping[str, ShapeMeasure], key: str) -> str:
    """One of several measures, and below the buttons what it means."""
    names = {name: one.title for name, one in measures.items()}
    name = choose(label, list(names), key, names=names)
    st.markdown(measures[name].meaning)
    return name
