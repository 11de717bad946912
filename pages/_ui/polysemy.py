"""The Polysemy page's parts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.corpora.sense_sets import words_to_choose
from engine.corpora.senses import polysemous_words
from engine.encoder import is_static
from engine.text import find_word
from engine.views.context_control import function_words
from engine.views.sources import TEXT, Source
from pages._ui.controls import CONTROL_WIDTH, choose, models_here
from pages._ui.sense_set import own_set, own_word
from pages._ui.style import is_presenting

PARTS = {
    "duel": "Duel",
    "senses": "Senses",
    "mouse": "The mouse",
    "neighbours": "Neighbours",
    "scoreboard": "Scoreboard",
}

QUESTIONS = [
    "man : king :: woman",
    "man : doctor :: woman",
    "france : paris :: germany",
    "good : better :: bad",
    "walk : walked :: go",
]
METHODS_HELP = (
    "3CosAdd: the cosine with second − first + third. 3CosMul (Levy and Goldberg 2014): the "
    "product of being like the second and like the third, divided by being like the first."
)


def contextual_here() -> list[str]:
    """The models here that read a word's sentence."""
    return [name for name in models_here() if not is_static(name)]


def static_here() -> tuple[str, ...]:
    """The models here that give a word one vector."""
    return tuple(name for name in models_here() if is_static(name))


def choose_text(key: str) -> tuple[str, str]:
    """(source, text): the sense corpus, or the reader's own sentences where there are any."""
    own = own_set()
    if not own:
        return "senses", ""
    names = {"senses": "Sense corpus", TEXT: "My sentences"}
    source = choose("Text", list(names), key, names=names)
    return source, own if source == TEXT else ""


def choose_any_word(source: str, text: str, key: str) -> str:
    """A word of the sense corpus, one that repeats in the reader's sentences, or any typed in."""
    if source == TEXT:
        words = words_to_choose(Source(source, text).corpus().sentences, function_words())
        first = own_word() if own_word() in words else words[0]
    else:
        words, first = list(polysemous_words()), "mouse"
    words = _with_typed(words, key)
    found = st.selectbox(
        "Word", words, words.index(first), key=key, bind="query-params",
        accept_new_options=True, width=CONTROL_WIDTH,
    )  # fmt: skip
    return (found or first).strip()


def _with_typed(options: list[str], key: str) -> list[str]:
    """The options, and before them what was typed in or stands in the link."""
    typed = st.session_state.get(key) or st.query_params.get(key, "")
    return options if not typed or typed in options else [typed, *options]


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


def choose_further_words(key: str) -> tuple[str, ...]:
    """Words whose place among the neighbours is asked for; at first none."""
    found = st.text_input(
        "Where do these words stand?", key=key, bind="query-params",
        placeholder="keyboard, cat", width=CONTROL_WIDTH,
    )  # fmt: skip
    return tuple(word.strip() for word in found.split(",") if word.strip())


def choose_question(key: str) -> str:
    """An analogy of the list, or any typed in."""
    found = st.selectbox(
        "first : second :: third : ?", _with_typed(QUESTIONS, key), key=key, bind="query-params",
        accept_new_options=True, width=CONTROL_WIDTH,
    )  # fmt: skip
    return (found or QUESTIONS[0]).strip()


def beside() -> tuple[Any, Any]:
    """A narrow and a wide place side by side; one above the other where the type is large."""
    if is_presenting():
        return st.container(), st.container()
    left, right = st.columns([1, 2], gap="large")
    return left, right
