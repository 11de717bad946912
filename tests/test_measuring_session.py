"""A text measured as a run: pausing, killing and going on change nothing of what comes out."""

import json
import os
import random
import signal

import pytest

from engine.corpora import large_texts
from engine.corpora.large_texts import (
    ALLOWED,
    FETCHED,
    UPLOADED,
    allowed_files,
    fetched_texts,
    find_text,
    forget_upload,
    keep_upload,
)
from engine.encoder import load_encoder
from engine.errors import CorruptFile, DataUnavailable, EngineError, UnknownName
from engine.measuring import text_file
from engine.measuring.kept import merge
from engine.measuring.report_json import without_nan
from engine.runs import control
from engine.runs.event_json import from_json, to_json
from engine.training.events import CosinesMeasured, PieceMeasured, TextMeasured
from engine.training.session import SESSIONS
from tests.runs_harness import Desk, at_rest, at_step, serving, told
from tests.test_measuring import assert_reports_equal, lines_of

pytestmark = pytest.mark.slow  # texts are measured many times over

SETTINGS = {"kind": ALLOWED, "text": "a.txt", "model": "glove", "seed": 2, "split": False}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CONESCOPE_TEXTS", str(tmp_path / "texts"))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("\n".join(lines_of(300)), encoding="utf8")
    return tmp_path / "texts"


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(text_file, "PIECE_SENTENCES", 10)


def session(**changes):
    return SESSIONS["measuring"]({**SETTINGS, **changes}, device="cpu")


def events_of(run, until_step=10**9):
    found = []
    while not run.finished and run.step < until_step:
        found += run.advance()
    return found


# --- the session ---


def test_a_session_tells_pieces_cosines_and_at_last_the_report(folder, small_pieces):
    events = events_of(session())
    pieces = [event for event in events if isinstance(event, PieceMeasured)]
    assert [event.step for event in pieces] == list(range(1, 31))
    assert (pieces[-1].n_sentences, pieces[-1].n_bytes) == (300, pieces[-1].of_bytes)
    assert [type(event).__name__ for event in events[-3:]] == [
        "CosinesMeasured", "TextMeasured", "Finished",
    ]  # fmt: skip
    last = next(event for event in events if isinstance(event, TextMeasured))
    (layer,) = last.report["layers"]
    cosines = [event for event in events if isinstance(event, CosinesMeasured)]
    assert cosines[-1].mean == (layer["mean_cosine"],)
    assert (cosines[-1].low, cosines[-1].high) == ((layer["ci_low"],), (layer["ci_high"],))
    widths = [event.high[0] - event.low[0] for event in cosines]
    assert widths[-1] < widths[1] / 3
    assert last.report["frame"]["seed"] == 2


def test_events_come_back_from_the_log_as_they_were(folder, small_pieces):
    for event in events_of(session()):
        assert from_json(type(event).__name__, to_json(event)) == event


@pytest.mark.parametrize("step", [0, 1, 17, 30])
def test_a_restored_session_goes_on_to_the_last_bit(folder, small_pieces, tmp_path, step):
    whole = events_of(session())
    run = session()
    before = events_of(run, step)
    weights = run.save(tmp_path / "state.safetensors")
    again = session()
    again.restore(tmp_path / "state.safetensors")
    assert (again.step, again.finished) == (run.step, run.finished)
    after = events_of(again)
    assert [to_json(e) for e in before + after] == [to_json(e) for e in whole]
    run.restore(tmp_path / "state.safetensors")  # stepping back
    assert [to_json(e) for e in events_of(run)] == [to_json(e) for e in after]
    assert weights == load_encoder("glove").card.sha256


def test_a_state_of_something_else_is_refused(folder, small_pieces, tmp_path):
    run = session()
    events_of(run, 3)
    run.save(tmp_path / "state")
    with pytest.raises(CorruptFile, match="another frame"):
        session(seed=3).restore(tmp_path / "state")
    (folder / "a.txt").write_text("another text\n", encoding="utf8")
    with pytest.raises(CorruptFile, match="another text"):
        session().restore(tmp_path / "state")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"text": "none.txt"}, "no text 'none.txt'"),
        ({"text": "../secret.txt"}, "no text"),
        ({"text": "/etc/passwd"}, "no text"),
        ({"kind": UPLOADED, "text": "../texts/a"}, "Upload it again"),
        ({"kind": "path"}, "kind is one of"),
        ({"unit": "one per type"}, "unit is one of"),
        ({"model": "nothing"}, "Unknown model 'nothing'"),
        ({"model": "/etc"}, "Unknown model"),
        ({"lines": 3}, "Unknown setting lines"),
        ({"kind": FETCHED, "text": "nothing"}, "Unknown text source"),
    ],
)
def test_settings_that_no_run_can_have_are_refused(folder, changes, why):
    with pytest.raises(EngineError, match=why):
        session(**changes)


# --- the run ---


@pytest.fixture
def desk(tmp_path, folder, small_pieces):
    return Desk(tmp_path / "runs", checkpoint_batches=4)


def start(desk, **options):
    return desk.store.add("measuring", SETTINGS, **options)


def test_a_paused_run_ends_as_an_unbroken_one(desk):
    whole = desk.work(start(desk))
    assert whole.status == "finished"
    paused = start(desk, until="batch")
    for _ in range(5):
        assert desk.work(paused).status == "paused"
        desk.fresh()  # another process goes on, from the checkpoint
        control.resume(desk.store, paused, until="batch")
    control.resume(desk.store, paused)
    assert desk.work(paused).status == "finished"
    assert told(desk.store, paused) == told(desk.store, whole.id)


def test_the_last_checkpoint_is_a_part_to_merge(desk):
    run = desk.work(start(desk))
    last = desk.store.checkpoints(run.id)[-1]
    report = merge([desk.store.path_of(run.id, last)]).report()
    told_report = desk.store.events_after(run.id)[-2].event.report
    assert_reports_equal(without_nan(report), json.loads(json.dumps(told_report)), 0)


def test_a_text_that_is_none_fails_with_its_sentence(desk, folder):
    (folder / "a.txt").write_bytes(b"one line\nand \0 another\n")
    run = desk.work(start(desk))
    assert run.status == "failed"
    assert "line 2: NUL bytes" in run.note
    (folder / "a.txt").write_bytes(b"\n\n")
    run = desk.work(start(desk))
    assert (run.status, run.note) == (
        "failed", "There is nothing to measure: the text holds no sentence."
    )  # fmt: skip


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(tmp_path, folder):
    chance = random.Random(1)
    words = [
        "the",
        "bank",
        "of",
        "a",
        "river",
        "we",
        "walked",
        "along",
        "needs",
        "checks",
        "and",
        "trees",
        "money",
    ]
    lines = [" ".join(chance.choices(words, k=chance.randint(3, 20))) for _ in range(12_000)]
    (folder / "a.txt").write_text("\n".join(lines), encoding="utf8")
    unbroken = events_of(session())
    with serving(tmp_path / "runs", checkpoint_batches=10) as supervisor:
        store = supervisor.store
        run_id = store.add("measuring", SETTINGS)
        supervisor.wake()
        run = at_step(store, run_id, 15)
        os.kill(run.pid, signal.SIGKILL)
        run = at_rest(store, run_id, 120)
    assert run.status == "finished"
    assert "ended unexpectedly" in run.note
    assert [text for _, _, text in told(store, run_id)] == [to_json(e) for e in unbroken]


# --- which texts there are ---


def test_only_text_files_of_the_folder_itself_are_offered(folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf8")
    (folder / "link.txt").symlink_to(secret)
    (folder / "notes.md").write_text("no", encoding="utf8")
    (folder / "below").mkdir()
    (folder / "below" / "b.txt").write_text("b", encoding="utf8")
    (folder / "<script>.txt").write_text("c", encoding="utf8")
    assert allowed_files() == ["<script>.txt", "a.txt"]
    for name in ("link.txt", "notes.md", "below/b.txt", "../secret.txt", str(secret), ""):
        with pytest.raises(UnknownName):
            find_text(ALLOWED, name)


def test_without_the_folder_no_file_is_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_TEXTS", str(tmp_path / "none"))
    assert allowed_files() == []


def test_an_upload_is_kept_until_it_is_forgotten(folder):
    name = keep_upload([b"one ", b"text"])
    assert find_text(UPLOADED, name).read_bytes() == b"one text"
    forget_upload("../" + name)
    forget_upload(name)
    with pytest.raises(DataUnavailable, match="Upload it again"):
        find_text(UPLOADED, name)
    assert name != keep_upload([b"one text"])


@pytest.mark.slow
def test_a_fetched_text_is_written_once_with_a_sentence_a_line(folder):
    assert "wikipedia-excerpt" in fetched_texts()
    path = find_text(FETCHED, "wikipedia-excerpt")
    lines = path.read_text(encoding="utf8").splitlines()
    assert len(lines) > 1_000 and all(line == line.strip() and line for line in lines)
    stamp = path.stat().st_mtime_ns
    assert find_text(FETCHED, "wikipedia-excerpt") == path
    assert path.stat().st_mtime_ns == stamp
    assert not list(path.parent.glob("*.part"))
    source = large_texts.TEXTS["wikipedia-excerpt"]
    first = " ".join(source.documents("train")[0].split())
    assert first.startswith(lines[0])
