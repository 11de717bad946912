"""What PyTorch does once in a process and takes seconds for, done before anybody waits for it."""

from __future__ import annotations

import torch
from torch import nn


def warm_up() -> None:
    """One step of a tiny LSTM: the first optimiser of a process imports PyTorch's compiler."""
    lstm = nn.LSTM(2, 2)
    optimizer = torch.optim.Adam(lstm.parameters(), fused=True)
    lstm(torch.zeros(1, 1, 2))[0].sum().backward()
    optimizer.step()
    optimizer.zero_grad()
