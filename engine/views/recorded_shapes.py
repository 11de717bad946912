"""The shapes that ship with the project, so that a first question about one needs no model.

`python -m engine build-clouds` writes them beside the clouds, each with the hash of its text and
weights; `python -m engine verify-clouds` computes them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from engine.geometry.layer_shape import LayerShape
from engine.geometry.measurements import LayerGeometry
from engine.vectors.states import RAW
from engine.views.recorded import FOLDER as CLOUDS
from engine.views.recorded import about_and_arrays, undamaged
from engine.views.sources import Source
from engine.views.study_records import rebuilt

FOLDER = CLOUDS.parent / "shapes"


@dataclass(frozen=True)
class RecordedShapes:
    """The shape of each layer of a model on a bundled source, raw, in the default frame."""

    about: Mapping[str, Any]
    layers: tuple[LayerShape, ...]


def path_of(source: str, model: str) -> Path:
    """Where the recorded shapes of a source and model lie."""
    return FOLDER / f"{source}-{model}.safetensors"


@cache
def recorded_shapes(source: str, model: str, state: str = RAW) -> RecordedShapes | None:
    """The recorded shapes, or None where there are none or they are of another text than the
    corpus holds now.

    Raises:
        CorruptFile: the file is truncated or not what its name says.
    """
    path = path_of(source, model)
    if state != RAW or not path.exists():
        return None
    found = read(path)
    return found if found.about["text_sha256"] == Source(source).fingerprint else None


def write(path: Path, about: Mapping[str, Any], layers: Sequence[LayerGeometry]) -> None:
    """Write the shapes of layers that were measured with them."""
    arrays: dict[str, np.ndarray] = {}
    plain = [_taken_out(asdict(layer)["shape"], str(i), arrays) for i, layer in enumerate(layers)]
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, {"about": json.dumps({**about, "shapes": plain})})


def read(path: Path) -> RecordedShapes:
    """Read recorded shapes.

    Raises:
        CorruptFile: the file is truncated or not what its name says.
    """
    with undamaged(path):
        about, arrays = about_and_arrays(path)
        _ = about["text_sha256"], about["model_sha256"], about["command"]
        plain = [_put_back(one, str(i), arrays) for i, one in enumerate(about.pop("shapes"))]
        return RecordedShapes(about, tuple(rebuilt(LayerShape, one) for one in plain))


def _taken_out(plain: dict[str, Any], place: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """A copy without its arrays, which go where arrays are stored, by their place."""
    kept = {}
    for name, value in plain.items():
        if isinstance(value, np.ndarray):
            arrays[f"{place}.{name}"] = value
        elif isinstance(value, dict):
            kept[name] = _taken_out(value, f"{place}.{name}", arrays)
        else:
            kept[name] = value
    return kept


def _put_back(plain: dict[str, Any], place: str, arrays: Mapping[str, np.ndarray]) -> Any:
    """The inverse of `_taken_out`."""
    whole = {
        name: _put_back(value, f"{place}.{name}", arrays) if isinstance(value, dict) else value
        for name, value in plain.items()
    }
    for key, array in arrays.items():
        where, _, name = key.rpartition(".")
        if where == place:
            whole[name] = array
    return whole
