"""Recorded runs are the runs they were made of, and ship nobody's text; curves and CSV files."""

import csv
import io
import lzma

import numpy as np
import pytest

from engine.errors import CorruptFile, EngineError, TextError, UnknownName
from engine.runs import recorded, series
from engine.runs.log import next_stop, step_of, up_to_seconds, up_to_step
from engine.runs.recorded import recording, recordings
from engine.runs.recording import record
from engine.runs.rows import Logged
from engine.runs.store import Store
from engine.training.events import Batch, EpochEnded, StageBegan, StageEnded, Unfrozen
from tests.runs_harness import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def run(desk):
    return desk.run({"seed": 5, "seconds": 0.002})


@pytest.fixture(scope="module")
def folder(desk, run, tmp_path_factory):
    """A folder with one recording of the run."""
    folder = tmp_path_factory.mktemp("assets")
    path = folder / "walk-5.jsonl.xz"
    assert record(desk.store, run.id, path, title="A walk") == path.stat().st_size
    return folder


def rounded(event):
    """An event with numbers of five digits."""
    values = {
        name: float(f"{value:.5g}") if isinstance(value, float) else value
        for name, value in vars(event).items()
    }
    values = {
        name: {key: float(f"{x:.5g}") for key, x in value.items()} if isinstance(value, dict)
        else value
        for name, value in values.items()
    }  # fmt: skip
    return type(event)(**values)


def test_a_recording_gives_the_very_events_of_the_run(desk, run, folder):
    live = desk.store.events_after(run.id)
    played = recording("walk-5", folder).events
    assert [one.event for one in played] == [rounded(one.event) for one in live]
    assert [one.number for one in played] == [one.number for one in live]
    assert [one.seconds for one in played] == pytest.approx([o.seconds for o in live], abs=0.006)


def test_a_recording_says_what_it_is(desk, run, folder):
    (label,) = recordings(folder)
    assert label == recording("walk-5", folder).label
    assert (label.name, label.title, label.kind, label.seed) == ("walk-5", "A walk", "walk", 5)
    assert (label.data, label.n_steps, label.facts["text"]) == ("random points", 24, "no text")
    assert label.hardware == run.facts["hardware"] and label.date.startswith("20")
    checkpoints = desk.store.checkpoints(run.id)
    assert [(stop.step, stop.weights) for stop in label.stops] == [
        (one.step, one.weights) for one in checkpoints
    ]


def test_a_recording_that_is_not_there_or_broken_is_named(folder, tmp_path):
    with pytest.raises(UnknownName, match=r"Unknown recorded run 'x'\. Known: walk-5\."):
        recording("x", folder)
    whole = (folder / "walk-5.jsonl.xz").read_bytes()
    (tmp_path / "cut.jsonl.xz").write_bytes(whole[:-40])
    with pytest.raises(CorruptFile, match=r"cut\.jsonl\.xz is broken or cut short"):
        recording("cut", tmp_path)
    (tmp_path / "cut.jsonl.xz").write_bytes(lzma.compress(b'{"format": 99}\n'))
    with pytest.raises(CorruptFile, match="format 99"):
        recordings(tmp_path)
    assert recordings(tmp_path / "nowhere") == []


def test_only_finished_runs_without_anybodys_text_are_recorded(desk, tmp_path, monkeypatch):
    path = tmp_path / "x.jsonl.xz"
    paused = desk.run(until="batch")
    with pytest.raises(EngineError, match="Only a finished run can be recorded; this one is pau"):
        record(desk.store, paused.id, path, title="x")
    run = desk.run()
    with desk.store.database.transaction() as connection:
        connection.execute(
            "UPDATE runs SET settings = json_object('rows', json_array(?)) WHERE id = ?",
            ("a review " * 30, run.id),
        )
    with pytest.raises(TextError, match="text of 270 characters"):
        record(Store(desk.store.folder), run.id, path, title="x")
    with desk.store.database.transaction() as connection:
        connection.execute("UPDATE runs SET settings = '{}', facts = '{}' WHERE id = ?", (run.id,))
    with pytest.raises(EngineError, match="say it with --data"):
        record(Store(desk.store.folder), run.id, path, title="x")
    assert not path.exists()


def test_a_replay_at_a_batch_is_what_the_run_was_then(desk):
    paused = desk.run({"seed": 5}, until="epoch")
    then = [one.event for one in desk.store.events_after(paused.id)]
    whole = desk.store.events_after(desk.run({"seed": 5}).id)
    assert [one.event for one in up_to_step(whole, paused.step)] == then
    assert up_to_step(whole, 24) == whole
    assert [step_of(one) for one in up_to_step(whole, 0)] == [0]  # the stage has begun


def test_a_replay_stops_where_the_run_would(desk):
    whole = desk.store.events_after(desk.run().id)
    assert [next_stop(whole, 0, until) for until in ("batch", "epoch", "stage")] == [1, 4, 8]
    assert next_stop(whole, 4, "epoch") == 8
    assert next_stop(whole, 8, "batch") == 9  # not at what begins with it
    assert next_stop(whole, 23, "stage") == 24
    assert next_stop(whole, 24, "batch") == 24 and next_stop([], 0, "batch") == 0
    # The unfreezing is told before the batch 21 that is the first to use it.
    assert next_stop(whole, 0, "unfreezing") in (20, 21)


def test_a_replay_by_time_is_what_had_happened_by_then():
    events = [Logged(n, 0.0, n / 10, EpochEnded(n, "adapt", n)) for n in range(1, 6)]
    assert up_to_seconds(events, 0.3) == events[:3] and up_to_seconds(events, 0.05) == []


HAND = [
    Logged(1, 0.0, 0.5, StageBegan(0, "adapt", ("low", "high"), 2, 1, "ab")),
    Logged(2, 0.0, 1.0, Batch(1, "adapt", 0, 3.0, 7, {"low": 0.0, "high": 0.1}, ("low",), {}, {})),
    Logged(3, 0.0, 2.0, Batch(2, "adapt", 0, 1.0, 7, {"low": 0.2, "high": 0.1}, (), {}, {})),
    Logged(4, 0.0, 2.0, StageEnded(2, "adapt", "=cd,\n")),
]


def test_curves_are_what_the_events_say():
    curves = series.series_of(HAND)
    assert curves["loss"].steps.tolist() == [1, 2] and curves["loss"].values.tolist() == [3.0, 1.0]
    assert curves["rates.low"].values.tolist() == [0.0, 0.2]
    assert "stage" not in curves and "step" not in curves and "epoch" not in curves


def test_two_runs_are_compared_by_what_both_tell():
    other = [*HAND[:2], Logged(5, 0.0, 0.0, Unfrozen(1, "adapt", ("low",)))]
    both = series.compared(HAND, other)
    ours, theirs = both["loss"]
    assert ours.values.tolist() == [3.0, 1.0] and theirs.values.tolist() == [3.0]
    assert not series.compared(HAND, [])


def test_a_csv_file_has_a_line_an_event_and_reads_back():
    rows = list(csv.DictReader(io.StringIO(series.to_csv(HAND))))
    assert [row["event"] for row in rows] == ["StageBegan", "Batch", "Batch", "StageEnded"]
    assert [row["loss"] for row in rows] == ["", "3.0", "1.0", ""]
    assert rows[0]["groups"] == "low high" and rows[1]["rates.high"] == "0.1"
    assert rows[3]["weights"] == "=cd,\n"
    assert np.isclose(float(rows[2]["seconds"]), 2.0)


def test_what_ships_can_be_read():
    for label in recordings():
        assert recorded.recording(label.name).events[-1].event.step == label.n_steps
