"""The process that trains: `python -m engine.runs.worker OPTIONS`, started by a supervisor.

It loads what sessions need and waits on standby. Given a run, it trains until the run pauses or
ends. It stays with a paused run; after any other the server lets it go, so that each run has a
fresh process.
When the server dies, it finishes its batch, saves a checkpoint, puts the run back at the head of
the queue and ends: the next server takes the run up from there.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import EngineError, UnknownName
from engine.runs.drive import drive
from engine.runs.folder import FAILURE
from engine.runs.hardware import hardware
from engine.runs.journal import Abandoned, Journal, SteppedBack
from engine.runs.keeper import Keeper, Rhythm
from engine.runs.orders import Orders
from engine.runs.process import Owner, mark_of
from engine.runs.rows import PAUSED
from engine.runs.store import Store
from engine.runs.take_up import Held, take_up
from engine.training.session import SESSIONS

READY = b"ready\n"


@dataclass(frozen=True)
class Options:
    """What the supervisor tells a worker at its start."""

    folder: str
    server: int  # process id
    nice: int = 10
    checkpoint_seconds: float = 30.0
    checkpoint_batches: int | None = None
    sessions: tuple[str, ...] = ()  # modules with further kinds of run

    def to_argument(self) -> str:
        """As `main` takes it."""
        return json.dumps(asdict(self))


class Worker:
    """Trains one run after another, as ordered."""

    def __init__(self, store: Store, orders: Orders, rhythm: Rhythm) -> None:
        self._store, self._orders, self._rhythm = store, orders, rhythm
        self._owner = Owner(os.getpid(), mark_of(os.getpid()))
        self._held: Held | None = None

    def serve(self) -> None:
        """Work until the server is gone, or wants no more of this process."""
        while (run_id := self._orders.next()) is not None:
            self.work(run_id)

    def work(self, run_id: str) -> None:
        """Train a run until it pauses or ends."""
        try:
            journal = Journal(self._store, run_id, self._owner)
        except Abandoned:
            return  # paused or deleted before it began
        try:
            self._train(journal)
        except Abandoned:
            self._clean_up(run_id)
        except EngineError as error:
            _fail(journal, str(error))
        except MemoryError:
            _fail(journal, "There was not enough memory for this run. Make it smaller.")
        except Exception as error:
            path = self._store.folder_of(run_id) / FAILURE
            with suppress(OSError):
                path.parent.mkdir(exist_ok=True)
                path.write_text(traceback.format_exc(), encoding="utf8")
            what = f"The training met an unexpected error ({type(error).__name__})."
            _fail(journal, f"{what} {path} says where.")

    def _train(self, journal: Journal) -> None:
        held = self._held if self._held and self._held.run_id == journal.run_id else None
        self._held = None
        while True:
            try:
                session, note = take_up(journal, held)
                keeper = Keeper(journal, self._rhythm)
                keeper.tidy()
                held = Held(journal.run_id, session, journal.revision)
                journal.begin(hardware() | dict(getattr(session, "facts", {})), note)
                if drive(session, journal, keeper, self._orders.gone) == PAUSED:
                    self._held = held
                return
            except SteppedBack:
                journal.reload()

    def _clean_up(self, run_id: str) -> None:
        """A deleted run leaves nothing behind."""
        try:
            self._store.run(run_id)
        except UnknownName:
            shutil.rmtree(self._store.folder_of(run_id), ignore_errors=True)


def preload(modules: Sequence[str]) -> None:
    """Import the sessions before they are needed: with PyTorch, that takes seconds.

    A kind of run may have a function `warm_up` that brings into memory what all its runs need.
    """
    for module in modules:
        importlib.import_module(module)
    kinds = [] if modules else list(SESSIONS)
    if "torch" in sys.modules:
        importlib.import_module("engine.training.warm_up").warm_up()
    for kind in kinds:
        with suppress(EngineError):  # a run of this kind will say the same, to whom it concerns
            getattr(SESSIONS[kind], "warm_up", lambda: None)()


def main(argument: str) -> None:
    """Load, say that this worker is ready, and wait for orders."""
    values = json.loads(argument)
    options = Options(**values)
    os.nice(options.nice)
    answer = os.dup(1)
    os.dup2(2, 1)  # whatever a session prints goes to the log, not to the server
    orders = Orders(0, options.server)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    signal.signal(signal.SIGTERM, lambda *_: orders.end())
    store = Store(Path(options.folder))
    preload(options.sessions)
    with suppress(OSError):
        os.write(answer, READY)
    rhythm = Rhythm(options.checkpoint_seconds, options.checkpoint_batches)
    Worker(store, orders, rhythm).serve()


def _fail(journal: Journal, sentence: str) -> None:
    with suppress(Abandoned, SteppedBack):
        journal.fail(sentence)


if __name__ == "__main__":
    main(sys.argv[1])
