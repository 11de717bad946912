"""Models: what is here, and what can be fetched."""

import streamlit as st

from engine.views.models import about_models
from pages._ui.errors import as_markdown_text
from pages._ui.style import heading, status_line

heading(
    "Models",
    "Every model gives the same thing: one vector per word and layer, on the same words, so "
    "that all can be compared. Nothing is downloaded unless you ask for it.",
)
for model in about_models():
    with st.container(border=True):
        st.subheader(model.title, anchor=False)
        st.markdown(as_markdown_text(model.about))
        st.caption(as_markdown_text(model.facts))
        if model.missing:
            st.warning(model.missing, icon=":material/download:")
        if len(model.card):
            with st.expander("Model card: how it was trained, and what was measured"):
                st.dataframe(model.card, hide_index=True, key=f"card {model.name}")
                if model.curve:
                    st.plotly_chart(
                        model.curve, key=f"curve {model.name}", alt=model.curve_in_words
                    )

st.subheader("Any other transformer", anchor=False)
st.markdown(
    "BERT-like and GPT-2-like models of the Hugging Face hub work by their name. Where this "
    "server has internet, one command brings a model here; then name it on the command line."
)
st.code(
    "python -m engine fetch bert-base-cased\npython -m engine measure --model bert-base-cased "
    "--input FILE.txt",
    language="bash",
)
status_line()
