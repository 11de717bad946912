"""`python -m engine runs record-all`: do the runs that ship, and record them."""

from __future__ import annotations

import argparse
import fnmatch
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, whole_number
from engine.cli.output import complain, print_table
from engine.cli.runs.arguments import own_command
from engine.errors import UnknownName

COMMAND = "python -m engine runs record-all --only"


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = own_command(
        commands, "record-all", record_all,
        "Do the runs that ship as recordings, one after another, and record them.\n\n"
        "Runs that are recorded as they are planned now are left out. Stop it with Ctrl-C: what\n"
        "was under way goes on from its last checkpoint the next time.",
        "record-all --list", "record-all --nice 15", "record-all --only 'imdb-*'",
    )  # fmt: skip
    parser.add_argument("--only", default="*", metavar="NAME", help="some of them, * = anything")
    parser.add_argument("--list", action="store_true", help="say what would be done, and end")
    parser.add_argument("--threads", type=whole_number(1), default=1, metavar="N",
                        help="of the processor (default 1)")  # fmt: skip
    parser.add_argument("--nice", type=whole_number(0, 19), default=10, metavar="N",
                        help="how far others go first, 0 to 19 (default 10)")  # fmt: skip
    parser.add_argument("--folder", metavar="FOLDER", help="of the files (default assets/runs)")


def record_all(options: argparse.Namespace) -> int:
    """Train and record, a line now and then."""
    import signal

    from engine.corpora.files import cache_folder
    from engine.runs.pool import ServerSettings
    from engine.runs.recorded import FOLDER
    from engine.runs.recorder import Planned, Recorder
    from engine.runs.store import Store
    from engine.training.cone import planned_runs as cone
    from engine.training.ulmfit import planned_runs as ulmfit

    planned: list[Planned] = [*ulmfit.planned_runs(), *cone.planned_runs()]
    chosen = [one for one in planned if fnmatch.fnmatch(one.name, options.only)]
    if not chosen:
        known = ", ".join(one.name for one in planned)
        raise UnknownName(f"No run that ships is named {options.only!r}. There are: {known}.")
    folder = Path(options.folder) if options.folder else FOLDER
    if options.list:
        return _list(chosen, folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = ServerSettings(standby=False, nice=options.nice, threads=options.threads)
    # In a folder of its own, so that these runs do not stand among the visitors'.
    store = Store(cache_folder() / "recorder")
    recorder = Recorder(COMMAND, store, server, folder)
    with closing(recorder.record_all(chosen)) as events:  # type: ignore[type-var]
        return _tell(events)


def _tell(events: Any) -> int:
    """Print what happens; 1 if a run was left out."""
    from engine.runs.recorder import LeftOut, Listed, Recorded, Trained

    code = 0
    for event in events:
        match event:
            case Listed(n_runs=n_runs, n_recorded=n_recorded):
                print(f"{n_runs} runs, {n_recorded} recorded before", flush=True)
            case Trained(name=name, step=step, seconds=seconds):
                print(f"  {name}: batch {step:,}, {seconds:,.0f} s of training", flush=True)
            case LeftOut(name=name, why=why):
                complain(f"{name} is left out. {why}")
                code = 1
            case Recorded(name=name, n_bytes=n_bytes, n_bytes_of_all=n_all, seconds=seconds):
                print(
                    f"{name}: {n_bytes / 1e3:.0f} kB after {seconds:,.0f} s of training "
                    f"(all recordings {n_all / 1e6:.2f} MB)",
                    flush=True,
                )
    return code


def _list(planned: Any, folder: Path) -> int:
    from engine.runs.recorded import recordings

    known = {label.name: label for label in recordings(folder)}
    rows = []
    for one in planned:
        label = known.get(one.name)
        state = "to do"
        if label:
            same = (label.settings, label.data) == (one.settings, one.data)
            state = f"recorded {label.date}" if same else f"recorded {label.date}, otherwise"
        rows.append((one.name, one.title, state))
    print_table(("name", "what", "state"), rows)
    return 0
