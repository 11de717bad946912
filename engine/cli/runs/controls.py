"""`python -m engine runs pause|resume|step|back|stop|delete`: say what is wanted of a run."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from engine.cli.arguments import Commands, whole_number
from engine.cli.output import print_json
from engine.cli.runs.arguments import add_run, found, open_store, own_command
from engine.cli.runs.reports import as_record, line_of
from engine.cli.runs.start import UNTIL

if TYPE_CHECKING:
    from engine.runs.store import Store

WAIT_SECONDS = 5.0  # for a worker to follow, so that what is printed is what came of it


def add_to(commands: Commands) -> None:
    """Enter the commands into the parser."""
    for name, about in (
        ("pause", "Pause a run after the batch that is being done."),
        ("stop", "End a run; its events and checkpoints stay."),
        ("delete", "Forget a run, its events and its checkpoints."),
    ):
        add_run(own_command(commands, name, run, about, f"{name} 3f9a01bc"))
    resume = own_command(
        commands, "resume", run,
        "Let a run go on.", "resume 3f9a01bc", "resume 3f9a01bc --limit-seconds 1200",
    )  # fmt: skip
    add_run(resume)
    resume.add_argument("--limit-seconds", type=whole_number(1), metavar="N", help="new limit")
    resume.add_argument("--limit-steps", type=whole_number(1), metavar="N", help="new limit")
    step = own_command(
        commands, "step", run,
        "Go on for one batch, or until something has happened, and pause.",
        "step 3f9a01bc", "step 3f9a01bc --until unfreezing",
    )  # fmt: skip
    add_run(step)
    step.add_argument("--until", choices=UNTIL, default="batch", help="(default batch)")
    back = own_command(
        commands, "back", run,
        "Go back to a checkpoint and pause there; `runs show` lists them.", "back 3f9a01bc 200",
    )  # fmt: skip
    add_run(back)
    back.add_argument("step", type=whole_number(0), metavar="BATCH", help="0 is the beginning")
    for parser, command in ((resume, "resume"), (step, "step"), (back, "back")):
        parser.set_defaults(command=command)
    for name in ("pause", "stop", "delete"):
        commands.choices[name].set_defaults(command=name)


def run(options: argparse.Namespace) -> int:
    """Say it, wait a moment for the worker, and print what came of it."""
    from engine.runs import control

    store = open_store()
    run_id = found(store, options.run_id)
    match options.command:
        case "pause":
            control.pause(store, run_id)
        case "stop":
            control.stop(store, run_id)
        case "step":
            control.resume(store, run_id, until=options.until)
        case "back":
            control.step_back(store, run_id, options.step)
        case "resume":
            raise_limits(store, run_id, options)
            control.resume(store, run_id)
        case "delete":
            control.delete(store, run_id)
            return 0
    report(store, run_id, options.json)
    return 0


def raise_limits(store: Store, run_id: str, options: argparse.Namespace) -> None:
    """Set the limits that were given."""
    from dataclasses import replace

    from engine.runs.control import set_limits

    given = {"seconds": options.limit_seconds, "steps": options.limit_steps}
    changes = {name: value for name, value in given.items() if value is not None}
    if changes:
        set_limits(store, run_id, replace(store.run(run_id).limits, **changes))


def report(store: Store, run_id: str, is_json: bool) -> None:
    """Print where the run stands once it has followed, or after a moment."""
    from engine.runs.rows import ACTIVE

    end = time.monotonic() + WAIT_SECONDS
    run = store.run(run_id)
    while run.status in ACTIVE and run.want != "running" and time.monotonic() < end:
        time.sleep(0.05)
        run = store.run(run_id)
    if is_json:
        print_json(as_record(run))
    else:
        print(line_of(run))
