"""A claim on a page: who says it, what it is taken to mean, how it is tested, and what came out."""

from __future__ import annotations

import streamlit as st

from engine.views.claims import Verdict
from pages._ui.errors import as_markdown_text, sentence_as_markdown


def tell_verdict(verdict: Verdict) -> None:
    """The claim and its verdict, in words and a sign."""
    claim = verdict.claim
    because = verdict.because.removeprefix(f"{verdict.word.capitalize()}: ")
    with st.container(border=True):
        st.markdown(f"> “{as_markdown_text(claim.quote)}”\n\n{as_markdown_text(claim.source)}")
        st.markdown(
            f"**{verdict.sign} Verdict: {as_markdown_text(verdict.word)}.** "
            f"{sentence_as_markdown(because[:1].upper() + because[1:])}"
        )
        st.markdown(f"**Taken to mean:** {as_markdown_text(claim.hypothesis)}")
        st.markdown(f"**Tested by:** {as_markdown_text(claim.test)}")
