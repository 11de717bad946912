"""The cloud viewer on a page: a packet under a token, the reader's view kept in the link, true
neighbours on a click.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine.figures.scripts import script, style_sheet
from engine.figures.theme import palette
from engine.figures.viewer import cloud_page
from engine.views import packets
from engine.views.cloud import CloudView, caption, layer_notice, neighbours, notes, packet, table
from engine.views.layouts import umap
from engine.views.prepared import CloudState, Prepared, add_layout, is_large, is_prepared, prepare
from engine.views.sources import TEXT, Source, is_ready, vectors_of
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done, vectors_ready
from pages._ui.link import LINKED, view_from_link, view_into_link
from pages._ui.style import is_presenting
from pages._ui.view import TABLE, notice

_viewer = st.components.v2.component(
    "conescope_cloud",
    html='<div class="conescope"></div>',
    css=style_sheet("cloud"),
    js=script("cloud"),
)


def show_cloud(state: CloudState, *, height: int = 620) -> None:
    """The live cloud for a state, its notice, caption, table and downloads."""
    with plain_errors():
        if not vectors_ready(CloudView().needs(state), "cloud"):
            return
        if not is_prepared(state) and is_large(state) and not _drawn(state):
            return
        prepared = prepare(state)
        if _umap_wanted(state, prepared):
            if not _umap_done(state, prepared):
                return
            prepared = prepare(state)
        _live(state, prepared, height)


@st.fragment
def _live(state: CloudState, prepared: Prepared, height: int) -> None:
    """The viewer itself: a fragment, so that a click reruns nothing but this."""
    view = view_now("cloud", _start(state))
    ready = is_ready(Source(state.source, state.text), state.model)
    selected = _still_valid(view["selected"], state, prepared)
    token = packets.offer(
        (state, tuple(prepared.layouts)),
        lambda: packet(prepared, state.word),
        private=state.source == TEXT,
    )
    found = None
    if selected is not None and ready:
        lists = neighbours(state, selected)
        found = {"picked": selected, "badge": prepared.state, "layers": lists}
    loading = "" if ready else "The model is still loading; its neighbours follow."
    result = viewer("cloud", token, view | {"selected": selected}, found, loading, height=height)
    view_into_link(result.view)
    layer = int((result.view or view).get("layer") or 0)
    layer = min(layer, len(prepared.layer_names) - 1)
    if result.webgl is False:
        layer = _still_picture(replace(state, layer=layer, layout=view["layout"]), prepared)
    notice(layer_notice(prepared, layer))
    for note in notes(prepared):
        st.caption(as_markdown_text(note))
    if selected is not None and not ready:
        _wait_for_model(state)
    _table_and_downloads(state, prepared, layer)


def _still_picture(state: CloudState, prepared: Prepared) -> int:
    """Without WebGL2: a picture of one layer, and a control to choose it; the layer chosen."""
    names, layer = prepared.layer_names, state.layer
    if len(names) > 1:
        layer = names.index(st.select_slider("Layer", names, names[layer], key="still layer"))
    still = CloudView().show(replace(state, layer=layer))
    st.plotly_chart(still.figure, alt=f"A still picture of the cloud. {still.notice}")
    st.caption(as_markdown_text(still.caption))
    return layer


def _still_valid(selected: int | None, state: CloudState, prepared: Prepared) -> int | None:
    """The selected row, unless another cloud has taken the place of the one it was chosen in."""
    cloud = (state.source, state.text, state.model)
    same = st.session_state.setdefault("cloud shown", cloud) == cloud
    st.session_state["cloud shown"] = cloud
    return selected if same and selected is not None and selected < len(prepared.words) else None


def viewer(
    key: str, token: str, view: dict[str, Any], found: dict[str, Any] | None, loading: str = "",
    *, height: int = 620,
) -> Any:  # fmt: skip
    """The component, and what it tells.

    Args:
        key: of this viewer among those of the app.
        token: under which its packet is offered.
        view: layer, layout, colour, selection, camera.
        found: the neighbours of the selected word.
        loading: why there are none yet.
        height: in pixels, where nobody presents.
    """
    return _viewer(
        key=key,
        data={
            "url": f"/api/cloud/{token}.bin",
            "height": 820 if is_presenting() else height,
            "palette": palette(),
            "presenter": is_presenting(),
            **view,
            "neighbours": found,
            "neighbours_status": loading,
        },
        on_view_change=lambda: None,
        on_picked_change=lambda: None,
        on_webgl_change=lambda: None,
        height="content",
    )


def view_now(key: str, start: dict[str, Any]) -> dict[str, Any]:
    """What a viewer shows: what the reader last did, else what the link says, else the start."""
    component = st.session_state.get(key)
    known = component.get("view") if component else None
    if known:
        start |= {name: known.get(name, start[name]) for name in LINKED}
        picked = component.get("picked")
        return start | ({"selected": picked} if picked is not None else {})
    return start | view_from_link()


def _start(state: CloudState) -> dict[str, Any]:
    return {
        "layer": state.layer, "layout": state.layout, "color_by": state.color_by,
        "selected": state.selected if state.selected >= 0 else None, "camera": None, "flat": False,
    }  # fmt: skip


@st.fragment(run_every=1.0)
def _wait_for_model(state: CloudState) -> None:
    if is_ready(Source(state.source, state.text), state.model):
        st.rerun()


def _drawn(state: CloudState) -> bool:
    """Draw a large cloud in the background; True once it is there."""
    title = f"Drawing every layer, {state.state} vectors"
    return done(
        ("draw", state.source, state.text, state.model, state.state),
        title,
        lambda _: prepare(state),
    )


def _umap_wanted(state: CloudState, prepared: Prepared) -> bool:
    return state.umap and "umap" not in prepared.layouts


def _umap_done(state: CloudState, prepared: Prepared) -> bool:
    """Run UMAP on this cloud in the background; True once it is there."""
    vectors = vectors_of(Source(state.source, state.text), state.model, state.state)
    n_places = len(vectors) * vectors.n_layers

    def work(progress: Any) -> None:
        add_layout(state, "umap", umap(vectors, on_epoch=progress))

    return done(("umap", state), f"UMAP of {n_places:,} places", work)


@st.fragment
def _table_and_downloads(state: CloudState, prepared: Prepared, layer: int) -> None:
    closed = st.expander(TABLE, key="table cloud", on_change="rerun")  # filled when it is opened
    if not closed.open:
        return
    with closed:
        rows = table(prepared, layer)
        st.dataframe(rows, hide_index=True, key="rows cloud")
        if len(prepared.words) > len(rows):
            st.caption(
                f"The first {len(rows):,} of {len(prepared.words):,} words; the CSV file holds all."
            )
        csv, html = st.columns([1, 3])
        csv.download_button(
            "Table (CSV)", lambda: table(prepared, layer, all_rows=True).to_csv(index=False),
            "conescope-cloud.csv", "text/csv", on_click="ignore",
        )  # fmt: skip
        html.download_button(
            "Cloud (one offline HTML file)",
            lambda: cloud_page(packet(prepared, state.word), caption(prepared)),
            "conescope-cloud.html", "text/html", on_click="ignore",
        )  # fmt: skip
