"""Polysemy: the same word in two sentences, and its senses over all layers."""

import streamlit as st

from engine.corpora.senses import polysemous_words
from engine.views.senses import SensesState
from engine.views.two_contexts import STATES, TwoContextsState
from pages._ui.controls import choose, choose_from, choose_models, choose_state, toolbar
from pages._ui.pairs import PAIRS, choose_pair
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Polysemy",
    "Does *bank* have one vector, two, or as many as there are sentences? Compare one word in "
    "two sentences, then all its senses at every layer. A cosine alone says little: look at it "
    "beside what any two random words reach.",
)
models = choose_models("pair_models")
first, second, word = choose_pair(PAIRS)
state = choose("State of the vectors", list(STATES), "pair_state")
show_view("two-contexts", TwoContextsState(first, second, word, models, state))

st.subheader("Are the senses told apart?", anchor=False)
st.markdown(
    "Over about 15 sentences a sense: how often is a pair of the same sense closer than a pair "
    "of different senses? 0.5 means not at all. A model without context must score exactly 0.5."
)
with toolbar():
    sense_word = choose_from("Word", polysemous_words(), "sense_word", default="bank")
    names = {"auc": "AUC", "knn": "Nearest neighbour", "margin": "Margin"}
    measure = choose("Measure", list(names), "sense_measure", names=names)
    sense_state = choose_state("sense_state")
show_view("senses", SensesState(sense_word, "", models, sense_state, measure))
status_line()
