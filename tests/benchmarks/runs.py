"""What it costs that a training can be watched, paused and taken up again: events and store by
batch, a viewer's poll, and the wait from Start to the first event.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.runs import control, queue
from engine.runs.drive import drive
from engine.runs.journal import Journal
from engine.runs.keeper import Keeper, Rhythm
from engine.runs.log import Log
from engine.runs.process import Owner, mark_of
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor
from engine.runs.worker_process import ServerSettings
from engine.training.events import Batch, Event
from engine.views.cockpit.choices import Choices, labelled_texts, settings_of
from engine.views.cockpit.feed import live_packet
from tests.benchmarks import Row

GROUPS = ("embedding", "lstm-1", "lstm-2", "lstm-3", "classifier")
BATCH_SECONDS = 0.1  # the batch that the share is told of
N_BATCHES = 3000
FILMS = "movie-snippets"


@dataclass(frozen=True)
class Start:
    """A run whose first event is waited for."""

    name: str
    kind: str
    settings: dict[str, Any]
    sessions: tuple[str, ...] = ()  # modules that the worker loads; none = those of the app


STARTS = (
    Start("a small net", "small-net", {"seed": 0, "n_steps": 20},
          ("tests.small_sessions", "tests.small_net_session")),
    Start("ULMFiT on film sentences", "ulmfit", settings_of(Choices(FILMS))),
)  # fmt: skip


class Silent:
    """A session whose batches do nothing but tell what the largest kind of event tells."""

    def __init__(self, n_steps: int) -> None:
        self.step, self._n_steps = 0, n_steps

    @property
    def finished(self) -> bool:
        return self.step == self._n_steps

    def advance(self) -> list[Event]:
        self.step += 1
        by_group = dict.fromkeys(GROUPS, 1 / (self.step + 2))
        return [Batch(self.step, "classify", 0, 1 / self.step, 2240, by_group, GROUPS[:2],
                      by_group, by_group)]  # fmt: skip

    def save(self, path: Path) -> str:
        path.write_bytes(b"")
        return ""

    def restore(self, path: Path) -> None: ...


def run(quick: bool) -> list[Row]:
    """All of them; ULMFiT's start where its texts are."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        n_batches = N_BATCHES // 5 if quick else N_BATCHES
        run_id = store.add("silent", {})
        journal = _claimed(store, run_id)
        row = _overhead(journal, n_batches)
        polls = [_poll(store, run_id, quick), _packet(store, run_id, quick)]
        here = STARTS if FILMS in labelled_texts() else STARTS[:1]
        starts = [_first_event(Path(folder) / start.kind, quick, start) for start in here]
        return [row, *polls, *starts]


def _claimed(store: Store, run_id: str) -> Journal:
    me = Owner(os.getpid(), mark_of(os.getpid()))
    assert queue.claim(store, run_id, me)
    return Journal(store, run_id, me)


def _overhead(journal: Journal, n_batches: int) -> Row:
    """A transaction for each batch, as with batches of 100 ms."""
    bare = Silent(n_batches)
    started = time.perf_counter()
    while not bare.finished:
        list(bare.advance())
    alone = time.perf_counter() - started

    class Slow(Silent):
        def advance(self) -> list[Event]:
            journal._committed = 0.0  # as if 100 ms had passed
            return super().advance()

    started = time.perf_counter()
    drive(Slow(n_batches), journal, Keeper(journal, Rhythm(seconds=1e9)), lambda: False)
    seconds = (time.perf_counter() - started - alone) / n_batches
    share = 100 * seconds / BATCH_SECONDS
    note = f"{seconds * 1000:.2f} ms a batch, a transaction each; mean of {n_batches:,}"
    return Row("runs: events and store, share of a batch of 100 ms", share, "%",
               wanted="ours < 3", note=note)  # fmt: skip


def _poll(store: Store, run_id: str, quick: bool) -> Row:
    """Ten new events of a long log."""
    log, times = Log(store, run_id), []
    log.poll()
    whole = log.events
    for _ in range(20 if quick else 200):
        log.events = whole[:-10]
        started = time.perf_counter()
        log.poll()
        times.append(time.perf_counter() - started)
        assert len(log.events) == len(whole)
    slowest = 1000 * max(times)
    note = f"10 new of {len(whole):,} events, slowest {slowest:.1f} ms"
    median = 1000 * statistics.median(times)
    return Row("runs: a viewer's poll", median, "ms", wanted="ours < 5", note=note)


def _packet(store: Store, run_id: str, quick: bool) -> Row:
    """What the page asks for: state, checkpoints and ten new events of a long run, as JSON."""
    run, times = store.run(run_id), []
    for _ in range(20 if quick else 200):
        started = time.perf_counter()
        live_packet(store, run_id, run.n_events - 10, run.revision)
        times.append(time.perf_counter() - started)
    note = f"10 new of {run.n_events:,} events, slowest {1000 * max(times):.1f} ms"
    return Row("runs: a poll of the page, without HTTP", 1000 * statistics.median(times), "ms",
               wanted="ours < 15", note=note)  # fmt: skip


def _first_event(folder: Path, quick: bool, start: Start) -> Row:
    """From Start to the first event that a viewer can read, with a worker on standby."""
    times = []
    supervisor = Supervisor(folder, ServerSettings(sessions=start.sessions)).start()
    try:
        for _ in range(2 if quick else 5):
            while not supervisor.is_warm:
                time.sleep(0.05)
            started = time.perf_counter()
            run_id = supervisor.store.add(start.kind, start.settings)
            supervisor.wake()
            while not supervisor.store.events_after(run_id):
                time.sleep(0.005)
            times.append(time.perf_counter() - started)
            control.stop(supervisor.store, run_id)
            supervisor.wake()
    finally:
        supervisor.stop()
    return Row(f"runs: Start to first event, {start.name}, on standby",
               1000 * statistics.median(times), "ms", wanted="ours < 2000",
               note=f"{len(times)} starts, slowest {1000 * max(times):.0f} ms")  # fmt: skip
