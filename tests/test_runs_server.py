"""Runs in real worker processes under a server: order, standby, kills, and servers that end.

What an unbroken run tells is what every broken one must tell in the end, to the last bit.
"""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from engine.runs import control
from engine.runs.rows import ACTIVE, QUEUED
from engine.runs.store import Store
from tests.planted_texts import planted, settings  # noqa: F401
from tests.runs_harness import Desk, at_rest, at_step, serving, told, until, weights

ROOT = Path(__file__).parents[1]
SLOWLY = {"seconds": 0.02}
N_KILLS_OF_ULMFIT = int(os.environ.get("CONESCOPE_KILLS", "5"))  # each start imports PyTorch


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """What a run of `walk` tells from start to end, and the hash of its last weights."""
    desk = Desk(tmp_path_factory.mktemp("unbroken"))
    return desk.result(desk.run().id)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def result(store, run_id):
    return told(store, run_id), weights(store, run_id)


def test_a_killed_worker_is_replaced_and_nothing_is_missing(store, unbroken):
    with serving(store.folder):
        run_id = store.add("walk", SLOWLY)
        os.kill(at_step(store, run_id, 5).pid, signal.SIGKILL)
        assert at_rest(store, run_id).status == "finished"
    assert "ended unexpectedly" in store.run(run_id).note
    assert result(store, run_id) == unbroken


@pytest.mark.slow
def test_three_runs_train_one_after_another_in_order(store):
    ids = [store.add("walk", {"seconds": 0.03, "seed": seed}) for seed in range(3)]
    seen = set()
    with serving(store.folder, standby=True):

        def all_done():
            runs = [store.run(run_id) for run_id in ids]
            seen.add(tuple(run.status for run in runs))
            return all(run.status == "finished" for run in runs)

        until(all_done)
    for statuses in seen:
        assert sum(status in ACTIVE for status in statuses) <= 1
    assert ("running", "queued", "queued") in seen and ("finished", "running", "queued") in seen
    runs = [store.run(run_id) for run_id in ids]
    for earlier, later in itertools.pairwise(runs):
        assert earlier.ended <= later.started


@pytest.mark.slow
def test_two_at_a_time_where_the_server_allows_it(store):
    ids = [store.add("walk", {"seconds": 0.1}) for _ in range(3)]
    with serving(store.folder, parallel=2):
        until(lambda: [store.run(i).status for i in ids] == ["running", "running", "queued"])
        for run_id in ids:
            control.delete(store, run_id)


@pytest.mark.slow
def test_the_process_that_holds_a_paused_run_goes_on_and_others_are_let_go(store):
    with serving(store.folder, held=1) as server:
        one, two = (store.add("walk", {}, until="batch") for _ in range(2))
        first, second = at_rest(store, one).pid, at_rest(store, two).pid
        until(lambda: not Path(f"/proc/{first}").exists())  # only the last one is held
        control.resume(store, two, until="batch")
        control.resume(store, one, until="batch")
        assert at_rest(store, two).pid == second
        assert at_rest(store, one).pid not in (first, second)
        control.delete(store, two)
        until(lambda: not Path(f"/proc/{second}").exists())
        assert not server.trouble


@pytest.mark.slow
def test_a_standby_worker_takes_the_next_run_and_another_one_takes_its_place(store):
    with serving(store.folder, standby=True) as server:
        until(lambda: server.is_warm)
        waiting = server._pool.workers[0].owner.pid
        run_id = store.add("walk", {"seconds": 0.01})
        assert at_rest(store, run_id).pid == waiting
        until(lambda: server.is_warm)
        assert waiting not in {worker.owner.pid for worker in server._pool.workers}


@pytest.mark.slow
def test_a_server_that_ends_leaves_its_run_to_the_next(store, unbroken):
    with serving(store.folder):
        run_id = store.add("walk", SLOWLY)
        step = at_step(store, run_id, 5).step
    run = store.run(run_id)
    assert (run.status, run.want) == (QUEUED, "running") and run.step >= step
    assert store.checkpoints(run_id)[-1].step == run.step  # nothing was lost
    with serving(store.folder):
        assert at_rest(store, run_id).status == "finished"
    assert result(store, run_id) == unbroken


@pytest.mark.slow
def test_of_two_servers_one_trains_and_the_other_takes_over(store, unbroken):
    with serving(store.folder) as first:
        until(lambda: first.is_active)
        with serving(store.folder) as second:
            run_id = store.add("walk", SLOWLY)
            at_step(store, run_id, 4)
            assert not second.is_active
            first.stop()
            assert at_rest(store, run_id).status == "finished"
            assert second.is_active
    assert result(store, run_id) == unbroken


@pytest.mark.slow
def test_a_run_whose_process_always_dies_fails_with_a_sentence(store):
    with serving(store.folder, most_deaths=2):
        run = at_rest(store, store.add("walk", {"die_at": 2}))
    assert run.status == "failed" and "2 times" in run.note


@pytest.mark.slow
def test_a_worker_that_cannot_start_is_not_tried_without_end(store):
    with serving(store.folder, sessions=("tests.no_such_module",), most_deaths=2):
        run = at_rest(store, store.add("walk", {}))
        assert run.status == "failed"
        assert (store.folder / "worker.log").read_text().count("No module named") <= 3


@pytest.mark.slow
def test_a_stopped_run_that_does_not_react_is_killed(store):
    with serving(store.folder, patience=0.3):
        run_id = store.add("walk", {"seconds": 60})
        until(lambda: store.run(run_id).status == "running")
        control.stop(store, run_id)
        assert at_rest(store, run_id).status == "stopped"


def served(folder, module):
    """A server in a process of its own, whose runs' data are planted."""
    command = [sys.executable, "-m", "engine", "runs", "serve", "--nice", "0",
               "--checkpoint-batches", "4", "--most-deaths", "1000",
               "--sessions", module]  # fmt: skip
    folders = {"CONESCOPE_RUNS": str(folder), "CONESCOPE_CACHE": str(folder / "cache")}
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | folders, stdout=subprocess.DEVNULL
    )  # fmt: skip


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def killed_at_random(store, run_id, n_kills, module):
    """Kill worker, server or both at random moments, and start another server where it was killed;
    gives the run at its end. Every fourth time they are hit while they start, else some batches
    after they went on.
    """
    rng, server = random.Random(0), served(store.folder, module)
    try:
        for number in range(n_kills):
            begun = store.run(run_id).step
            until(lambda: store.run(run_id).status in ACTIVE, 300)
            if number % 4:
                at_step(store, run_id, begun + rng.randint(1, 9))
            time.sleep(rng.uniform(0, 0.1))
            pid = store.run(run_id).pid
            if number % 3 != 1:  # before its server: with that gone, it saves what it has and ends
                kill(pid)
            if number % 3 != 0:
                server.kill()
                server.wait()
            if server.poll() is not None:
                server = served(store.folder, module)
        return at_rest(store, run_id, 600)
    finally:
        server.terminate()
        server.wait()


@pytest.mark.slow
def test_twenty_kills_at_random_moments_change_neither_weights_nor_events(tmp_path):
    values = {"n_epochs": 3, "n_batches": 40}
    whole = Desk(tmp_path / "whole")
    expected = whole.run(values)
    store = Store(tmp_path / "broken")
    run_id = store.add("walk", values | {"seconds": 0.03})
    run = killed_at_random(store, run_id, 20, "tests.small_sessions")
    assert run.status == "finished" and run.revision >= 5  # so often was work lost and done again
    assert result(store, run_id) == whole.result(expected.id)


@pytest.mark.slow
@pytest.mark.usefixtures("planted")
def test_kills_change_nothing_of_ulmfit_in_three_stages(tmp_path):
    torch.set_num_threads(1)  # as the worker's: sums in another order differ in the last digit
    values = settings(pretrain__epochs=6, adapt__epochs=6, classify__epochs=8)
    whole = Desk(tmp_path / "whole")
    expected = whole.store.add("ulmfit", values)
    assert whole.work(expected).status == "finished"
    store = Store(tmp_path / "broken")
    run_id = store.add("ulmfit", values)
    control.set_pace(store, run_id, 0.05)
    run = killed_at_random(store, run_id, N_KILLS_OF_ULMFIT, "tests.planted_sessions")
    assert run.status == "finished" and run.revision >= 1
    assert result(store, run_id) == whole.result(expected)
