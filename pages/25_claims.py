"""Claims: what the lecture says of the shape of word vectors, each put to the test."""

import streamlit as st

from engine.views.lecture_claims import CLAIMS
from engine.views.left_picture import LeftPictureState
from pages._ui.claims import all_verdicts, choose_claim, choose_static, choose_tested
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Claims",
    "What the lecture says of the shape of word vectors, taken at its word and tested on every "
    "model that is here. No verdict is written: each follows from what was measured.",
)
tested = choose_tested()
all_verdicts(tested)
claim = choose_claim()
show_view(CLAIMS[claim], tested)

if claim == "isotropic":
    st.subheader("Why a cone was taken for a ball", anchor=False)
    st.markdown(
        "The lecture's left picture, rebuilt: the commonest words on the unit sphere, and the same "
        "words as Embedding Projector shows them."
    )
    show_view("left-picture", LeftPictureState(choose_static()))
status_line()
