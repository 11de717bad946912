"""The parts of the ULMFiT page, and what is chosen in them."""

from __future__ import annotations

import streamlit as st

from engine.views import target_text, ulmfit_claims
from engine.views.cockpit.choices import labelled_texts, running_texts
from pages._ui.controls import CONTROL_WIDTH, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done
from pages._ui.run_list import live_titles

PARTS = {
    "watch": "Watch it",
    "ask": "Ask it",
    "words": "Its words",
    "forgotten": "What is forgotten",
    "claims": "The claims",
}
CLAIMS = {name: claim.name for name, (claim, *_) in ulmfit_claims.CLAIMS.items()}
RECORDED_RUN = "a recorded one"


def all_verdicts() -> None:
    """A line a claim; they are computed in the background, the first time."""
    with plain_errors():
        if not (ulmfit_claims.are_known()
                or done("verdicts", "Testing every claim", ulmfit_claims.verdicts)):  # fmt: skip
            return
        st.markdown("\n".join(
            f"- {found.sign} **{as_markdown_text(found.claim.name)}:** "
            f"{as_markdown_text(found.word)}"
            for found in ulmfit_claims.verdicts().values()
        ))  # fmt: skip


def choose_texts() -> tuple[str, str]:
    """(target, general): two of the texts that are on this machine."""
    targets, general = labelled_texts(), running_texts()
    preferred = target_text.TargetTextState()
    with toolbar():
        first = _one_of("Target text", targets, preferred.target, "claim_target")
        second = _one_of("General text", general, preferred.general, "claim_general")
    return first, second


def choose_claimed_run() -> str:
    """A live run to test a claim on; "" for the recorded one."""
    titles = {"": RECORDED_RUN, **live_titles()}
    return st.selectbox("Run", list(titles), key="claim_run", format_func=titles.get,
                        width=2 * CONTROL_WIDTH)  # fmt: skip


def _one_of(label: str, titles: dict[str, str], preferred: str, key: str) -> str:
    names = list(titles) or [preferred]  # the figure says what is not here
    index = names.index(preferred) if preferred in names else 0
    return st.selectbox(label, names, index, key=key, format_func=lambda it: titles.get(it, it),
                        bind="query-params", width=CONTROL_WIDTH + 100)  # fmt: skip
