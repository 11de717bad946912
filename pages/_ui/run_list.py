"""The list of runs: open, compare, take along, delete."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime

import streamlit as st

from engine.errors import EngineError
from engine.runs.rows import OVER, Run
from engine.views.cockpit.about import KIND, RECORDED, recorded_runs
from engine.views.cockpit.kept_runs import (
    figures_in_words,
    kept_run,
    last_figures,
    status_in_words,
    version_of,
)
from engine.views.cockpit.owners import is_owner, runs_of
from engine.views.cockpit.seeds import spread_over_seeds
from engine.views.cockpit.steering import delete_run
from engine.views.compare_runs import MEASURES, CompareState, pair_that_ships
from pages._ui.controls import CONTROL_WIDTH, choose, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.serving import run_store
from pages._ui.view import show_view
from pages._ui.visitor import visitor

LOOK_SECONDS = 3.0
MOST_LISTED = 30
ALL_TRICKS = "film-sentences-all-tricks"  # in the name of a recording


def versions(*refs: str) -> tuple[tuple[int, int], ...]:
    """How far these runs are: a figure of them is as new as that."""
    with suppress(EngineError):  # the figure says what is wrong with a run
        return tuple(version_of(ref, run_store()) for ref in refs)
    return ()


def run_titles() -> dict[str, str]:
    """Name in the link -> title of all runs that this visitor can choose: their own, and those
    that ship.
    """
    recorded = {f"{RECORDED}{label.name}": f"{label.title} · recorded" for label in recorded_runs()}
    return {**_own_titles(), **recorded}


def live_titles() -> dict[str, str]:
    """Of those that keep weights: the visitor's own, and the one that the link names."""
    titles, named = _own_titles(), st.query_params.get("run", "")
    return titles if named.startswith(RECORDED) else _with_named(titles, named)


def _own_titles() -> dict[str, str]:
    titles = {run.id: f"{run.name} · {_when(run)}" for run in _own()}
    several = {title for title, n in Counter(titles.values()).items() if n > 1}
    return {ref: f"{title} · {ref}" if title in several else title for ref, title in titles.items()}


def _with_named(titles: dict[str, str], named: str) -> dict[str, str]:
    """The run of a link, which may be somebody else's, before the others."""
    if named and named not in titles:
        with suppress(EngineError):  # whoever shows it says what is wrong with it
            return {named: f"{kept_run(named, run_store()).title} · by its link", **titles}
    return titles


def choose_run() -> str:
    """The run on screen: the one that the link names, which may be somebody else's; else the first
    that there is. "" without any.
    """
    named = st.query_params.get("run", "")
    titles = _with_named(run_titles(), named)
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
    """A recorded run, which plays at once, with all tricks; else the newest of the visitor's."""
    recorded = [ref for ref in titles if ref.startswith(RECORDED)]
    return min(recorded or titles, key=lambda ref: ALL_TRICKS not in ref, default="")


def _into_link() -> None:
    if st.session_state["run"] is None:
        return
    st.query_params["run"] = st.session_state["run"]
    st.query_params.pop("step", None)


def run_list() -> None:
    """The visitor's runs, looked at again while one of them moves."""
    with plain_errors():
        runs = _own()
        is_moving = any(run.status not in (*OVER, "paused") for run in runs)
        st.fragment(_rows, run_every=LOOK_SECONDS if is_moving else None)()


def _rows() -> None:
    runs = _own()
    if not runs:
        st.caption("You have started no run yet. Runs that you start are listed here.")
    for run in runs[:MOST_LISTED]:
        _row(run)
    for sentence in spread_over_seeds(runs, run_store()):
        st.caption(as_markdown_text(sentence))


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


def compare_runs() -> None:
    """Two runs on one chart."""
    if len(run_titles()) < 2:
        return
    st.subheader("Compare two runs", anchor=False)
    first, second = choose_two("compare", pair_that_ships())
    names = {name: about.partition(" ")[0] for name, about in MEASURES.items()}
    names["watched_perplexity"] = "forgetting"
    measure = choose("Figure", list(MEASURES), "compare_measure", names=names)
    show_view("compare-runs", CompareState(first, second, measure),
              version=versions(first, second))  # fmt: skip


def choose_two(key: str, at_first: tuple[str, ...] | None = None) -> tuple[str, str]:
    """Two runs, recorded ones where nothing else is said; "" twice where there are not two."""
    titles = run_titles()
    refs = list(titles)
    if len(refs) < 2:
        return "", ""
    recorded = [ref for ref in refs if ref.startswith(RECORDED)]
    at_first = at_first or tuple(recorded if len(recorded) > 1 else refs)
    chosen = []
    with toolbar():
        for place, label in enumerate(("First", "Second")):
            index = refs.index(at_first[place])
            chosen.append(
                st.selectbox(f"{label} run", refs, index, key=f"{key}_{label.lower()}",
                             format_func=titles.get, bind="query-params",
                             width=CONTROL_WIDTH + 140)
            )  # fmt: skip
    return chosen[0], chosen[1]


def _own() -> list[Run]:
    return [run for run in runs_of(run_store(), visitor()) if run.kind == KIND]


def _when(run: Run) -> str:
    return datetime.fromtimestamp(run.created).strftime("%d %b %H:%M")
