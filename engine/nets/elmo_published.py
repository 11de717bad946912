"""AllenAI's published ELMo weights (small, medium, original, 5.5B), read unchanged from their HDF5
and options files: the format of https://github.com/allenai/bilm-tf.

What differs from our own names and orders:
- TensorFlow's LSTM keeps its four gates in the order write, candidate, keep, show, and adds 1 to
  the bias of "keep" when it runs; here the 1 is added once, when the file is read.
- Its highway layers open their "carry" gate towards the transformed value, which is our gate.
- Its character table has no row 0: there, all zeros, is what is no character. All ids move up by
  one.
- Its matrices multiply from the right, so each is transposed; an LSTM's input and hidden rows are
  stacked in one matrix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch

from engine.errors import CorruptFile
from engine.nets.character_cnn import ACTIVATIONS, START, CharacterConfig
from engine.nets.elmo import Elmo, ElmoConfig
from engine.nets.projected_lstm import LstmConfig


def load_published(weights: Path, options: Path) -> Elmo:
    """An Elmo from a pair of published files, ready to be used.

    Raises:
        CorruptFile: a file cannot be read, or the two do not belong together.
    """
    config = read_options(options)
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        net = Elmo(config)
    shapes = {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}
    try:
        with h5py.File(weights, "r") as file:
            tensors = {name: torch.from_numpy(x) for name, x in _renamed(file, config).items()}
    except (OSError, KeyError, IndexError, ValueError) as error:
        raise CorruptFile(
            f"{weights} is not a complete HDF5 file of ELMo weights ({error}). Fetch it again, "
            "together with its options file."
        ) from error
    for name, shape in shapes.items():
        if (found := tuple(tensors[name].shape)) != shape:
            raise CorruptFile(
                f"{weights} does not fit {options}: {name} has the shape {found}, and the options "
                f"say {shape}. Name the options file that was published with these weights."
            )
    net.load_state_dict(tensors, assign=True)
    return net.eval()


def read_options(path: Path) -> ElmoConfig:
    """The sizes in a published options file.

    Raises:
        CorruptFile: it is not JSON, or a size is missing.
    """
    try:
        options = json.loads(path.read_text(encoding="utf8"))
        characters, lstm = options["char_cnn"], options["lstm"]
        if characters["activation"] not in ACTIVATIONS:
            raise ValueError(f"unknown activation {characters['activation']!r}")
        return ElmoConfig(
            CharacterConfig(
                d_character=characters["embedding"]["dim"],
                filters=tuple((width, number) for width, number in characters["filters"]),
                n_highway=characters["n_highway"],
                d_word=lstm["projection_dim"],
                max_characters=characters["max_characters_per_token"],
                activation=characters["activation"],
            ),
            LstmConfig(
                d_out=lstm["projection_dim"],
                d_cell=lstm["dim"],
                n_layers=lstm["n_layers"],
                cell_clip=lstm.get("cell_clip"),
                projection_clip=lstm.get("proj_clip"),
                skip_connections=lstm.get("use_skip_connections", True),
            ),
            sentence_start=START,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CorruptFile(
            f"{path} is not an options file of a published ELMo ({error}). It is the JSON file "
            "that stands beside the weights."
        ) from error


def _renamed(file: Mapping[str, Any], config: ElmoConfig) -> dict[str, np.ndarray]:
    tensors = {}
    table = file["char_embed"][...]  # (261, d_character)
    tensors["characters.embedding.weight"] = np.pad(table, ((1, 0), (0, 0)))
    for i in range(len(config.characters.filters)):
        # (1, width, d_character, number) -> (number, d_character, width)
        filters = file[f"CNN/W_cnn_{i}"][0].transpose(2, 1, 0)
        tensors[f"characters.convolutions.{i}.weight"] = filters
        tensors[f"characters.convolutions.{i}.bias"] = file[f"CNN/b_cnn_{i}"][...]
    for i in range(config.characters.n_highway):
        for ours, theirs in (("gate", "carry"), ("transform", "transform")):
            name = f"characters.highways.{i}.{ours}"
            tensors[f"{name}.weight"] = file[f"CNN_high_{i}/W_{theirs}"][...].T
            tensors[f"{name}.bias"] = file[f"CNN_high_{i}/b_{theirs}"][...]
    tensors["characters.projection.weight"] = file["CNN_proj/W_proj"][...].T
    tensors["characters.projection.bias"] = file["CNN_proj/b_proj"][...]
    for number, direction in enumerate(("left_to_right", "right_to_left")):
        for i in range(config.lstm.n_layers):
            cell = file[f"RNN_{number}/RNN/MultiRNNCell/Cell{i}/LSTMCell"]
            for name, weights in _lstm(cell, config.lstm).items():
                tensors[f"{direction}.layers.{i}.{name}"] = weights
    return {name: np.ascontiguousarray(x, np.float32) for name, x in tensors.items()}


def _lstm(cell: Mapping[str, Any], config: LstmConfig) -> dict[str, np.ndarray]:
    matrix = _gates_in_our_order(cell["W_0"][...].T)  # (4 * d_cell, d_in + d_out)
    bias = _gates_in_our_order(cell["B"][...])  # (4 * d_cell,)
    bias[config.d_cell : 2 * config.d_cell] += 1.0
    return {
        "input_weight": matrix[:, : -config.d_out],
        "hidden_weight": matrix[:, -config.d_out :],
        "bias": bias,
        "projection": cell["W_P_0"][...].T,
    }


def _gates_in_our_order(rows: np.ndarray) -> np.ndarray:
    """TensorFlow's write, candidate, keep, show -> write, keep, show, candidate."""
    write, candidate, keep, show = np.split(rows, 4)
    return np.concatenate([write, keep, show, candidate])
