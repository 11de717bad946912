"""What `python -m engine doctor` looks at, one file per group of checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
SETUP = "make setup"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    group: str
    name: str
    ok: bool
    found: str
    mend: str = ""  # the command that brings or mends it
    needed: bool = True  # by the app as it comes, without internet
