"""Language models: what the two directions expect, how they are joined, and a translation."""

import streamlit as st

from engine.views.alignment import AlignmentState, names
from engine.views.baselines import STATES, STATES_HELP
from engine.views.blank import BlankState
from engine.views.context_question import ContextQuestionState
from engine.views.continuation import ContinuationState
from engine.views.depth import MEASURES, DepthState
from engine.views.independence import IndependenceState
from engine.views.language import MAX_WORDS
from engine.views.mix_tasks import PAIRS, mixable
from engine.views.next_words import NextWordsState
from engine.views.scalar_mix import RATES, ScalarMixState
from engine.views.spelling import SpellingState
from engine.views.translation import TranslationState
from engine.views.two_directions import STEPS, TwoDirectionsState
from pages._ui.controls import choose, choose_models, choose_one_of, toolbar
from pages._ui.language import (
    PARTS,
    choose_language_model,
    choose_masked,
    choose_place,
    choose_said,
    choose_seed,
    choose_temperature,
    choose_two_way_model,
    choose_two_way_models,
    own_sentence,
)
from pages._ui.polysemy import static_here
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Language models",
    "ELMo and ULMFiT learnt their vectors by guessing words, one model from the left and one from "
    "the right; CoVe learnt its vectors by translating. Give them your own sentence, of up to "
    f"{MAX_WORDS} words.",
)
part = choose("Part", list(PARTS), "lm_part", names=PARTS)

if part == "guess" and (model := choose_language_model("lm_model")):
    st.subheader("Which word stands in the blank?", anchor=False)
    st.markdown("Write `___` for the blank, or hide one of the words from the model.")
    text = own_sentence("Sentence with a blank", BlankState.text, "blank_text")
    with toolbar():
        place = choose_place(text, "blank_place")
        masked = choose_masked("blank_masked")
    show_view("blank", BlankState(text, model, place, masked=masked))

    st.subheader("How surprising is each word?", anchor=False)
    st.markdown("Each word is guessed from all words before it, then from all words after it.")
    text = own_sentence("Sentence", NextWordsState.text, "next_text")
    show_view("next-words", NextWordsState(text, model))

    st.subheader("How does it go on?", anchor=False)
    st.markdown("The forward model draws a word, reads it as if it had been written, and goes on.")
    text = own_sentence("Beginning", ContinuationState.text, "go_on_text")
    with toolbar():
        temperature = choose_temperature("go_on_temperature")
        seed = choose_seed("go_on_seed")
    show_view("continuation", ContinuationState(text, model, temperature, seed))

if part == "translate":
    st.subheader("A translation, one word at a time", anchor=False)
    st.markdown(
        "The decoder starts from `<Go>`. Before each German word it looks at the English words: a "
        "row is where it looked. At the right, the words that were likeliest there."
    )
    text = own_sentence("English sentence", TranslationState.text, "translate_text")
    if (said := choose_said(text, "translate_said")) is not None:
        show_view("translation", TranslationState(text, said))

    st.subheader("Tamil and English, aligned by hand", anchor=False)
    st.markdown("What attention has to find out, where two languages order their words otherwise.")
    show_view("alignment", AlignmentState(choose("Sentence", names(), "alignment_name")))

if part == "directions":
    st.subheader("How two directions become one vector", anchor=False)
    text = own_sentence("Sentence", TwoDirectionsState.text, "two_text")
    with toolbar():
        model = choose_two_way_model("two_model")
        step = choose("Build it up", list(STEPS), "two_step")
    show_view("two-directions", TwoDirectionsState(text, model, step))

    st.subheader("Change one word: which states move?", anchor=False)
    text = own_sentence("Sentence", IndependenceState.text, "change_text")
    with toolbar():
        word = own_sentence("Change this word", IndependenceState.word, "change_word")
        becomes = own_sentence("into", IndependenceState.becomes, "change_into")
    models = choose_two_way_models("change_models")
    show_view("independence", IndependenceState(text, word, becomes, models))

if part == "depth":
    st.subheader("What does each layer add?", anchor=False)
    st.markdown(
        "Small ELMos with one, two and three layers, trained alike from the same seeds. Does "
        "another layer guess better, and does it keep the senses of a word further apart?"
    )
    show_view("depth", DepthState(choose("Measure", list(MEASURES), "depth", names=MEASURES)))

if part == "letters":
    st.subheader("What do its letters tell of a word?", anchor=False)
    st.markdown(
        "Before any context, ELMo reads a word's letters, so that a word it has never seen has a "
        "vector too. A table of words has a row for a word, or nothing."
    )
    words = own_sentence("Words", SpellingState.words, "letters_words")
    other = choose_one_of(static_here(), "letters_other", "Beside ELMo")
    show_view("spelling", SpellingState(words, ("elmo", other)))

if part == "mix":
    st.subheader("Which layer for which task?", anchor=False)
    st.markdown(
        "The layers stay as they are. Each task learns how much of each it takes, together with a "
        "linear head; beside it the same head on one layer, and on all of them alike."
    )
    with toolbar():
        model = choose_one_of(list(mixable()), "mix_model")
        tasks = choose("Tasks", list(PAIRS), "mix_tasks", names=PAIRS)
        rate = choose("Rate of the weights, %", list(map(str, RATES)), "mix_rate")
    show_view("scalar-mix", ScalarMixState(model, tuple(tasks.split(",")), int(rate)))

if part == "question":
    st.subheader("A question and its context", anchor=False)
    st.markdown(
        "Which word of the context is nearest to each word of the question? The second context "
        "may have the same words in another order: to a bag of words it is then the same text."
    )
    with toolbar():
        context = own_sentence("Context", ContextQuestionState.context, "question_context")
        other = own_sentence("Another context", ContextQuestionState.other, "question_other")
        question = own_sentence("Question", ContextQuestionState.question, "question_text")
    with toolbar():
        models = choose_models("question_models")
        state = choose("State of the vectors", STATES, "question_state", help=STATES_HELP)
    chosen = ContextQuestionState(context, question, other, models, state)
    show_view("context-question", chosen)
status_line()
