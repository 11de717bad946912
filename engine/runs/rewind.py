"""Set a run back: what came after a checkpoint is taken out of the log.

The same act serves stepping back, a worker that was killed, and a checkpoint that cannot be read.
"""

from __future__ import annotations

import sqlite3

from engine.runs.rows import Checkpoint


def rewind(connection: sqlite3.Connection, run_id: str, checkpoint: Checkpoint | None) -> list[str]:
    """Within a transaction, make the log end where the checkpoint stands.

    Args:
        checkpoint: one of the run's; None is its beginning.
    Returns:
        Names of the files that can be deleted once the transaction is through.
    """
    step, number, seconds = 0, 0, 0.0
    if checkpoint is not None:
        step, number, seconds = checkpoint.step, checkpoint.number, checkpoint.seconds
    later = (run_id, step if checkpoint is not None else -1)
    files = connection.execute(
        "SELECT file FROM checkpoints WHERE run = ? AND step > ?", later
    ).fetchall()
    connection.execute("DELETE FROM checkpoints WHERE run = ? AND step > ?", later)
    connection.execute("DELETE FROM events WHERE run = ? AND number > ?", (run_id, number))
    connection.execute(
        "UPDATE runs SET step = ?, n_events = ?, seconds = ?, revision = revision + 1, ended = NULL"
        " WHERE id = ?",
        (step, number, seconds, run_id),
    )
    connection.execute(
        "INSERT INTO cuts SELECT id, revision, ? FROM runs WHERE id = ?", (number, run_id)
    )
    return [row["file"] for row in files]
