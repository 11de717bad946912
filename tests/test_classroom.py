"""Rooms and votes: what is kept, who may change it, what is told to whom."""

import json
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.classroom import polls, rooms, tables
from engine.classroom.rooms import FILE, Rooms
from engine.classroom.rows import Measured, Place, Question, Scale
from engine.classroom.rules import (
    HANDOVER_MINUTES,
    HOURS,
    MOST_QUERY,
    NotTheDriver,
    RoomOver,
    checked_place,
)
from engine.classroom.told import told
from engine.errors import CorruptFile, EngineError, TextError, UnknownName

ROOT = Path(__file__).parents[1]
ME, OTHER, STUDENT = "m" * 32, "o" * 32, "s" * 32
WHICH = Question("Which bank is it?", ("river", "money", "both"))
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def store(tmp_path):
    return Rooms(tmp_path)


@pytest.fixture
def code(store):
    return store.open(ME)


def later(monkeypatch, hours: float) -> None:
    now = time.time
    for module in (rooms, tables):
        clock = type("Clock", (), {"time": staticmethod(lambda: now() + 3600 * hours)})
        monkeypatch.setattr(module, "time", clock)


def seen(store, code, *, to_driver=False):
    room = store.room(code)
    return json.loads(told(room, polls.poll_of(store, room), to_driver=to_driver, n_viewers=3))


# --- rooms --------------------------------------------------------------------------------------


def test_a_room_is_where_its_lecturer_last_was(store, code):
    first = store.room(code)
    assert (first.place, first.closed) == (None, False)
    place = Place("lectures", "lecture=spheres&step=cone")
    store.move(code, ME, place)
    room = store.room(f" {code[:3].lower()}-{code[3:]} ")  # as people type it
    assert room.place == place
    assert room.number > first.number


def test_only_the_browser_that_drives_a_room_changes_it(store, code):
    changes = (
        lambda word: store.move(code, word, Place("clouds")),
        lambda word: store.close(code, word),
        lambda word: store.hand_over(code, word),
        lambda word: polls.ask(store, code, word, "step", WHICH),
        lambda word: polls.show(store, code, word),
        lambda word: polls.close(store, code, word),
        lambda word: polls.ask_again(store, code, word),
        lambda word: polls.put_away(store, code, word),
        lambda word: polls.tell_measured(store, code, word, Measured("river", 0)),
    )
    before = seen(store, code)
    for change in changes:
        for word in (OTHER, "", ME[:-1]):
            with pytest.raises(NotTheDriver):
                change(word)
    assert seen(store, code) == before
    assert [store.drives(code, word) for word in (ME, OTHER, "")] == [True, False, False]
    assert store.driven_by(ME) == [code]
    assert store.driven_by(OTHER) == []


def test_a_room_is_handed_over_once_to_whoever_has_the_word(store, code, monkeypatch):
    once = store.hand_over(code, ME)
    store.take_over(code, f" {once[:4].lower()} {once[4:]}", OTHER)
    assert (store.drives(code, ME), store.drives(code, OTHER)) == (False, True)
    with pytest.raises(NotTheDriver):  # used
        store.take_over(code, once, STUDENT)
    again = store.hand_over(code, OTHER)
    with pytest.raises(NotTheDriver):  # a guess
        store.take_over(code, "AAAABBBB", STUDENT)
    with pytest.raises(NotTheDriver):  # is all that one has
        store.take_over(code, again, STUDENT)
    with pytest.raises(NotTheDriver):  # nothing was handed out
        store.take_over(code, "", STUDENT)
    late = store.hand_over(code, OTHER)
    later(monkeypatch, (HANDOVER_MINUTES + 1) / 60)
    with pytest.raises(NotTheDriver):
        store.take_over(code, late, STUDENT)
    assert store.drives(code, OTHER)


def test_a_closed_room_stands_still(store, code):
    polls.ask(store, code, ME, "step", WHICH)
    store.close(code, ME)
    assert store.room(code).closed
    assert store.driven_by(ME) == []
    with pytest.raises(RoomOver):
        store.move(code, ME, Place("clouds"))
    with pytest.raises(RoomOver):
        polls.vote(store, code, STUDENT, 1, 0)


def test_a_room_that_nobody_moves_ends_and_takes_its_votes_along(
    store, code, tmp_path, monkeypatch
):
    polls.ask(store, code, ME, "step", WHICH)
    polls.vote(store, code, STUDENT, 1, 0)
    later(monkeypatch, HOURS - 0.1)
    store.move(code, ME, Place("clouds"))  # which begins the hours anew
    later(monkeypatch, 2 * HOURS - 0.2)
    assert store.room(code).place.page == "clouds"
    later(monkeypatch, 2 * HOURS)
    for reading in (lambda: store.room(code), lambda: polls.vote(store, code, STUDENT, 1, 1)):
        with pytest.raises(UnknownName, match=f"no room {code}"):
            reading()
    Rooms(tmp_path)  # another server starts
    with sqlite3.connect(tmp_path / FILE) as connection:
        for table in ("rooms", "polls", "votes"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_what_is_kept_names_nobody(store, code, tmp_path):
    polls.ask(store, code, ME, "step", WHICH)
    polls.vote(store, code, STUDENT, 1, 0)
    other = store.open(ME)
    polls.ask(store, other, ME, "step", WHICH)
    polls.vote(store, other, STUDENT, 1, 0)
    store.database.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(word.encode() in kept for word in (ME, STUDENT))
    with sqlite3.connect(tmp_path / FILE) as connection:  # one browser, two rooms, two voters
        assert len(set(connection.execute("SELECT voter FROM votes"))) == 2


@pytest.mark.parametrize("typed", ["", "abc", "ABCDE1", "../etc", SCRIPT, "ABCDEFG", "é" * 6, "\0"])
def test_what_is_no_code_is_answered_with_a_sentence(store, typed):
    with pytest.raises(UnknownName, match="no room code"):
        store.room(typed)


def test_a_server_takes_so_many_rooms_and_no_more(store, monkeypatch):
    monkeypatch.setattr(rooms, "MOST_ROOMS", 2)
    first, _ = store.open(ME), store.open(ME)
    with pytest.raises(EngineError, match="Close one"):
        store.open(OTHER)
    store.close(first, ME)
    assert store.open(OTHER) != first


def test_the_file_of_another_version_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CorruptFile, match="holds rooms of another version"):
        Rooms(tmp_path)


# --- places -------------------------------------------------------------------------------------


def test_a_place_holds_what_is_the_class_s_and_not_one_browser_s():
    query = "?lecture=a&text=5%26+%3Cb%3E&room=X&drive=ABCDEF&presenter=true&whole="
    place = checked_place("lectures", query[1:], None)
    assert place.query == "lecture=a&text=5%26+%3Cb%3E&whole="


@pytest.mark.parametrize(
    "page", ["../x", "//evil.org", "javascript:alert(1)", SCRIPT, "a" * 61, None, 5, "A"]
)
def test_no_page_but_one_of_this_app(page):
    with pytest.raises(EngineError, match="page of this app"):
        checked_place(page, "", None)


def test_a_link_that_is_too_long_is_refused_and_says_so():
    with pytest.raises(TextError, match="8,001 characters"):
        checked_place("clouds", "a" * (MOST_QUERY + 1), None)
    with pytest.raises(EngineError, match="parameters"):
        checked_place("clouds", "&".join(f"a{i}=1" for i in range(200)), None)
    with pytest.raises(EngineError, match="text"):
        checked_place("clouds", ["a"], None)


def test_of_a_cloud_s_view_only_what_is_one_is_kept():
    view = {
        "layer": 3, "selected": -1, "layout": SCRIPT * 20, "flat": "yes", "more": SCRIPT,
        "camera": {"theta": 1, "phi": float("inf"), "distance": True, "target": [1, "x", 2.5]},
    }  # fmt: skip
    found = json.loads(checked_place("clouds", "", view).view)
    assert found.keys() == {"layer", "selected", "layout", "flat", "camera"}
    assert (found["layer"], found["selected"], found["flat"]) == (3, None, False)
    assert len(found["layout"]) == 80
    assert found["camera"] == {"theta": 1.0, "target": [1.0, 0.0, 2.5]}
    for nothing in (None, "x", [1]):
        assert checked_place("clouds", "", nothing).view == ""


# --- votes --------------------------------------------------------------------------------------


def test_votes_are_hidden_until_they_are_shown_and_both_rounds_stand_side_by_side(store, code):
    polls.ask(store, code, ME, "step", WHICH)
    for voter, choice in zip("abcd", (0, 1, 1, 2), strict=True):
        polls.vote(store, code, voter * 32, 1, choice)
    polls.vote(store, code, "a" * 32, 1, 2)  # changes a vote
    assert "counts" not in seen(store, code)["poll"]
    assert "counts" not in seen(store, code, to_driver=True)["poll"]
    assert "voted" not in seen(store, code)["poll"]
    assert seen(store, code, to_driver=True)["poll"]["voted"] == [4]
    polls.close(store, code, ME)
    assert seen(store, code)["poll"]["open"] is False
    assert "counts" not in seen(store, code)["poll"]
    polls.show(store, code, ME)
    assert seen(store, code)["poll"]["counts"] == [[0, 2, 2]]
    polls.ask_again(store, code, ME)
    assert "counts" not in seen(store, code)["poll"]
    assert (seen(store, code)["poll"]["round"], seen(store, code)["poll"]["open"]) == (2, True)
    polls.vote(store, code, "a" * 32, 2, 1)
    polls.tell_measured(store, code, ME, Measured("money: 0.61", 1))
    found = seen(store, code)["poll"]
    assert found["counts"] == [[0, 2, 2], [0, 1, 0]]
    assert found["measured"] == {"told": "money: 0.61", "bar": 1}
    polls.put_away(store, code, ME)
    assert seen(store, code)["poll"] is None


def test_a_vote_counts_once_in_its_own_round_and_only_while_it_is_open(store, code):
    with pytest.raises(EngineError, match="over"):
        polls.vote(store, code, STUDENT, 1, 0)  # nothing is asked
    polls.ask(store, code, ME, "step", WHICH)
    assert polls.voted(store, code, STUDENT) is None
    for choice in (0, 2, 2):
        polls.vote(store, code, STUDENT, 1, choice)
    assert polls.voted(store, code, STUDENT) == 2
    assert polls.poll_of(store, store.room(code)).votes == ((2.0,),)
    polls.close(store, code, ME)
    polls.ask_again(store, code, ME)
    assert polls.voted(store, code, STUDENT) is None
    for round_ in (0, 1, 3):
        with pytest.raises(EngineError, match="over"):
            polls.vote(store, code, STUDENT, round_, 0)
    polls.ask(store, code, ME, "next step", Question("How many?", scale=Scale(0, 1, 0.1)))
    assert polls.poll_of(store, store.room(code)).votes == ((),)


@pytest.mark.parametrize("choice", [-1, 3, 0.5, float("nan"), float("inf")])
def test_what_cannot_be_chosen_is_no_vote(store, code, choice):
    polls.ask(store, code, ME, "step", WHICH)
    with pytest.raises(EngineError, match="one of 3 options"):
        polls.vote(store, code, STUDENT, 1, choice)
    polls.ask(store, code, ME, "step", Question("How alike?", scale=Scale(-1, 0.4, 0.1)))
    with pytest.raises(EngineError, match=r"from -1 to 0\.4"):
        polls.vote(store, code, STUDENT, 1, choice if choice != -1 else -1.1)


def test_numbers_are_counted_in_bars_that_meet(store, code):
    polls.ask(store, code, ME, "step", Question("How alike?", scale=Scale(0, 1, 0.05)))
    for number, value in enumerate((0.0, 0.3, 0.7, 0.699, 1.0)):
        polls.vote(store, code, f"{number}" * 32, 1, value)
    polls.tell_measured(store, code, ME, Measured("0.31", value=0.31))
    found = seen(store, code)["poll"]
    assert found["counts"] == [[1, 0, 0, 1, 0, 0, 1, 1, 0, 1]]
    assert found["bars"][3] == "0.3 to 0.4"
    assert found["measured"]["bar"] == 3


def test_what_is_asked_is_text_and_not_too_much_of_it(store, code):
    polls.ask(store, code, ME, "step", Question(SCRIPT * 100, (SCRIPT, '"; DROP TABLE rooms')))
    found = seen(store, code)["poll"]
    assert found["question"] == (SCRIPT * 100)[:600]
    assert found["options"][0] == SCRIPT
    for options in ((), ("one",), ("x",) * 13):
        with pytest.raises(EngineError, match="options"):
            polls.ask(store, code, ME, "step", Question("?", options))


def test_no_vote_is_lost_of_many_that_come_at_once_from_several_servers(store, code, tmp_path):
    polls.ask(store, code, ME, "step", WHICH)
    stores = [store, Rooms(tmp_path)]

    def vote(number: int) -> None:
        polls.vote(stores[number % 2], code, f"{number:032}", 1, number % 3)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(vote, range(90)))
    polls.show(store, code, ME)
    assert seen(stores[1], code)["poll"]["counts"] == [[30, 30, 30]]


def test_a_server_that_is_killed_has_lost_no_vote_that_it_took(store, code, tmp_path):
    polls.ask(store, code, ME, "step", WHICH)
    store.move(code, ME, Place("lectures", "step=a"))
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom engine.classroom import polls\n"
        "from engine.classroom.rooms import Rooms\n"
        "store = Rooms(Path(sys.argv[1]))\n"
        "for n in range(25):\n    polls.vote(store, sys.argv[2], f'{n:032}', 1, 2)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path), code]
    assert subprocess.run(command, cwd=ROOT).returncode == -9
    again = Rooms(tmp_path)
    assert again.room(code).place == Place("lectures", "step=a")
    assert again.drives(code, ME)
    polls.show(again, code, ME)
    assert seen(again, code)["poll"]["counts"] == [[0, 0, 25]]
