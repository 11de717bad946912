"""How training makes the cone: recorded trainings, one's own, and their words in motion."""

from __future__ import annotations

import streamlit as st

from engine.runs.rows import OVER, PAUSED, Run
from engine.views import VIEWS, packets
from engine.views.cockpit.about import RECORDED
from engine.views.cockpit.kept_runs import status_in_words
from engine.views.cockpit.steering import steer
from engine.views.cone_moments import ConeMomentsState, moments, notice_at, packet
from engine.views.cone_runs import recorded_cone_runs
from engine.views.cone_starting import cone_runs_of, start_cone_run
from engine.views.cone_training import MEANINGS, MEASURES, ConeTrainingState
from pages._ui.cloud import view_now, viewer
from pages._ui.controls import CONTROL_WIDTH, choose, toolbar
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.link import view_into_link
from pages._ui.run_list import versions
from pages._ui.serving import run_store, serve_runs
from pages._ui.view import notice, show, show_view, table_and_downloads
from pages._ui.visitor import visitor

KEY, LIVE, FIRST = "cone moments", "cone_run", f"{RECORDED}cone-word2vec-5-0"
LOOK_SECONDS = 2.0
START = {
    "layer": 0, "layout": "cone", "color_by": "axis_angle", "selected": None, "camera": None,
    "flat": False,
}  # fmt: skip
NETS = {"word2vec": "word2vec", "bilm": "biLM"}


def show_cone_training() -> None:
    """The curves, the words of one training, and the form to train anew."""
    measure = choose("Figure", list(MEASURES), "cone_measure", names=MEASURES)
    st.markdown(MEANINGS[measure])
    own = st.query_params.get(LIVE, "")
    _curves(measure, own)
    st.subheader("The words, while the net learns", anchor=False)
    titles = {run.ref: run.title for run in recorded_cone_runs() if run.moments()}
    with plain_errors():
        titles |= {run.id: f"{run.name}, your own" for run in cone_runs_of(run_store(), visitor())}
    if own and own not in titles:
        titles[own] = "by its link"
    if not titles:
        st.caption("No training is recorded here. Train one below.")
    else:
        refs = list(titles)
        start = own or (FIRST if FIRST in refs else refs[0])
        shown = st.selectbox(
            "Training", refs, index=refs.index(start), format_func=titles.get,
            key=f"cone_shown {own}", width=CONTROL_WIDTH + 60,
        )  # fmt: skip
        _words(ConeMomentsState(shown))
    st.subheader("Train one now", anchor=False)
    _form()
    if own:
        _live(own)


def _curves(measure: str, own: str) -> None:
    show_view(
        "cone-training", ConeTrainingState(measure, own), version=versions(own) if own else None
    )


@st.fragment
def _words(state: ConeMomentsState) -> None:
    """The viewer: a fragment, so that a click reruns nothing but this."""
    with plain_errors():
        of = moments(state)
        view = view_now(KEY, dict(START))
        token = packets.offer((state, len(of.names)), lambda: packet(of), private=True)
        layer = min(int(view.get("layer") or 0), len(of.names) - 1)
        result = viewer(KEY, token, view | {"layer": layer}, None)
        view_into_link(result.view)
        shown = VIEWS["cone-moments"]().show(state)
        if result.webgl is False:
            show(shown, "The words at the newest moment", KEY)
            return
        layer = min(int((result.view or view).get("layer") or 0), len(of.names) - 1)
        notice(notice_at(of, layer))
        st.caption(as_markdown_text(shown.caption))
        table_and_downloads(shown, shown.notice, KEY)


def _form() -> None:
    with toolbar():
        net = choose("Net", list(NETS), "cone_net", names=NETS)
        n_negatives = st.number_input(
            "Negatives", 1, 50, 5, key="cone_negatives", width=130, disabled=net != "word2vec",
            help="Words drawn by chance for each pair of neighbours.",
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 9_999, 0, key="cone_seed", width=130)
        st.button(
            "Train", type="primary", icon=":material/play_arrow:", on_click=_start,
            args=(net, int(n_negatives), int(seed)), key="cone start",
        )  # fmt: skip
    st.caption(
        "On the Wikipedia excerpt inside gensim; about half a minute for word2vec, a minute for "
        "the biLM. One run trains at a time, others wait."
    )
    if "cone error" in st.session_state:
        with plain_errors():
            raise st.session_state.pop("cone error")


def _start(net: str, n_negatives: int, seed: int) -> None:
    """Enter the run, and let the link name it."""
    try:
        run_id = start_cone_run(
            run_store(), net=net, n_negatives=n_negatives, seed=seed, visitor=visitor()
        )
        serve_runs().wake()
    except Exception as error:  # shown where it was started
        st.session_state["cone error"] = error
        return
    st.query_params[LIVE] = run_id
    for name in ("layer", "selected"):
        st.query_params.pop(name, None)


def _live(run_id: str) -> None:
    """How far the visitor's training is; the page follows while it moves."""
    with plain_errors():
        run = run_store().run(run_id)
        is_moving = run.status not in (*OVER, PAUSED)
        st.fragment(_status, run_every=LOOK_SECONDS if is_moving else None)(run_id, run.n_events)


def _status(run_id: str, n_events: int) -> None:
    with plain_errors():
        run = run_store().run(run_id)
        st.progress(_share(run), text=as_markdown_text(f"{run.name}: {status_in_words(run)}"))
        if run.note:
            st.caption(as_markdown_text(run.note))
        _controls(run)
        if run.n_events != n_events:
            st.rerun()  # the curves above are as new as the run


def _share(run: Run) -> float:
    n_steps = int(run.settings.get("n_steps", 1_500))
    return min(run.step / n_steps, 1.0)


def _controls(run: Run) -> None:
    with toolbar():
        for label, command, on in (
            ("Pause", "pause", run.status not in (*OVER, PAUSED)),
            ("Go on", "resume", run.status == PAUSED),
            ("Stop", "stop", run.status not in OVER),
        ):
            st.button(label, key=f"cone {command}", disabled=not on, on_click=_steer,
                      args=(run.id, command))  # fmt: skip


def _steer(run_id: str, command: str) -> None:
    try:
        steer(run_store(), run_id, command, {}, visitor())
        serve_runs().wake()
    except Exception as error:  # shown where it was asked for
        st.session_state["cone error"] = error
