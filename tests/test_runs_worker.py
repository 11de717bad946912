"""What a worker does with a run: it pauses, goes on, steps back, and takes up what is left.

What an unbroken run tells is what every broken one must tell in the end, to the last bit.
"""

import math
import os
import threading
import time

import pytest

from engine.errors import EngineError
from engine.runs import control, keeper, queue
from engine.runs.log import Log, next_stop
from engine.runs.orders import Orders
from engine.runs.rows import CLOCK, EPOCH, PAUSE, STAGE, UNFREEZING, Limits, Logged
from engine.runs.store import Store
from engine.runs.until import is_met
from engine.training.events import StageBegan, StageEnded, Step, Unfrozen
from tests.runs_harness import ME, Desk, at_step, kinds, losses, told, until, weights
from tests.small_sessions import Walk

SLOWLY = {"seconds": 0.01}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """What a run of `walk` tells from start to end, and the hash of its last weights."""
    desk = Desk(tmp_path_factory.mktemp("unbroken"))
    return desk.result(desk.run().id)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def in_background(desk):
    """Train a new run in a thread, so that it can be controlled meanwhile."""
    threads = []

    def start(**options):
        run_id = desk.store.add("walk", SLOWLY, **options)
        assert queue.claim(desk.store, run_id, ME)
        threads.append(threading.Thread(target=desk.worker.work, args=(run_id,)))
        threads[0].start()
        return run_id, threads[0].join

    yield start
    desk.server.is_gone = True
    for thread in threads:
        thread.join()


def go_on(desk, run_id, **options):
    control.resume(desk.store, run_id, **options)
    return desk.work(run_id)


def test_a_run_tells_what_its_session_tells_when_it_is_driven_by_hand(unbroken):
    session, events = Walk({}, device="cpu"), []
    while not session.finished:
        events += session.advance()
    said, last = unbroken
    assert [kind for _, kind, _ in said] == [type(event).__name__ for event in events]
    assert [number for number, _, _ in said] == list(range(1, len(events) + 1))
    assert last == session.hash()


def test_a_finished_run_says_what_is_known_of_it(desk):
    run = desk.run()
    assert (run.status, run.want, run.step, run.note) == ("finished", "paused", 24, "")
    assert run.created <= run.started <= run.ended and run.seconds > 0
    assert run.facts["data"] == "random points" and run.facts["hardware"]
    times = [one.seconds for one in desk.store.events_after(run.id)]
    assert times == sorted(times) and times[-1] <= run.seconds


def test_checkpoints_stand_at_borders_and_between_them(desk, monkeypatch):
    monkeypatch.setattr(keeper, "LARGEST_SHARE", math.inf)  # as if they took no time
    run = desk.run()
    reasons = {one.step: one.reason for one in desk.store.checkpoints(run.id)}
    # Batch 24 ends the run, 20 and 21 the first epoch with a frozen group and its unfreezing.
    assert reasons == {
        3: CLOCK, 4: EPOCH, 7: CLOCK, 8: STAGE, 11: CLOCK, 12: EPOCH, 15: CLOCK, 16: STAGE,
        19: CLOCK, 20: EPOCH, 21: UNFREEZING, 24: STAGE,
    }  # fmt: skip
    stages = [one.stage for one in desk.store.checkpoints(run.id)]
    assert stages == ["pretrain"] * 4 + ["adapt"] * 4 + ["classify"] * 4


def test_checkpoints_that_take_long_are_few(desk, monkeypatch):
    monkeypatch.setattr(keeper, "LARGEST_SHARE", 1e-9)  # as if each took ages
    run = desk.run()
    assert [one.step for one in desk.store.checkpoints(run.id)] == [3, 8, 16, 24]


def test_one_batch_writes_one_batch_event_and_a_checkpoint_with_other_weights(desk):
    run = desk.run(until="batch")
    hashes = set()
    for n_done in (1, 2, 3):
        assert (run.status, run.want, run.until, run.step) == ("paused", "paused", "", n_done)
        assert kinds(desk.store, run.id).count("Batch") == n_done
        assert desk.store.checkpoints(run.id)[-1].step == n_done
        assert desk.store.checkpoints(run.id)[-1].reason == PAUSE
        hashes.add(weights(desk.store, run.id))
        run = go_on(desk, run.id, until="batch")
    assert len(hashes) == 3


@pytest.mark.parametrize(
    "where, steps, last",
    [("epoch", (4, 8, 12), "EpochEnded"), ("stage", (8, 16, 24), "StageEnded"),
     ("unfreezing", (21, 24), "Batch")],
)  # fmt: skip
def test_a_run_goes_on_until_something_has_happened(desk, where, steps, last):
    run = desk.run(until=where)
    for step in steps:
        assert run.step == step and desk.store.checkpoints(run.id)[-1].step == step
        assert run.status == ("finished" if step == 24 else "paused")
        if step < 24:
            assert last in kinds(desk.store, run.id)[-2:]
            run = go_on(desk, run.id, until=where)


def test_what_begins_a_stage_is_nothing_to_wait_for():
    began, nothing_to_do = StageBegan(0, "adapt", (), 4, 1, ""), StageEnded(0, "pretrain", "")
    batches = [Step(step, 1.0, 0.1, 5, 1.0) for step in (1, 2)]
    freed = [Unfrozen(step, "adapt", ("high",)) for step in (0, 2)]
    first = [began, nothing_to_do, began, freed[0], batches[0]]
    assert is_met("batch", first)
    assert not any(is_met(until, first) for until in ("stage", "epoch", "unfreezing", ""))
    ended = StageEnded(1, "adapt", "")
    assert is_met("unfreezing", [batches[1], freed[1]]) and is_met("stage", [*first, ended])
    events = [*first, ended, batches[1], freed[1]]
    logged = [Logged(number, 0.0, 0.0, event) for number, event in enumerate(events, 1)]
    assert next_stop(logged, -1, "unfreezing") == 2 and next_stop(logged, -1, "stage") == 1


@pytest.mark.parametrize("is_held", [True, False])
def test_a_paused_run_goes_on_as_if_it_had_not_paused(desk, unbroken, is_held):
    run = desk.run(until="batch")
    while run.status != "finished":
        if not is_held:
            desk.fresh()
        run = go_on(desk, run.id, until="batch" if run.step < 20 else "")
    assert desk.result(run.id) == unbroken


def test_pausing_is_honoured_within_one_batch(desk, in_background):
    run_id, join = in_background()
    at_step(desk.store, run_id, 3)
    control.pause(desk.store, run_id)
    before = desk.store.run(run_id).step
    join()
    run = desk.store.run(run_id)
    assert run.status == "paused" and before <= run.step <= before + 1
    assert desk.store.checkpoints(run_id)[-1].step == run.step


@pytest.mark.slow
@pytest.mark.parametrize("is_held", [True, False])
def test_stepping_back_replays_the_same_losses(desk, unbroken, is_held):
    run = desk.run(SLOWLY, until="stage")
    first, place = losses(desk.store, run.id), desk.store.checkpoints(run.id)[0]
    assert 0 < place.step < 8
    control.step_back(desk.store, run.id, place.step)
    run = desk.store.run(run.id)
    assert (run.status, run.step) == ("paused", place.step)
    assert losses(desk.store, run.id) == first[: place.step]
    assert weights(desk.store, run.id) == place.weights
    if not is_held:
        desk.fresh()
    go_on(desk, run.id, until="stage")
    assert losses(desk.store, run.id) == first
    control.step_back(desk.store, run.id, 0)  # the beginning
    assert told(desk.store, run.id) == [] and desk.store.checkpoints(run.id) == []
    assert go_on(desk, run.id).status == "finished"
    control.step_back(desk.store, run.id, 8)  # a finished run, too
    assert go_on(desk, run.id).status == "finished"
    assert desk.result(run.id) == unbroken
    in_folder = {path.name for path in desk.store.folder_of(run.id).iterdir()}
    assert in_folder == {one.file for one in desk.store.checkpoints(run.id)}


def test_stepping_back_while_it_trains_pauses_it_there(desk, in_background, unbroken):
    run_id, join = in_background()
    at_step(desk.store, run_id, 9)
    control.step_back(desk.store, run_id, 8)
    join()
    run = desk.store.run(run_id)
    assert (run.status, run.step) == ("paused", 8) and len(losses(desk.store, run_id)) == 8
    go_on(desk, run_id)
    assert desk.result(run_id) == unbroken


def test_a_second_viewer_sees_the_same(desk, in_background):
    run_id, _ = in_background()
    early, late = Log(desk.store, run_id), Log(Store(desk.store.folder), run_id)
    until(lambda: early.poll().status == "finished")
    late.poll()
    assert early.events == late.events and len(early.events) == len(told(desk.store, run_id))


def test_a_stopped_run_can_be_taken_up_again(desk, in_background, unbroken):
    run_id, join = in_background()
    at_step(desk.store, run_id, 3)
    control.stop(desk.store, run_id)
    join()
    run = desk.store.run(run_id)
    assert run.status == "stopped" and run.ended and run.step < 24
    assert go_on(desk, run_id).status == "finished"
    assert desk.result(run_id) == unbroken
    with pytest.raises(EngineError, match="Step back to one of its checkpoints"):
        control.resume(desk.store, run_id)
    with pytest.raises(EngineError, match="nothing to pause"):
        control.pause(desk.store, run_id)


def test_a_deleted_run_leaves_nothing_even_while_it_trains(desk, in_background):
    run_id, join = in_background()
    at_step(desk.store, run_id, 4)
    control.delete(desk.store, run_id)
    join()
    assert desk.store.runs() == [] and desk.store.events_after(run_id) == []
    assert not desk.store.folder_of(run_id).exists()


def test_a_worker_whose_server_is_gone_saves_and_leaves_the_run_to_the_next(
    desk, in_background, unbroken
):
    run_id, join = in_background(until="stage")
    at_step(desk.store, run_id, 4)
    desk.server.is_gone = True
    join()
    run = desk.store.run(run_id)
    assert (run.status, run.want, run.until, run.note) == ("queued", "running", "stage", "")
    assert desk.store.checkpoints(run_id)[-1].step == run.step < 8
    desk.server.is_gone = False
    desk.fresh()
    assert desk.work(run_id).step == 8
    go_on(desk, run_id)
    assert desk.result(run_id) == unbroken


def test_limits_pause_a_run_with_a_sentence(desk):
    run = desk.run(limits=Limits(steps=5))
    assert (run.status, run.step) == ("paused", 5) and "limit of 5 batches" in run.note
    with pytest.raises(EngineError, match="Raise the limit to go on"):
        control.resume(desk.store, run.id)
    control.set_limits(desk.store, run.id, Limits(steps=7))
    run = go_on(desk, run.id)
    assert run.step == 7 and "limit of 7 batches" in run.note
    run = desk.run(SLOWLY, limits=Limits(seconds=0.05))
    assert run.status == "paused" and 0 < run.step < 24 and "s of training" in run.note


def test_a_pace_makes_batches_slow_but_not_the_controls(desk, in_background):
    run_id, join = in_background()
    control.set_pace(desk.store, run_id, 60)
    step = at_step(desk.store, run_id, 1).step
    control.pause(desk.store, run_id)
    join(5)
    run = desk.store.run(run_id)
    assert run.status == "paused" and run.step <= step + 1 and run.seconds < 5


def test_a_wrong_setting_a_defect_and_an_unknown_kind_fail_with_a_sentence(desk):
    wrong, broken = desk.run({"sede": 1}), desk.run({"break_at": 3})
    unknown = desk.work(desk.store.add("stroll", {}))
    assert (wrong.status, wrong.note) == ("failed", "Unknown setting 'sede'.")
    assert unknown.status == "failed" and unknown.note.startswith("Unknown session 'stroll'")
    assert broken.status == "failed" and "ZeroDivisionError" in broken.note and broken.step == 3
    assert "a defect" in (desk.store.folder_of(broken.id) / "failure.txt").read_text()


def test_a_full_disk_pauses_a_run_with_a_sentence_and_held_it_goes_on(desk):
    run = desk.run({"full_at": 8})  # the end of the first stage
    assert (run.status, run.step) == ("paused", 8)
    assert "No space left on device" in run.note and "Free some space" in run.note
    assert go_on(desk, run.id, until="batch").step == 9  # nothing was lost


def test_a_full_disk_loses_no_more_than_the_work_since_the_last_checkpoint(desk, unbroken):
    run = desk.run({"full_at": 8})
    last = desk.store.checkpoints(run.id)[-1].step
    with desk.store.database.transaction() as connection:
        connection.execute("UPDATE runs SET settings = '{}'")  # there is space again
    desk = Desk(desk.store.folder)
    assert go_on(desk, run.id, until="batch").step == last + 1
    go_on(desk, run.id)
    assert desk.result(run.id) == unbroken


def cut(path):
    path.write_bytes(path.read_bytes()[:-50])


def change(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1  # within the weights: only the checksum tells
    path.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("is_held", [True, False])
@pytest.mark.parametrize("damage", [cut, change, lambda path: path.unlink()])
def test_a_corrupt_checkpoint_is_named_and_the_one_before_is_used(desk, unbroken, damage, is_held):
    run = desk.run(SLOWLY, until="stage")
    *_, before, last = desk.store.checkpoints(run.id)
    damage(desk.store.path_of(run.id, last))
    if not is_held:
        desk.fresh()
        run = go_on(desk, run.id, until="batch")
        assert run.step == before.step + 1
        assert "The checkpoint at batch 8 cannot be used" in run.note
        assert f"went on from batch {before.step}" in run.note
    go_on(desk, run.id)
    assert desk.result(run.id) == unbroken


def test_a_run_whose_checkpoints_are_all_corrupt_begins_again(desk, unbroken):
    run = desk.run(SLOWLY, until="stage")
    for one in desk.store.checkpoints(run.id):
        cut(desk.store.path_of(run.id, one))
    desk.fresh()
    run = go_on(desk, run.id, until="batch")
    assert run.step == 1 and "went on from batch 0" in run.note
    go_on(desk, run.id)
    assert desk.result(run.id) == unbroken


def test_what_a_killed_worker_left_half_written_is_deleted(desk):
    run = desk.run(until="batch")
    half = desk.store.folder_of(run.id) / "000-00000002.unfinished"
    half.write_text("half")
    desk.fresh()
    go_on(desk, run.id, until="batch")
    assert not half.exists()


def test_a_run_that_was_paused_before_its_worker_began_is_left_alone(desk):
    run_id = desk.store.add("walk", {})
    control.pause(desk.store, run_id)
    assert not queue.claim(desk.store, run_id, ME)
    desk.worker.work(run_id)
    run = desk.store.run(run_id)
    assert (run.status, run.n_events) == ("paused", 0)


def test_an_order_is_read_when_it_comes_and_the_end_of_the_server_is_noticed():
    reader, writer = os.pipe()
    orders = Orders(reader, os.getppid())
    threading.Timer(0.05, os.write, (writer, b"one\ntwo\n")).start()
    started = time.monotonic()
    assert orders.next() == "one" and time.monotonic() - started < 0.9
    assert orders.next() == "two" and not orders.gone()
    os.close(writer)
    assert orders.gone() and orders.next() is None
    assert Orders(reader, os.getppid() + 1).gone()  # a parent that is another one by now
    os.close(reader)
