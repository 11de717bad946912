"""The frame around every figure: what to notice, the figure, its caption, its table, its
downloads.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.figures.export import to_html, with_large_type
from engine.views import VIEWS, GrowingView, Shown, SlowView
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done, vectors_ready
from pages._ui.style import is_presenting
from pages._ui.verdict import tell_verdict

TABLE = "The same as a table, and downloads"


def show_view(name: str, state: Any, *, key: str | None = None, version: object = None) -> None:
    """Show a registered view for a state; progress first where something must be computed, a
    sentence if it cannot be.

    Args:
        name: of the view.
        state: what is shown.
        key: where on the page, if the view stands on it more than once.
        version: of what the state only names and what changes: how far a run is.
    """
    view, place = VIEWS[name](), key or name
    # A click changes one figure of a page, seldom all: the others are kept as they are.
    last: dict[str, tuple[Any, Shown]] = st.session_state.setdefault("shown", {})
    wanted = state, version
    with plain_errors():
        if place not in last or last[place][0] != wanted:
            if not (vectors_ready(view.needs(state), place) and computed(view, *wanted, place)):
                return
            with st.spinner("Measuring"):
                last[place] = wanted, view.show(state)
        show(last[place][1], view.title, place)


def computed(view: Any, state: Any, version: object, place: str) -> bool:
    """True once the view can be shown at once; until then its progress stands in this place."""
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


def show(shown: Shown, title: str, key: str) -> None:
    """Lay out what a view shows: the verdict first, if it tests a claim."""
    told = shown.notice
    if shown.verdict:
        tell_verdict(shown.verdict)
        told = told.removeprefix(shown.verdict.because).strip()
    if told:
        notice(told)
    if shown.figure is None:  # nothing is measured yet
        return
    _figure(shown, title, key)
    table_and_downloads(shown, title, key)


def _figure(shown: Shown, title: str, key: str) -> None:
    """The figure, its caption and its notes."""
    figure = with_large_type(shown.figure) if is_presenting() else shown.figure
    file_name = f"conescope-{key}"
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": file_name, "scale": 2},
    }
    st.plotly_chart(figure, key=f"figure {key}", config=config, alt=f"{title}. {shown.notice}")
    st.caption(as_markdown_text(shown.caption))
    for note in shown.notes:
        st.caption(as_markdown_text(note))


@st.fragment
def table_and_downloads(shown: Shown, title: str, key: str) -> None:
    """Below a figure. Filled when it is opened: a browser that draws no table need not load what
    draws tables, 2 MB of script that a first picture would wait for.
    """
    closed = st.expander(TABLE, key=f"table {key}", on_change="rerun")
    if closed.open:
        with closed:
            st.dataframe(shown.table, hide_index=True, key=f"rows {key}")
            downloads(shown, title, f"conescope-{key}")


def notice(text: str) -> None:
    """The one sentence on what to notice."""
    st.markdown(f"**What to notice.** {as_markdown_text(text)}")


def downloads(shown: Shown, title: str, file_name: str) -> None:
    """The table as CSV and the figure as one offline HTML file; its PNG comes from the figure's
    own camera button.
    """
    csv, html = st.columns([1, 3])
    csv.download_button(
        "Table (CSV)", lambda: shown.table.to_csv(index=False), f"{file_name}.csv", "text/csv",
        key=f"csv {file_name}", on_click="ignore",
    )  # fmt: skip
    html.download_button(
        "Figure (one offline HTML file)", lambda: to_html(shown.figure, title, shown.caption),
        f"{file_name}.html", "text/html", key=f"html {file_name}", on_click="ignore",
    )  # fmt: skip
