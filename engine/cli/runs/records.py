"""`python -m engine runs record|export`: files made of a run."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from engine.cli.arguments import Commands
from engine.cli.runs.arguments import add_run, found, open_store, own_command
from engine.errors import EngineError


def add_to(commands: Commands) -> None:
    """Enter the commands into the parser."""
    record = own_command(
        commands, "record", record_run,
        "Make a small file of a finished run that the app can replay.\n\n"
        "It holds numbers and text that the model wrote. A run whose settings hold a text of\n"
        "somebody's own is refused.",
        "record 3f9a01bc --title 'IMDb, all tricks' --output assets/runs/imdb.jsonl.xz",
    )  # fmt: skip
    add_run(record)
    record.add_argument("--title", required=True, help="what the run shows")
    record.add_argument("--data", default="", help="what it was trained on (default: as it says)")
    record.add_argument("--command", default="", dest="made_by", help="that does the run again")
    record.add_argument("--output", required=True, metavar="FILE", help="ends in .jsonl.xz")
    export = own_command(
        commands, "export", export_run,
        "Copy a run's events (CSV) or one of its checkpoints into a file.",
        "export 3f9a01bc --csv events.csv",
        "export 3f9a01bc --checkpoint 200 --output weights.safetensors",
    )  # fmt: skip
    export.add_argument("run_id", metavar="RUN", help="its id, or the beginning of it")
    export.add_argument("--csv", metavar="FILE", help="one line an event")
    export.add_argument("--checkpoint", type=int, metavar="BATCH", help="which checkpoint")
    export.add_argument("--output", metavar="FILE", help="of the checkpoint")


def record_run(options: argparse.Namespace) -> int:
    """Write the recording."""
    from engine.runs.recorded import SUFFIX
    from engine.runs.recording import record

    if not options.output.endswith(SUFFIX):
        options.parser.error(f"--output: the name must end in {SUFFIX}")
    store = open_store()
    path = Path(options.output)
    n_bytes = record(
        store, found(store, options.run_id), path,
        title=options.title, data=options.data, command=options.made_by,
    )  # fmt: skip
    print(f"{path}: {n_bytes / 1024:.1f} KiB")
    return 0


def export_run(options: argparse.Namespace) -> int:
    """Write the files that were asked for."""
    from engine.runs.series import to_csv

    if not options.csv and options.checkpoint is None:
        options.parser.error("say what: --csv FILE, or --checkpoint BATCH --output FILE")
    if (options.checkpoint is None) != (options.output is None):
        options.parser.error("--checkpoint and --output belong together")
    store = open_store()
    run_id = found(store, options.run_id)
    if options.csv:
        Path(options.csv).write_text(to_csv(store.events_after(run_id)), encoding="utf8")
    if options.checkpoint is not None:
        by_step = {one.step: one for one in store.checkpoints(run_id)}
        if options.checkpoint not in by_step:
            known = ", ".join(map(str, by_step)) or "none"
            raise EngineError(
                f"There is no checkpoint at batch {options.checkpoint}. There are: {known}."
            )
        shutil.copyfile(store.path_of(run_id, by_step[options.checkpoint]), options.output)
    return 0
