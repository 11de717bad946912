"""The Polysemy page's parts."""

from __future__ import annotations

import streamlit as st

from engine.corpora.senses import polysemous_words
from engine.encoder import is_static
from engine.text import find_word
from engine.views.sources import Source
from pages._ui.controls import CONTROL_WIDTH, models_here

PARTS = {
    "duel": "Duel",
    "senses": "Senses",
    "mouse": "The mouse",
    "neighbours": "Neighbours",
}


def contextual_here() -> list[str]:
    """The models here that read a word's sentence."""
    return [name for name in models_here() if not is_static(name)]


def static_here() -> tuple[str, ...]:
    """The models here that give a word one vector."""
    return tuple(name for name in models_here() if is_static(name))


def choose_any_word(key: str) -> str:
    """A word of the sense corpus, or any word typed in."""
    words = list(polysemous_words())
    found = st.selectbox(
        "Word", words, words.index("mouse"), key=key, bind="query-params",
        accept_new_options=True, width=CONTROL_WIDTH,
    )  # fmt: skip
    return (found or "mouse").strip()


def choose_occurrence(source: str, text: str, word: str, key: str) -> int:
    """The number of one of the word's occurrences, by its sentence."""
    sentences = [
        sentence.text
        for sentence in Source(source, text).corpus().sentences
        for _ in find_word(sentence, word)
    ]
    if not sentences:
        return 0
    return st.selectbox(
        "Its sentence",
        range(len(sentences)),
        key=f"{key} {word}",
        format_func=sentences.__getitem__,
    )
