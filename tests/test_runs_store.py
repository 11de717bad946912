"""The store of runs: what goes in comes out, several may look, errors are sentences."""

import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.errors import CorruptFile, EngineError, TextError, UnknownName
from engine.runs import control, queue
from engine.runs.database import Database
from engine.runs.event_json import from_json, to_json
from engine.runs.folder import DATABASE, runs_folder
from engine.runs.journal import Abandoned, Journal, SteppedBack
from engine.runs.lock import FolderLock
from engine.runs.log import Log
from engine.runs.process import Owner, is_alive, mark_of
from engine.runs.rows import CLOCK, EPOCH, PAUSED, QUEUED, STAGE, Checkpoint, Limits
from engine.runs.store import Store
from engine.runs.thinning import to_drop
from engine.training.events import (
    Batch,
    CheckpointWritten,
    EpochEnded,
    Finished,
    SampleText,
    StageBegan,
    StageEnded,
    Started,
    Step,
    Unfrozen,
    Validated,
)

ROOT = Path(__file__).parents[1]
BATCH = Batch(
    7, "adapt", 1, 0.1 + 0.2, 70, {"low": 1 / 3}, ("high",), {"low": 1e-300}, {"low": 0.0}
)
EVENTS = [
    Started(10, 0, 5, "cpu"),
    Step(1, float("inf"), 1e-3, 9, 2.5),
    StageBegan(0, "adapt", ("low", "high"), 5, 1, "ab"),
    BATCH,
    Unfrozen(3, "classify", ("low",)),
    EpochEnded(3, "classify", 0),
    SampleText(3, "adapt", "<b>é\n", "'; DROP TABLE runs; --"),
    StageEnded(5, "adapt", "cd"),
    Validated(5, {"perplexity": 91.2}, "adapt"),
    CheckpointWritten(5, Path("a/b.safetensors"), "ef"),
    Finished(5, Path("a/b.safetensors")),
]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def journal(store):
    """The log of a run that this process trains."""
    run_id = store.add("walk", {})
    me = Owner(os.getpid(), mark_of(os.getpid()))
    assert queue.claim(store, run_id, me)
    return Journal(store, run_id, me)


def batch(step):
    return replace(BATCH, step=step)


def checkpoint(step, number, reason=CLOCK, n_bytes=1):
    return Checkpoint(
        step, number, "adapt", reason, f"hash {step}", f"{step}", n_bytes, "", 0.0, 0.0
    )


def steps(store, run_id):
    return [one.event.step for one in store.events_after(run_id)]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_json_as_it_was(event):
    assert from_json(type(event).__name__, to_json(event)) == event


def test_an_event_of_another_version_is_read_as_far_as_this_one_knows_it():
    old = from_json("Validated", '{"step": 5, "figures": {}}')
    assert old == Validated(5, {}, "")
    new = to_json(BATCH)[:-1] + ',"mood":"good"}'
    assert from_json("Batch", new) == BATCH
    assert from_json("Mood", "{}") is None
    with pytest.raises(CorruptFile, match="no Batch event"):
        from_json("Batch", '{"step": 1}')


def test_a_run_is_kept_as_it_was_entered(store):
    run_id = store.add("walk", {"seed": 3, "text": "é <b>"}, name="mine", device="cpu",
                       limits=Limits(60, 5, 1000), until="epoch")  # fmt: skip
    run = Store(store.folder).run(run_id)
    assert (run.kind, run.name, run.device, run.until) == ("walk", "mine", "cpu", "epoch")
    assert run.settings == {"seed": 3, "text": "é <b>"} and run.limits == Limits(60, 5, 1000)
    assert (run.status, run.want, run.place, run.step, run.note) == (QUEUED, "running", 1, 0, "")


def test_what_cannot_be_a_run_is_refused(store):
    with pytest.raises(EngineError, match="JSON"):
        store.add("walk", {"x": object()})
    with pytest.raises(EngineError, match="Unknown device 'tpu'"):
        store.add("walk", {}, device="tpu")
    with pytest.raises(UnknownName, match=r"Unknown place to pause 'noon'. Known: batch, epoch"):
        store.add("walk", {}, until="noon")
    with pytest.raises(TextError, match="at most 10 are"):
        store.add("walk", {"text": "a" * 11}, limits=Limits(characters=10))
    with pytest.raises(UnknownName, match="There is no run 'x'"):
        store.run("x")
    assert store.runs() == []


def test_waiting_runs_know_their_place(store):
    first, second, third = (store.add("walk", {}) for _ in range(3))
    assert [store.run(run_id).place for run_id in (first, second, third)] == [1, 2, 3]
    control.pause(store, first)
    assert [store.run(run_id).place for run_id in (first, second, third)] == [0, 1, 2]
    control.resume(store, first)  # at the end: others waited longer
    assert [store.run(run_id).place for run_id in (first, second, third)] == [3, 1, 2]
    control.delete(store, second)
    assert queue.waiting(store, parallel=5) == [third, first]
    assert queue.waiting(store, parallel=1) == [third]


def test_events_are_read_from_where_one_was(store, journal):
    for event in EVENTS:
        journal.add(event)
    journal.commit()
    found = store.events_after(journal.run_id)
    assert [one.event for one in found] == EVENTS
    assert [one.number for one in found] == list(range(1, len(EVENTS) + 1))
    assert [one.event for one in store.events_after(journal.run_id, 4, limit=2)] == EVENTS[4:6]
    assert store.events_after(journal.run_id, len(EVENTS)) == []


def test_a_second_process_sees_what_the_first_wrote_and_the_other_way_round(store, journal):
    journal.add(batch(1))
    journal.commit()
    code = (
        "from engine.runs import control; from engine.runs.store import Store\n"
        f"store = Store(__import__('pathlib').Path({str(store.folder)!r}))\n"
        f"print(store.events_after({journal.run_id!r})[0].event.step)\n"
        f"control.pause(store, {journal.run_id!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
    assert journal.control()["want"] == PAUSED


def test_many_threads_and_connections_write_without_losing_anything(store):
    def enter(own):
        for _ in range(10):
            own.add("walk", {})

    others = [store, Store(store.folder), Store(store.folder)]
    threads = [threading.Thread(target=enter, args=(own,)) for own in others * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.place for run in store.runs()) == list(range(1, 61))


def test_a_transaction_that_fails_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.database.transaction() as connection:
        connection.execute("UPDATE runs SET name = 'x'")
        _ = 1 / 0
    store.add("walk", {})  # the connection is of use again


def test_going_back_takes_the_later_events_and_checkpoints_out(store, journal):
    for step in (1, 2, 3):
        journal.add(batch(step))
        journal.commit(checkpoint(step, step) if step != 2 else None)
    log = Log(store, journal.run_id)
    log.poll()
    assert [one.event.step for one in log.events] == [1, 2, 3]
    with pytest.raises(EngineError, match=r"no checkpoint at batch 2. There are: 0, 1, 3\."):
        control.step_back(store, journal.run_id, 2)
    control.step_back(store, journal.run_id, 1)
    run = store.run(journal.run_id)
    assert steps(store, run.id) == [1] and run.step == run.n_events == 1
    assert [one.step for one in store.checkpoints(run.id)] == [1]
    assert run.want == PAUSED
    log.poll()
    assert [one.event.step for one in log.events] == [1]


def test_a_worker_cannot_write_past_a_step_back_nor_after_it_lost_its_run(store, journal):
    journal.add(batch(1))
    journal.commit(checkpoint(1, 1))
    control.step_back(store, journal.run_id, 0)
    with pytest.raises(SteppedBack):
        journal.commit()
    journal.reload()
    journal.add(batch(1))
    journal.commit()
    assert steps(store, journal.run_id) == [1]
    control.delete(store, journal.run_id)
    with pytest.raises(Abandoned):
        journal.control()
    with pytest.raises(Abandoned):
        journal.commit()
    assert store.events_after(journal.run_id) == []


def test_a_follower_never_mixes_what_was_taken_out_with_what_came_instead(store, journal):
    for step in (1, 2, 3):
        journal.add(batch(step))
    journal.commit()
    log = Log(store, journal.run_id)
    log.poll()
    control.step_back(store, journal.run_id, 0)
    journal.reload()
    for step in (1, 2, 3, 4):
        journal.add(replace(batch(step), loss=float(step)))
    journal.commit()
    log.poll()
    assert [one.event.loss for one in log.events] == [1.0, 2.0, 3.0, 4.0]


def test_checkpoints_thin_out_with_age_and_those_at_the_ends_of_stages_stay():
    kept = []
    for step in range(1, 201):
        reason = STAGE if step % 50 == 0 else EPOCH if step % 10 == 0 else CLOCK
        kept.append(checkpoint(step, step, reason))
        dropped = to_drop(kept)
        kept = [one for one in kept if one not in dropped]
        assert (kept[-1].step == step and step == 1) or kept[-2].step == step - 1
    found = [one.step for one in kept]
    assert {50, 100, 150, 200} <= set(found)
    assert len(found) <= 4 + 12 + 2
    assert {step for step in range(10, 200, 10) if step % 50} & set(found)  # epochs before others


def test_large_checkpoints_are_fewer():
    many = [checkpoint(step, step, n_bytes=2**27) for step in range(1, 31)]
    assert len(many) - len(to_drop(many)) == 4 + 2


def test_a_process_is_told_apart_from_a_later_one_with_its_id():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = mark_of(process.pid)
    assert is_alive(process.pid, mark)
    assert not is_alive(process.pid, mark_of(os.getpid()))  # that id, another process
    process.kill()
    while mark_of(process.pid):
        pass
    assert not is_alive(process.pid, mark)  # dead, but not yet asked how it ended
    process.wait()
    assert not is_alive(process.pid, mark) and not is_alive(None, mark)


def test_a_run_whose_process_id_is_used_by_another_process_is_taken_up(store, journal):
    journal.add(batch(1))
    journal.commit(checkpoint(1, 1))
    journal.add(batch(2))
    journal.commit()
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET mark = 'boot:1'")  # our id, an earlier process
    assert store.run(journal.run_id).status == "lost"
    queue.recover(store, most_deaths=5)
    run = store.run(journal.run_id)
    assert (run.status, run.step) == (QUEUED, 1) and "ended unexpectedly" in run.note
    assert steps(store, run.id) == [1]


@pytest.mark.parametrize("want, status", [("pause", PAUSED), ("stop", "stopped")])
def test_a_dead_run_that_nobody_wants_to_go_on_does_not(store, journal, want, status):
    getattr(control, want)(store, journal.run_id)
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET mark = 'boot:1'")
    queue.recover(store, most_deaths=5)
    assert store.run(journal.run_id).status == status


def test_a_run_that_kills_its_worker_again_and_again_fails(store):
    run_id = store.add("walk", {})
    for number in (1, 2, 3):
        assert store.run(run_id).status == QUEUED, number
        assert queue.claim(store, run_id, Owner(1, "boot:1"))
        queue.recover(store, most_deaths=3)
    run = store.run(run_id)
    assert run.status == "failed" and "3 times" in run.note
    control.resume(store, run_id)
    assert store.run(run_id).note == ""


def test_one_supervisor_a_folder(tmp_path):
    one, two = FolderLock(tmp_path / "lock"), FolderLock(tmp_path / "lock")
    assert one.acquire() and not two.acquire()
    one.release()
    assert two.acquire()


def test_the_folder_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path / "mine"))
    assert runs_folder() == tmp_path / "mine"
    monkeypatch.delenv("CONESCOPE_RUNS")
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    assert runs_folder() == tmp_path / "cache" / "runs"


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(EngineError, match=r"cannot be used .* CONESCOPE_RUNS name another"):
        Store(tmp_path / "file" / "runs")
    (tmp_path / DATABASE).write_text("This is no database, but a text of some length." * 50)
    with pytest.raises(CorruptFile, match="cannot be used as the record of runs"):
        Store(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_in_a_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(EngineError, match="CONESCOPE_RUNS name another"):
        Store(tmp_path)


def test_a_read_only_database_is_said_in_a_sentence(store):
    store.database._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(EngineError, match="cannot be read and written"):
        store.add("walk", {})


def test_a_full_disk_is_said_in_a_sentence_and_loses_nothing(store, journal):
    journal.add(batch(1))
    journal.commit()
    connection = store.database._connection
    n_pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {n_pages}")
    with pytest.raises(EngineError, match=r"is full.*Free some space"):
        store.add("walk", {"text": "a" * 100_000})
    connection.execute("PRAGMA max_page_count = 1000000")
    journal.add(batch(2))
    journal.commit()
    assert steps(store, journal.run_id) == [1, 2]


def test_a_database_of_another_version_is_left_alone(tmp_path):
    Database(tmp_path / DATABASE).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CorruptFile, match="format 99"):
        Store(tmp_path)


def test_only_workers_that_nobody_wants_are_killed(store, journal):
    me, other = Owner(os.getpid(), mark_of(os.getpid())), Owner(1, "boot:1")
    ask = partial(queue.to_kill, store, patience=100)
    assert ask([me]) == []  # it starts, for us
    assert ask([other]) == [me]  # it starts, for a server that is gone
    control.stop(store, journal.run_id)
    assert ask([me]) == []  # a moment to react
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET wanted = wanted - 50")
    assert ask([me]) == [me]
    journal.begin({}, "")
    assert ask([me]) == []  # it trains, and finishes its batch
    assert queue.to_kill(store, [me], patience=10) == [me]
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET mark = 'boot:1'")
    assert queue.to_kill(store, [me], patience=10) == []  # that id, another process


def test_polling_does_not_read_a_users_texts_again(store):
    run_id = store.add("walk", {"text": "a" * 100})
    assert store.run(run_id).settings is store.run(run_id).settings
    assert store.runs()[0].settings == {"text": "a" * 100}
