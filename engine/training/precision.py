"""How exactly a training multiplies matrices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def fast_products(device: torch.device) -> Iterator[None]:
    """On a GPU, float32 products on the tensor cores: rounded to bfloat16 or TF32 on the way in,
    whichever the GPU's library has, and summed in float32. Weights, optimizer and losses stay
    float32, so that nothing can underflow. On the processor nothing changes.
    """
    before = torch.get_float32_matmul_precision()
    if device.type == "cuda":
        torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
