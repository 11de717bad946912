"""The Claims page's choices, and the overview of all verdicts."""

from __future__ import annotations

import streamlit as st

from engine.views import lecture_claims
from engine.views.claimed import ClaimState
from pages._ui.controls import choose, choose_one_of, choose_state, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done
from pages._ui.own_text import own_text, show_words

TEXTS = {"senses": "Sense corpus", "lecture": "Lecture", "text": "Your text"}


def choose_tested() -> ClaimState:
    """On which text and state of the vectors the claims are tested; all models that are here."""
    with toolbar():
        source = choose("Text", list(TEXTS), "claims_source", names=TEXTS)
        state = choose_state("claims_state")
    if source != "text":
        return ClaimState(source, state=state)
    text = own_text()
    show_words(text)
    return ClaimState(source, text, state=state)


def all_verdicts(state: ClaimState) -> None:
    """A row a claim; those that take longer are tested in the background, the first time."""
    with plain_errors():
        _table(lecture_claims.overview(state))
        if not lecture_claims.are_known(state):
            done(
                ("claims", state),
                "Testing every claim",
                lambda progress: lecture_claims.settle(state, progress),
                "overview",
            )


def choose_claim() -> str:
    """One of the claims."""
    names = lecture_claims.names()
    return choose("Claim", list(names), "claim", names=names)


def choose_static() -> str:
    """One of the models that give a word one vector; word2vec at first."""
    return choose_one_of(sorted(ClaimState().static, reverse=True), "claims_static")


def _table(rows: list[dict[str, str]]) -> None:
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *(list(row.values()) for row in rows)]
    cells = ([as_markdown_text(cell) if cell != "---" else cell for cell in line] for line in lines)
    with st.container(key="claims-overview"):
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in cells))
