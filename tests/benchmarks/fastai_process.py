"""fastai in a Python of its own, since it would replace this one's PyTorch: asked for some work at
a time.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks import Skipped
from tests.benchmarks.training_step import Step

PYTHON = "CONESCOPE_FASTAI_PYTHON"

Steps = Callable[[], Step]


def fastai_python() -> str:
    """The Python that has fastai.

    Raises:
        Skipped: none is named.
    """
    if python := os.environ.get(PYTHON):
        return python
    raise Skipped(
        f"{PYTHON} names no Python that has fastai: make a virtual environment of its own with the "
        'same torch as here, fastai, "fastcore<2", "fastprogress<1.1" and no torchvision, and let '
        "the variable hold the path of its python."
    )


@contextmanager
def fastai(program: str, settings: dict[str, Any], request: str) -> Iterator[Steps]:
    """Calls that have a program beside this file do the work that `request` names.

    The program reads its settings from the first line of its input, says "ready" and its version of
    PyTorch, and answers every further line with the number of tokens and the seconds of the
    processor that they took.

    Raises:
        Skipped: it does not come up, or with another PyTorch than this one.
    """
    python = fastai_python()
    process = subprocess.Popen(
        [python, "-W", "ignore", Path(__file__).with_name(program)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin and process.stdout
    reads, writes = process.stdout, process.stdin

    def ask(line: str) -> str:
        writes.write(f"{line}\n")
        writes.flush()
        return reads.readline()

    def steps() -> Step:
        n_tokens, processor_seconds = ask(request).split()
        return Step(int(n_tokens), float(processor_seconds))

    try:
        ready, _, version = ask(json.dumps(settings)).strip().partition(" ")
        if ready != "ready":
            raise Skipped(f"{python} has no fastai that works.")
        if version != torch.__version__:
            raise Skipped(f"{python} has PyTorch {version}, not {torch.__version__} as here.")
        yield steps
    finally:
        writes.close()
        process.wait(60)
