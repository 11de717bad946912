"""`python -m engine runs serve`: train what waits, without the app."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import Commands, whole_number
from engine.cli.output import complain
from engine.cli.runs.arguments import own_command
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.runs.store import Store

LOOK_SECONDS = 0.1


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = own_command(
        commands, "serve", serve,
        "Train what waits, until Ctrl-C.\n\n"
        "What trains then saves a checkpoint, and the next server takes it up.",
        "serve", "serve --threads 2",
    )  # fmt: skip
    parser.add_argument("--parallel", type=whole_number(1), default=1, metavar="N",
                        help="runs at a time (default 1)")  # fmt: skip
    parser.add_argument("--threads", type=whole_number(1), default=1, metavar="N",
                        help="of the processor, a run (default 1)")  # fmt: skip
    parser.add_argument("--nice", type=whole_number(0, 19), default=10, metavar="N",
                        help="how far others go first, 0 to 19 (default 10)")  # fmt: skip
    parser.add_argument("--checkpoint-seconds", type=whole_number(1), default=30, metavar="N",
                        help="(default 30)")  # fmt: skip
    parser.add_argument("--checkpoint-batches", type=whole_number(1), metavar="N")
    parser.add_argument("--most-deaths", type=whole_number(1), default=5, metavar="N",
                        help="of a run's process until it fails (default 5)")  # fmt: skip
    parser.add_argument("--sessions", action="append", default=[], metavar="MODULE",
                        help="Python module with further kinds of training")  # fmt: skip


def serve(options: argparse.Namespace) -> int:
    """Supervise until Ctrl-C or a signal to end."""
    import signal

    from engine.runs.supervisor import Supervisor
    from engine.runs.worker_process import ServerSettings

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = ServerSettings(
        parallel=options.parallel, threads=options.threads, nice=options.nice,
        checkpoint_seconds=options.checkpoint_seconds,
        checkpoint_batches=options.checkpoint_batches, most_deaths=options.most_deaths,
        sessions=tuple(options.sessions),
    )  # fmt: skip
    supervisor = Supervisor(settings=settings).start()
    print(f"serving {supervisor.store.folder}", flush=True)
    said = ""
    try:
        while True:
            time.sleep(LOOK_SECONDS)
            if supervisor.trouble != said and (said := supervisor.trouble):
                complain(said)
    finally:
        supervisor.stop()


def in_foreground(store: Store, run_id: str, sessions: tuple[str, ...]) -> int:
    """Train, print each event as a line of JSON, and end when the run pauses or ends.

    Raises:
        EngineError: the run failed.
    """
    from engine.runs.log import Log
    from engine.runs.rows import FAILED, OVER, PAUSED
    from engine.runs.supervisor import Supervisor
    from engine.runs.worker_process import ServerSettings

    # The only worker is the one that trains: this server ends with the run.
    settings = ServerSettings(standby=False, nice=0, sessions=sessions)
    supervisor = Supervisor(store.folder, settings).start()
    log, printed = Log(store, run_id), 0
    try:
        while True:
            run = log.poll()
            for one in log.events:
                if one.number > printed:
                    print_event(one)
                    printed = one.number
            if run.status in (*OVER, PAUSED):
                break
            time.sleep(LOOK_SECONDS)
    finally:
        supervisor.stop()
    if run.status == FAILED:
        raise EngineError(run.note)
    complain(f"{run.id}: {run.status} at batch {run.step:,}. {run.note}".rstrip())
    return 0


def print_event(one: Any) -> None:
    """One line of JSON."""
    import json

    from engine.runs.event_json import to_json

    record = {"event": type(one.event).__name__, **json.loads(to_json(one.event))}
    print(json.dumps(record | {"seconds": round(one.seconds, 2)}), flush=True)


def is_served(store: Store) -> bool:
    """Does a server look after this folder?"""
    from engine.runs.folder import LOCK
    from engine.runs.lock import FolderLock

    lock = FolderLock(store.folder / LOCK)
    if not lock.acquire():
        return True
    lock.release()
    return False
