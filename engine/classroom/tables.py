"""The tables of rooms, and how their rows are read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from engine.classroom.rows import Place, Room
from engine.classroom.rules import HOURS, checked_code
from engine.errors import UnknownName
from engine.runs.database import Tables

ROOMS = Tables("rooms", 1, (
    """CREATE TABLE rooms (
        code TEXT PRIMARY KEY, salt TEXT NOT NULL, driver TEXT NOT NULL, number INTEGER NOT NULL,
        page TEXT, query TEXT NOT NULL DEFAULT '',
        view TEXT NOT NULL DEFAULT '', poll INTEGER, closed INTEGER NOT NULL DEFAULT 0,
        touched REAL NOT NULL, handover TEXT NOT NULL DEFAULT '',
        handover_until REAL NOT NULL DEFAULT 0)""",
    """CREATE TABLE polls (
        room TEXT NOT NULL, number INTEGER NOT NULL, about TEXT NOT NULL, question TEXT NOT NULL,
        round INTEGER NOT NULL DEFAULT 1, is_open INTEGER NOT NULL DEFAULT 1,
        is_shown INTEGER NOT NULL DEFAULT 0, measured TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (room, number)) WITHOUT ROWID""",
    """CREATE TABLE votes (
        room TEXT NOT NULL, poll INTEGER NOT NULL, round INTEGER NOT NULL, voter TEXT NOT NULL,
        choice REAL NOT NULL, PRIMARY KEY (room, poll, round, voter)) WITHOUT ROWID""",
))  # fmt: skip
COLUMNS = "code, number, page, query, view, poll, closed, touched"

Read = Callable[..., list[sqlite3.Row]]


def reading(connection: sqlite3.Connection) -> Read:
    """The rows of a SELECT within a transaction."""
    return lambda sql, *values: connection.execute(sql, values).fetchall()


def row_of(read: Read, code: str, columns: str = COLUMNS) -> sqlite3.Row:
    """A room's row.

    Raises:
        UnknownName: there is none with this code, or not any more.
    """
    known = checked_code(code)
    rows = read(f"SELECT {columns} FROM rooms WHERE code = ? AND touched > ?", known, oldest())
    if not rows:
        raise UnknownName(
            f"There is no room {known}. Ask for its code again; rooms end {HOURS:.0f} hours after "
            "their lecturer's last move."
        )
    return rows[0]


def as_room(row: Any) -> Room:
    """A row as a room."""
    place = None if row["page"] is None else Place(row["page"], row["query"], row["view"])
    return Room(row["code"], row["number"], place, row["poll"], bool(row["closed"]), row["touched"])


def oldest() -> float:
    """When a room must have been moved last not to be over, seconds since 1970."""
    return time.time() - 3600 * HOURS


def forget_old(connection: sqlite3.Connection) -> None:
    """Delete the rooms that are over, and what was voted in them."""
    connection.execute("DELETE FROM rooms WHERE touched <= ?", (oldest(),))
    for table in ("polls", "votes"):
        connection.execute(f"DELETE FROM {table} WHERE room NOT IN (SELECT code FROM rooms)")


def changed(connection: sqlite3.Connection, code: str, touched: float | None = None) -> None:
    """Give the room its next number; `touched` if the lecturer did it."""
    connection.execute(
        "UPDATE rooms SET number = number + 1, touched = coalesce(?, touched) WHERE code = ?",
        (touched, code),
    )
