"""A word and the sentences around it: bundled ones, or the reader's own, with or without senses."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from engine.corpora.sense_sets import SenseSet, read_sense_set, words_to_choose, write_sense_set
from engine.corpora.senses import polysemous_words
from engine.text import decode_upload
from engine.views.context_control import function_words
from engine.views.sense_sentences import MOST, sense_sentences
from pages._ui.controls import CONTROL_WIDTH, choose, choose_from, toolbar
from pages._ui.errors import plain_errors
from pages._ui.find_sentences import finder, look_for
from pages._ui.kept_widgets import text_area

BUNDLED, OWN = "bundled", "own"
SOURCES = {BUNDLED: "Bundled", OWN: "My own"}
LINK_CHARACTERS = 4_000
TEXT, KEPT, WORD, KEPT_WORD, OTHER, FILE, ERROR = (
    "set_text",
    "set kept",
    "set_word",
    "set word kept",
    "set_other",
    "set_file",
    "set_file_error",
)
EXAMPLE = """\
She paid a small charge for the second suitcase.
The museum is free of charge on the first Sunday of the month.
There is no charge for children under six.
The hotel added a charge for the broken lamp.
A late charge appeared on his electricity bill.
They waived the charge after a long telephone call.
The phone holds its charge for two days.
An electron carries a negative charge.
Rub the balloon on wool and it takes on a charge.
The battery lost its charge in the cold.
A spark jumps when the charge grows too large.
Like charge repels like charge, as every pupil learns.
He was arrested on a charge of fraud.
The judge dismissed the charge for lack of evidence.
She denies every charge brought against her.
A murder charge was filed on Monday.
The prosecutor reduced the charge to theft.
He pleaded guilty to the lesser charge."""


class Chosen(NamedTuple):
    """What the reader looks at."""

    word: str
    text: str  # the own set; "" for bundled sentences
    exact: bool
    labelled: bool  # two senses have two sentences each


def choose_sentences() -> Chosen | None:
    """The word and its sentences; None where they cannot be used, which is said here."""
    first = OWN if "set" in st.query_params else BUNDLED
    source = choose("Sentences", list(SOURCES), "sense_source", names=SOURCES, default=first)
    if source == BUNDLED:
        word = choose_from("Word", polysemous_words(), "sense_word", default="bank")
        return Chosen(word, "", False, True)
    text = _own_text()
    with plain_errors():
        found = read_sense_set(text)
        word, exact = _choose_word(found)
        _keep_and_share(word, found)
        asked = sense_sentences(word, text, exact)
        return Chosen(word, text, exact, asked.is_labelled)
    return None


def own_set() -> str:
    """The reader's own sentences, one a line without their senses; "" while there are none."""
    kept = st.session_state.get(KEPT, st.query_params.get("set", ""))
    if not kept:
        return ""
    with plain_errors():
        return "\n".join(sentence.text for sentence in read_sense_set(kept).sentences)
    return ""


def own_word() -> str:
    """The word last looked at in the reader's own sentences; "" before."""
    return st.session_state.get(KEPT_WORD, "")


def _own_text() -> str:
    look_for(_take_found)
    first = st.session_state.get(KEPT, st.query_params.get("set", EXAMPLE))
    text = text_area(
        "Your sentences, one a line", first, key=TEXT, height=190,
        help="If you know the sense of the word in a sentence, write it before the sentence, with "
        f"a TAB between. Up to {MOST} sentences are measured at once; of more, a sample.",
    )  # fmt: skip
    st.session_state[KEPT] = text  # another part of the page forgets its widgets
    if ERROR in st.session_state:
        with plain_errors():
            raise st.session_state[ERROR]
    return text


def _choose_word(found: SenseSet) -> tuple[str, bool]:
    """The word that was clicked, or typed; and whether capitals make another word of it."""
    words = words_to_choose(found.sentences, function_words())
    if found.word and found.word not in words:
        words = [found.word, *words]
    wanted = st.session_state.get(WORD) or own_word() or st.query_params.get("word") or found.word
    st.session_state[WORD] = wanted if wanted in words else words[0]
    clicked = st.pills("Click the word to look at", words, key=WORD)
    with toolbar():
        typed = st.text_input("or type it (what is typed counts)", key=OTHER, width=CONTROL_WIDTH)
        exact = st.toggle(
            "Capitals make another word (Apple is not apple)", key="set_exact", bind="query-params"
        )
    word = (typed or clicked or words[0]).strip()
    st.session_state[KEPT_WORD] = word
    return word, exact


def _keep_and_share(word: str, found: SenseSet) -> None:
    """Save the set, load one, put it into the link."""
    with st.expander("Save these sentences, load others, or share them"):
        content = write_sense_set(word, found.sentences, found.senses)
        save, link = st.columns([1, 2])
        save.download_button(
            "Save as a file", content, f"{word or 'sentences'}.tsv", "text/tab-separated-values",
            on_click="ignore",
        )  # fmt: skip
        link.button(
            "Put them into the link", on_click=_into_link, args=(word,),
            help="Only then does the link hold your sentences.",
        )  # fmt: skip
        finder()
        st.file_uploader(
            "Load a saved set, or a .txt file with a sentence a line (UTF-8)",
            type=["tsv", "txt"], key=FILE, on_change=_take_file,
        )  # fmt: skip


def _take_found(word: str, text: str) -> None:
    st.session_state.pop(ERROR, None)
    st.session_state.update({TEXT: text, KEPT: text, OTHER: word})


def _take_file() -> None:
    file = st.session_state.get(FILE)
    st.session_state.pop(ERROR, None)
    if file is None:
        return
    try:
        text = decode_upload(file.getvalue(), file.name)
        word = read_sense_set(text).word
    except Exception as error:  # shown where the text stands
        st.session_state[ERROR] = error
        return
    st.session_state.update({TEXT: text, KEPT: text, OTHER: ""})
    if word:
        st.session_state[WORD] = word


def _into_link(word: str) -> None:
    text = st.session_state[KEPT]
    if len(text) <= LINK_CHARACTERS:
        st.query_params["set"] = text
        st.query_params["word"] = word
    else:
        st.toast(
            f"A link holds up to {LINK_CHARACTERS:,} characters; these have {len(text):,}. Save "
            "them as a file instead."
        )
