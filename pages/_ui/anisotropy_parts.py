"""The parts of the Anisotropy page that look at chosen models, a text and a frame."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.views.anisotropy import MeasureState
from engine.views.cone import ConeState
from engine.views.context_measures import STATIC_MEASURES, TYPE_MEASURES
from engine.views.contextuality import ContextualityState
from engine.views.frame_switches import FrameSwitchesState
from engine.views.layer_close_up import LayerCloseUpState
from engine.views.rogue_dimensions import RogueDimensionsState
from engine.views.shape import ShapeState
from engine.views.shape_measures import MEASURES
from pages._ui.close_up import choose_close_layer, pick_layer
from pages._ui.controls import (
    choose,
    choose_models,
    choose_one_of,
    choose_state,
    models_here,
    toolbar,
)
from pages._ui.frame import choose_frame, choose_measure
from pages._ui.own_text import choose_layer
from pages._ui.view import show_view

SOURCES = {"senses": "Sense corpus", "lecture": "Lecture"}
LIKENESS = {
    "self_similarity": "To itself elsewhere",
    "intra_sentence_similarity": "To its sentence",
}


def _asked(*, one_model: bool) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Models, and text and state as fields of a view's state."""
    with toolbar():
        if one_model:
            models: tuple[str, ...] = (choose_one_of(models_here(), "measure_model"),)
        else:
            models = choose_models("measure_models")
        source = choose("Text", list(SOURCES), "measure_source", names=SOURCES)
        state = choose_state("measure_state")
    return models, {"source": source, "state": state}


def alike() -> None:
    """The mean cosine by layer, one layer up close, and the cones."""
    models, asked = _asked(one_model=False)
    asked |= choose_frame()
    show_view("anisotropy", MeasureState(models=models, **asked), picked=pick_layer)

    st.subheader("One layer up close", anchor=False)
    st.markdown(
        "What lies behind one point of these curves; click one. Left, the cosines of single "
        "pairs; in the middle, how far each word stands from the axis of the cone; right, the "
        "dimensions that add most to the mean cosine."
    )
    model, layer = choose_close_layer(models)
    show_view("layer-close-up", LayerCloseUpState(models=(model,), layer=layer, **asked))

    st.subheader("All cones, to scale", anchor=False)
    st.markdown(
        "Half of a layer's words stand within the dark cone, 95 % within the light one. Dotted, "
        "the same two without a preferred direction, of vectors as wide: 90°, and a little more."
    )
    show_view("cones", MeasureState(models=models, **asked))

    st.subheader("From layer to layer", anchor=False)
    st.markdown(
        "The angle of every word to the direction that all words share. The further a hill "
        "stands to the left of 90°, the narrower the cone."
    )
    model = choose_one_of(models, "measure_cone_model")
    show_view("cone", ConeState(models=(model,), **asked))


def in_context() -> None:
    """How like a word is to itself, to its sentence, to one vector for all of its places."""
    models, asked = _asked(one_model=False)
    asked |= choose_frame()
    st.subheader("Is a word like itself?", anchor=False)
    st.markdown(
        "A word's likeness to itself in other places, as measured (dashed) and after the "
        "likeness of *any* two words is taken off (solid)."
    )
    measure = choose("Likeness of a word", list(LIKENESS), "measure_likeness", names=LIKENESS)
    show_view("contextuality", ContextualityState(models=models, measure_name=measure, **asked))

    st.subheader("Would one vector do?", anchor=False)
    measure = choose_measure("Definition", STATIC_MEASURES, "measure_static")
    show_view("shape", ShapeState(models=models, measure_name=measure, **asked), key="static")

    st.subheader("Between words, within words", anchor=False)
    measure = choose_measure("Cosine", TYPE_MEASURES, "measure_types")
    show_view("shape", ShapeState(models=models, measure_name=measure, **asked), key="types")


def by_frame() -> None:
    """One model's mean cosine, frame by frame."""
    (model,), asked = _asked(one_model=True)
    st.subheader("Which words count?", anchor=False)
    st.markdown(
        "The same vectors, the same question, another choice of words. Each row but the first "
        "changes one thing of it."
    )
    layer = choose_layer(model, "measure_layer")
    show_view("frame-switches", FrameSwitchesState(model=model, layer=layer, **asked))


def shape() -> None:
    """The shape of the cloud by layer."""
    models, asked = _asked(one_model=False)
    asked |= choose_frame()
    st.subheader("Which shape has the cloud?", anchor=False)
    measure = choose_measure("Measure", MEASURES, "measure_shape")
    show_view("shape", ShapeState(models=models, measure_name=measure, **asked))


def rogue() -> None:
    """One model's rogue dimensions."""
    models, asked = _asked(one_model=True)
    asked |= choose_frame()
    st.subheader("Which dimensions make the mean cosine?", anchor=False)
    st.markdown(
        "The mean cosine is a sum over dimensions. Left, what the largest five add to it; right, "
        "what it is once they are left out."
    )
    show_view("rogue-dimensions", RogueDimensionsState(models=models, **asked))
