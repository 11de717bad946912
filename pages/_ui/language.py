"""What is asked of a language model: which one, on which sentence, at which place."""

from __future__ import annotations

import streamlit as st

from engine.encoder import title_of
from engine.errors import EngineError
from engine.views.blank import places
from engine.views.directions import other_wiring, two_way_models
from engine.views.language import available, unavailable
from engine.views.masked import masked_here
from engine.views.translation import missing, n_steps
from pages._ui.controls import CONTROL_WIDTH, choose, choose_from

PARTS = {
    "guess": "Guess the word",
    "translate": "Translate",
    "directions": "Two directions",
    "depth": "Depth",
    "letters": "Letters",
    "mix": "Which layer?",
    "question": "A question",
}
TEMPERATURES = ["0", "50", "80", "100", "130"]
NO_MASKED = "none"


def own_sentence(label: str, default: str, key: str) -> str:
    """A sentence, the lecture's own at first."""
    return st.text_input(label, default, key=key, bind="query-params")


def choose_language_model(key: str) -> str:
    """One of the language models that are here; a sentence for each that is not. "" without any."""
    found = available()
    for why in unavailable():
        st.caption(why)
    return choose("Language model", list(found), key, names=found) if found else ""


def choose_place(text: str, key: str) -> int:
    """The blank, or a word to hide."""
    try:
        found = places(text)
    except EngineError:  # the figure says it
        return -1
    label = choose_from("Guess", list(found) or ["the blank ___"], key)
    return found.get(label, -1)


def choose_masked(key: str) -> str:
    """A masked model of this machine, or any by its hub name; "" for none."""
    names, why_not = masked_here()
    if why_not:
        st.caption(why_not)
        return ""
    options = [*names, NO_MASKED]
    found = st.selectbox(
        "Masked model, or a hub name",
        options,
        key=key,
        bind="query-params",
        accept_new_options=True,
        width=CONTROL_WIDTH,
    )
    name = (found or NO_MASKED).strip()
    return "" if name == NO_MASKED else name


def choose_temperature(key: str) -> int:
    """How boldly words are drawn, in percent."""
    found = st.segmented_control(
        "Temperature", TEMPERATURES, default="80", key=key, bind="query-params", required=True,
        format_func=lambda percent: f"{int(percent) / 100:g}",
        help="Below 1 likely words are drawn more often, above 1 unlikely ones; 0: no chance.",
    )  # fmt: skip
    return int(found) if found in TEMPERATURES else 80


def choose_seed(key: str) -> int:
    """Another seed, other draws."""
    return int(st.number_input("Seed", 0, 9_999, 0, key=key, bind="query-params", width=140))


def choose_said(text: str, key: str) -> int | None:
    """How many German words have been said, all of them at first; None where nothing can be
    translated, which is said here.
    """
    if why := missing():
        st.caption(why)
        return None
    try:
        n = n_steps(text)
    except EngineError:  # the figure says it
        return -1
    if st.session_state.get(key, 0) > n:  # of a longer sentence
        st.session_state[key] = n
    return int(st.slider("German words said", 0, n, n, key=key, bind="query-params"))


def choose_two_way_model(key: str) -> str:
    """A net that reads in two directions."""
    names = list(two_way_models())
    return choose("Model", names, key, names={name: title_of(name) for name in names})


def choose_two_way_models(key: str) -> tuple[str, ...]:
    """Several of them; one of each wiring at first."""
    names = list(two_way_models())
    both = list(dict.fromkeys([names[0], other_wiring(names[0])]))
    found = st.pills("Models", names, default=both, selection_mode="multi", key=key,
                     bind="query-params", format_func=title_of)  # fmt: skip
    return tuple(name for name in found if name in names) or tuple(both)
