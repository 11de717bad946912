"""A text measured by a cluster is the text measured here, also when a worker is killed."""

import importlib.util
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from engine.encoder import load_encoder
from engine.errors import EngineError
from engine.measuring import on_ray
from engine.measuring.job import Job
from engine.measuring.measured import Asked, Part, encoder_record
from engine.measuring.on_ray import LOCAL, Work, blocks_of, measure_on_ray
from engine.measuring.text_file import TextFile
from tests.test_measuring import assert_reports_equal, lines_of, small_pieces, written  # noqa: F401

WORKER = "ray::MapWorker"  # what Ray calls the process of an actor


def needs_ray():
    if importlib.util.find_spec("ray") is None:
        pytest.skip(on_ray.MISSING)


@pytest.fixture
def text(tmp_path):
    return written(tmp_path / "a.txt", "\n".join(lines_of(9_000)))


@pytest.mark.parametrize("part", [Part(), Part(2, 3)])
@pytest.mark.parametrize("n_bytes", [1, 3_000, 10**9])
def test_blocks_hold_every_piece_once(text, part, n_bytes):
    blocks = blocks_of(text, part, n_bytes)
    cut = [piece for block in blocks for piece in text.pieces(*block)]
    assert cut == list(text.pieces(*text.part(*part)))
    assert len(blocks) == (len(cut) if n_bytes == 1 else len(blocks))
    assert len(blocks) == 1 or n_bytes < 10**9


def test_without_ray_one_is_told_how_to_get_it(text, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match="-r requirements-ray"):
        measure_on_ray(Work(text, "glove", "cpu", Asked()), [], address=LOCAL)


def ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
        found.append(pid)
    return found


def own_workers() -> set[int]:
    """Processes of this test's actors: other clusters of this machine are not its own."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if name.startswith(WORKER) and os.getpid() in ancestors(int(folder.name)):
            found.add(int(folder.name))
    return found


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(text):
    needs_ray()
    encoder = load_encoder("glove")
    alone = Job(text, encoder)
    while not alone.finished:
        alone.advance()
    blocks = blocks_of(text, Part(), 8_000)
    assert len(blocks) > 20
    seen: set[int] = set()
    killed: list[int] = []
    done: list[int] = []

    def told(n_done, _measured):
        done.append(n_done)
        seen.update(own_workers())
        if n_done in (2, 8):
            killed.append(max(own_workers() - set(killed)))
            os.kill(killed[-1], signal.SIGKILL)
            time.sleep(0.5)

    work = Work(text, "glove", "cpu", Asked())
    measured = measure_on_ray(work, blocks, address=LOCAL, n_actors=2, told=told)
    assert len(killed) == 2 and len(seen) > 2  # others took their places
    assert done == list(range(1, len(blocks) + 1))
    assert_reports_equal(alone.report(), measured.report(encoder_record(encoder)), 1e-12)
    assert not own_workers()


def test_what_a_worker_cannot_do_is_said(tmp_path):
    text = TextFile(tmp_path / "elsewhere.txt", "elsewhere.txt")
    actor = on_ray.BlockActor(Work(text, "glove", "cpu", Asked()))
    told = actor({"begin": np.array([[0, 0, 0]]), "end": np.array([9])})
    assert told["error"].tolist() == ["elsewhere.txt cannot be read: No such file or directory."]
    assert told["state"].tolist() == [b""]
