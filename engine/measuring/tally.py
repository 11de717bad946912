"""What is met while a text is measured, beside its vectors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

N_LISTED = 20  # unknown words that are listed
COUNTED_NOTE = re.compile(r"(\d+) (.*)", re.DOTALL)


@dataclass
class Tally:
    """What was met while the sentences went by."""

    n_sentences: int = 0
    n_unknown: int = 0  # occurrences
    n_known: int = 0
    first_unknown: dict[str, None] = field(default_factory=dict)  # different words, in order
    _notes: Counter[str] = field(default_factory=Counter)

    def add_unknown(self, words: Iterable[str]) -> None:
        """Count words that the model does not know, and keep the first few."""
        for word in words:
            self.n_unknown += 1
            if len(self.first_unknown) < N_LISTED:
                self.first_unknown.setdefault(word)

    def add_notes(self, notes: Iterable[str]) -> None:
        """Keep each note once; counts at their beginnings are added up over the pieces."""
        for note in notes:
            counted = COUNTED_NOTE.fullmatch(note)
            self._notes[counted[2] if counted else note] += int(counted[1]) if counted else 0

    @property
    def notes(self) -> list[str]:
        """What a reader must know, one sentence each."""
        return [f"{count} {note}" if count else note for note, count in self._notes.items()]

    def as_record(self) -> dict[str, Any]:
        """As JSON; `from_record` is the inverse."""
        return {
            "n_sentences": self.n_sentences, "n_unknown": self.n_unknown, "n_known": self.n_known,
            "first_unknown": list(self.first_unknown), "notes": dict(self._notes),
        }  # fmt: skip

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Tally:
        """The tally that was written down."""
        return cls(
            record["n_sentences"], record["n_unknown"], record["n_known"],
            dict.fromkeys(record["first_unknown"]),
            Counter(record["notes"]),
        )  # fmt: skip

    def merge(self, other: Tally) -> None:
        """Add what was met in another part of the text, which comes later."""
        self.n_sentences += other.n_sentences
        self.n_unknown += other.n_unknown
        self.n_known += other.n_known
        for word in other.first_unknown:
            if len(self.first_unknown) < N_LISTED:
                self.first_unknown.setdefault(word)
        for note, count in other._notes.items():
            self._notes[note] += count
