"""The measured numbers in a lecture's text, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.errors import EngineError
from engine.lectures import Lecture
from engine.lectures.answers import Value, told, value_of
from engine.views import VIEWS, Shown
from pages._ui.errors import as_markdown_text
from pages._ui.jobs import vectors_ready
from pages._ui.view import computed

PENDING, MISSING = "**…**", "*(not measured here)*"


def values_of(
    lecture: Lecture, names: Sequence[str], place: str
) -> tuple[dict[str, Value], dict[str, str]]:
    """Name -> value, and name -> why it has none; a number in neither is being computed, and its
    progress stands here.
    """
    values, missing = {}, {}
    for name in names:
        number = lecture.numbers[name]
        try:
            shown = _shown(number.view, number.state, place)
            if shown is not None:
                values[name] = value_of(number, shown)
        except EngineError as error:
            missing[name] = str(error)
    return values, missing


def numbers_told(lecture: Lecture, names: Sequence[str], place: str) -> dict[str, str]:
    """Name -> as Markdown: the number, or that it is not there (yet)."""
    values, missing = values_of(lecture, names, place)
    found = {
        name: f"**{as_markdown_text(told(lecture.numbers[name], value))}**"
        for name, value in values.items()
    }
    return {name: found.get(name, MISSING if name in missing else PENDING) for name in names}


def where_from(lecture: Lecture, names: Sequence[str], place: str) -> None:
    """Folded away: view, cell and caption of each number that the text quotes."""
    if not names:
        return
    with st.expander("Where the numbers in this text come from", key=f"numbers {place}"):
        values, missing = values_of(lecture, names, place)
        for name in names:
            number = lecture.numbers[name]
            if name in missing:
                st.caption(as_markdown_text(missing[name]))
                continue
            if name not in values:
                continue
            shown = _shown(number.view, number.state, place)
            row = ", ".join(f"{column} {content}" for column, content in number.row)
            pick = f"{number.pick[0]} {number.pick[1]}" if number.pick else ""
            where = " · ".join(part for part in (number.column, row, pick) if part)
            st.markdown(
                f"**{as_markdown_text(told(number, values[name]))}**: {as_markdown_text(where)}, "
                f"in “{as_markdown_text(VIEWS[number.view].title)}”"
            )
            st.caption(as_markdown_text(shown.caption if shown else ""))


def _shown(name: str, state: Any, place: str) -> Shown | None:
    """What a view shows, kept for this visit; None while it is computed.

    Raises:
        EngineError: it cannot be shown.
    """
    last: dict[Any, Shown] = st.session_state.setdefault("lecture_numbers", {})
    if (name, state) not in last:
        view, place = VIEWS[name](), f"{place} {name} {state}"
        if not (vectors_ready(view.needs(state), place) and computed(view, state, None, place)):
            return None
        last[name, state] = view.show(state)
    return last[name, state]
