"""Polysemy: does a word have one vector, as many as it has senses, or as many as sentences?"""

import streamlit as st

from engine.views.analogies import METHODS, QUESTION_WORDS, AnalogiesState
from engine.views.baselines import STATES, STATES_HELP
from engine.views.mouse import MouseState
from engine.views.mouse_layers import MouseLayersState
from engine.views.neighbours import AMONG, NeighboursState
from engine.views.scoreboard import MEASURES as SCORES
from engine.views.scoreboard import ScoreboardState
from engine.views.static_neighbours import StaticNeighboursState
from engine.views.trail import TrailState
from engine.views.two_contexts import TwoContextsState
from engine.views.two_pictures import TwoPicturesState
from engine.views.wsd import WsdState
from engine.views.wsd_tests import TESTS
from pages._ui.controls import (
    choose,
    choose_models,
    choose_one_of,
    choose_state,
    models_here,
    toolbar,
)
from pages._ui.own_text import choose_layer
from pages._ui.pairs import PAIRS, choose_pair, edit_a_word
from pages._ui.polysemy import (
    METHODS_HELP,
    PARTS,
    beside,
    choose_any_word,
    choose_further_words,
    choose_occurrence,
    choose_question,
    choose_text,
    contextual_here,
    static_here,
)
from pages._ui.senses import show_senses
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
    first, second, word = choose_pair(PAIRS)
    versions = edit_a_word(first, word)
    with toolbar():
        models = choose_models("pair_models", twins=True)
        state = choose("State of the vectors", STATES, "pair_state", help=STATES_HELP)
    show_view("two-contexts", TwoContextsState(first, second, word, models, state))

    st.subheader("Close, or far?", anchor=False)
    st.markdown(
        "The lecture draws two pictures of two senses: close together, and far apart. Here are "
        "both to scale, and what was measured."
    )
    with toolbar():
        model = choose_one_of(models_here(), "duel_model")
        layer = choose_layer(model, "duel_layer")
    show_view("two-pictures", TwoPicturesState(first, second, word, model, layer, state))

    st.subheader("Change a word, and see the vector move", anchor=False)
    st.markdown("The first sentence's versions, numbered: 1 is the parent, the last one is filled.")
    show_view("trail", TrailState(versions, second, word, model, layer, state))

if part == "senses":
    show_senses()

if part == "mouse":
    st.subheader("One mouse, or two?", anchor=False)
    st.markdown(
        "The lecture draws *mouse* between *keyboard* and *cat*. Here is the drawing from real "
        "vectors: a static model has one mouse, a model of context one in every sentence."
    )
    with toolbar():
        model = choose_one_of(contextual_here(), "mouse_model")
        state = choose("State of the vectors", STATES, "mouse_state", help=STATES_HELP)
        layer = choose_layer(model, "mouse_layer")
    show_view("mouse", MouseState(model, layer, static_here(), state))

    st.subheader("At which layer do the two part?", anchor=False)
    models = choose_models("mouse_models")
    show_view("mouse-layers", MouseLayersState(models, state))

if part == "neighbours":
    st.subheader("Whom does it stand with?", anchor=False)
    st.markdown(
        "A static vector has one list of neighbours, whatever the sentence. A vector of context "
        "has its own list in every place."
    )
    with toolbar():
        source, text = choose_text("near_text")
        word = choose_any_word(source, text, f"near_word_{source}")
        state = choose_state("near_state")
        among = choose("Neighbours", list(AMONG), "near_among")
    left, right = beside()
    with left:
        model = choose_one_of(static_here(), "near_static", "One vector a word")
        also = choose_further_words("near_also")
        show_view("static-neighbours", StaticNeighboursState(word, model, also=also))
    with right:
        model = choose_one_of(contextual_here(), "near_model", "One vector a place")
        layer = choose_layer(model, "near_layer")
        occurrence = choose_occurrence(source, text, word, "near_sentence")
        chosen = NeighboursState(source, text, word, occurrence, model, layer, state, among)
        show_view("neighbours", chosen)

    st.subheader("Analogies", anchor=False)
    st.markdown(
        "*man* is to *king* as *woman* is to what? With one vector a word, arithmetic answers: the "
        "word nearest to king − man + woman. As a rule the three words of the question may not be "
        "the answer. See what comes out if they may."
    )
    with toolbar():
        question = choose_question("analogy_question")
        model = choose_one_of(static_here(), "analogy_model")
        rule = choose("Words of the question", QUESTION_WORDS, "analogy_rule")
        method = choose("Method", list(METHODS), "analogy_method", help=METHODS_HELP)
    show_view("analogies", AnalogiesState(question, model, rule, method))

if part == "scoreboard":
    st.subheader("Every word, every model", anchor=False)
    st.markdown(
        "The nearest neighbour of an occurrence, its own sentence left out: how often has it the "
        "same sense? Each sense counts alike, so that always guessing one sense is chance."
    )
    models = choose_models("score_models", twins=True)
    measure = choose("Measure", list(SCORES), "score_measure", names=SCORES)
    show_view("scoreboard", ScoreboardState(models, measure))

    st.subheader("On test sets that papers report", anchor=False)
    st.markdown(
        "CoarseWSD-10: which sense has a noun of Wikipedia? WiC-TSV: is a word meant as a "
        "definition says? Measured beforehand, on sentences that do not come with the project."
    )
    test = choose("Test", list(TESTS), "score_test", names=TESTS)
    show_view("wsd", WsdState(test, models))
    show_view("wsd-layers", WsdState(test, models))
status_line()
