"""The user's own text: where it comes from, how it was cut, and which word to look at."""

from __future__ import annotations

import streamlit as st

from engine.text import decode_upload
from engine.views.own_text import layer_names_of, words_of_text
from pages._ui.controls import CONTROL_WIDTH
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.kept_widgets import text_area

EXAMPLES = {
    "bank, four times": "he sat on the bank of the river and watched the currents\n"
    "he went to the bank to check balance in his current account\n"
    "I went to the bank\nThe bank closed its branch, so we walked along the bank instead.",
    "mouse and cat": "A mouse chases a cat\nA cat chases a mouse\n"
    "The mouse is too bad and the response is very poor",
    "film reviews": "A stunning story with a lots of twists and..\n"
    "The trimmer is noisy, not customizable\n"
    "I am excited to watch the film as it is directed by Rajamouli\nThe film is a stunning film "
    "about a film.",
}
LINK_CHARACTERS = 1_500


def own_text() -> str:
    """The text to look at: typed, an example, or an uploaded file."""
    for column, (label, text) in zip(st.columns(len(EXAMPLES)), EXAMPLES.items(), strict=True):
        column.button(label, on_click=_take, args=(text,), width="stretch")
    first = st.query_params.get("text", next(iter(EXAMPLES.values())))
    text = text_area("Your text", first, key="own_text", height=150)
    upload, link = st.columns([2, 1], vertical_alignment="top")
    file = upload.file_uploader(
        "or a .txt file (UTF-8)", type=["txt"], key="own_file", on_change=_take_file
    )
    if file is None and "own_file_error" in st.session_state:
        del st.session_state["own_file_error"]
    if "own_file_error" in st.session_state:
        with plain_errors():
            raise st.session_state["own_file_error"]
    link.button(
        "Put my text into the link",
        on_click=_into_link,
        help="Only then does the link hold your text.",
    )
    return text


def show_words(text: str) -> None:
    """How the text was cut: sentences, words, pieces and what each model does not know; a text that
    cannot be used is told once, and nothing follows.
    """
    with plain_errors(then_stop=True):
        words = words_of_text(text)
        st.caption(as_markdown_text(words.summary))
        with st.expander("Every word: its pieces, and which model knows it", key="table words"):
            st.dataframe(words.table, hide_index=True, key="rows words")


def choose_word(text: str) -> str:
    """One of the text's repeated words, or any word typed in."""
    found = st.selectbox(
        "Word",
        words_of_text(text).repeated,
        key="own_word",
        accept_new_options=True,
        placeholder="No word occurs twice yet",
        width=CONTROL_WIDTH,
    )
    return found or ""


def choose_layer(model: str, key: str) -> int:
    """A layer of a model, the top one at first."""
    names = layer_names_of(model)
    if len(names) < 2:
        st.caption("This model has one layer.")
        return 0
    found = st.select_slider(
        "Layer", names, names[-1], key=key, width=2 * CONTROL_WIDTH, bind="query-params"
    )
    return names.index(found)


def _take(text: str) -> None:
    st.session_state["own_text"] = text


def _take_file() -> None:
    file = st.session_state.get("own_file")
    st.session_state.pop("own_file_error", None)
    if file is None:
        return
    try:
        st.session_state["own_text"] = decode_upload(file.getvalue(), file.name)
    except Exception as error:  # shown where the file was chosen
        st.session_state["own_file_error"] = error


def _into_link() -> None:
    text = st.session_state["own_text"]
    if len(text) <= LINK_CHARACTERS:
        st.query_params["text"] = text
    else:
        st.toast(f"A link holds up to {LINK_CHARACTERS:,} characters; this text has {len(text):,}.")
