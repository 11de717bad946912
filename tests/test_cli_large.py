"""`python -m engine measure` of a text of any length: pauses, parts, progress."""

import json
import os
import pty
import random
import signal
import subprocess
import sys

import pytest

from engine.cli.measure_progress import Progress
from engine.cli.program import main
from engine.measuring import text_file
from engine.measuring.job import Job
from engine.measuring.text_file import TextFile
from tests.test_measuring import assert_reports_equal, lines_of

pytestmark = pytest.mark.slow  # commands that measure whole texts

KNOWN = "the bank of a river we walked along needs checks and trees money he went to his house"


@pytest.fixture
def run(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = main(list(map(str, arguments)))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def measured(run):
    def measured(*arguments):
        code, out, err = run("measure", "--json", *arguments)
        assert code == 0, err
        return json.loads(out)

    return measured


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines_of(1_500)), encoding="utf8")
    return path


def refused(run, *arguments):
    code, out, err = run("measure", *arguments)
    assert out == ""
    return code, err


def test_eight_saved_parts_merge_into_the_whole(text, tmp_path, measured, monkeypatch):
    monkeypatch.setattr(text_file, "PIECE_SENTENCES", 20)
    glove = ("--model", "glove", "--input", text)
    whole = measured(*glove, "--save", tmp_path / "whole.safetensors")
    states = [tmp_path / f"{number}.safetensors" for number in range(1, 9)]
    parts = [
        measured(*glove, "--part", f"{number}/8", "--save", state)
        for number, state in enumerate(states, 1)
    ]
    assert sum(part["frame"]["n_words"] for part in parts) == whole["frame"]["n_words"]
    assert parts[2]["notes"][-1] == "This is part 3 of 8 of the text."
    merged = measured("--merge", *states, "--save", tmp_path / "merged.safetensors")
    assert_reports_equal(whole, merged, 1e-12)
    assert json.loads((tmp_path / "merged.json").read_text("utf8")) == merged
    assert_reports_equal(merged, measured("--merge", tmp_path / "merged.safetensors"), 0)
    some = measured("--merge", *states[:4])
    assert "is not measured: bytes" in some["notes"][-1]


def test_what_is_measured_to_its_end_is_only_told_again(text, tmp_path, measured):
    glove = ("--model", "glove", "--input", text, "--save", tmp_path / "state.safetensors")
    first = measured(*glove)
    assert_reports_equal(first, measured(*glove, "--resume"), 0)


@pytest.mark.slow
def test_a_fetched_text_is_measured_by_its_name(measured, tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path))
    told = measured("--model", "glove", "--text", "wikipedia-excerpt", "--part", "1/40")
    assert told["frame"]["n_words"] > 100
    assert len(list((tmp_path / "sentences").glob("wikipedia-excerpt-*.txt"))) == 1


def test_lines_are_cut_where_that_is_asked_for(measured, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The bank is old. It stands there.\n" * 30, encoding="utf8")
    glove = ("--model", "glove", "--input", path)
    assert measured(*glove)["frame"]["n_sentences"] == 30
    assert measured(*glove, "--split")["frame"]["n_sentences"] == 60


def test_options_that_mean_nothing_together_are_a_usage_error(run, text, tmp_path):
    glove = ("--model", "glove", "--input", text)
    for arguments, why in [
        ((*glove, "--resume"), "--resume goes with --save"),
        ((*glove, "--part", "9/8"), "needs I/N"),
        ((*glove, "--part", "0/8"), "needs I/N"),
        ((*glove, "--part", "1/2", "--unit", "one-per-type"), "not with one-per-type"),
        ((*glove, "--save", tmp_path / "x", "--state", "centred"), "goes with raw vectors"),
        ((*glove, "--save", tmp_path / "x.json"), "beside it as .json"),
        ((*glove, "--text", "imdb"), "cannot be measured at once"),
        (("--model", "glove", "--input", "-", "--split"), "standard input is read once"),
        (("--merge", text, "--model", "glove"), "leave out --model"),
        (("--model", "glove", "--input", tmp_path, "--save", "y"), "needs a UTF-8 file"),
        (("--vectors", "x.npy", "--save", "y"), "cannot be measured at once"),
        ((*glove, "--ray", "local", "--resume", "--save", "y"), "--ray goes neither"),
    ]:
        code, err = refused(run, *arguments)
        assert (code, why in err) == (2, True), (arguments, err)


def test_what_cannot_be_done_is_said_in_one_sentence(run, text, tmp_path):
    glove = ("--model", "glove", "--input", text)
    state = tmp_path / "state.safetensors"
    assert run("measure", *glove, "--part", "1/2", "--save", state)[0] == 0
    for arguments, why in [
        ((*glove, "--part", "1/2", "--save", state), "is there already"),
        ((*glove, "--save", tmp_path / "none", "--resume"), "nothing to go on from"),
        ((*glove, "--save", state, "--resume"), "another part"),
        ((*glove, "--save", state, "--resume", "--seed", "2", "--part", "1/2"), "another frame"),
        ((*glove, "--part", "40/40"), "take fewer parts"),
        (("--merge", state, text), "not a complete file"),
        (("--merge", tmp_path / "none"), "cannot be read: No such file"),
        (("--model", "glove", "--text", "nothing"), "Unknown text source 'nothing'"),
    ]:
        code, err = refused(run, *arguments)
        assert (code, why in err, err.count("\n")) == (1, True, 1), (arguments, err)


def test_a_terminal_sees_the_share_the_speed_and_the_interval(
    text, monkeypatch, capsys, fake_static
):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("engine.cli.measure_progress.EVERY", 0)
    job = Job(TextFile(text, "a.txt"), fake_static)
    progress = Progress()
    while not job.finished:
        job.advance()
        progress.tell(job)
    progress.clear()
    told = capsys.readouterr().err
    assert "100.0% · " in told and " words · " in told and "/s · about " in told
    assert "mean cosine, top layer: " in told
    assert told.endswith("\r\033[K")


@pytest.mark.slow
def test_ctrl_c_pauses_and_resume_ends_as_if_nothing_had_been(tmp_path):
    """The command runs on a terminal of its own, so that its progress tells when to interrupt."""
    chance = random.Random(0)
    lines = [
        " ".join(chance.choices(KNOWN.split(), k=chance.randint(3, 20))) for _ in range(40_000)
    ]
    path, state = tmp_path / "a.txt", tmp_path / "state.safetensors"
    path.write_text("\n".join(lines), encoding="utf8")
    command = [sys.executable, "-m", "engine", "measure", "--model", "glove", "--json"]
    command += ["--input", str(path)]

    def out(*arguments):
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    terminal, side = pty.openpty()
    with subprocess.Popen(
        [*command, "--save", str(state)], stdout=subprocess.PIPE, stderr=side, text=True
    ) as process:
        os.close(side)
        seen = b""
        while b"words" not in seen:
            seen += os.read(terminal, 1024)
        process.send_signal(signal.SIGINT)
        while b"--resume goes on" not in seen:
            seen += os.read(terminal, 1024)
        assert process.wait(timeout=60) == 130
        assert process.stdout.read() == ""
    os.close(terminal)
    assert b"Paused at" in seen and b"Paused at 100" not in seen
    resumed = out("--save", state, "--resume")
    assert_reports_equal(out(), resumed, 0)
    assert json.loads(state.with_suffix(".json").read_text("utf8")) == resumed
