"""The two sentences to compare: the lecture's pairs one click away, both open to editing."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st


class Pair(NamedTuple):
    """Two sentences and the word they share."""

    label: str
    first: str
    second: str
    word: str


PAIRS = (
    Pair("bank: river or money", "he sat on the bank of the river and watched the currents",
         "he went to the bank to check balance in his current account", "bank"),
    Pair("mouse: device or animal", "The mouse is too bad and the response is very poor",
         "A mouse chases a cat", "mouse"),
    Pair("word order", "A mouse chases a cat", "A cat chases a mouse", "mouse"),
)  # fmt: skip


def choose_pair(pairs: tuple[Pair, ...]) -> tuple[str, str, str]:
    """(first sentence, second sentence, word), as edited."""
    for column, pair in zip(st.columns(len(pairs)), pairs, strict=True):
        column.button(pair.label, on_click=_take, args=(pair,), width="stretch")
    left, right, middle = st.columns([3, 3, 1])
    first = left.text_area(
        "First sentence", pairs[0].first, key="pair_first", bind="query-params", height=90
    )
    second = right.text_area(
        "Second sentence", pairs[0].second, key="pair_second", bind="query-params", height=90
    )
    word = middle.text_input("Word", pairs[0].word, key="pair_word", bind="query-params")
    return first, second, word.strip()


def _take(pair: Pair) -> None:
    st.session_state.update(pair_first=pair.first, pair_second=pair.second, pair_word=pair.word)
