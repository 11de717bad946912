"""The cockpit on a page: a run by the name in the link, its table, its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.figures.scripts import script, style_sheet
from engine.figures.theme import palette
from engine.runs.rows import Logged
from engine.runs.series import to_csv
from engine.views.cockpit.about import RECORDED, same_start
from engine.views.cockpit.epochs import by_epoch
from engine.views.cockpit.kept_runs import kept_run
from engine.views.cockpit.owners import is_owner
from engine.views.replay import END, ReplayState, run_named
from pages._ui.deck_map import show_deck_map
from pages._ui.errors import plain_errors
from pages._ui.serving import run_store, serve_runs
from pages._ui.style import is_presenting
from pages._ui.view import TABLE
from pages._ui.visitor import visitor

_cockpit = st.components.v2.component(
    "conescope_cockpit",
    html='<div class="cockpit"></div>',
    css=style_sheet("cockpit"),
    js=script("cockpit"),
)


def show_cockpit(ref: str) -> None:
    """The cockpit for a run, live or recorded, with its table and downloads."""
    with plain_errors():
        run = kept_run(ref, run_store())
        if not ref.startswith(RECORDED) and run.is_moving:
            serve_runs()
        _live(ref, _told(run.about, ref))
    show_deck_map("replay", "cockpit")


def show_replay(state: ReplayState, place: str) -> None:
    """The cockpit as a figure of a lecture: it opens at the state's batch, or where the reader left
    it, and has no part in the page's link and keys.

    Args:
        state: which run, and where.
        place: unique to the figure.
    """
    with plain_errors():
        ref = run_named(state)
        _part(ref, _told(kept_run(ref, run_store()).about, ref), state.step, place)


def _told(about: dict[str, Any], ref: str) -> dict[str, Any]:
    return about | {"same_start": same_start(ref)}


@st.fragment
def _part(ref: str, about: dict[str, Any], step: int, place: str) -> None:
    left: dict[tuple[str, str], int] = st.session_state.setdefault("replays", {})
    opens = left.get((place, ref), step)
    rest = _shown(ref, about, f"cockpit {place}", opens if opens != END else None, is_part=True)
    if rest:
        left[place, ref] = rest["step"]
    _table(ref, f"cockpit {place}")


@st.fragment
def _live(ref: str, about: dict[str, Any]) -> None:
    """The component and its table: a fragment, so that a rest of the run reruns nothing else."""
    if rest := _shown(ref, about, "cockpit", _step_of_link()):
        st.query_params["step"] = str(rest["step"])
    _table(ref, "cockpit")


def _shown(
    ref: str, about: dict[str, Any], key: str, step: int | None, *, is_part: bool = False
) -> dict[str, Any] | None:
    """The component; where a replay rests now, None while it does not."""
    is_recorded = ref.startswith(RECORDED)
    name = ref.removeprefix(RECORDED)
    result = _cockpit(
        key=key,
        data={
            "about": about,
            "url": f"/api/recorded/{name}/events" if is_recorded else f"/api/runs/{name}",
            "may_steer": not is_recorded and is_owner(run_store(), name, visitor()),
            "presenter": is_presenting(),
            "palette": palette(),
            "step": step,
            "is_part": is_part,
        },
        on_rest_change=lambda: None,
        height="content",
    )
    rest: dict[str, Any] | None = result.rest
    fits = rest and rest.get("run") == ref and isinstance(rest.get("step"), int)
    return rest if fits else None


def _step_of_link() -> int | None:
    """Where a replay opens, if the link says so."""
    told = st.query_params.get("step", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None


@st.fragment
def _table(ref: str, key: str) -> None:
    closed = st.expander(TABLE, key=f"table {key}", on_change="rerun")  # filled when it is opened
    if not closed.open:
        return
    with closed, plain_errors():
        run = kept_run(ref, run_store())
        st.dataframe(by_epoch(run.events), hide_index=True, key=f"rows {key}")
        table, events = st.columns([1, 3])
        table.download_button(
            "Table (CSV)", lambda: by_epoch(_events(ref)).to_csv(index=False),
            f"conescope-{ref}-epochs.csv", "text/csv", on_click="ignore", key=f"csv {key}",
        )  # fmt: skip
        events.download_button(
            "All events (CSV)", lambda: to_csv(_events(ref)), f"conescope-{ref}-events.csv",
            "text/csv", on_click="ignore", key=f"events {key}",
        )  # fmt: skip


def _events(ref: str) -> Sequence[Logged]:
    return kept_run(ref, run_store()).events
