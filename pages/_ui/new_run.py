"""A live run as a visitor asks for it: data, labels, tricks, prompt, and the button to start it."""

from __future__ import annotations

import streamlit as st

from engine.views.cockpit.choices import (
    DIRECTIONS,
    LIMITS,
    MOST_PROMPT,
    N_LABELS,
    SHORT,
    STARTS,
    TRICKS,
    UNFREEZING,
    Choices,
    labelled_texts,
    missing_texts,
    running_texts,
)
from engine.views.cockpit.own_sizes import n_to_learn_from
from engine.views.cockpit.starting import start_runs
from pages._ui.controls import CONTROL_WIDTH, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.own_csv import own_csv
from pages._ui.serving import run_store, serve_runs
from pages._ui.visitor import visitor

N_SEEDS = (1, 3)  # runs of one kind, so that their spread is seen
OWN, FORM = "own", "new run form"
AT_FIRST = {"run_labels": 200, "run_tricks": list(TRICKS), "run_prompt": "This film"}
RESTART = (
    "All of this holds from the first batch on. A run that is under way keeps what it was started "
    "with; to see another choice, start another run and compare the two. Speed, pauses and steps "
    "back need no restart."
)


def new_run() -> None:
    """The form, and what is missing on this machine."""
    choices = _choices({**labelled_texts(), OWN: "your own CSV file"})
    start, hint = st.columns([1, 4], vertical_alignment="center")
    start.button(
        "Start", type="primary", icon=":material/play_arrow:", width="stretch", key="start run",
        on_click=_start, args=(choices,), disabled=not choices.text,
    )  # fmt: skip
    hint.caption(RESTART)
    st.caption(
        f"A run ends by itself after {LIMITS.seconds / 3600:.0f} hours of training or "
        f"{LIMITS.steps:,} batches; one run trains at a time, others wait in a queue."
    )
    for sentence in missing_texts():
        st.caption(as_markdown_text(sentence))
    if "start error" in st.session_state:
        with plain_errors():
            raise st.session_state.pop("start error")


def new_run_form(*, is_open: bool) -> None:
    """The form, to be folded away."""
    with st.expander("Start a live run", expanded=is_open, key=FORM, on_change="rerun"):
        new_run()


def keep_choices() -> None:
    """Keep what was chosen while another part of the page is shown: Streamlit forgets a control
    that is not on screen.
    """
    for key in [key for key in st.session_state if str(key).startswith("run_")]:
        st.session_state[key] = st.session_state[key]


def _choices(texts: dict[str, str]) -> Choices:
    for key, value in AT_FIRST.items():
        st.session_state.setdefault(key, value)
    with toolbar():
        text = st.selectbox("Texts with labels", texts, key="run_text", format_func=texts.get,
                            width=CONTROL_WIDTH + 40)  # fmt: skip
        n_labels = st.selectbox("Labels", N_LABELS, key="run_labels",
                                width=100, format_func="{:,}".format)  # fmt: skip
        st.session_state.setdefault(f"run_unlabelled {text}", SHORT.get(text, 0))
        n_unlabelled = st.number_input(
            "Unlabelled texts", 0, 100_000, step=100,
            key=f"run_unlabelled {text}", width=165,
            help="Texts that stage 2 reads, without their labels; 0 = all.",
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 9_999, key="run_seed", width=130)
        st.selectbox(
            "Runs", N_SEEDS, key="run_n_seeds", width=90,
            help="3: runs that differ in the seed alone; the list of runs tells their spread.",
        )  # fmt: skip
    if text == OWN and (text := own_csv()):
        most = n_to_learn_from(text)
        n_labels = min(n_labels, most)
        st.caption(
            f"{most:,} texts of the file are to learn from, the others to measure on: this run "
            f"learns from {n_labels:,} labels."
        )
    tricks = st.pills(
        "Tricks", list(TRICKS), selection_mode="multi", key="run_tricks",
        format_func=TRICKS.get,
    )  # fmt: skip
    running = running_texts()
    with toolbar():
        start = st.selectbox("Stage 1", list(STARTS), key="run_start", format_func=STARTS.get,
                             width=CONTROL_WIDTH + 80)  # fmt: skip
        pretrain_text = st.selectbox("Its text, and what may be forgotten", list(running),
                                     key="run_pretrain_text", format_func=running.get,
                                     width=CONTROL_WIDTH + 60)  # fmt: skip
        direction = st.selectbox("Direction", DIRECTIONS, key="run_direction", width=150)
        unfreezing = "all"
        if "gradual" not in tricks:
            unfreezing = st.selectbox("Unfreezing", list(UNFREEZING), key="run_unfreezing",
                                      format_func=UNFREEZING.get, width=170)  # fmt: skip
        prompt = st.text_input("Prompt, from which the model writes on",
                               max_chars=MOST_PROMPT, key="run_prompt",
                               width=CONTROL_WIDTH + 60)  # fmt: skip
    return Choices(
        text=text, n_labels=n_labels, n_unlabelled=int(n_unlabelled), seed=int(seed),
        direction=direction, start=start, pretrain_text=pretrain_text or "",
        tricks=tuple(tricks), unfreezing=unfreezing, prompt=prompt,
    )  # fmt: skip


def _start(choices: Choices) -> None:
    """Enter the run, and let the link name it: a reload or a second viewer follows the same run.
    Of several seeds it names the first.
    """
    try:
        run_id, *_ = start_runs(run_store(), choices, visitor(), st.session_state["run_n_seeds"])
        serve_runs().wake()
    except Exception as error:  # shown where it was started
        st.session_state["start error"] = error
        return
    st.query_params["run"] = run_id
    st.query_params.pop("step", None)
    st.session_state[FORM] = False  # what has begun stands below
