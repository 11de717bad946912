"""Garbage is collected after reruns, but not after each."""

import gc
import inspect

import pytest
from streamlit.runtime.scriptrunner import script_runner

from pages._ui import collecting


@pytest.fixture
def collected(monkeypatch):
    """The generations that were really collected, with a clock that a collection moves on."""
    clock, found = [100.0], []

    def collect(generation: int) -> int:
        found.append(generation)
        clock[0] += 0.4
        return 7

    monkeypatch.setattr(collecting.gc, "collect", collect)
    monkeypatch.setattr(collecting.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(collecting, "_next", 0.0)
    return clock, found


def test_collecting_takes_a_twentieth_of_the_time_at_most(collected):
    clock, found = collected
    assert collecting.collect(2) == 7
    for _ in range(50):
        clock[0] += 0.15  # a rerun, of a hundred sessions
        collecting.collect(2)
    assert found == [2]  # 7.5 s on, and 8 s are due
    clock[0] += 0.6
    collecting.collect(2)
    assert found == [2, 2]


def test_who_comes_while_another_collects_goes_on(collected):
    with collecting._lock:
        assert collecting.collect(2) == 0
    assert collected[1] == []


def test_streamlit_s_reruns_ask_first(monkeypatch):
    monkeypatch.setattr(script_runner, "gc", gc)  # put back afterwards
    collecting.collect_seldom()
    assert script_runner.gc.collect is collecting.collect
    # The only thing that reruns want of gc; a version that wants more must be looked at.
    assert inspect.getsource(script_runner).count("gc.") == 1
    assert "gc.collect(2)" in inspect.getsource(script_runner)
