"""The store of rooms: open one, move it, hand it over, close it."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.classroom.rows import Place, Room
from engine.classroom.rules import (
    HANDOVER_MINUTES,
    MOST_ROOMS,
    NotTheDriver,
    RoomOver,
    hashed,
    new_code,
)
from engine.classroom.tables import (
    COLUMNS,
    ROOMS,
    as_room,
    changed,
    forget_old,
    oldest,
    reading,
    row_of,
)
from engine.errors import EngineError, UnknownName
from engine.runs.database import Database
from engine.runs.folder import runs_folder

FILE = "rooms.sqlite"


class Rooms:
    """All rooms of a folder. Cheap to open; threads of a process may share one."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the store of a folder, or make it; rooms that are over are forgotten.

        Args:
            folder: that of the runs, where left out.
        Raises:
            EngineError: the folder cannot be used.
        """
        self.database = Database((folder or runs_folder()).absolute() / FILE, ROOMS)
        with self.database.transaction() as connection:
            forget_old(connection)

    def open(self, driver: str) -> str:
        """Open a room; its code.

        Args:
            driver: the word of the browser that drives it.
        Raises:
            EngineError: there are too many.
        """
        salt, code = secrets.token_hex(16), new_code()
        with self.database.transaction() as connection:
            forget_old(connection)
            n_rooms = connection.execute("SELECT count(*) FROM rooms WHERE NOT closed").fetchone()
            if n_rooms[0] >= MOST_ROOMS:
                raise EngineError(
                    f"{n_rooms[0]} rooms are open on this server, and it takes no more. Close one."
                )
            connection.execute(
                "INSERT INTO rooms (code, salt, driver, number, touched) VALUES (?, ?, ?, 1, ?)",
                (code, salt, hashed(salt, driver), time.time()),
            )
        return code

    def room(self, code: str) -> Room:
        """A room as it stands now.

        Raises:
            UnknownName: there is none with this code, or not any more.
        """
        return as_room(row_of(self.database.read, code))

    def drives(self, code: str, word: str) -> bool:
        """True if this browser drives the room."""
        try:
            row = row_of(self.database.read, code, "salt, driver")
        except UnknownName:
            return False
        return secrets.compare_digest(row["driver"], hashed(row["salt"], word))

    def driven_by(self, word: str) -> list[str]:
        """The codes of the open rooms that this browser drives, the newest first."""
        rows = self.database.read(
            "SELECT code, salt, driver FROM rooms WHERE NOT closed AND touched > ? "
            "ORDER BY touched DESC", oldest(),
        )  # fmt: skip
        return [row["code"] for row in rows if row["driver"] == hashed(row["salt"], word)]

    def move(self, code: str, word: str, place: Place) -> Room:
        """Take the class to a place.

        Raises:
            UnknownName: there is no such room.
            NotTheDriver: another browser drives it.
            RoomOver: it was closed.
        """
        with self.driving(code, word) as (connection, room):
            if room.place == place:
                return room
            connection.execute(
                "UPDATE rooms SET page = ?, query = ?, view = ? WHERE code = ?",
                (place.page, place.query, place.view, room.code),
            )
        return self.room(code)

    def close(self, code: str, word: str) -> None:
        """Let the class go; errors as in `move`."""
        with self.driving(code, word) as (connection, room):
            connection.execute("UPDATE rooms SET closed = 1 WHERE code = ?", (room.code,))

    def hand_over(self, code: str, word: str) -> str:
        """A word, to be used once and soon, by which another browser takes the room over; errors
        as in `move`.
        """
        once = new_code(8)
        with self.driving(code, word) as (connection, room):
            salt = row_of(reading(connection), room.code, "salt")["salt"]
            connection.execute(
                "UPDATE rooms SET handover = ?, handover_until = ? WHERE code = ?",
                (hashed(salt, once), time.time() + 60 * HANDOVER_MINUTES, room.code),
            )
        return once

    def take_over(self, code: str, once: str, word: str) -> None:
        """Let this browser drive the room from now on, and no other.

        Args:
            once: what `hand_over` gave.
            word: of the browser that takes over.
        Raises:
            UnknownName: there is no such room.
            NotTheDriver: this is not what was given out, or no more.
        """
        with self.database.transaction() as connection:
            row = row_of(reading(connection), code, "code, salt, handover, handover_until")
            given = hashed(row["salt"], once[:40].strip().replace(" ", "").upper())
            fits = row["handover"] and secrets.compare_digest(row["handover"], given)
            in_time = row["handover_until"] > time.time()
            # One guess: what was given out is used up by a wrong try too.
            connection.execute(
                "UPDATE rooms SET handover = '', handover_until = 0, driver = "
                "CASE WHEN ? THEN ? ELSE driver END, number = number + 1 WHERE code = ?",
                (bool(fits and in_time), hashed(row["salt"], word), row["code"]),
            )
        if not (fits and in_time):
            raise NotTheDriver(
                "This is not the word that the room was handed over with, or it was used already. "
                f"Ask for a new one; it holds for {HANDOVER_MINUTES:.0f} minutes."
            )

    @contextmanager
    def driving(self, code: str, word: str) -> Iterator[tuple[sqlite3.Connection, Room]]:
        """A change to a room by the browser that drives it; errors as in `move`."""
        with self.database.transaction() as connection:
            row = row_of(reading(connection), code, f"{COLUMNS}, salt, driver")
            if not secrets.compare_digest(row["driver"], hashed(row["salt"], word)):
                raise NotTheDriver("Another browser drives this room; yours may follow it.")
            if row["closed"]:
                raise RoomOver("This room was closed. Open a new one.")
            yield connection, as_room(row)
            changed(connection, row["code"], time.time())

    def is_open(self, code: str) -> bool:
        """True if there is such a room, and it was not closed."""
        try:
            return not self.room(code).closed
        except UnknownName:
            return False
