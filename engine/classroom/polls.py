"""The store of what a class is asked: ask, vote, close, show, ask again, and what was measured."""

from __future__ import annotations

import json
import math
import sqlite3
from dataclasses import asdict

from engine.classroom.rooms import Rooms
from engine.classroom.rows import Measured, Poll, Question, Room, Scale
from engine.classroom.rules import MOST_VOTES, RoomOver, hashed
from engine.classroom.tables import COLUMNS, as_room, reading, row_of
from engine.errors import EngineError

MOST_OPTIONS, MOST_TEXT = 12, 600
NOTHING_ASKED = "Nothing is asked in this room now."


def ask(rooms: Rooms, code: str, word: str, about: str, question: Question) -> None:
    """Put a question to the class; votes are taken from now on.

    Args:
        rooms: the store.
        code: of the room.
        word: of the browser that drives it.
        about: what in a lecture it stands for.
        question: what is asked, in plain text.
    Raises:
        UnknownName, NotTheDriver, RoomOver: as in `Rooms.move`.
        EngineError: a question without options and scale, or with too many options.
    """
    text = _as_json(question)
    with rooms.driving(code, word) as (connection, room):
        (number,) = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM polls WHERE room = ?", (room.code,)
        ).fetchone()
        connection.execute(
            "INSERT INTO polls (room, number, about, question) VALUES (?, ?, ?, ?)",
            (room.code, number, about, text),
        )
        connection.execute("UPDATE rooms SET poll = ? WHERE code = ?", (number, room.code))


def vote(rooms: Rooms, code: str, word: str, round_: int, choice: float) -> None:
    """Vote, or change one's vote, as long as the round is open.

    Args:
        rooms: the store.
        code: of the room.
        word: of the browser that votes; one vote a browser.
        round_: that the browser has seen, so that a late vote does not count in the next one.
        choice: an option's number from 0, or a number on the scale.
    Raises:
        UnknownName: there is no such room.
        RoomOver: it was closed.
        EngineError: nothing is asked, the round is over, or this cannot be chosen.
    """
    with rooms.database.transaction() as connection:
        room, salt = _room_and_salt(connection, code)
        poll = current(connection, room)
        if poll is None or poll.round != round_ or not poll.is_open:
            raise EngineError("This vote is over.")
        _check(poll.question, choice)
        here = (room.code, poll.number, round_, hashed(salt, word))
        (n_votes,) = connection.execute(
            "SELECT count(*) FROM votes WHERE room = ? AND poll = ? AND round = ? AND voter != ?",
            here,
        ).fetchone()
        if n_votes >= MOST_VOTES:
            raise EngineError(f"A vote takes {MOST_VOTES:,} votes, and has them.")
        connection.execute("REPLACE INTO votes VALUES (?, ?, ?, ?, ?)", (*here, float(choice)))


def voted(rooms: Rooms, code: str, word: str) -> float | None:
    """What this browser has chosen in the round that is on.

    Raises:
        UnknownName: there is no such room.
    """
    row = row_of(rooms.database.read, code, "code, salt, poll")
    found = rooms.database.read(
        "SELECT choice FROM votes v JOIN polls p ON v.room = p.room AND v.poll = p.number "
        "AND v.round = p.round WHERE v.room = ? AND v.poll = ? AND v.voter = ?",
        row["code"], row["poll"], hashed(row["salt"], word),
    )  # fmt: skip
    return found[0]["choice"] if found else None


def close(rooms: Rooms, code: str, word: str) -> None:
    """Take no more votes in this round; errors as in `Rooms.move`, or that nothing is asked."""
    _set(rooms, code, word, "is_open = 0")


def show(rooms: Rooms, code: str, word: str) -> None:
    """Close the round, and let the class see all votes so far; errors as in `close`."""
    _set(rooms, code, word, "is_open = 0, is_shown = 1")


def ask_again(rooms: Rooms, code: str, word: str) -> None:
    """The same question once more; what was voted before is hidden again meanwhile, and kept.
    Errors as in `close`.
    """
    _set(rooms, code, word, "round = round + 1, is_open = 1, is_shown = 0")


def tell_measured(rooms: Rooms, code: str, word: str, measured: Measured) -> None:
    """Close the round, show the votes and what was measured; errors as in `close`."""
    _set(rooms, code, word, "is_open = 0, is_shown = 1, measured = ?", json.dumps(asdict(measured)))


def put_away(rooms: Rooms, code: str, word: str) -> None:
    """Ask nothing any more; the votes stay as long as the room. Errors as in `Rooms.move`."""
    with rooms.driving(code, word) as (connection, room):
        connection.execute("UPDATE rooms SET poll = NULL WHERE code = ?", (room.code,))


def poll_of(rooms: Rooms, room: Room) -> Poll | None:
    """What the room is asked now, with all votes."""
    with rooms.database.transaction("DEFERRED") as connection:
        return current(connection, room)


def current(connection: sqlite3.Connection, room: Room) -> Poll | None:
    """The same within a transaction."""
    found = reading(connection)(
        "SELECT * FROM polls WHERE room = ? AND number = ?", room.code, room.poll
    )
    if not found:
        return None
    row = found[0]
    votes: list[list[float]] = [[] for _ in range(row["round"])]
    for round_, choice in connection.execute(
        "SELECT round, choice FROM votes WHERE room = ? AND poll = ?", (room.code, room.poll)
    ):
        votes[round_ - 1].append(choice)
    return Poll(
        row["number"], row["about"], _from_json(row["question"]), row["round"],
        bool(row["is_open"]), bool(row["is_shown"]),
        Measured(**json.loads(row["measured"])) if row["measured"] else None,
        tuple(tuple(sorted(of_round)) for of_round in votes),
    )  # fmt: skip


def _set(rooms: Rooms, code: str, word: str, change: str, *values: str) -> None:
    with rooms.driving(code, word) as (connection, room):
        if room.poll is None:
            raise EngineError(NOTHING_ASKED)
        connection.execute(
            f"UPDATE polls SET {change} WHERE room = ? AND number = ?",
            (*values, room.code, room.poll),
        )


def _room_and_salt(connection: sqlite3.Connection, code: str) -> tuple[Room, str]:
    row = row_of(reading(connection), code, f"{COLUMNS}, salt")
    if row["closed"]:
        raise RoomOver("This room was closed.")
    return as_room(row), row["salt"]


def _check(question: Question, choice: float) -> None:
    if question.scale:
        if not (math.isfinite(choice) and question.scale.low <= choice <= question.scale.high):
            raise EngineError(
                f"A vote here is a number from {question.scale.low:g} to {question.scale.high:g}."
            )
    elif choice not in range(len(question.options)):
        raise EngineError(f"A vote here is one of {len(question.options)} options.")


def _as_json(question: Question) -> str:
    n_options = len(question.options)
    if not question.scale and not 2 <= n_options <= MOST_OPTIONS:
        raise EngineError(f"A vote needs a scale or 2 to {MOST_OPTIONS} options; got {n_options}.")
    short = Question(
        question.text[:MOST_TEXT],
        tuple(option[:MOST_TEXT] for option in question.options),
        question.scale,
    )
    return json.dumps(asdict(short))


def _from_json(text: str) -> Question:
    found = json.loads(text)
    scale = Scale(**found["scale"]) if found["scale"] else None
    return Question(found["text"], tuple(found["options"]), scale)
