"""Bring a session to where its run is: from its beginning, or from the last good checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import CorruptFile
from engine.runs.journal import Journal
from engine.runs.keeper import sha256_of
from engine.runs.rows import Checkpoint
from engine.training.session import SESSIONS, Session


@dataclass(frozen=True)
class Held:
    """The session of a paused run that its worker keeps, so that going on takes no time."""

    run_id: str
    session: Session
    revision: int


def take_up(journal: Journal, held: Held | None) -> tuple[Session, str]:
    """The session, with exactly the batches done that the log holds; and what the user should know.

    A checkpoint that cannot be read is left out for the one before it, and the log is cut there.

    Raises:
        EngineError: the settings fit no session, or its data is not here.
        SteppedBack, Abandoned: as with everything that a worker writes.
    """
    if held is not None and held.revision == journal.revision:
        return held.session, ""
    session = held.session if held is not None else _new(journal)
    checkpoints = journal.store.checkpoints(journal.run_id)[::-1]
    problems = []
    found: Checkpoint | None = None
    for checkpoint in checkpoints:
        try:
            _restore(session, journal, checkpoint)
            found = checkpoint
            break
        except (CorruptFile, OSError) as error:
            problems.append((checkpoint, error))
    if found is None and (problems or held is not None):
        session = _new(journal)
    if problems or journal.number != (found.number if found else 0):
        journal.rewind(found)
    return session, " ".join(_sentences(problems, found))


def _new(journal: Journal) -> Session:
    run = journal.store.run(journal.run_id)
    return SESSIONS[run.kind](run.settings, device=run.device)


def _restore(session: Session, journal: Journal, checkpoint: Checkpoint) -> None:
    path = journal.store.path_of(journal.run_id, checkpoint)
    if sha256_of(path) != checkpoint.sha256:
        raise CorruptFile("it is not the file that was written")
    session.restore(path)


def _sentences(
    problems: list[tuple[Checkpoint, CorruptFile | OSError]], found: Checkpoint | None
) -> Iterator[str]:
    for checkpoint, error in problems:
        why = (error.strerror if isinstance(error, OSError) else "") or str(error)
        yield f"The checkpoint at batch {checkpoint.step:,} cannot be used ({why.rstrip('.')})."
    if problems:
        yield f"The run went on from batch {found.step if found else 0:,}."
