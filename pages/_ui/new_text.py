"""The form with which a text is given to be measured."""

from __future__ import annotations

import streamlit as st

from engine.corpora.large_texts import UPLOADED
from engine.views.large_texts import UNITS, WHERE, TextChoice, start_measuring, texts_here
from pages._ui.controls import CONTROL_WIDTH, choose, choose_one_of, models_here, toolbar
from pages._ui.errors import plain_errors
from pages._ui.serving import run_store, serve_runs
from pages._ui.visitor import visitor

FORM, FILE, ERROR = "large text form", "large_file", "large text error"
BLOCK = 2**20  # bytes


def new_text_form(*, is_open: bool) -> None:
    """Which text, which model, and the button to start; folded away while a run is shown."""
    with st.expander("Measure a text", expanded=is_open, key=FORM, on_change="rerun"):
        choice = _choice()
        start, hint = st.columns([1, 4], vertical_alignment="center")
        start.button(
            "Start", type="primary", icon=":material/play_arrow:", width="stretch",
            key="start text", on_click=_start, args=(choice,), disabled=not choice.text,
        )  # fmt: skip
        hint.caption(
            "One run works at a time on this server, trainings included; others wait in a queue. "
            "Pausing lets the next one go on."
        )
        if ERROR in st.session_state:
            with plain_errors():
                raise st.session_state.pop(ERROR)


def _choice() -> TextChoice:
    here = texts_here()
    kind = choose("Text", list(WHERE), "large_kind", names=WHERE)
    text = _upload() if kind == UPLOADED else _named(kind, here[kind])
    model = choose_one_of(models_here(), "large_model")
    with st.expander("The sampling frame: which words count"), toolbar():
        unit = choose("Count", UNITS, "large_unit")
        punctuation = st.toggle("With punctuation", key="large_punctuation", bind="query-params")
        split = st.toggle(
            "Cut lines into sentences", value=True, key="large_split", bind="query-params",
            help="Off: each line is one sentence as it stands.",
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 9_999, key="large_seed", width=130)
    return TextChoice(kind, text, model, unit, punctuation, split, int(seed))


def _named(kind: str, titles: dict[str, str]) -> str:
    if not titles:
        st.caption(
            "Nothing is here. The server's owner puts .txt files (UTF-8) into the folder that "
            "CONESCOPE_TEXTS names; other files of the machine are never read."
        )
        return ""
    found = st.selectbox(
        "Which", list(titles), key=f"large_text_{kind}", format_func=titles.get,
        bind="query-params", label_visibility="collapsed", width=CONTROL_WIDTH + 200,
    )  # fmt: skip
    return found if found in titles else next(iter(titles))


def _upload() -> str:
    file = st.file_uploader(
        "A .txt file (UTF-8), up to 200 MB. For more, `python -m engine measure`.",
        type=["txt"], key=FILE,
    )  # fmt: skip
    return file.name if file else ""


def _start(choice: TextChoice) -> None:
    """Enter the run, and let the link name it: a reload or a second viewer follows the same run."""
    file = st.session_state.get(FILE)
    try:
        content = iter(lambda: file.read(BLOCK), b"") if file else ()
        run_id = start_measuring(run_store(), choice, visitor(), content)
        serve_runs().wake()
    except Exception as error:  # shown where it was started
        st.session_state[ERROR] = error
        return
    st.query_params["run"] = run_id
    st.session_state[FORM] = False  # what has begun stands below
