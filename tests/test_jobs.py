"""Work beside the page: what is no longer asked for is stopped, and starts anew when it is."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import Cancelled

started: list[str] = []
stopped: list[str] = []
release = threading.Event()


def work_of(word: str):
    """Goes on until it is released or stopped."""

    def work(progress) -> None:
        started.append(word)
        try:
            while not release.wait(0.01):
                progress(1, 2)
        except Cancelled:
            stopped.append(word)
            raise

    return work


def a_page() -> None:
    import streamlit as st

    from pages._ui.jobs import done, stop_others
    from tests.test_jobs import work_of

    for place in ("upper", "lower"):
        word = st.session_state[place]
        stop_others(place, word)
        if done((place, word, None), word, work_of(f"{place} {word}"), place):
            st.write(f"{place} {word} is there")


@pytest.fixture
def page():
    started.clear()
    stopped.clear()
    release.clear()
    at = AppTest.from_function(a_page, default_timeout=30)
    at.session_state["upper"] = at.session_state["lower"] = "bank"
    yield at
    release.set()


def wait(happened) -> None:
    deadline = time.monotonic() + 30
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert happened()


def test_another_word_stops_the_last_ones_work_in_its_place_only(page):
    page.run()
    page.session_state["upper"] = "mouse"
    page.run()
    wait(lambda: stopped)
    wait(lambda: len(started) == 3)
    assert stopped == ["upper bank"]
    assert sorted(started) == ["lower bank", "upper bank", "upper mouse"]


def test_a_word_that_is_asked_again_starts_anew_and_without_a_question(page):
    page.run()
    page.session_state["upper"] = "mouse"
    page.run()
    wait(lambda: stopped)
    page.session_state["upper"] = "bank"
    page.run()
    wait(lambda: started.count("upper bank") == 2)
    release.set()
    wait(lambda: len(page.run().markdown) == 2)
    assert [one.value for one in page.markdown] == ["upper bank is there", "lower bank is there"]
    assert not page.warning
    assert "Start again" not in [button.label for button in page.button]
