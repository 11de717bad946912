"""Who is asked, and what: a live run of the visitor's, one of its checkpoints, and a review."""

from __future__ import annotations

import streamlit as st

from engine.views.asked_states import CLASSIFIER, NEWEST, Place, place_at, places, state_of
from engine.views.own_review import EXAMPLE
from pages._ui.controls import CONTROL_WIDTH
from pages._ui.errors import plain_errors
from pages._ui.kept_widgets import text_area
from pages._ui.run_list import live_titles
from pages._ui.serving import run_store

EXAMPLES = (
    EXAMPLE,
    "The trimmer is noisy, not customizable",
    "I am excited to watch the film as it is directed by Rajamouli",
)
NO_RUN = "the shipped language model, without a run"
LIKELIEST = "the likeliest"
WHY_LIVE = (
    "Only live runs can be asked for a label: they keep the weights of their checkpoints, recorded "
    "runs keep numbers. Start one under “Watch it”, which takes some minutes. Until then, "
    "the shipped language model says how much each word surprises it."
)


def own_review() -> str:
    """The review to ask about, an example at first; it outlives a look at another part."""
    for column, example in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        column.button(example, on_click=_take, args=(example,), width="stretch")
    first = st.session_state.get("review kept", EXAMPLE)
    text = text_area("Your review", first, key="review", height=110)
    st.session_state["review kept"] = text
    return text


def choose_live_run(*, none: str = "") -> str:
    """A live run, the one of the link at first; "" for none, which `none` names if it can be
    chosen.
    """
    titles = live_titles() | ({"": none} if none else {})
    if not titles:
        return ""
    named = st.query_params.get("run")  # there and empty: no run was chosen
    st.session_state["live run"] = named if named in titles else next(iter(titles))
    return st.selectbox("Run", list(titles), key="live run", format_func=titles.get,
                        on_change=_into_link, width=CONTROL_WIDTH + 140)  # fmt: skip


def choose_checkpoint(run_id: str) -> Place | None:
    """One of a run's checkpoints, the newest at first; None where there is none yet, which is said
    here.
    """
    with plain_errors():
        found = places(run_id, run_store())
        newest = place_at(found, NEWEST)
        titles = {NEWEST: f"the newest: {newest.title}"}
        titles |= {place.step: place.title for place in reversed(found[:-1])}
        key = f"checkpoint {run_id}"
        if st.session_state.get(key) not in titles:  # it is no longer kept
            st.session_state[key] = NEWEST
        step = st.selectbox("Checkpoint", list(titles), key=key, format_func=titles.get,
                            width=CONTROL_WIDTH + 100)  # fmt: skip
        return place_at(found, step)
    return None


def choose_label(place: Place) -> str:
    """The label that words speak for or against; "" for the likeliest one."""
    if place.stage != CLASSIFIER:
        return ""
    with plain_errors():
        names = [LIKELIEST, *state_of(place).label_names]
        found = st.selectbox("Label", names, key=f"label {names}",
                             width=CONTROL_WIDTH - 50)  # fmt: skip
        return "" if found == LIKELIEST else found
    return ""


def _take(example: str) -> None:
    st.session_state["review"] = example


def _into_link() -> None:
    st.query_params["run"] = st.session_state["live run"]
    st.query_params.pop("step", None)
