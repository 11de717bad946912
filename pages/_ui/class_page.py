"""The Class page: open a room, join one, hand one over."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from engine.classroom.address import for_others, is_reachable, own_address
from engine.classroom.qr import qr_code
from engine.classroom.rules import HANDOVER_MINUTES, HOURS
from engine.errors import EngineError
from pages._ui.errors import plain_errors, sentence_as_markdown
from pages._ui.room import drive_room, driven_room, follow_room, followed_room, leave_room
from pages._ui.room_serving import hub, room_store
from pages._ui.visitor import visitor

TROUBLE = "class_trouble"


def show_class() -> None:
    """What this browser can do: drive its room, follow one, or neither yet."""
    with plain_errors():
        if trouble := st.session_state.pop(TROUBLE, ""):
            st.warning(sentence_as_markdown(trouble), icon=":material/info:")
        if code := driven_room():
            _driving(code)
        elif code := followed_room():
            st.info(
                f"You are in room {code[:3]} {code[3:]}. Keep this page open: it goes where the "
                "lecturer goes. The bar below lets you look around on your own, and brings you "
                "back.",
                icon=":material/group:",
            )
        else:
            _neither()


def _driving(code: str) -> None:
    link = _link_to(code)
    picture, about = st.columns([2, 3], gap="large", vertical_alignment="center")
    picture.image(qr_code(link), alt=f"QR code of {link}", width=340)
    with about:
        st.markdown("Scan the code, or open")
        st.code(link, language=None, wrap_lines=True)
        st.markdown("or choose **Class** in the app and enter")
        st.html(f'<p class="room-code">{code[:3]} {code[3:]}</p>')
    _warn_if_unreachable(link)
    st.markdown(
        "Go to any other page now, a lecture for example: the class follows what you open, the "
        "step, the figure's settings and the cloud's camera. At a question of a lecture, **Ask "
        "the class** takes a vote."
    )
    with st.container(horizontal=True):
        st.page_link("../05_lectures.py", label="Go to the lectures", icon=":material/slideshow:")
        st.page_link(
            "../95_ready_for_class.py", label="Is all ready for class?", icon=":material/checklist:"
        )
    with st.expander("Hand over, or close"):
        st.markdown(
            "Another lecturer takes over on the page **Class** of their browser, with this room's "
            f"code and a word that holds once and for {HANDOVER_MINUTES:.0f} minutes. Ask for it "
            "while the projector does not show this page: whoever types it first has the room."
        )
        st.button("Give me a word", on_click=_hand_over, args=(code,))
        if once := st.session_state.get("handover"):
            st.html(f'<p class="room-code">{once[:4]} {once[4:]}</p>')
        st.button("Close the room", on_click=_close, args=(code,))


def _neither() -> None:
    student, lecturer = st.columns(2, gap="large")
    with student:
        st.subheader("Join", anchor=False)
        st.markdown("Your browser then goes where the lecturer goes.")
        with st.form("join", border=False):
            st.text_input("Room code", key="join_code", max_chars=12, placeholder="ABC 234")
            st.form_submit_button("Join the room", on_click=_join, type="primary")
    with lecturer:
        st.subheader("Teach", anchor=False)
        st.markdown(
            "Opens a room for your class. It knows browsers by a random word of their own, and "
            f"nobody's name; {HOURS:.0f} hours after your last move it is deleted, votes included."
        )
        st.button("Open a room", on_click=_open, type="primary")
        for code in room_store().driven_by(visitor())[:3]:
            st.button(f"Go on in room {code[:3]} {code[3:]}", on_click=drive_room, args=(code,))
        with st.expander("Take a room over"), st.form("take over", border=False):
            st.text_input("Its code", key="take_code", max_chars=12)
            st.text_input("The word you were given", key="take_word", max_chars=12)
            st.form_submit_button("Take over", on_click=_take_over)


def _link_to(code: str) -> str:
    parts = urlsplit(st.context.url or "http://localhost:8501/class")
    link = urlunsplit(parts._replace(query=f"room={code}", fragment=""))
    is_open = is_reachable(st.get_option("server.address"))
    return for_others(link, own_address()) if is_open else link


def _warn_if_unreachable(link: str) -> None:
    if is_reachable(st.get_option("server.address")):
        return
    if urlsplit(link).hostname in ("localhost", "127.0.0.1"):
        st.warning(
            "This app answers to this machine alone, so phones cannot open the link. End it and "
            "start it with `make class`, which lets the network in.",
            icon=":material/wifi_off:",
        )


def _tried(error: EngineError) -> None:
    st.session_state[TROUBLE] = str(error)


def _open() -> None:
    try:
        drive_room(room_store().open(visitor()))
    except EngineError as error:
        _tried(error)


def _join() -> None:
    try:
        follow_room(st.session_state["join_code"])
    except EngineError as error:
        _tried(error)


def _take_over() -> None:
    code, once = st.session_state["take_code"], st.session_state["take_word"]
    try:
        room_store().take_over(code, once, visitor())
        known = room_store().room(code).code
        hub().notify(known)
        drive_room(known)
    except EngineError as error:
        _tried(error)


def _hand_over(code: str) -> None:
    try:
        st.session_state["handover"] = room_store().hand_over(code, visitor())
    except EngineError as error:
        _tried(error)


def _close(code: str) -> None:
    try:
        room_store().close(code, visitor())
        hub().notify(code)
    except EngineError as error:
        _tried(error)
    leave_room()
