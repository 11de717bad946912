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
    """A row a claim; those that take longer than a click are tested when that is asked for."""
    with plain_errors():
        table = st.container(key="claims-overview")
        if not lecture_claims.are_known(state) and _asked_for(state):
            done(
                ("claims", state),
                "Testing every claim",
                lambda progress: lecture_claims.settle(state, progress),
                "overview",
            )
        table.markdown(_as_markdown(lecture_claims.overview(state)))


def _asked_for(state: ClaimState) -> bool:
    """True once the reader has asked for the tests on this text and state of the vectors."""
    asked: set[ClaimState] = st.session_state.setdefault("claims_asked", set())
    if state not in asked:
        label = "Test every claim (a minute where no model is loaded yet)"
        st.button(label, on_click=asked.add, args=(state,))
    return state in asked


def choose_claim() -> str:
    """One of the claims."""
    names = lecture_claims.names()
    return choose("Claim", list(names), "claim", names=names)


def choose_static() -> str:
    """One of the models that give a word one vector; word2vec at first."""
    return choose_one_of(sorted(ClaimState().static, reverse=True), "claims_static")


def _as_markdown(rows: list[dict[str, str]]) -> str:
    """The rows as a Markdown table: no script has to be loaded for it."""
    heads, rule = list(rows[0]), "|---" * len(rows[0])
    lines = [heads, *(row.values() for row in rows)]
    told = [f"| {' | '.join(map(as_markdown_text, line))} " for line in lines]
    return "|\n".join([told[0], rule, *told[1:]]) + "|"
