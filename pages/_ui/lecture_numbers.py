"""The measured numbers in a lecture's text, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.errors import EngineError
from engine.lectures import Lecture
from engine.lectures.answers import Value, told, value_of
from engine.views import VIEWS, Shown
from pages._ui.errors import as_markdown_text, sentence_as_markdown
from pages._ui.jobs import vectors_ready
from pages._ui.view import computed

PENDING, MISSING = "**…**", "*(not measured here)*"


def values_of(
    lecture: Lecture, names: Sequence[str], place: str
) -> tuple[dict[str, Value], dict[str, str]]:
    """Name -> value, and name -> why it has none; a number in neither is being computed, and its
    progress stands here.
    """
    shown = {}
    for name in names:
        number = lecture.numbers[name]
        if (number.view, number.state) not in shown:
            shown[number.view, number.state] = _shown(number.view, number.state, place)
    values, missing = {}, {}
    for name in names:
        number = lecture.numbers[name]
        found = shown[number.view, number.state]
        try:
            if isinstance(found, EngineError):
                raise found
            if found is not None:
                values[name] = value_of(number, found)
        except EngineError as error:
            missing[name] = str(error)
    return values, missing


def numbers_told(
    lecture: Lecture, names: Sequence[str], place: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Name -> as Markdown: the number, or that it is not there (yet); and name -> why not."""
    values, missing = values_of(lecture, names, place)
    found = bold(lecture, values)
    return {
        name: found.get(name, MISSING if name in missing else PENDING) for name in names
    }, missing


def bold(lecture: Lecture, values: Mapping[str, Value]) -> dict[str, str]:
    """Numbers as Markdown, by name."""
    return {
        name: f"**{as_markdown_text(told(lecture.numbers[name], value))}**"
        for name, value in values.items()
    }


def where_from(lecture: Lecture, names: Sequence[str], missing: Mapping[str, str]) -> None:
    """Folded away: view, cell and caption of each number that the text quotes."""
    if not names:
        return
    with st.expander("Where the numbers in this text come from"):
        for reason in dict.fromkeys(missing.values()):
            st.caption(sentence_as_markdown(reason))
        for name in names:
            number = lecture.numbers[name]
            shown = _kept().get((number.view, number.state))
            if shown is None or name in missing:
                continue
            row = ", ".join(f"{column} {content}" for column, content in number.row)
            pick = " ".join(number.pick or ())
            where = " · ".join(part for part in (number.column, row, pick) if part)
            st.markdown(
                f"**{as_markdown_text(told(number, value_of(number, shown)))}**: "
                f"{as_markdown_text(where)}, in “{as_markdown_text(VIEWS[number.view].title)}”"
            )
            st.caption(as_markdown_text(shown.caption))


def _kept() -> dict[Any, Shown]:
    kept: dict[Any, Shown] = st.session_state.setdefault("lecture_numbers", {})
    return kept


def _shown(name: str, state: Any, place: str) -> Shown | EngineError | None:
    """What a view shows, kept for this visit; why it shows nothing; None while it is computed."""
    kept = _kept()
    if (name, state) not in kept:
        view, place = VIEWS[name](), f"{place} {name} {state}"
        try:
            if not (vectors_ready(view.needs(state), place) and computed(view, state, None, place)):
                return None
            kept[name, state] = view.show(state)
        except EngineError as error:
            return error
    return kept[name, state]
