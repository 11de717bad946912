"""The SQLite file behind a store: its tables, its transactions, and its errors in words."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import CorruptFile, EngineError

BUSY_SECONDS = 5.0


@dataclass(frozen=True)
class Tables:
    """What a file holds."""

    holds: str  # as its errors name it
    version: int
    sql: tuple[str, ...]


RUNS = Tables("runs", 1, (
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL,
        device TEXT NOT NULL, limits TEXT NOT NULL, status TEXT NOT NULL, want TEXT NOT NULL,
        until TEXT NOT NULL DEFAULT '', wanted REAL NOT NULL, ticket INTEGER NOT NULL,
        pid INTEGER, mark TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0,
        step INTEGER NOT NULL DEFAULT 0, n_events INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0, pace REAL NOT NULL DEFAULT 0, created REAL NOT NULL,
        started REAL, ended REAL, note TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}',
        deaths INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE events (
        run TEXT NOT NULL, number INTEGER NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL,
        json TEXT NOT NULL, time REAL NOT NULL, seconds REAL NOT NULL,
        PRIMARY KEY (run, number)) WITHOUT ROWID""",
    """CREATE TABLE checkpoints (
        run TEXT NOT NULL, step INTEGER NOT NULL, number INTEGER NOT NULL, stage TEXT NOT NULL,
        reason TEXT NOT NULL, weights TEXT NOT NULL, file TEXT NOT NULL, n_bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL, time REAL NOT NULL, seconds REAL NOT NULL,
        PRIMARY KEY (run, step)) WITHOUT ROWID""",
    # Where the log was cut when the run was set back, so that readers can follow.
    """CREATE TABLE cuts (
        run TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (run, revision)) WITHOUT ROWID""",
))  # fmt: skip


class Database:
    """One connection, shared by the threads of a process; any number of processes may have one.

    Readers never wait for a writer (write-ahead log). A transaction is on the disk when it ends,
    unless the power fails in the next moment; it is never there by half.
    """

    def __init__(self, path: Path, tables: Tables = RUNS) -> None:
        """Open the file, or make it.

        Raises:
            EngineError: the folder cannot be made or written to, or the disk is full.
            CorruptFile: the file is something else, or of another version.
        """
        self.path, self._tables = path, tables
        self._lock = threading.RLock()
        with self._in_words():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds people's texts
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            self._set_up()

    def read(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of one SELECT."""
        with self._lock, self._in_words():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All of it or nothing; DEFERRED gives several SELECTs the same moment."""
        with self._lock, self._in_words():
            self._connection.execute(f"BEGIN {kind}")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _in_words(self) -> AbstractContextManager[None]:
        return in_words(self.path, self._tables.holds)

    def _set_up(self) -> None:
        tables = self._tables
        self._write_ahead()
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("BEGIN IMMEDIATE")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for table in tables.sql:
                self._connection.execute(table)
            self._connection.execute(f"PRAGMA user_version = {tables.version}")
        self._connection.execute("COMMIT")
        if version not in (0, tables.version):
            raise CorruptFile(
                f"{self.path} holds {tables.holds} of another version of Conescope (format "
                f"{version}, needed {tables.version}). Move it away, or let CONESCOPE_RUNS name "
                "another folder."
            )

    def _write_ahead(self) -> None:
        """Two processes that open a new file at once both change its mode, and SQLite does not wait
        there by itself.
        """
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
                if not is_busy or time.monotonic() > end:
                    raise
                time.sleep(0.02)


@contextmanager
def in_words(path: Path, holds: str = RUNS.holds) -> Iterator[None]:
    """Turn what SQLite and the disk say into a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise _sentence(error, path, holds) from error
    except OSError as error:
        raise EngineError(
            f"The folder for {holds}, {path.parent}, cannot be used ({error.strerror}). Make it "
            "writable, or let CONESCOPE_RUNS name another."
        ) from error


def _sentence(error: sqlite3.Error, path: Path, holds: str) -> EngineError:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return EngineError(
            f"The disk with {path.parent} is full, so nothing can be kept in it. Free some space."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM")):
        return EngineError(
            f"{path} cannot be read and written ({error}). Make the folder writable, or let "
            "CONESCOPE_RUNS name another."
        )
    if name.startswith("SQLITE_BUSY"):
        return EngineError(f"{path} is in use by another program. Try again in a moment.")
    return CorruptFile(
        f"{path} cannot be used as the record of {holds} ({error}). Move it away, or let "
        "CONESCOPE_RUNS name another folder."
    )
