"""A training that is driven from outside, a batch at a time.

Whoever drives it (the command line, a worker process, a test) decides after every batch whether to
go on, to save, or to step back; the session itself knows nothing of pauses and processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from engine.registry import Registry
from engine.training.events import Event


class Session(Protocol):
    """One training, somewhere between its first and its last batch.

    One may also have `facts`, a mapping from "data", "text" (a hash), "hardware" (where it is not
    the processor) and so on to sentences: what the label of its run says.
    """

    step: int  # batches done
    finished: bool

    def advance(self) -> Iterator[Event]:
        """Do exactly one batch. Yields one `Batch` (or `Step`) event, before it what begins and
        after it what ends with this batch: stages, epochs, unfreezing, validation, sample text.
        """

    def save(self, path: Path) -> str:
        """Write everything that `restore` needs: weights, optimizer, random state, place in the
        data. The file is complete or not there at all. Gives the hash of the net's weights.
        """

    def restore(self, path: Path) -> None:
        """Be again what was saved, bit for bit; the next `advance` gives the same losses.

        Raises:
            CorruptFile: it cannot be read, or belongs to another training.
        """


class SessionFactory(Protocol):
    """Makes the session of a kind of run. The same settings always make the same session.

    One may also have a function `warm_up()`, which a worker on standby calls: it brings into memory
    what all runs of the kind need, so that the first event comes soon.
    """

    def __call__(self, settings: Mapping[str, Any], *, device: str) -> Session:
        """A session at its first batch.

        Args:
            settings: JSON values, as the run store keeps them.
            device: "auto", "cpu" or "cuda".
        Raises:
            EngineError: settings that no training can have, or data that is not here.
        """


SESSIONS: Registry[SessionFactory] = Registry("session", package="engine.training.sessions")
"""Kinds of run: a file in engine/training/sessions is one."""
