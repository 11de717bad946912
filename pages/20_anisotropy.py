"""Anisotropy: how alike are any two words, layer by layer?"""

import streamlit as st

from engine.views.anisotropy import MeasureState
from engine.views.cone import ConeState
from engine.views.contextuality import ContextualityState
from engine.views.frame_switches import FrameSwitchesState
from engine.views.rogue_dimensions import RogueDimensionsState
from engine.views.shape import ShapeState
from engine.views.shape_measures import MEASURES
from pages._ui.controls import (
    choose,
    choose_models,
    choose_one_of,
    choose_state,
    models_here,
    toolbar,
)
from pages._ui.cures import show_cures
from pages._ui.frame import PARTS, choose_frame
from pages._ui.own_text import choose_layer
from pages._ui.published import show_published
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Anisotropy",
    "If directions were spread evenly, two random words would have a cosine of 0. Where they "
    "have more, the vectors stand in a **cone**. The number depends on which words are "
    "counted, so the frame stands under every figure.",
)
part = choose("Part", list(PARTS), "measure_part", names=PARTS)
if part in ("cures", "published"):  # each with controls of its own
    if part == "cures":
        show_cures()
    else:
        show_published()
    status_line()
    st.stop()
with toolbar():
    if part in ("alike", "shape"):
        models = choose_models("measure_models")
    else:
        model = choose_one_of(models_here(), "measure_model")
    names = {"senses": "Sense corpus", "lecture": "Lecture"}
    source = choose("Text", list(names), "measure_source", names=names)
    state = choose_state("measure_state")

if part == "frame":
    st.subheader("Which words count?", anchor=False)
    st.markdown(
        "The same vectors, the same question, another choice of words. Each row but the first "
        "changes one thing of it."
    )
    layer = choose_layer(model, "measure_layer")
    show_view("frame-switches", FrameSwitchesState(source, "", model, state, layer))
else:
    frame = {"source": source, "state": state, **choose_frame()}

if part == "alike":
    show_view("anisotropy", MeasureState(models=models, **frame))

    st.subheader("The cone, layer by layer", anchor=False)
    st.markdown(
        "The angle of every word to the direction that all words share. The further a hill "
        "stands to the left of 90°, the narrower the cone."
    )
    model = choose_one_of(models, "measure_cone_model")
    show_view("cone", ConeState(models=(model,), **frame))

    st.subheader("Is a word like itself?", anchor=False)
    st.markdown(
        "A word's likeness to itself in other places, as measured (dashed) and after the "
        "likeness of *any* two words is taken off (solid)."
    )
    names = {
        "self_similarity": "To itself elsewhere",
        "intra_sentence_similarity": "To its sentence",
    }
    measure = choose("Likeness of a word", list(names), "measure_likeness", names=names)
    show_view("contextuality", ContextualityState(models=models, measure_name=measure, **frame))

if part == "shape":
    st.subheader("Which shape has the cloud?", anchor=False)
    names = {name: one.title for name, one in MEASURES.items()}
    measure = choose("Measure", list(names), "measure_shape", names=names)
    st.markdown(MEASURES[measure].meaning)
    show_view("shape", ShapeState(models=models, measure_name=measure, **frame))

if part == "rogue":
    st.subheader("Which dimensions make the mean cosine?", anchor=False)
    st.markdown(
        "The mean cosine is a sum over dimensions. Left, what the largest five add to it; right, "
        "what it is once they are left out."
    )
    show_view("rogue-dimensions", RogueDimensionsState(models=(model,), **frame))
status_line()
