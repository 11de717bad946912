"""A class's room on every page: the bar of a browser that follows one, or drives it."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import streamlit as st

from engine.classroom.rules import checked_code
from engine.errors import EngineError, UnknownName
from engine.figures.scripts import script, style_sheet
from pages._ui.room_serving import room_store
from pages._ui.style import is_presenting
from pages._ui.visitor import visitor

FOLLOW, DRIVE = "room", "drive"  # in links, and in the session
AT_HOME = ["class", "ready-for-class"]  # pages to which the class does not follow its lecturer

_bar = st.components.v2.component(
    "conescope_room",
    html='<div class="room"></div>',
    css=style_sheet("room"),
    js=script("room"),
)


def room_bar() -> None:
    """The bar, where this browser is in a room; it stays while pages come and go."""
    code = driven_room()
    role: Literal["driver", "viewer"] = "driver" if code else "viewer"
    code = code or followed_room()
    if not code:
        return
    with st.container(key="room-bar"):
        result = _bar(
            key="room bar",
            data={"code": code, "role": role, "home": AT_HOME, "presenter": is_presenting()},
            on_left_change=lambda: None,
            on_refused_change=lambda: None,
        )
    if result.left:
        leave_room()
        st.rerun()


def driven_room() -> str:
    """The code of the room that this browser drives in this tab; "" if it drives none.

    Whoever comes by a lecturer's own link, or has handed the room over, follows it instead.
    """
    code = _code_in(DRIVE)
    if not code:
        return ""
    with suppress(EngineError):
        if room_store().is_open(code):
            if room_store().drives(code, visitor()):
                _keep(DRIVE, code)
                return code
            _keep(FOLLOW, code)
    _forget(DRIVE)
    return ""


def followed_room() -> str:
    """The code of the room that this tab follows, as the link says; "" if it follows none."""
    code = _code_in(FOLLOW)
    if code:
        _keep(FOLLOW, code)
    return code


def drive_room(code: str) -> None:
    """Drive a room in this tab from now on."""
    _forget(FOLLOW)
    _keep(DRIVE, code)


def follow_room(code: str) -> None:
    """Follow a room in this tab from now on.

    Raises:
        UnknownName: there is no such room.
    """
    known = room_store().room(code).code
    _forget(DRIVE)
    _keep(FOLLOW, known)


def leave_room() -> None:
    """Be in no room in this tab."""
    _forget(DRIVE)
    _forget(FOLLOW)


def _code_in(place: str) -> str:
    """What the link says; else what this tab knows, for links within the app say nothing of it."""
    typed = st.query_params.get(place) or st.session_state.get(place, "")
    try:
        return checked_code(typed) if typed else ""
    except UnknownName:
        _forget(place)
        return ""


def _keep(place: str, code: str) -> None:
    st.session_state[place] = code
    if st.query_params.get(place) != code:
        st.query_params[place] = code


def _forget(place: str) -> None:
    st.session_state.pop(place, None)
    st.query_params.pop(place, None)
