"""The Class page, the bar on every page, votes on a lecture's predictions, and what is looked at
before a class.
"""

import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.classroom import polls
from engine.classroom.rooms import Rooms
from engine.classroom.rows import Poll
from engine.cli.checks import Check, for_class
from engine.errors import LectureError
from engine.lectures import shelf as shelves
from engine.views.anisotropy import AnisotropyView
from pages._ui import ready, room_serving

PAGES = Path(__file__).parents[1] / "pages"
MAIN = str(PAGES / "_ui" / "main.py")
STUDENT = "s" * 32
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")
    store = Rooms(tmp_path)
    monkeypatch.setattr(room_serving, "_store", store)
    monkeypatch.setattr(room_serving, "_hub", None)
    return store


def opened(page: str, at: AppTest | None = None, **params: str) -> AppTest:
    at = at or AppTest.from_file(MAIN, default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.switch_page(f"../{page}").run()


def press(at: AppTest, label: str) -> AppTest:
    [button] = [button for button in at.button if button.label == label]
    return button.click().run()


def bar(at: AppTest) -> dict | None:
    """What the bar of the room is told; None without one."""
    found = [one for one in at.get("bidi_component") if "room bar" in one.proto.id]
    return json.loads(found[0].proto.json) if found else None


def linked(at: AppTest, name: str) -> str:
    """What the page's link says."""
    found = at.query_params.get(name, "")
    return found[0] if isinstance(found, list) else found


def drives(store: Rooms, at: AppTest) -> list[str]:
    return store.driven_by(at.session_state["visitor"])


def said(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.warning, *at.markdown, *at.info)).replace("\\", "")


def test_a_lecturer_opens_a_room_and_drives_it_on_every_page(store):
    at = press(opened("06_class.py"), "Open a room")
    assert not at.exception
    [code] = drives(store, at)
    assert bar(at) == {
        "code": code, "role": "driver", "home": ["class", "ready-for-class"], "presenter": False,
    }  # fmt: skip
    assert linked(at, "drive") == code
    assert f"room={code}" in at.code[0].value
    opened("05_lectures.py", at)
    assert bar(at)["code"] == code
    opened("06_class.py", at)
    press(at, "Close the room")
    assert bar(at) is None
    assert store.room(code).closed
    assert not linked(at, "drive")


def test_who_comes_by_the_link_of_another_who_drives_follows(store):
    code = store.open("m" * 32)
    at = opened("06_class.py", drive=code)
    assert bar(at)["role"] == "viewer"
    assert (linked(at, "drive"), linked(at, "room")) == ("", code)
    store.close(code, "m" * 32)
    assert bar(opened("06_class.py", drive=code)) is None


def test_a_student_joins_by_code_or_link_and_stays_in_the_room_from_page_to_page(store):
    code = store.open("m" * 32)
    at = opened("06_class.py")
    at.text_input(key="join_code").set_value(f"{code[:3].lower()} {code[3:]}")
    press(at, "Join the room")
    assert (bar(at)["code"], bar(at)["role"]) == (code, "viewer")
    by_link = opened("06_class.py", room=code)
    assert bar(by_link)["role"] == "viewer"
    opened("05_lectures.py", by_link)
    assert bar(by_link)["code"] == code
    assert linked(by_link, "room") == code


@pytest.mark.parametrize("typed", ["", "ABCDEF", SCRIPT, "x" * 12])
def test_what_is_no_room_is_said_and_joins_nothing(store, typed):
    at = opened("06_class.py")
    at.text_input(key="join_code").set_value(typed[:12])
    press(at, "Join the room")
    assert not at.exception
    assert "room" in at.warning[0].value
    assert bar(at) is None
    assert bar(opened("06_class.py", room=SCRIPT)) is None


def test_a_room_is_handed_over_from_page_to_page(store):
    first = press(opened("06_class.py"), "Open a room")
    [code] = drives(store, first)
    press(first, "Give me a word")
    word = first.session_state["handover"]
    second = opened("06_class.py")
    second.text_input(key="take_code").set_value(code)
    second.text_input(key="take_word").set_value("WRONG")
    press(second, "Take over")
    assert "not the word" in second.warning[0].value
    press(first, "Give me a word")
    second.text_input(key="take_word").set_value(first.session_state["handover"])
    assert first.session_state["handover"] != word
    press(second, "Take over")
    assert bar(second)["role"] == "driver"
    assert bar(first.run())["role"] == "viewer"


@pytest.fixture
def shelf_of(monkeypatch, tmp_path):
    """A shelf with one lecture of this body."""

    def make(body: str) -> str:
        value = "view: anisotropy, column: mean cosine, row: {model: MiniLM}, format: '.2f'"
        front = (
            "---\ntitle: A title\norder: 1\nminutes: 5\ngoals: [Know it]\nsources: [S (2000)]\n"
            f"numbers:\n  high: {{{value}, highest: mean cosine}}\n"
            f"  low: {{{value}, lowest: mean cosine}}\n  curve: {{{value}, by: layer}}\n---\n"
            ":::step First\nid: first\n:::\n"
        )
        folder = tmp_path / "lectures"
        folder.mkdir()
        (folder / "01_mine.md").write_text(front + body, encoding="utf8")
        for function in (shelves.files, shelves.shelf, shelves.lecture_named, shelves.last_change):
            monkeypatch.setattr(function, "__defaults__", (folder,))
        return "mine"

    return make


def asked_of(store: Rooms, code: str) -> Poll:
    return polls.poll_of(store, store.room(code))


def test_a_prediction_of_a_lecture_is_put_to_the_vote_and_then_measured(store, shelf_of):
    slug = shelf_of(
        ":::predict\nquestion: How *alike*, `really`?\nanswer: high\noptions:\n"
        "  - {text: not **at all**, up_to: 0.1}\n  - {text: somewhat, up_to: 0.9}\n"
        "  - {text: very}\n:::\n"
    )
    alone = opened("05_lectures.py", lecture=slug)
    assert "Ask the class" not in [button.label for button in alone.button]

    at = press(opened("06_class.py"), "Open a room")
    [code] = drives(store, at)
    press(opened("05_lectures.py", at, lecture=slug), "Ask the class")
    poll = asked_of(store, code)
    assert poll.question.text == "How alike, really?"
    assert poll.question.options == ("not at all", "somewhat", "very")
    polls.vote(store, code, STUDENT, 1, 2)
    at.radio[0].set_value(1).run()
    press(at, "Commit, and measure")
    poll = asked_of(store, code)
    assert (poll.is_open, poll.is_shown) == (False, True)
    assert poll.measured.option in (0, 1, 2)
    assert "✓" in said(at)


def test_the_speaker_asks_the_class_and_tells_it_the_answer(store, shelf_of):
    slug = shelf_of(
        ":::predict\nquestion: How alike?\nanswer: high\nguess: {from: 0, to: 1, step: 0.1}\n:::\n"
        ":::step Second\nid: second\n:::\n"
        ":::predict\nquestion: And now?\nanswer: low\nguess: {from: 0, to: 1, step: 0.1}\n:::\n"
    )
    alone = opened("05_lectures.py", lecture=slug, speaker="true")
    assert not {"Ask the class", "Tell the class the answer"} & {one.label for one in alone.button}

    at = press(opened("06_class.py"), "Open a room")
    [code] = drives(store, at)
    opened("05_lectures.py", at, lecture=slug, speaker="true")
    press(at, "Tell the class the answer")  # one each: the next step is only told
    assert "Ask the class first" in said(at)
    press(at, "Ask the class")
    poll = asked_of(store, code)
    assert (poll.question.text, poll.about) == ("How alike?", f"{slug} first 0")
    assert bar(at)["role"] == "driver"  # the bar closes the vote, shows it and votes again
    polls.vote(store, code, STUDENT, 1, 0.4)
    press(at, "Tell the class the answer")
    assert not at.exception
    poll = asked_of(store, code)
    assert (poll.is_open, poll.is_shown) == (False, True)
    assert poll.measured.told in at.success[0].value.replace("\\", "")


def test_of_a_curve_the_class_votes_where_it_is_highest_and_of_an_order_what_comes_first(
    store, shelf_of
):
    slug = shelf_of(
        ":::predict\nquestion: Draw it\nanswer: curve\ndraw: {from: 0, to: 1, step: 0.1}\n:::\n"
        ":::predict\nquestion: Order them\norder: rising\noptions:\n"
        "  - {text: one, number: high}\n  - {text: two, number: low}\n:::\n"
    )
    measured = AnisotropyView().show(AnisotropyView.State()).table.query("model == 'MiniLM'")
    at = press(opened("06_class.py"), "Open a room")
    [code] = drives(store, at)
    opened("05_lectures.py", at, lecture=slug)
    curve, _ = (button for button in at.button if button.label == "Ask the class")
    curve.click().run()
    assert asked_of(store, code).question.options == tuple(
        f"layer {layer}" for layer in measured["layer"]
    )
    next(button for button in at.button if button.label == "Commit, and measure").click().run()
    assert asked_of(store, code).measured.option == measured["mean cosine"].argmax()
    next(button for button in at.button if button.label == "Ask the class").click().run()
    assert asked_of(store, code).question.text == "Order them\nWhich comes first?"
    for number, group in enumerate(at.button_group[-2:], 1):
        group.set_value(number).run()
    press(at, "Commit, and measure")
    assert asked_of(store, code).measured.option == 1


# --- before the class ---------------------------------------------------------------------------


@pytest.fixture
def ready_page(store) -> AppTest:
    return AppTest.from_file(str(PAGES / "95_ready_for_class.py"), default_timeout=60).run()


def wait_for(at: AppTest) -> AppTest:
    deadline = time.monotonic() + 60
    while any(button.label == "Stop" for button in at.button) and time.monotonic() < deadline:
        time.sleep(0.05)
        at.run()
    return at


def test_the_page_says_what_is_missing_and_what_to_do_about_it(ready_page, monkeypatch):
    checks = [
        Check("class", "fonts", True, "12 files"),
        Check("class", f"glove {SCRIPT}", False, "Not here.", "make setup"),
        Check("class", "address for phones", False, "none", "join a network", needed=False),
    ]
    monkeypatch.setattr(ready, "for_class", lambda: iter(checks))
    at = wait_for(press(ready_page, "Check"))
    assert not at.exception
    assert "2 to look at, 1 of them needed" in at.warning[0].value
    table = said(at)
    assert "✗\u00a0**missing** | glove <script>" in table
    assert "make setup" in table
    assert "–\u00a0look | address" in table


def test_the_page_times_the_figures_and_says_when_all_is_well(ready_page, monkeypatch):
    check = Check("class", "cones", True, "0.1 s, the first time 3.0 s")
    monkeypatch.setattr(ready, "figures", lambda: iter([check]))
    at = wait_for(press(ready_page, "Time every figure"))
    assert at.success[0].value == "**All 1 are in order.**"
    assert "the first time 3.0 s" in said(at)


def test_a_lecture_that_cannot_be_read_and_a_figure_that_is_slow_are_named(monkeypatch):
    broken = LectureError("lectures/07.md:3: no such view")
    monkeypatch.setattr(shelves, "shelf", lambda: ([], [broken]))
    [check] = for_class.lectures()
    assert (check.ok, check.found) == (False, "lectures/07.md:3: no such view")
    assert check.mend == "python -m engine lecture check"


def test_nothing_that_a_page_loads_lies_outside(monkeypatch, tmp_path):
    assert for_class.offline().ok
    assert for_class.fonts().ok
    (tmp_path / "assets" / "js").mkdir(parents=True)
    (tmp_path / "assets" / "js" / "x.js").write_text("import 'https://cdn.example/x.js';")
    monkeypatch.setattr(for_class, "ROOT", tmp_path)
    check = for_class.offline()
    assert not check.ok
    assert "assets/js/x.js" in check.found
