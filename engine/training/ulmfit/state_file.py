"""A run's state as one safetensors file: enough to go on from, and to ask the model without the
data it learnt from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.checkpoints import read_whole, save_whole
from engine.corpora.vocabulary import Vocabulary
from engine.errors import CorruptFile
from engine.nets.awd_lstm import AwdLstmConfig
from engine.training.ulmfit.carry_over import on_state
from engine.training.ulmfit.config import CLASSIFY, Net, Ulmfit
from engine.training.ulmfit.models import (
    Models,
    ready_to_classify,
    ready_to_read,
    weights_hash,
)
from engine.training.ulmfit.settings import from_settings

ABOUT, KIND, VOCABULARY = "about", "ulmfit-run", "vocabulary"
PARTS = ("net", "optimizer", "carried")
Parts = dict[str, dict[str, Tensor]]  # of PARTS, tensors by name


@dataclass(frozen=True)
class SavedState:
    """What a file holds."""

    config: Ulmfit
    step: int  # batches of the whole run
    stage: str  # "" before the first batch
    done: int  # batches of the stage
    weights: str  # hash of the net's weights; "" before the first batch
    net: Net | None
    label_names: tuple[str, ...]
    text: str  # checksum of the texts that the run reads; "" where it was not noted
    vocabulary: Vocabulary | None
    parts: Parts

    def models(self, device: torch.device) -> Models:
        """The nets with these weights.

        Raises:
            CorruptFile: the weights are of other nets.
        """
        assert self.vocabulary is not None and self.net is not None
        sizes = AwdLstmConfig(
            len(self.vocabulary), self.net.d_embedding, self.net.d_hidden, self.net.n_layers
        )
        try:
            lms: dict[str, nn.Module] = {
                direction: on_state(sizes, self._language_model(direction))
                for direction in self.config.directions()
            }
            models = Models(lms, self.vocabulary)
            if self.stage == CLASSIFY:
                models = ready_to_classify(
                    models, self.label_names, self.config.classify, seed=0, device=device
                )
            else:
                models = ready_to_read(models, getattr(self.config, self.stage).dropout, device)
            models.load(self.parts["net"])
        except RuntimeError as error:
            raise CorruptFile(f"This state is of another net: {error}") from error
        return models

    def _language_model(self, direction: str) -> dict[str, Tensor]:
        """The weights of one direction's language model, also inside a classifier."""
        prefix = f"{direction}.encoder." if self.stage == CLASSIFY else f"{direction}."
        net = self.parts["net"]
        return {k.removeprefix(prefix): v for k, v in net.items() if k.startswith(prefix)}


def save_state(
    path: Path, config: Ulmfit, models: Models | None, parts: Parts, position: Mapping[str, Any]
) -> str:
    """Write a state and give the hash of the net's weights.

    Args:
        models: the nets; None before the first batch.
        parts: tensors of PARTS; "net" is the nets' weights.
        position: step, stage, done, and text, the checksum of the texts.
    """
    arrays = {f"{part}.{name}": t for part in parts for name, t in parts[part].items()}
    about: dict[str, Any] = {"kind": KIND, "settings": asdict(config), **position, "weights": ""}
    if models is not None:
        text = "\n".join(models.vocabulary.words).encode()
        arrays[VOCABULARY] = torch.frombuffer(bytearray(text), dtype=torch.uint8)
        sizes = next(iter(models.language_models().values())).config
        about["net"] = {
            "d_embedding": sizes.d_embedding,
            "d_hidden": sizes.d_hidden,
            "n_layers": sizes.n_layers,
        }
        about["labels"] = models.label_names
        about["weights"] = models.hash()
    save_whole(path, arrays, {ABOUT: json.dumps(about)})
    return about["weights"]


def read_state(path: Path) -> SavedState:
    """Read a state, and check that its weights are those that were written.

    Raises:
        CorruptFile: it cannot be read, was altered, or is no state of such a run.
    """
    arrays, metadata = read_whole(path)
    try:
        about = json.loads(metadata.get(ABOUT, "{}"))
        if about.get("kind") != KIND:
            raise CorruptFile(f"{path} is not the state of a run of ULMFiT.")
        parts: Parts = {part: {} for part in PARTS}
        for key, tensor in arrays.items():
            part, _, name = key.partition(".")
            if part in parts:
                parts[part][name] = tensor
        words = bytes(arrays[VOCABULARY].numpy()).decode().split("\n") if parts["net"] else []
        state = SavedState(
            config=from_settings(Ulmfit, about["settings"]),
            step=about["step"],
            stage=about["stage"],
            done=about["done"],
            weights=about["weights"],
            net=Net(**about["net"]) if "net" in about else None,
            label_names=tuple(about.get("labels", ())),
            text=about.get("text", ""),
            vocabulary=Vocabulary(tuple(words)) if words else None,
            parts=parts,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptFile(f"{path} is not a state that can be read: {error!r}.") from error
    if state.net and weights_hash(parts["net"]) != state.weights:
        raise CorruptFile(f"{path} was altered: its weights are not those that were written.")
    return state
