"""The frame around every figure: what to notice, the figure, its caption, its table, its
downloads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from engine.figures.export import to_html, with_large_type
from engine.views import VIEWS, GrowingView, Shown, SlowView
from engine.views.code_behind import code_behind
from pages._ui.deck_map import show_deck_map
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done, stop_others, vectors_ready
from pages._ui.style import is_presenting
from pages._ui.verdict import tell_verdict

TABLE = "The same as a table, and downloads"


Picked = Callable[[list[Any]], None]


def show_view(
    name: str,
    state: Any,
    *,
    key: str | None = None,
    version: object = None,
    picked: Picked | None = None,
    in_lab: bool = True,
) -> bool:
    """Show a registered view for a state; progress first where something must be computed, a
    sentence if it cannot be.

    Args:
        name: of the view.
        state: what is shown.
        key: where on the page, if the view stands on it more than once.
        version: of what the state only names and what changes: how far a run is.
        picked: called with what a point of the figure carries (`customdata`) when it is clicked.
        in_lab: with the way to the lectures that show it; a lecture itself needs none.
    Returns:
        False while something is computed.
    """
    view, place = VIEWS[name](), key or name
    # A click changes one figure of a page, seldom all: the others are kept as they are.
    last: dict[str, tuple[Any, Shown]] = st.session_state.setdefault("shown", {})
    wanted = state, version
    with plain_errors():
        if place not in last or last[place][0] != wanted:
            if not (vectors_ready(view.needs(state), place) and computed(view, *wanted, place)):
                return False
            with st.spinner("Measuring"):
                last[place] = wanted, view.show(state)
        show(last[place][1], view.title, place, picked, code_behind(name, state))
        if in_lab:
            show_deck_map(name, place)
    return True


def computed(view: Any, state: Any, version: object, place: str) -> bool:
    """True once the view can be shown at once; until then its progress stands in this place."""
    stop_others(place, state)
    work = view.work(state) if isinstance(view, SlowView) else None
    if work is None:
        return True

    part = view.so_far(state) if isinstance(view, GrowingView) else None
    if done(
        (place, state, version), work.title, work.do, place,
        lambda: isinstance(view, GrowingView) and view.so_far(state) != part,
    ):  # fmt: skip
        return True
    if part is not None:
        with plain_errors():
            _figure(view.show(part), view.title, f"{place} so far")
    return False


def show(shown: Shown, title: str, key: str, picked: Picked | None = None, code: str = "") -> None:
    """Lay out what a view shows: the verdict first, if it tests a claim.

    Args:
        picked: as in `show_view`.
        code: that makes it again.
    """
    told = shown.notice
    if shown.verdict:
        tell_verdict(shown.verdict)
        told = told.removeprefix(shown.verdict.because).strip()
    if told:
        notice(told)
    if shown.figure is None:  # nothing is measured yet
        return
    _figure(shown, title, key, picked)
    table_and_downloads(shown, title, key, code)


def _figure(shown: Shown, title: str, key: str, picked: Picked | None = None) -> None:
    """The figure, its caption and its notes."""
    figure = with_large_type(shown.figure) if is_presenting() else shown.figure
    file_name = f"conescope-{key}"
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": file_name, "scale": 2},
    }
    on_click: Any = partial(_pick, f"figure {key}", picked) if picked else "ignore"
    st.plotly_chart(
        figure, key=f"figure {key}", config=config, alt=f"{title}. {shown.notice}",
        on_select=on_click, selection_mode="points",
    )  # fmt: skip
    st.caption(as_markdown_text(shown.caption))
    for note in shown.notes:
        st.caption(as_markdown_text(note))


def _pick(key: str, picked: Picked) -> None:
    for point in st.session_state[key].selection.points[:1]:
        picked(point["customdata"])


@st.fragment
def table_and_downloads(shown: Shown, title: str, key: str, code: str = "") -> None:
    """Below a figure. Filled when it is opened: a browser that draws no table need not load what
    draws tables, 2 MB of script that a first picture would wait for.
    """
    closed = st.expander(TABLE, key=f"table {key}", on_change="rerun")
    if closed.open:
        with closed:
            st.dataframe(shown.table, hide_index=True, key=f"rows {key}")
            downloads(shown, title, f"conescope-{key}")
            if code:
                st.markdown("The code behind this figure, to be run in the project's folder:")
                st.code(code, language="python", wrap_lines=True)


def notice(text: str) -> None:
    """The one sentence on what to notice."""
    st.markdown(f"**What to notice.** {as_markdown_text(text)}")


def downloads(shown: Shown, title: str, file_name: str) -> None:
    """The table as CSV and the figure as one offline HTML file, whose own button gives SVG; the
    PNG comes from the button of the figure on the page.
    """
    csv, html = st.columns([1, 3])
    csv.download_button(
        "Table (CSV)", lambda: shown.table.to_csv(index=False), f"{file_name}.csv", "text/csv",
        key=f"csv {file_name}", on_click="ignore",
    )  # fmt: skip
    html.download_button(
        "Figure (one offline HTML file)", lambda: to_html(shown.figure, title, shown.caption),
        f"{file_name}.html", "text/html", key=f"html {file_name}", on_click="ignore",
        help="The camera button in that file saves SVG; the one on this page PNG.",
    )  # fmt: skip
