"""What ships with the project so that a first picture needs no model: places and measures of the
bundled clouds.

Each was computed from real vectors by `python -m engine build-clouds`, and carries the hash of its
text and weights; `python -m engine verify-clouds` computes a sample of it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from engine.encoder import ENCODERS, is_registered, registered
from engine.errors import CorruptFile
from engine.figures.packet import Layout
from engine.geometry.measurements import LayerGeometry
from engine.vectors.states import RAW
from engine.views.sources import FREQUENT, Source

FOLDER = Path(__file__).parents[2] / "assets" / "clouds"


@dataclass(frozen=True)
class Recorded:
    """A bundled cloud: the words' rows, their places in each layout, and the measures in the
    default frame.
    """

    about: Mapping[str, Any]
    sentence_ids: np.ndarray
    positions: np.ndarray
    layouts: Mapping[str, Layout]
    angles_deg: (
        np.ndarray
    )  # float16, (n_layers, n_angles): angles to the mean direction, in the frame

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self.about["layer_names"])

    @property
    def provenance(self) -> str:
        """For captions: recorded when, by which command, on which device and in which precision."""
        about = self.about
        return f"recorded {about['date']} ({about['command']}; {about['device']}, {about['dtype']})"

    def measurements(self) -> list[LayerGeometry]:
        """The measures of every layer in the default frame, angles included."""
        return [
            LayerGeometry(**measured, angles_deg=angles.astype(np.float32))
            for measured, angles in zip(self.about["measurements"], self.angles_deg, strict=True)
        ]


def bundled() -> list[tuple[str, str]]:
    """(source, model) of every cloud that ships: the sense corpus under each model that is here,
    and the frequent words of the static ones.
    """
    here = [card for card in registered() if ENCODERS[card.name].missing() is None]
    frequent = [(FREQUENT, card.name) for card in here if card.family == "static"]
    return [("senses", card.name) for card in here] + frequent


def path_of(source: str, model: str) -> Path:
    """Where the recorded cloud of a source and model lies."""
    return FOLDER / f"{source}-{model}.safetensors"


@cache
def recorded(source: str, model: str, state: str = RAW) -> Recorded | None:
    """The recorded cloud, or None where there is none or it is of another text than the corpus
    holds now.

    Raises:
        CorruptFile: the file is truncated or not what its name says.
    """
    path = path_of(source, model)
    if state != RAW or not is_registered(model) or not path.exists():
        return None
    found = read(path)
    return found if found.about["text_sha256"] == Source(source).fingerprint else None


def read(path: Path) -> Recorded:
    """Read a recorded cloud.

    Raises:
        CorruptFile: the file is truncated or not what its name says.
    """
    with undamaged(path):
        about, arrays = about_and_arrays(path)
        layouts = {
            name: Layout(
                places=arrays[f"layout.{name}"], **{**kept, "per_layer": tuple(kept["per_layer"])}
            )
            for name, kept in about["layouts"].items()
        }
        found = Recorded(
            about, arrays["sentence_ids"], arrays["positions"], layouts, arrays["angles_deg"]
        )
        # A record of another version may lack a field: that must show here, not on a page.
        _ = found.provenance, found.measurements(), found.layer_names
        _ = about["text_sha256"], about["model_sha256"]
        return found


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Whatever goes wrong while a record is read is told as damage to its file.

    Raises:
        CorruptFile: the sentence names the file and what brings it again.
    """
    try:
        yield
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CorruptFile(
            f"{path.name} is damaged ({error}). Fetch the project again, or run `python -m "
            "engine build-clouds`."
        ) from error


def about_and_arrays(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What a record says of itself, and its arrays by name."""
    with safe_open(path, "np") as file:
        about = json.loads(file.metadata()["about"])
        return about, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
