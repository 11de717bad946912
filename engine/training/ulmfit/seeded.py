"""Random numbers that do not depend on what was drawn before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(device: torch.device, *key: int) -> Iterator[None]:
    """Random numbers that are a function of a key of whole numbers alone; outside, the generators
    go on as if nothing had been drawn.
    """
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> 1)
    is_cuda = device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if is_cuda else []):
        torch.default_generator.manual_seed(seed)
        if is_cuda:
            torch.cuda.manual_seed(seed)
        yield
