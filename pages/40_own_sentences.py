"""Own sentences: type, paste or upload text, and see every layer of it."""

import streamlit as st

from engine.views.anisotropy import MeasureState
from engine.views.occurrences import OccurrencesState
from engine.views.prepared import CloudState
from engine.views.sources import MAX_WORDS, TEXT
from pages._ui.cloud import show_cloud
from pages._ui.controls import choose_model, choose_models, choose_state, toolbar
from pages._ui.own_text import choose_layer, choose_word, own_text, show_words
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "Own sentences",
    f"Type or paste text, or upload a .txt file: up to {MAX_WORDS:,} words. A line break ends a "
    "sentence. A word that stands in several sentences shows best what context does.",
)
text = own_text()
show_words(text)
with toolbar():
    model = choose_model("own_model")
    state = choose_state("own_state")
    umap = st.toggle("UMAP too (a minute the first time)", key="own_umap", bind="query-params")
show_cloud(CloudState(TEXT, text, model, state, umap=umap, color_by="sentence"))

st.subheader("One word against itself", anchor=False)
with toolbar():
    word = choose_word(text)
    layer = choose_layer(model, "own_layer")
show_view("occurrences", OccurrencesState(TEXT, text, word, model, layer, state))

st.subheader("How alike are any two words of it?", anchor=False)
show_view(
    "anisotropy", MeasureState(TEXT, text, choose_models("own_models"), state), key="own anisotropy"
)
status_line()
