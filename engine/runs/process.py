"""Which process is which. Process ids are used again, so an id alone does not name a process."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

DEAD_STATES = "ZX"  # ended, but its parent has not asked how


class Owner(NamedTuple):
    """A process, told apart from any other that has or had the same id."""

    pid: int
    mark: str


def mark_of(pid: int) -> str:
    """When the process with this id started, as a word to compare; "" where none is alive."""
    return _mark_on_linux(pid) if sys.platform == "linux" else _mark_elsewhere(pid)


def is_alive(pid: int | None, mark: str) -> bool:
    """Is the process that had this id and this mark still there?"""
    return pid is not None and bool(mark) and mark_of(pid) == mark


def _mark_on_linux(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf8", errors="replace")
    except OSError:
        return ""
    # The name, in brackets, may hold anything; state is field 3 and start time field 22.
    state, *fields = text.rpartition(")")[2].split()
    return "" if state in DEAD_STATES else f"{_boot()}:{fields[18]}"


@cache
def _boot() -> str:
    """Start times count from the boot, so they only mean something together with it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf8").strip()[:8]
    except OSError:
        return "boot"


def _mark_elsewhere(pid: int) -> str:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    state, _, start = subprocess.run(
        command, capture_output=True, text=True, check=False
    ).stdout.strip().partition(" ")  # fmt: skip
    return "" if state[:1] in DEAD_STATES else "".join(start.split())
