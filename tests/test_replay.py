"""A run's replay: its picture, as a lecture's figure, and in a class, where students' go along."""

import json
import math
import subprocess

import pytest
from streamlit.testing.v1 import AppTest

from engine.classroom.rules import checked_place
from engine.cli.checks import for_class
from engine.errors import EngineError
from engine.lectures.blocks import Figure
from engine.runs.rows import Logged
from engine.views import VIEWS, replay
from engine.views.cockpit.kept_runs import KeptRun
from engine.views.own_review import OwnReviewState
from engine.views.replay import ReplayState
from pages._ui.labs import lab_of
from tests.fake_runs import fake_events
from tests.test_cockpit import NODE, ROOT
from tests.test_lectures_page import page, quiet, shelf_of, texts  # noqa: F401

RUN = "recorded-film-sentences-live-pretraining-0"
EVENTS = [
    Logged(number, 0, 0.0, event) for number, event in enumerate(fake_events((30, 40, 60)), 1)
]


@pytest.fixture
def faked(monkeypatch):
    """Every name is a run of 30, 40 and 60 batches; stage 3 has ten in an epoch."""
    run = KeptRun("x", "A run", "of today", {"facts": "seed 0"}, EVENTS, {})
    monkeypatch.setattr(replay, "kept_run", lambda ref: run)


# --- the view -----------------------------------------------------------------------------------


def test_a_rows_cells_are_the_rates_of_its_group_and_empty_where_it_is_frozen(faked):
    shown = VIEWS["replay"]().show(ReplayState("x"))
    heat, *losses = shown.figure.data
    assert list(shown.figure.layout.yaxis2.ticktext) == [
        "embedding", "LSTM 1", "LSTM 2", "LSTM 3", "head",
    ]  # fmt: skip
    batches = [one.event for one in EVENTS if hasattr(one.event, "rates")]
    for row, group in enumerate(shown.figure.layout.yaxis2.ticktext):
        for column, batch in enumerate(batches):
            cell = heat.z[row][column]
            learns = group in batch.rates and group not in batch.frozen
            assert (cell is not None) == learns
            if learns:
                assert math.isclose(10**cell, batch.rates[group])
    assert [(len(one.x), one.x[0]) for one in losses] == [(30, 1), (40, 31), (60, 71)]
    assert [one for loss in losses for one in loss.y] == [batch.loss for batch in batches]


def test_the_notice_and_the_table_are_those_of_the_batch(faked):
    # Batch 85 is the 15th of stage 3, in its second epoch: the head and the top layer learn.
    shown = VIEWS["replay"]().show(ReplayState("x", 85))
    batch = next(one.event for one in EVENTS if getattr(one.event, "rates", 0)
                 and one.event.step == 85)  # fmt: skip
    assert shown.notice.startswith("Batch 85 of 130, epoch 2 of stage 3: ")
    assert f"head at {batch.rates['head']:.2g}, LSTM 3 at {batch.rates['LSTM 3']:.2g};" in (
        shown.notice
    )
    assert "frozen: LSTM 2, LSTM 1, embedding." in shown.notice
    assert shown.table.iloc[-1]["batches"] == 5
    assert len(VIEWS["replay"]().show(ReplayState("x")).table) > len(shown.table)
    first = VIEWS["replay"]().show(ReplayState("x", 0))
    assert first.notice.startswith("Batch 1 of 130, epoch 1 of stage 1")


@pytest.mark.parametrize("step", [-2, 131])
def test_a_batch_that_there_is_not_is_told_in_a_sentence(faked, step):
    with pytest.raises(EngineError, match="130 batches"):
        VIEWS["replay"]().show(ReplayState("x", step))


def test_without_a_name_a_run_that_ships_is_shown():
    shown = VIEWS["replay"]().show(ReplayState())
    assert "recorded" in shown.caption
    assert shown.notice.endswith(".")


# --- in a lecture -------------------------------------------------------------------------------


def cockpits(at: AppTest) -> list[dict]:
    found = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return [one for one in found if "may_steer" in one]


def test_a_replay_in_a_lecture_opens_at_its_batch_and_leaves_the_steps_link_alone(shelf_of):  # noqa: F811
    at = page(lecture=shelf_of(f":::figure replay\nstate: {{run: {RUN}, step: 38}}\n:::\n"))
    assert not at.exception
    [told] = cockpits(at)
    assert (told["about"]["id"], told["step"], told["is_part"]) == (RUN, 38, True)
    assert at.query_params.get("step", "first") in ("first", ["first"])
    lab = lab_of("replay", ReplayState(RUN, 38))
    at = AppTest.from_file(str(ROOT / "pages" / lab.page), default_timeout=60)
    for name, value in lab.params.items():
        at.query_params[name] = value
    [told] = cockpits(at.run())
    assert (told["about"]["id"], told["step"], told["is_part"]) == (RUN, 38, False)


def test_a_figure_that_asks_a_run_says_so_where_there_is_none(shelf_of):  # noqa: F811
    at = page(lecture=shelf_of(":::figure own-review\n:::\n:::figure moved-words\n:::\n"))
    assert not at.exception
    assert not at.warning
    assert [one.value for one in at.info if "asks a run of your own" in one.value]
    assert lab_of("own-review", OwnReviewState()) is not None


def test_the_check_before_a_class_says_what_such_a_figure_waits_for(monkeypatch):
    lecture = type("Lecture", (), {"slug": "a"})()
    lecture.figures = lambda: [Figure("own-review", OwnReviewState())]
    monkeypatch.setattr("engine.lectures.shelf.shelf", lambda: ([lecture], []))
    [check] = for_class.figures()
    assert check.ok
    assert "before the class" in check.found


# --- in a class ---------------------------------------------------------------------------------


def test_of_a_replays_place_run_and_batch_are_kept_and_nothing_else():
    view = {"replay": {"run": RUN, "step": 38, "more": "x"}, "layer": 3}
    assert json.loads(checked_place("ulmfit", "", view).view) == {
        "replay": {"run": RUN, "step": 38}
    }


@pytest.mark.parametrize(
    "one", [{}, {"run": RUN}, {"run": RUN, "step": -1}, {"run": RUN, "step": 1.5},
            {"run": RUN, "step": True}, {"run": 7, "step": 1}, {"run": "x" * 81, "step": 1}],
)  # fmt: skip
def test_what_is_no_place_of_a_replay_is_none(one):
    assert checked_place("ulmfit", "", {"replay": one}).view == ""


def in_browser(code: str):
    """What JavaScript returns that sees the modules of a class, a window, and a replay's view."""
    scripts = ROOT / "assets" / "js"
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", f"""
        import * as follow from {json.dumps((scripts / "cockpit" / "class.js").as_uri())};
        import {{ placeKey }} from {json.dumps((scripts / "room" / "place.js").as_uri())};
        const heard = [];
        globalThis.window = {{ dispatchEvent: (event) => heard.push(event.detail) }};
        globalThis.CustomEvent = function (_, {{ detail }}) {{ this.detail = detail; }};
        const driver = {{ live: false, step: 5, seek(step) {{ this.step = step; }} }};
        const view = {{ about: {{ id: "r" }}, driver }};
        console.log(JSON.stringify((() => {{ {code} }})()));"""],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_students_replay_goes_to_the_lecturers_batch_of_the_same_run_alone():
    code = """
        const at = [];
        const places = [["r", 9], ["other", 3], ["r", "x"]];
        for (const wanted of places.map(([run, step]) => ({ run, step }))) {
          follow.goWithClass(view, { replay: wanted });
          at.push(driver.step);
        }
        follow.goWithClass(view, null);
        follow.goWithClass(view, { layer: 2 });
        driver.live = true;
        follow.goWithClass(view, { replay: { run: "r", step: 1 } });
        return [...at, driver.step, view.followed];"""
    assert in_browser(code) == [9, 9, 9, 9, 9]


def test_a_lecturers_replay_says_where_it_stands_and_a_live_run_nothing():
    code = """
        follow.tellClass(view);
        driver.live = true;
        follow.tellClass(view);
        follow.tellClass({ about: { id: "r" }, driver: null });
        return heard;"""
    assert in_browser(code) == [{"replay": {"run": "r", "step": 5}}]


def test_the_batch_in_the_link_takes_no_student_to_another_place_and_a_lectures_step_does():
    code = """return ["ulmfit", "lectures"].map((page) =>
        placeKey({ page, query: "run=r&step=1" }) === placeKey({ page, query: "run=r&step=2" }));"""
    assert in_browser(code) == [True, False]
