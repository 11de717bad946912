"""Polysemy: does a word have one vector, as many as it has senses, or as many as sentences?"""

import streamlit as st

from engine.corpora.senses import polysemous_words
from engine.views.baselines import STATES
from engine.views.mouse import MouseState
from engine.views.mouse_layers import MouseLayersState
from engine.views.senses import SensesState
from engine.views.two_contexts import TwoContextsState
from pages._ui.controls import (
    choose,
    choose_from,
    choose_models,
    choose_one_of,
    choose_state,
    toolbar,
)
from pages._ui.own_text import choose_layer
from pages._ui.pairs import PAIRS, choose_pair
from pages._ui.polysemy import PARTS, contextual_here, static_here
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Polysemy",
    "Does *bank* have one vector, two, or as many as there are sentences? A cosine alone says "
    "little: look at it beside what any two random words reach.",
)
part = choose("Part", list(PARTS), "poly_part", names=PARTS)

if part == "duel":
    st.subheader("One word in two sentences", anchor=False)
    models = choose_models("pair_models")
    first, second, word = choose_pair(PAIRS)
    state = choose("State of the vectors", list(STATES), "pair_state")
    show_view("two-contexts", TwoContextsState(first, second, word, models, state))

if part == "senses":
    st.subheader("Are the senses told apart?", anchor=False)
    st.markdown(
        "Over about 15 sentences a sense: how often is a pair of the same sense closer than a pair "
        "of different senses? 0.5 means not at all. A model without context must score exactly 0.5."
    )
    models = choose_models("pair_models")
    with toolbar():
        sense_word = choose_from("Word", polysemous_words(), "sense_word", default="bank")
        names = {"auc": "AUC", "knn": "Nearest neighbour", "margin": "Margin"}
        measure = choose("Measure", list(names), "sense_measure", names=names)
        sense_state = choose_state("sense_state")
    show_view("senses", SensesState(sense_word, "", models, sense_state, measure))

if part == "mouse":
    st.subheader("One mouse, or two?", anchor=False)
    st.markdown(
        "The lecture draws *mouse* between *keyboard* and *cat*. Here is the drawing from real "
        "vectors: a static model has one mouse, a model of context one in every sentence."
    )
    with toolbar():
        model = choose_one_of(contextual_here(), "mouse_model")
        state = choose("State of the vectors", list(STATES), "mouse_state")
        layer = choose_layer(model, "mouse_layer")
    show_view("mouse", MouseState(model, layer, static_here(), state))

    st.subheader("At which layer do the two part?", anchor=False)
    models = choose_models("mouse_models")
    show_view("mouse-layers", MouseLayersState(models, state))
status_line()
