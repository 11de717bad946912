"""The store of runs: what a page, a command and a worker read, and how a run is entered."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import EngineError, TextError, UnknownName
from engine.runs.database import Database
from engine.runs.event_json import from_json
from engine.runs.folder import DATABASE, runs_folder
from engine.runs.rows import (
    QUEUED,
    RUN_COLUMNS,
    RUNNING,
    Checkpoint,
    Limits,
    Logged,
    Run,
    as_checkpoint,
    as_run,
)
from engine.runs.until import checked

DEVICES = ("auto", "cpu", "cuda")
MANY = 2**62
MOST_SETTINGS = 100  # runs whose settings are kept in memory


class Store:
    """All runs of a folder. Cheap to open; threads of a process may share one."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the store of a folder, or make it.

        Args:
            folder: as CONESCOPE_RUNS says, where left out.
        Raises:
            EngineError: the folder cannot be used.
        """
        self.folder = (folder or runs_folder()).absolute()
        self.database = Database(self.folder / DATABASE)
        # A page that polls should not read a user's texts each time.
        self._settings = lru_cache(maxsize=MOST_SETTINGS)(self._read_settings)

    def add(
        self,
        kind: str,
        settings: Mapping[str, Any],
        *,
        name: str = "",
        device: str = "auto",
        limits: Limits = Limits(),
        until: str = "",
    ) -> str:
        """Enter a run at the end of the queue; its id.

        Args:
            kind: a name in SESSIONS; a wrong one is found when the run starts.
            settings: JSON values for the session.
            name: what people call it.
            until: a name in UNTIL, where the run pauses by itself.
        Raises:
            TextError: more text in the settings than the limit allows.
            EngineError: settings that are not JSON, or no such device or place to pause.
        """
        if device not in DEVICES:
            raise EngineError(f"Unknown device {device!r}. Known: {', '.join(DEVICES)}.")
        text = _as_text(settings)
        if limits.characters is not None and len(text) > limits.characters:
            raise TextError(
                f"The run's text has {len(text):,} characters; at most {limits.characters:,} are "
                "taken. Take a part of it."
            )
        run_id, now = secrets.token_hex(4), time.time()
        with self.database.transaction() as connection:
            ticket = next_ticket(connection)
            connection.execute(
                "INSERT INTO runs (id, kind, name, settings, device, limits, status, want, until, "
                "wanted, ticket, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run_id, kind, name or f"{kind} {ticket}", text, device,
                 json.dumps(asdict(limits)), QUEUED, RUNNING, checked(until), now, ticket, now),
            )  # fmt: skip
        return run_id

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        rows = self.database.read(
            f"SELECT {RUN_COLUMNS} FROM runs r ORDER BY r.created DESC, r.rowid DESC"
        )
        return [as_run(row, self._settings(row["id"])) for row in rows]

    def run(self, run_id: str) -> Run:
        """One run as it stands now.

        Raises:
            UnknownName: there is none with this id.
        """
        rows = self.database.read(f"SELECT {RUN_COLUMNS} FROM runs r WHERE r.id = ?", run_id)
        if not rows:
            raise UnknownName(f"There is no run {run_id!r}; it may have been deleted.")
        return as_run(rows[0], self._settings(run_id))

    def events_after(self, run_id: str, number: int = 0, limit: int | None = None) -> list[Logged]:
        """The run's events whose number is larger, in order.

        A run that is set back takes the numbers after the checkpoint once more: `log.Log` follows
        that too.
        """
        return decoded(self.event_rows(run_id, number, limit))

    def event_rows(self, run_id: str, number: int, limit: int | None = None) -> list[sqlite3.Row]:
        """The same, for `decoded`: reading is short, and what waits for the store can go on."""
        return self.database.read(
            "SELECT number, kind, json, time, seconds FROM events WHERE run = ? AND number > ? "
            "ORDER BY number LIMIT ?",
            run_id, number, MANY if limit is None else limit,
        )  # fmt: skip

    def checkpoints(self, run_id: str) -> list[Checkpoint]:
        """Where the run can go back to, by step; its beginning, step 0, is always there too."""
        rows = self.database.read("SELECT * FROM checkpoints WHERE run = ? ORDER BY step", run_id)
        return [as_checkpoint(row) for row in rows]

    def cut_since(self, run_id: str, revision: int) -> int | None:
        """The last number that stayed in the log through all the times that the run was set back
        after this revision; None if it was not.
        """
        rows = self.database.read(
            "SELECT min(number) AS number FROM cuts WHERE run = ? AND revision > ?",
            run_id, revision,
        )  # fmt: skip
        return rows[0]["number"]

    def _read_settings(self, run_id: str) -> dict[str, Any]:
        rows = self.database.read("SELECT settings FROM runs WHERE id = ?", run_id)
        return json.loads(rows[0]["settings"]) if rows else {}

    def folder_of(self, run_id: str) -> Path:
        """Where the run's checkpoints lie."""
        return self.folder / run_id

    def path_of(self, run_id: str, checkpoint: Checkpoint) -> Path:
        """The checkpoint's file."""
        return self.folder_of(run_id) / checkpoint.file

    def unlink(self, run_id: str, files: list[str]) -> None:
        """Delete files of a run that are in no row any more; it does not matter if one stays."""
        for file in files:
            try:
                os.unlink(self.folder_of(run_id) / file)
            except OSError:
                continue


def decoded(rows: list[sqlite3.Row]) -> list[Logged]:
    """Rows of events as events; kinds that this version does not know are left out."""
    return [
        Logged(row["number"], row["time"], row["seconds"], event)
        for row in rows
        if (event := from_json(row["kind"], row["json"])) is not None
    ]


def next_ticket(connection: Any) -> int:
    """A number behind all that wait."""
    return connection.execute("SELECT coalesce(max(ticket), 0) + 1 FROM runs").fetchone()[0]


def _as_text(settings: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(settings), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise EngineError(f"The settings of a run must be JSON values: {error}.") from error
