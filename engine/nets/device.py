"""Where tensors live: one place that turns `auto`, `cpu` or `cuda` into a torch device."""

from __future__ import annotations

import torch

from engine.errors import EngineError


def pick_device(name: str = "auto") -> torch.device:
    """The device for a name: "auto" takes the GPU where there is one.

    Raises:
        EngineError: an unknown name, or "cuda" where PyTorch sees no GPU.
    """
    if name not in {"auto", "cpu", "cuda"}:
        raise EngineError(f"Unknown device {name!r}. Known: auto, cpu, cuda.")
    if name == "cuda" and not torch.cuda.is_available():
        raise EngineError("PyTorch sees no CUDA GPU on this machine. Use --device cpu or auto.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)
