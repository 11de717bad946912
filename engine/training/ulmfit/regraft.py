"""A language model that was adapted once serves many classifiers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from engine.errors import CorruptFile
from engine.training.ulmfit.config import ADAPT, Ulmfit
from engine.training.ulmfit.settings import from_settings
from engine.training.ulmfit.sources import facts
from engine.training.ulmfit.state_file import read_state, save_state


def regrafted(adapted: Path, settings: Mapping[str, Any], path: Path) -> None:
    """Write the state of another run that has just ended stage 2 with the same language model.

    Args:
        adapted: a state at the end of stage 2.
        settings: of the other run; it may differ in the seed and in stage 3 only, since its first
            stages are taken as done.
        path: where the state goes; a session of these settings restores it and begins stage 3.
    Raises:
        CorruptFile: the state cannot be read, is of another stage, or was made with other settings
            of the first stages.
    """
    state, config = read_state(adapted), from_settings(Ulmfit, settings)
    for name in ("direction", "net", "words", "pretrain", "adapt"):
        if getattr(state.config, name) != getattr(config, name):
            raise CorruptFile(f"{adapted} was made with other settings ({name}).")
    if state.stage != ADAPT:
        raise CorruptFile(f"{adapted} is not the state of an adapted language model.")
    position = {
        "step": state.step,
        "stage": state.stage,
        "done": state.done,
        "text": facts(config).get("text", ""),
    }
    save_state(path, config, state.models(torch.device("cpu")), state.parts, position)
