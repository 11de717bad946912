"""ULMFiT: a language model is pretrained, fine-tuned and becomes a classifier, step by step."""

import streamlit as st

from engine.views.claim_layers import LayersState
from engine.views.claim_low_shot import LowShotClaimState
from engine.views.claim_one_rate import OneRateState
from engine.views.claim_tricks import TRICKS, TrickState
from engine.views.forgetting import ForgettingState, recorded_pair
from engine.views.frozen_states import FrozenStatesState
from engine.views.language_model_quality import LanguageModelQualityState
from engine.views.moved_words import MovedWordsState
from engine.views.own_review import OwnReviewState
from engine.views.target_reading import TargetReadingState
from engine.views.target_text import TargetTextState
from engine.views.three_stages import ThreeStagesState
from pages._ui.asking import (
    NO_RUN,
    WHY_LIVE,
    choose_checkpoint,
    choose_label,
    choose_live_run,
    own_review,
)
from pages._ui.cockpit import show_cockpit
from pages._ui.controls import choose, toolbar
from pages._ui.errors import plain_errors
from pages._ui.moved_words import choose_vectors, show_moved_words, words_below
from pages._ui.new_run import keep_choices, new_run_form
from pages._ui.run_list import choose_run, choose_two, compare_runs, run_list, versions
from pages._ui.serving import get_ready
from pages._ui.style import heading, status_line
from pages._ui.ulmfit_parts import CLAIMS, PARTS, all_verdicts, choose_claimed_run, choose_texts
from pages._ui.view import show_view

heading(
    "ULMFiT",
    "A language model learns a language from any text, then the words of the texts to judge, and "
    "at last to judge them, from few labels. Watch the locks open and the rates fall, batch by "
    "batch, in a recorded run or in your own.",
)
part = choose("Part", list(PARTS), "ulmfit_part", names=PARTS)
keep_choices()
with plain_errors(then_stop=True):
    get_ready()

if part == "watch":
    with plain_errors(then_stop=True):
        shown = choose_run()
    new_run_form(is_open=not shown)
    if shown:
        show_cockpit(shown)
        words_below(shown)
    st.subheader("Your runs", anchor=False)
    run_list()
    compare_runs()

if part == "ask":
    st.subheader("What is your review, and which words make it so?", anchor=False)
    text = own_review()
    with toolbar():
        run = choose_live_run(none=NO_RUN)
        place = choose_checkpoint(run) if run else None
        label = choose_label(place) if place else ""
    step, weights = (place.step, place.weights) if place else (-1, "")
    if place:
        show_view("own-review", OwnReviewState(text, run, step, label), version=weights)
    if not run:
        st.caption(WHY_LIVE)
    if place or not run:
        st.subheader("What does each stage say of it?", anchor=False)
        show_view("three-stages", ThreeStagesState(text, run, step), version=weights)

if part == "words":
    st.subheader("Its words, as the stages move them", anchor=False)
    st.markdown(
        "The layers of this cloud are the run's checkpoints: press play and watch what each stage "
        "does to the words that its target text uses more than other texts."
    )
    with toolbar():
        run = choose_live_run()
        vectors = choose_vectors()
    show_moved_words(MovedWordsState(run, vectors))

if part == "forgotten":
    st.subheader("What is forgotten, and what is learnt?", anchor=False)
    st.markdown(
        "Put a run with all of ULMFiT's tricks beside one with none of them: every layer at once, "
        "at one flat rate. Above, how well each still foretells a general text, which neither is "
        "fine-tuned on; below, how often it judges the target's texts rightly."
    )
    first, second = choose_two("forgetting", recorded_pair())
    show_view("forgetting", ForgettingState(first, second), version=versions(first, second))

if part == "claims":
    st.markdown(
        "What the lecture says of ULMFiT, put to the test. No verdict is written: each is computed "
        "from what was measured."
    )
    all_verdicts()
    claim = choose("Claim", list(CLAIMS), "ulmfit_claim", names=CLAIMS)
    if claim == "distribution":
        show_view("target-text", TargetTextState(*choose_texts()))
    if claim == "one-rate":
        run = choose_claimed_run()
        show_view("claim-one-rate", OneRateState(run), version=versions(run))
    if claim == "layers":
        show_view("claim-layers", LayersState())
    if claim in TRICKS:
        show_view("claim-trick", TrickState(claim), key=f"claim-{claim}")
    if claim == "low-shot":
        show_view("claim-low-shot", LowShotClaimState())
        st.subheader("What do the frozen states already know?", anchor=False)
        st.markdown(
            "Pretraining can only pay if the language model's states hold something of the label. "
            "So read it from them before anything is fine-tuned: from random weights, after "
            "Wikipedia, after the unlabelled reviews too, and from a far larger model."
        )
        show_view("frozen-states", FrozenStatesState())
        st.subheader("What should it read of the target?", anchor=False)
        st.markdown(
            "Stage 2 by itself: the same language model reads none of the unlabelled reviews, a "
            "few, or all of them, for longer and shorter, at one rate for all layers or at "
            "discriminative ones. Then a linear reader looks for the label in its states."
        )
        show_view("target-reading", TargetReadingState())
        st.subheader("How good must a language model be?", anchor=False)
        st.markdown(
            "The same net, the same reviews and the same labels, begun with language models that "
            "were trained for shorter and longer: where the lines rise, hours of pretraining pay."
        )
        n_labels = choose("Labels", ["100", "200"], "ulmfit_quality_labels")
        show_view("language-model-quality", LanguageModelQualityState(int(n_labels)))

status_line(
    "A run's settings, its prompt included, and what it learns are kept on this server until you "
    "delete the run. Whoever has its link can watch it and ask it. A review that you type is not "
    "kept."
)
