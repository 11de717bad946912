"""The Anisotropy page's published curves, with ours beside them."""

from __future__ import annotations

import streamlit as st

from engine.encoder import title_of
from engine.views.published import PublishedState
from pages._ui.controls import choose, models_here, toolbar
from pages._ui.view import show_view

MEASURES = {
    "mean_cosine": "Any two words",
    "self_similarity": "A word with itself elsewhere",
    "intra_sentence_similarity": "A word with its sentence",
}


def show_published() -> None:
    """The curves of the paper, and of our models."""
    st.markdown(
        "The paper that drew these curves first (Ethayarajh 2019) measured ELMo, BERT and GPT-2 "
        "on sentences of SemEval. Dashed, its published numbers; solid, our models on the same "
        "sentences, counted in the same way."
    )
    with toolbar():
        names = models_here()
        first = [name for name in PublishedState().models if name in names]
        models = st.pills(
            "Our models", names, default=first,
            selection_mode="multi", key="published_models", format_func=title_of,
            bind="query-params",
        )  # fmt: skip
        measure = choose("Likeness of", list(MEASURES), "published_measure", names=MEASURES)
        adjusted = measure == "mean_cosine" or st.toggle(
            "Less what any two words share", True, key="published_adjusted", bind="query-params",
            help="As in the paper: the layer's mean cosine is taken off; what is beyond it counts.",
        )  # fmt: skip
    chosen = tuple(name for name in models if name in names)
    show_view("published", PublishedState(chosen, measure, adjusted))
