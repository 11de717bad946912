"""Pickers. Each writes its value into the page's link, so that the same link shows the same
picture.

A link may say anything, so every picker falls back to its first option for a value it does not
know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.encoder import ENCODERS, ModelCard, registered, title_of
from engine.vectors.states import STATES

CONTROL_WIDTH = 260
STATE_HELP = (
    "What is done to the vectors before anything is measured. Raw is what the model gives; "
    "centring, removing top directions and whitening take away the common direction, and with "
    "it the cone."
)


def toolbar() -> Any:
    """A row for a figure's controls, which wraps where the screen is narrow."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="medium")


def choose(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    names: dict[str, str] | None = None,
    default: str = "",
    help: str = "",
) -> str:
    """One of a few options, as a row of buttons; the first one at first, or `default`."""
    names, first = names or {}, default or options[0]
    found = st.segmented_control(
        label, options, default=first, key=key, bind="query-params", help=help or None,
        format_func=lambda option: names.get(option, option), required=True,
    )  # fmt: skip
    return found if found in options else first


def choose_from(
    label: str, options: Sequence[str], key: str, *, default: str = "", help: str = ""
) -> str:
    """One of many options, as a list to search."""
    index = options.index(default) if default in options else 0
    found = st.selectbox(
        label,
        options,
        index=index,
        key=key,
        bind="query-params",
        help=help or None,
        width=CONTROL_WIDTH,
    )
    return found if found in options else options[index]


def choose_model(key: str) -> str:
    """One of the registered models, contextual ones first, or any model of the hub by its name."""
    cards = newest_first()
    found = st.selectbox(
        "Model, or a hub name",
        [card.name for card in cards],
        key=key,
        bind="query-params",
        format_func=title_of,
        accept_new_options=True,
        help="Bundled models, or the name of any BERT-like or GPT-2-like model of the hub.",
        width=CONTROL_WIDTH,
    )
    return (found or cards[0].name).strip()


def newest_first() -> list[ModelCard]:
    """The registered models as pickers list them: contextual ones first, newest papers first."""
    return sorted(registered(), key=lambda card: (card.family == "static", -card.year))


def models_here() -> list[str]:
    """The registered models that are on this machine, as pickers list them."""
    return [card.name for card in newest_first() if ENCODERS[card.name].missing() is None]


def choose_one_of(models: Sequence[str], key: str, label: str = "Model") -> str:
    """One of several models, by title."""
    return choose(label, models, key, names={name: title_of(name) for name in models})


def choose_models(key: str, *, twins: bool = False) -> tuple[str, ...]:
    """Several of the registered models that are here; all of them at first.

    Args:
        twins: the untrained twins may be chosen too, as controls.
    """
    names = models_here()
    options = [*names, *_twins_here()] if twins else names
    found = st.pills(
        "Models",
        options,
        default=names,
        selection_mode="multi",
        key=key,
        bind="query-params",
        format_func=title_of,
    )
    return tuple(name for name in found if name in options) or tuple(names)


def _twins_here() -> list[str]:
    cards = [card for card in registered(twins=True) if card.twin_of]
    return [card.name for card in cards if ENCODERS[card.name].missing() is None]


def choose_state(key: str, states: Sequence[str] = ()) -> str:
    """The state of the vectors."""
    options = list(states) or ["raw", *(name for name in STATES if name != "raw")]
    return choose_from("State of the vectors", options, key, help=STATE_HELP)
