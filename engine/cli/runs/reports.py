"""`python -m engine runs list|show`: what is known of the runs."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import Commands, add_json
from engine.cli.output import number, print_json, print_table, visible
from engine.cli.runs.arguments import add_run, found, open_store, own_command

if TYPE_CHECKING:
    from engine.runs.rows import Run


def add_to(commands: Commands) -> None:
    """Enter the commands into the parser."""
    listing = own_command(commands, "list", list_runs, "List all runs.", "list", "list --json")
    add_json(listing)
    show = own_command(
        commands, "show", show_run,
        "Show a run, its checkpoints and the last figures.", "show 3f9a01bc",
    )  # fmt: skip
    add_run(show)


def list_runs(options: argparse.Namespace) -> int:
    """One line a run."""
    runs = open_store().runs()
    if options.json:
        print_json([as_record(run) for run in runs])
        return 0
    header = ("run", "name", "kind", "status", "batches", "seconds", "created", "note")
    print_table(
        header,
        [
            (run.id, visible(run.name), run.kind, status_of(run), f"{run.step:,}",
             f"{run.seconds:,.0f}", _moment(run.created), visible(run.note))
            for run in runs
        ],
    )  # fmt: skip
    return 0


def show_run(options: argparse.Namespace) -> int:
    """Everything but the events."""
    store = open_store()
    run = store.run(found(store, options.run_id))
    checkpoints = store.checkpoints(run.id)
    figures = figures_of(store.events_after(run.id))
    if options.json:
        rows = [vars(one) for one in checkpoints]
        print_json({**as_record(run), "checkpoints": rows, "figures": figures})
        return 0
    print(line_of(run))
    for name, value in run.facts.items():
        print(f"{name}: {visible(value)}")
    for name, figure in figures.items():
        print(f"{name}: {number(figure, 4)}")
    if checkpoints:
        print_table(
            ("checkpoint", "stage", "made for", "MiB", "weights"),
            [
                (f"{one.step}", one.stage, one.reason, f"{one.n_bytes / 2**20:.1f}",
                 one.weights[:12])
                for one in checkpoints
            ],
        )  # fmt: skip
    return 0


def figures_of(events: Any) -> dict[str, float]:
    """The last value of every number that the events tell."""
    from engine.runs.series import series_of

    return {name: float(series.values[-1]) for name, series in series_of(events).items()}


def as_record(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return asdict(run)


def line_of(run: Run) -> str:
    """A run in one line."""
    note = f" {visible(run.note)}" if run.note else ""
    return f"{run.id} {visible(run.name)}: {status_of(run)}, {run.step:,} batches.{note}"


def status_of(run: Run) -> str:
    """Its status, and its place in the queue."""
    return f"{run.status} ({run.place})" if run.place else run.status


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
