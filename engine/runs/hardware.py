"""What a run is computed on, in words, for its label."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def hardware() -> dict[str, str]:
    """The processor of this machine, and the threads that PyTorch may use."""
    n_threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    threads = "1 thread" if n_threads == 1 else f"{n_threads} threads"
    return {"hardware": f"{_processor()}, {threads}"}


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
