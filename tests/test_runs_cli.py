"""`python -m engine runs`: each command does what it says, and what goes wrong is one sentence."""

import csv
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from engine.cli import main
from engine.runs.recorded import recording
from tests.runs_harness import Desk, at_step, serving, until

ROOT = Path(__file__).parents[1]
OWN = ("--sessions", "tests.small_sessions")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    return Desk(tmp_path)


@pytest.fixture
def call(desk, capsys):
    def call(*arguments):
        capsys.readouterr()
        code = main(["runs", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def said(call):
    """What a command that must succeed prints, as JSON."""

    def said(*arguments):
        code, out, err = call(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return said


def test_a_run_is_entered_with_its_settings(call, said, desk, tmp_path):
    (tmp_path / "mine.json").write_text('{"seed": 1, "n_epochs": 3}')
    run_id = said(
        "start", "walk", *OWN, "--settings", tmp_path / "mine.json", "--set", "seed=2",
        "--set", "name=text", "--name", "mine", "--limit-steps", 9, "--until", "epoch",
    )["id"]  # fmt: skip
    run = desk.store.run(run_id)
    assert run.settings == {"seed": 2, "n_epochs": 3, "name": "text"}
    assert (run.name, run.limits.steps, run.until) == ("mine", 9, "epoch")
    code, out, err = call("start", "walk", *OWN)
    assert code == 0 and desk.store.run(out.strip()) and "waits for a server" in err


def test_a_run_is_controlled_by_the_beginning_of_its_id(said, desk):
    run_id = desk.run(until="batch").id
    assert said("step", run_id[:5])["status"] == "queued"
    desk.work(run_id)
    assert said("list")[0]["step"] == 2
    assert said("step", run_id, "--until", "stage")["until"] == "stage"
    assert said("pause", run_id)["status"] == "paused"
    assert said("back", run_id, 1)["step"] == 1
    said("resume", run_id, "--limit-steps", 100)
    assert desk.store.run(run_id).limits.steps == 100
    desk.work(run_id)
    shown = said("show", run_id)
    assert shown["status"] == "finished" and shown["checkpoints"][-1]["step"] == 24
    assert shown["figures"]["loss"] > 0 and "figures.error" in shown["figures"]
    assert said("stop", run_id)["status"] == "finished"


def test_tables_are_for_people(call, desk):
    run = desk.run(name="my\x1brun")
    desk.store.add("walk", {})
    code, out, _ = call("list")
    assert code == 0 and "queued (1)" in out and "finished" in out and "\x1b" not in out
    code, out, _ = call("show", run.id)
    assert code == 0 and "hardware: " in out and "stage" in out


def test_a_deleted_run_is_gone(call, desk):
    run_id = desk.run().id
    assert call("delete", run_id)[0] == 0
    assert desk.store.runs() == []


@pytest.mark.parametrize(
    "arguments, code, sentence",
    [
        (("start", "stroll"), 1, "Unknown session 'stroll'"),
        (("start", "walk", *OWN, "--set", "seed"), 1, "NAME=VALUE"),
        (("start", "walk", "--sessions", "tests.nowhere"), 1, "tests.nowhere"),
        (("start", "walk", *OWN, "--settings", __file__), 1, "is not JSON"),
        (("show", "zz"), 1, "There is no run 'zz'"),
        (("back", "", "7"), 1, "runs have ids that begin"),
        (("step", "x", "--until", "noon"), 2, "invalid choice"),
        ((), 2, "needs a command"),
        (("export", "x"), 2, "say what"),
        (("record", "x", "--title", "t", "--output", "x.json"), 2, "must end in .jsonl.xz"),
    ],
)
def test_what_goes_wrong_is_one_sentence(call, desk, arguments, code, sentence):
    desk.store.add("walk", {})
    desk.store.add("walk", {})
    found, out, err = call(*arguments)
    assert (found, out) == (code, "") and sentence in err and "Traceback" not in err
    assert len(err.strip().splitlines()) == 1 or code == 2


def test_a_checkpoint_that_is_not_there_is_named(call, desk, tmp_path):
    run_id = desk.run(until="stage").id
    code, _, err = call("back", run_id, 7)
    assert code == 1 and "There are: 0, 3" in err
    code, _, err = call("export", run_id, "--checkpoint", 7, "--output", tmp_path / "x")
    assert code == 1 and "There is no checkpoint at batch 7" in err


def test_files_are_made_of_a_run(call, desk, tmp_path):
    run_id = desk.run().id
    table, weights = tmp_path / "events.csv", tmp_path / "weights.safetensors"
    arguments = ("--csv", table, "--checkpoint", 24, "--output", weights)
    assert call("export", run_id, *arguments)[0] == 0
    assert len(list(csv.DictReader(table.open()))) == desk.store.run(run_id).n_events
    last = desk.store.checkpoints(run_id)[-1]
    assert weights.read_bytes() == desk.store.path_of(run_id, last).read_bytes()
    path = tmp_path / "walk.jsonl.xz"
    code, out, _ = call("record", run_id, "--title", "A walk", "--output", path)
    assert code == 0 and "KiB" in out
    assert recording("walk", tmp_path).label.title == "A walk"


def test_a_folder_that_cannot_be_used_is_one_sentence(call, monkeypatch):
    monkeypatch.setenv("CONESCOPE_RUNS", f"{__file__}/runs")
    code, out, err = call("list")
    assert (code, out) == (1, "") and "CONESCOPE_RUNS name another" in err
    assert len(err.splitlines()) == 1


@pytest.mark.slow
def test_a_run_in_the_foreground_prints_its_events_and_ends_with_it(call, desk):
    code, out, err = call("start", "walk", *OWN, "--foreground", "--until", "stage")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and "paused at batch 8" in err
    (run,) = desk.store.runs()
    assert [event["event"] for event in events].count("Batch") == 8 == run.step
    assert events[-1] | {"seconds": 0} == {
        "event": "StageEnded", "step": 8, "stage": "pretrain", "seconds": 0,
        "weights": desk.store.checkpoints(run.id)[-1].weights,
    }  # fmt: skip
    code, _, err = call("start", "walk", *OWN, "--foreground", "--set", "sede=1")
    assert code == 1 and err == "Unknown setting 'sede'.\n"


@pytest.mark.slow
def test_pausing_waits_for_the_worker_and_says_where_the_run_stands(said, desk):
    with serving(desk.store.folder):
        run_id = desk.store.add("walk", {"seconds": 0.1})
        at_step(desk.store, run_id, 1)
        assert said("pause", run_id)["status"] == "paused"


@pytest.mark.slow
def test_a_server_in_the_foreground_trains_until_ctrl_c(desk):
    run_id = desk.store.add("walk", {"seconds": 0.05})
    command = [sys.executable, "-m", "engine", "runs", "serve", "--nice", "0", *OWN]
    # A test run in the background hands down that Ctrl-C is to be ignored.
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=heeding,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == f"serving {desk.store.folder}\n"
        at_step(desk.store, run_id, 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130 and process.stderr.read() == ""
    finally:
        process.kill()
    until(lambda: desk.store.run(run_id).status == "queued")


def test_the_store_opens_without_pytorch():
    code = (
        "import sys, engine.runs.store, engine.runs.control, engine.runs.supervisor, "
        "engine.runs.log, engine.runs.recorded, engine.runs.recording\n"
        "print(*{'torch', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
