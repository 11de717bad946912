"""The layer that is looked at up close: chosen by a click on the curves, or by its controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages._ui.controls import choose_one_of, toolbar
from pages._ui.own_text import choose_layer

MODEL, LAYER = "measure_close_model", "measure_close_layer"


def pick_layer(carried: list[Any]) -> None:
    """Look at the layer whose point was clicked: a point carries layer, interval and model."""
    layer, _, model = carried
    st.session_state[MODEL], st.session_state[LAYER] = model, layer


def choose_close_layer(models: Sequence[str]) -> tuple[str, int]:
    """A model and one of its layers."""
    with toolbar():
        model = choose_one_of(models, MODEL)
        return model, choose_layer(model, LAYER)
