"""Home: what this is, a real figure at once, and three ways in."""

import streamlit as st

from engine.views.prepared import CloudState
from pages._ui.cloud import show_cloud
from pages._ui.style import heading, status_line

heading(
    "What does context do to word vectors?",
    "word2vec and GloVe give a word **one** vector. BERT and its relatives give it **one in "
    "every place** where it stands. Below is each word of 1,336 sentences, in all seven layers "
    "of a small BERT. Press play and watch the words leave the input layer; click one to see "
    "whom it stands with.",
)
show_cloud(CloudState(color_by="sense", layer=4))

look, measure, own = st.columns(3, gap="large")
with look:
    st.subheader("In a lecture", anchor=False)
    st.markdown("Predict, then measure, step by step; or put *bank* beside *bank* at once.")
    st.page_link("../05_lectures.py", label="Lectures", icon=":material/school:")
    st.page_link("../10_clouds.py", label="Clouds", icon=":material/bubble_chart:")
    st.page_link("../30_polysemy.py", label="Polysemy", icon=":material/call_split:")
with measure:
    st.subheader("On your own", anchor=False)
    st.markdown("Measure how narrow the cone is, and check what the lecture says of it.")
    st.page_link("../20_anisotropy.py", label="Anisotropy", icon=":material/filter_tilt_shift:")
    st.page_link("../25_claims.py", label="Claims", icon=":material/gavel:")
    st.page_link("../90_models.py", label="Models", icon=":material/deployed_code:")
with own:
    st.subheader("With your own sentences", anchor=False)
    st.markdown("Type or upload text; see every layer of it, and take the numbers with you.")
    st.page_link("../40_own_sentences.py", label="Own sentences", icon=":material/edit_note:")
    st.page_link("../45_large_texts.py", label="Large texts", icon=":material/menu_book:")

status_line()
