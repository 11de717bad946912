"""The two sentences to compare: the lecture's pairs one click away, both open to editing."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from engine.text import Sentence, word_key
from engine.views.trail import MOST

TRAIL = "trail"


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


def edit_a_word(first: str, word: str) -> str:
    """A control that changes one word of the first sentence; the versions so far, one a line, the
    parent first.
    """
    versions = _versions(first)
    words = Sentence(first).words
    places = [n for n, one in enumerate(words) if one.key != word_key(word)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if places:
            place = st.selectbox(
                "Change this word", places, key=f"edit {first}", width=200,
                format_func=lambda n: words[n].text,
            )  # fmt: skip
            st.text_input("into", key="edit_into", width=200)
            st.button(
                "Change it", on_click=_change, args=(first, words[place].start, words[place].end)
            )
        if len(versions) > 1:
            st.button("Back to the parent", on_click=_back, args=(versions[0],))
    return "\n".join(versions)


def _versions(first: str) -> list[str]:
    """The parent and its edits; a sentence that came otherwise is a parent anew."""
    kept = [line for line in st.query_params.get(TRAIL, "").split("\n") if line]
    line = " ".join(first.split("\n"))
    return kept if kept and kept[-1] == line else [line]


def _change(first: str, start: int, end: int) -> None:
    becomes = " ".join(st.session_state["edit_into"].split())
    if not becomes:
        st.toast("Type the new word first.")
        return
    changed = " ".join((first[:start] + becomes + first[end:]).split("\n"))
    parent, *edits = [*_versions(first), changed]
    versions = [parent, *edits[-(MOST - 1) :]]  # the oldest edits go, never the parent
    st.session_state.update(pair_first=changed, edit_into="")
    st.query_params[TRAIL] = "\n".join(versions)


def _back(parent: str) -> None:
    st.session_state["pair_first"] = parent
    st.query_params.pop(TRAIL, None)


def _take(pair: Pair) -> None:
    st.session_state.update(pair_first=pair.first, pair_second=pair.second, pair_word=pair.word)
    st.query_params.pop(TRAIL, None)
