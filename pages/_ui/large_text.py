"""A text of any length on a page: the run as it moves, and the list of runs."""

from __future__ import annotations

import streamlit as st

from engine.views.cockpit.owners import is_owner
from engine.views.cockpit.steering import steer
from engine.views.large_texts import (
    delete_measuring,
    measuring_runs,
)
from engine.views.text_followed import TextRun, follow, report_json
from engine.views.text_run import TextRunState
from pages._ui.controls import (
    choose_from,
)
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.serving import run_store, serve_runs
from pages._ui.view import show_view
from pages._ui.visitor import visitor

POLL_SECONDS = 1.5
MOST_SUMS = 200 * 2**20  # bytes of a file that a browser is given
CONTROLS = {
    "pause": ("Pause", "pause"),
    "resume": ("Resume", "play_arrow"),
    "stop": ("Stop", "stop"),
}


def choose_text_run() -> str:
    """The run on screen: the one that the link names, else the visitor's newest; "" without any."""
    named = st.query_params.get("run", "")
    own = measuring_runs(run_store(), visitor())
    return named or (own[0].id if own else "")


def show_text_run(run_id: str) -> None:
    """The run, looked at again while it moves."""
    with plain_errors():
        found = follow(run_id, run_store())
        if found.is_moving:
            serve_runs()
        every = POLL_SECONDS if found.is_moving else None
        st.fragment(_moving, run_every=every)(run_id, found.run.status)


def _moving(run_id: str, status: str) -> None:
    """What changes: progress, curves, and the controls."""
    with plain_errors():
        found = follow(run_id, run_store())
        if found.run.status != status:
            st.rerun()  # another status has other controls, and another pace
        st.subheader(as_markdown_text(found.run.name), anchor=False)
        _progress(found)
        if not found.cosines:
            st.caption("The first curve comes with the first piece of the text.")
            return
        version = (found.cosines[-1].step, found.report is not None)
        show_view("text-cosines", TextRunState(run_id), version=version)
        names = found.cosines[-1].layers
        layer = choose_from("Layer", names, "large_layer", default=names[-1])
        show_view("text-narrowing", TextRunState(run_id, names.index(layer)), version=version)
        _downloads(found)


def _progress(found: TextRun) -> None:
    bar, *buttons = st.columns([5, 1.6, 1.6], vertical_alignment="center")
    bar.progress(found.share, as_markdown_text(found.status))
    if found.run.note:
        st.caption(as_markdown_text(found.run.note))
    if not is_owner(run_store(), found.run.id, visitor()):
        return
    for place, command in zip(buttons, _commands(found), strict=False):
        label, icon = CONTROLS[command]
        place.button(
            label, icon=f":material/{icon}:", key=f"{command} text", width="stretch",
            on_click=_steer, args=(found.run.id, command),
        )  # fmt: skip


def _commands(found: TextRun) -> tuple[str, ...]:
    if found.run.status == "finished":
        return ()
    if found.is_moving:
        return ("pause", "stop")
    return ("resume",) if found.run.status in ("stopped", "failed") else ("resume", "stop")


def _steer(run_id: str, command: str) -> None:
    with plain_errors():
        steer(run_store(), run_id, command, {}, visitor())
        serve_runs().wake()


def _downloads(found: TextRun) -> None:
    """The report and the sums, once they are there."""
    run_id, store = found.run.id, run_store()
    report, sums = st.columns([1, 2])
    if found.report is not None:
        report.download_button(
            "Everything measured (JSON)", lambda: report_json(run_id),
            f"conescope-{run_id}.json", "application/json", key="text json", on_click="ignore",
        )  # fmt: skip
    kept = store.checkpoints(run_id)
    if not kept or found.is_moving:
        return
    if kept[-1].n_bytes > MOST_SUMS:
        sums.caption(
            f"The sums, to merge with other parts ({kept[-1].n_bytes / 2**20:.0f} MB): `python -m "
            f"engine runs export {run_id} --checkpoint {kept[-1].step} --output FILE`"
        )
        return
    path = store.path_of(run_id, kept[-1])
    sums.download_button(
        f"Sums to merge with other parts (safetensors, {kept[-1].n_bytes / 2**20:.0f} MB)",
        path.read_bytes, f"conescope-{run_id}.safetensors", key="text sums", on_click="ignore",
    )  # fmt: skip


def text_run_list() -> None:
    """The visitor's runs: open, delete."""
    with plain_errors():
        runs = measuring_runs(run_store(), visitor())
        if not runs:
            st.caption("You have measured no text yet. Texts that you start are listed here.")
        for run in runs:
            name, state, opening, deleting = st.columns(
                [4, 4, 1.1, 1.2], vertical_alignment="center"
            )
            name.markdown(as_markdown_text(run.name))
            state.markdown(as_markdown_text(follow(run.id, run_store()).status))
            opening.button("Open", key=f"open {run.id}", on_click=_open, args=(run.id,),
                           width="stretch")  # fmt: skip
            with deleting.popover(
                "Delete", width="stretch", disabled=not is_owner(run_store(), run.id, visitor())
            ):
                st.markdown(
                    "Its sums and its report go for good, and the file if you uploaded one."
                )
                st.button("Delete it", key=f"delete {run.id}", on_click=_delete, args=(run.id,))


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id


def _delete(run_id: str) -> None:
    with plain_errors():
        delete_measuring(run_store(), run_id, visitor())
    if st.query_params.get("run") == run_id:
        del st.query_params["run"]
