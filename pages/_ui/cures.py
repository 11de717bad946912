"""The Anisotropy page's cures: what each does to the cloud, and what it is good for."""

from __future__ import annotations

import streamlit as st

from engine.encoder import is_static, title_of
from engine.vectors.states import RAW, STATES, WHITENED
from engine.views.cures import CuresState
from engine.views.cures_by_layer import CuresByLayerState
from pages._ui.controls import choose, choose_from, choose_one_of, models_here, toolbar
from pages._ui.own_text import choose_layer
from pages._ui.view import show_view

FITTED_ON = {
    "senses": "Sense corpus",
    "frequent": "10,000 words",
    "task": "Each task's words",
}
FITTED_HELP = (
    "The words whose mean, directions or variances a cure takes away. It is then applied to the "
    "words of every task."
)


def show_cures() -> None:
    """All cures at one layer, then one at all layers."""
    st.markdown(
        "Each cure takes something away that all words share, and the cloud becomes more even. "
        "Is it then worth more? Left, how even it is; right, what that changes in four tasks, "
        "against raw vectors: a triangle to the right is better, to the left worse."
    )
    with toolbar():
        model = choose_one_of(models_here(), "cures_model")
        ways = [way for way in FITTED_ON if way != "frequent" or is_static(model)]
        on = choose("Cures fitted on", ways, "cures_on", names=FITTED_ON, help=FITTED_HELP)
    layer = choose_layer(model, "cures_layer")
    show_view("cures", CuresState(model, layer, on))

    st.subheader("The cloud, cured", anchor=False)
    cures = [WHITENED, *(name for name in STATES if name not in (RAW, WHITENED))]
    with toolbar():
        cure = choose_from("Cure", cures, "cures_cure")
        st.page_link(
            "../10_clouds.py", label=f"See {title_of(model)}'s {cure} cloud",
            icon=":material/bubble_chart:", query_params={
                "cloud_model": title_of(model), "cloud_state": cure, "layer": str(layer),
                "cloud_source": FITTED_ON["frequent" if on == "frequent" else "senses"],
            },
        )  # fmt: skip
    if on == "senses" and not is_static(model):  # recorded; computing every layer takes minutes
        show_view("cures-by-layer", CuresByLayerState(model, cure=cure))
