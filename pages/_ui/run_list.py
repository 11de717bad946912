"""The list of runs: open, compare, take along, delete."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import streamlit as st

from engine.errors import EngineError
from engine.runs.rows import OVER, Run
from engine.views.cockpit.about import KIND, RECORDED, recorded_runs
from engine.views.cockpit.kept_runs import figures_in_words, kept_run, last_figures, status_in_words
from engine.views.cockpit.owners import is_owner, runs_of
from engine.views.cockpit.steering import delete_run
from engine.views.compare_runs import MEASURES, CompareState
from pages._ui.controls import CONTROL_WIDTH, choose, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.serving import run_store
from pages._ui.view import show_view
from pages._ui.visitor import visitor

LOOK_SECONDS = 3.0
MOST_LISTED = 30


def run_titles() -> dict[str, str]:
    """Name in the link -> title of all runs that this visitor can choose: their own, and those
    that ship.
    """
    own = {run.id: f"{run.name} · {_when(run)}" for run in _own()}
    recorded = {f"{RECORDED}{label.name}": f"{label.title} · recorded" for label in recorded_runs()}
    return {**own, **recorded}


def choose_run() -> str:
    """The run on screen: the one that the link names, which may be somebody else's; else the first
    that there is. "" without any.
    """
    titles = run_titles()
    named = st.query_params.get("run", "")
    if named and named not in titles:
        with suppress(EngineError):  # the cockpit says what is wrong with it
            titles = {named: f"{kept_run(named, run_store()).title} · by its link", **titles}
    shown = named or _first(titles)
    if not titles:
        return shown
    if shown in titles:
        st.session_state["run"] = shown  # the link is what counts
    else:
        st.session_state.pop("run", None)
    st.selectbox(
        "Run", list(titles), key="run", index=None, format_func=titles.get, on_change=_into_link,
        placeholder="Choose a run", label_visibility="collapsed",
    )  # fmt: skip
    return shown


def _first(titles: dict[str, str]) -> str:
    """A recorded run, which plays at once; else the newest of the visitor's own."""
    recorded = [ref for ref in titles if ref.startswith(RECORDED)]
    return next(iter([*recorded, *titles]), "")


def _into_link() -> None:
    if st.session_state["run"] is None:
        return
    st.query_params["run"] = st.session_state["run"]
    st.query_params.pop("step", None)


def run_list() -> None:
    """The visitor's runs, and two of them compared."""
    with plain_errors():
        runs = _own()
        is_moving = any(run.status not in (*OVER, "paused") for run in runs)
        st.fragment(_rows, run_every=LOOK_SECONDS if is_moving else None)()
        _compare()


def _rows() -> None:
    runs = _own()
    if not runs:
        st.caption("You have started no run yet. Runs that you start are listed here.")
    for run in runs[:MOST_LISTED]:
        _row(run)


def _row(run: Run) -> None:
    store = run_store()
    name, state, figures, *buttons = st.columns(
        [4, 2.2, 2.4, 1.1, 1.4, 1.2], vertical_alignment="center"
    )
    name.markdown(as_markdown_text(f"{run.name} · {_when(run)}"))
    state.markdown(as_markdown_text(status_in_words(run)))
    told = figures_in_words(last_figures(store.events_after(run.id)))
    figures.markdown(as_markdown_text(told or run.note or "no figures yet"))
    buttons[0].button("Open", key=f"open {run.id}", on_click=_open, args=(run.id,),
                      width="stretch")  # fmt: skip
    checkpoints = store.checkpoints(run.id)
    with buttons[1].popover("Weights", width="stretch", disabled=not checkpoints):
        for checkpoint in checkpoints:
            path = store.path_of(run.id, checkpoint)
            st.download_button(
                f"Batch {checkpoint.step:,} ({checkpoint.n_bytes / 2**20:.0f} MB)",
                path.read_bytes, f"conescope-{run.id}-{checkpoint.step}.safetensors",
                key=f"weights {run.id} {checkpoint.step}", on_click="ignore",
            )  # fmt: skip
    with buttons[2].popover("Delete", width="stretch",
                            disabled=not is_owner(store, run.id, visitor())):  # fmt: skip
        st.markdown("Its events and its weights go for good.")
        st.button("Delete this run", key=f"delete {run.id}", on_click=_delete, args=(run.id,))


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id
    st.query_params.pop("step", None)


def _delete(run_id: str) -> None:
    with plain_errors():
        delete_run(run_store(), run_id, visitor())
    if st.query_params.get("run") == run_id:
        del st.query_params["run"]


def _compare() -> None:
    titles = run_titles()
    if len(titles) < 2:
        return
    st.subheader("Compare two runs", anchor=False)
    refs = list(titles)
    with toolbar():
        first = st.selectbox("First", refs, 0, key="compare_first", format_func=titles.get,
                             bind="query-params", width=CONTROL_WIDTH + 100)  # fmt: skip
        second = st.selectbox("Second", refs, 1, key="compare_second", format_func=titles.get,
                              bind="query-params", width=CONTROL_WIDTH + 100)  # fmt: skip
        names = {name: about.partition(" ")[0] for name, about in MEASURES.items()}
        names["watched_perplexity"] = "forgetting"
        measure = choose("Figure", list(MEASURES), "compare_measure", names=names)
    show_view("compare-runs", CompareState(first, second, measure))


def _own() -> list[Run]:
    return [run for run in runs_of(run_store(), visitor()) if run.kind == KIND]


def _when(run: Run) -> str:
    return datetime.fromtimestamp(run.created).strftime("%d %b %H:%M")
