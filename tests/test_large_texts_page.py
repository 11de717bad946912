"""The page of large texts without a browser: what it starts, shows, refuses and gives away."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import EngineError, TextError, UnknownName
from engine.measuring import text_file
from engine.measuring.kept import about_job
from engine.runs import control
from engine.runs.store import Store
from engine.views.cockpit.owners import NotYours, set_owner
from engine.views.large_texts import (
    ALLOWED,
    UPLOADED,
    TextChoice,
    delete_measuring,
    find_text,
    measuring_runs,
    start_measuring,
    texts_here,
)
from engine.views.text_followed import follow, report_json
from engine.views.text_run import TextCosinesView, TextNarrowingView, TextRunState
from pages._ui import serving
from tests.runs_harness import Desk
from tests.test_measuring import lines_of

PAGE = Path(__file__).parents[1] / "pages" / "45_large_texts.py"
ME, OTHER = "m" * 32, "o" * 32
SCRIPT = "<script>alert(1)</script>.txt"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder of runs that are measured only when the test says so."""
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CONESCOPE_TEXTS", str(tmp_path / "texts"))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")
    monkeypatch.setattr(text_file, "PIECE_SENTENCES", 10)
    (tmp_path / "texts").mkdir()
    text = "\n".join(lines_of(300))
    for name in ("a.txt", SCRIPT.replace("/", "-")):
        (tmp_path / "texts" / name).write_text(text, encoding="utf8")
    desk = Desk(tmp_path / "runs")

    class Quiet:
        def __init__(self):
            self.store = desk.store

        def start(self):
            return self

        def wake(self):
            pass

    monkeypatch.setattr(serving, "_store", desk.store)
    monkeypatch.setattr(serving, "_supervisor", None)
    monkeypatch.setattr(serving, "Supervisor", Quiet)
    return desk


def a_choice(text="a.txt", **changes):
    return TextChoice(ALLOWED, text, "glove", **changes)


def a_run(desk, text="a.txt", **changes):
    return start_measuring(desk.store, a_choice(text, **changes), ME)


def page(visitor=ME, kind="fetched", **params):
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    at.session_state["visitor"] = visitor
    at.session_state["large_kind"] = kind
    at.session_state["large_model"] = "glove"
    for key, value in params.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def text_of(at):
    words = [e.value for e in [*at.markdown, *at.caption, *at.warning, *at.subheader]]
    return re.sub(r"\\(.)", r"\1", "\n".join(words))


def buttons(at):
    return {button.label for button in at.button}


# --- starting ---


def test_a_run_belongs_to_who_started_it_and_keeps_its_choices(desk):
    run_id = a_run(desk, unit="one per sentence", punctuation=True, split=False, seed=4)
    (run,) = measuring_runs(desk.store, ME)
    assert (run.id, run.name) == (run_id, "GloVe on a.txt")
    assert follow(run_id, desk.store).asked.frame.describe() == "one per sentence, with punctuation"
    assert measuring_runs(desk.store, OTHER) == []
    desk.store.add("ulmfit", {})
    assert [run.id for run in measuring_runs(desk.store, ME)] == [run_id]


def test_what_is_no_text_is_refused_before_a_run_is_entered(desk, tmp_path):
    (tmp_path / "texts" / "binary.txt").write_bytes(b"a\0b")
    for choice, content, why in [
        (a_choice("binary.txt"), (), "binary.txt, line 1: NUL bytes"),
        (a_choice("../runs/x"), (), "no text"),
        (TextChoice(UPLOADED, "mine.txt", "glove"), [b"%PDF-1.7"], "mine.txt is a PDF"),
        (TextChoice(UPLOADED, "mine.txt", "glove"), [b" \n"], "mine.txt holds no sentence"),
        (TextChoice("fetched", "nothing", "glove"), (), "There is no text 'nothing'"),
        (TextChoice(ALLOWED, "a.txt", "/etc/passwd"), (), "Unknown model"),
    ]:
        with pytest.raises((TextError, UnknownName), match=re.escape(why)):
            start_measuring(desk.store, choice, ME, content)
    assert desk.store.runs() == []
    assert list((tmp_path / "cache" / "uploads").glob("*")) == []


def test_a_visitor_has_five_runs_at_most(desk):
    for _ in range(5):
        a_run(desk)
    with pytest.raises(EngineError, match="may have 5"):
        a_run(desk)
    start_measuring(desk.store, a_choice(), OTHER)


def test_an_uploaded_file_goes_with_its_run_and_only_with_its_owner(desk):
    choice = TextChoice(UPLOADED, "mine.txt", "glove")
    run_id = start_measuring(desk.store, choice, ME, ["\n".join(lines_of(40)).encode()])
    name = desk.store.run(run_id).settings["text"]
    assert desk.work(run_id).status == "finished"
    with pytest.raises(NotYours):
        delete_measuring(desk.store, run_id, OTHER)
    assert find_text(UPLOADED, name).is_file()
    delete_measuring(desk.store, run_id, ME)
    with pytest.raises(EngineError, match="no longer here"):
        find_text(UPLOADED, name)


def test_the_texts_that_are_offered_are_those_that_are_here(desk):
    here = texts_here()
    assert list(here[ALLOWED]) == sorted(["a.txt", SCRIPT.replace("/", "-")])
    assert "wikipedia-excerpt" in here["fetched"]


# --- what is shown ---


def test_a_run_tells_its_share_its_speed_and_what_is_left(desk):
    run_id = a_run(desk, split=False)
    assert follow(run_id).status == "queued"
    control.resume(desk.store, run_id, until="batch")
    desk.work(run_id)
    told = follow(run_id)
    assert re.fullmatch(r"paused · \d\.\d% of the text · \d\d words", told.status)
    assert 0 < told.share < 0.1 and not told.is_moving
    control.resume(desk.store, run_id)
    desk.work(run_id)
    done = follow(run_id)
    assert done.status.startswith("finished · 100.0% of the text · ")
    assert done.report["frame"]["n_sentences"] == 300
    assert json.loads(report_json(run_id)) == json.loads(json.dumps(done.report))


def test_the_views_say_what_the_run_told(desk):
    run_id = a_run(desk, seed=7)
    desk.work(run_id)
    found = follow(run_id)
    shown = TextCosinesView().show(TextRunState(run_id))
    (layer,) = found.report["layers"]
    assert list(shown.figure.data[0].y) == [layer["mean_cosine"]]
    assert shown.table["iso_score"].tolist() == [layer["iso_score"]]
    n_words = found.report["frame"]["n_words"]
    assert f"n = {n_words:,} words, 100.0% of the text" in shown.caption
    assert "seed 7 · live" in shown.caption
    assert f"{layer['mean_cosine']:.3f}" in shown.notice
    narrow = TextNarrowingView().show(TextRunState(run_id, 0))
    assert list(narrow.figure.data[1].x) == [each.n_words for each in found.cosines]
    first, last = narrow.table.iloc[0], narrow.table.iloc[-1]
    ratio = (first.high - first.low) / (last.high - last.low)
    assert f"{ratio:.1f} times as narrow" in narrow.notice
    with pytest.raises(EngineError, match="layers 0 to 0"):
        TextNarrowingView().show(TextRunState(run_id, 1))


def test_a_text_that_changes_on_the_way_is_noticed(desk, tmp_path):
    lines = ["money bank checks"] * 150 + ["river trees walked along"] * 150
    (tmp_path / "texts" / "a.txt").write_text("\n".join(lines), encoding="utf8")
    run_id = a_run(desk, split=False)
    desk.work(run_id)
    notice = TextNarrowingView().show(TextRunState(run_id, 0)).notice
    assert "the text is not alike throughout" in notice


def test_views_of_a_run_that_told_nothing_or_is_another_kind_say_so(desk):
    run_id = a_run(desk)
    with pytest.raises(EngineError, match="Nothing is measured yet"):
        TextCosinesView().show(TextRunState(run_id))
    with pytest.raises(UnknownName, match="measures no text"):
        follow(desk.store.add("ulmfit", {}))
    with pytest.raises(UnknownName, match="There is no run"):
        follow("nothing")


# --- the page ---


@pytest.mark.slow
def test_start_enters_a_run_that_the_link_names(desk):
    at = page(kind=ALLOWED)
    assert "You have measured no text yet" in text_of(at)
    at.button(key="start text").click().run()
    assert not at.exception
    (run,) = measuring_runs(desk.store, ME)
    assert at.query_params["run"] in (run.id, [run.id])
    assert run.settings["text"] == sorted(texts_here()[ALLOWED])[0]
    assert "first piece" in text_of(at)
    assert {"Pause", "Stop"} <= buttons(at)


@pytest.mark.slow
def test_names_of_files_are_text(desk):
    run_id = a_run(desk, SCRIPT.replace("/", "-"))
    desk.work(run_id)
    at = page(run=run_id)
    assert f"GloVe on {SCRIPT.replace('/', '-')}" in text_of(at)
    assert not any("<script>" in element.value for element in [*at.markdown, *at.subheader])


@pytest.mark.slow
def test_a_finished_run_gives_its_report_and_its_sums_away(desk, tmp_path):
    run_id = a_run(desk)
    desk.work(run_id)
    at = page(run=run_id)
    assert len(at.get("plotly_chart")) == 2
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels[0] == "Everything measured (JSON)"
    assert labels[1].startswith("Sums to merge with other parts (safetensors")
    assert not buttons(at) & {"Pause", "Resume", "Stop"}
    last = desk.store.checkpoints(run_id)[-1]
    assert about_job(desk.store.path_of(run_id, last))["model"] == "glove"


@pytest.mark.slow
def test_a_second_viewer_sees_the_run_but_cannot_steer_it(desk):
    run_id = a_run(desk, split=False)
    control.resume(desk.store, run_id, until="batch")
    desk.work(run_id)
    mine, theirs = page(run=run_id), page(OTHER, run=run_id)
    assert {"Resume", "Stop"} <= buttons(mine)
    assert not buttons(theirs) & {"Resume", "Stop", "Pause"}
    for at in (mine, theirs):
        assert len(at.get("plotly_chart")) == 2
    assert "You have measured no text yet" in text_of(theirs)
    mine.button(key="resume text").click().run()
    assert desk.store.run(run_id).status == "queued"
    mine.button(key="stop text").click().run()
    assert desk.store.run(run_id).status == "stopped"


@pytest.mark.slow
def test_a_run_of_somebody_elses_kind_or_none_is_told_in_a_sentence(desk):
    for run_id in ("nothing", desk.store.add("ulmfit", {})):
        at = page(run=run_id)
        assert len(at.warning) == 1


@pytest.mark.slow
def test_deleting_takes_the_run_off_the_page(desk):
    run_id = a_run(desk)
    at = page(run=run_id)
    at.button(key=f"delete {run_id}").click().run()
    assert not at.exception
    assert Store().runs() == []
    assert "You have measured no text yet" in text_of(at)


@pytest.mark.slow
def test_a_folder_without_texts_says_how_to_fill_it(desk, monkeypatch, tmp_path):
    monkeypatch.setenv("CONESCOPE_TEXTS", str(tmp_path / "none"))
    at = page(kind=ALLOWED)
    assert "CONESCOPE_TEXTS" in text_of(at)
    assert at.button(key="start text").disabled


def test_a_run_of_the_command_line_is_everybodys_to_watch(desk):
    run_id = desk.store.add("measuring", {"kind": ALLOWED, "text": "a.txt", "model": "glove"})
    assert [run.id for run in measuring_runs(desk.store, OTHER)] == [run_id]
    desk.work(run_id)
    assert "GloVe" in TextNarrowingView().show(TextRunState(run_id)).caption
    set_owner(desk.store, run_id, ME)
    assert measuring_runs(desk.store, OTHER) == []
