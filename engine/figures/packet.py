"""The binary packet that the cloud viewer reads: all layers of a cloud at once, in 6 bytes a point
and layer.

Layout (little-endian): "CSC1", uint32 length of the header, the header as JSON padded to 4 bytes,
then the arrays it names by their offset in bytes. Coordinates are uint16, one scale for all
layers: q / 65535 * 2 - 1, times the scale.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MAGIC = b"CSC1"


@dataclass(frozen=True)
class Layout:
    """Quantised places of the same words at every layer, and what to say about them."""

    label: str
    kind: str  # "linear", "cone" or "umap"
    places: np.ndarray  # uint16, (n_layers, n_points, 3)
    scale: float
    warning: str
    per_layer: tuple[Mapping[str, Any], ...]  # "note", and for cones "median_deg" and "p95_deg"


@dataclass(frozen=True)
class Colouring:
    """Something to colour by: numbers (names empty) or categories (codes into names)."""

    label: str
    values: np.ndarray  # (n_points,) or (n_layers, n_points)
    names: tuple[str, ...] = ()
    has_background: bool = False  # the first category is "all the others" and stays grey


@dataclass(frozen=True)
class Cloud:
    """Everything that one packet carries."""

    title: str
    badge: str  # the state of the vectors
    caption: str
    layer_names: tuple[str, ...]
    layouts: Mapping[str, Layout]
    colourings: Mapping[str, Colouring]
    words: Sequence[str]
    sentences: Sequence[str]  # empty where the words stand alone
    sentence_ids: np.ndarray  # (n_points,)
    spans: np.ndarray  # (n_points, 2): the word's own characters in its sentence


def quantised(coordinates: Sequence[np.ndarray]) -> tuple[np.ndarray, float]:
    """(uint16 places (n_layers, n_points, 3), scale) of float coordinates, one scale for all
    layers.

    >>> places, scale = quantised([np.array([[-2.0, 0.0, 2.0]])])
    >>> (places / 65535 * 2 - 1)[0, 0].round(4).tolist(), scale
    ([-1.0, 0.0, 1.0], 2.0)
    """
    stacked = np.stack(coordinates)
    scale = float(np.abs(stacked).max(initial=1e-12))
    return np.round((stacked / scale + 1) / 2 * 65535).astype(np.uint16), scale


def pack(cloud: Cloud) -> bytes:
    """The packet of a cloud, as the viewer fetches it."""
    body = _Body()
    header: dict[str, Any] = {
        "n_points": len(cloud.words),
        "title": cloud.title,
        "badge": cloud.badge,
        "caption": cloud.caption,
        "layers": cloud.layer_names,
        "layouts": {name: _layout(layout, body) for name, layout in cloud.layouts.items()},
        "attributes": {
            name: _colouring(colouring, body) for name, colouring in cloud.colourings.items()
        },
        "words": body.add_lines(cloud.words),
        "contexts": body.add_lines(cloud.sentences) if len(cloud.sentences) else None,
    }
    has_sentences = len(cloud.sentences) > 0
    header["context_ids"] = (
        {"offset": body.add(cloud.sentence_ids, np.uint32)} if has_sentences else None
    )
    header["positions"] = {"offset": body.add(cloud.spans, np.uint32)} if has_sentences else None
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    return MAGIC + struct.pack("<I", len(text)) + text + bytes(body.content)


def _layout(layout: Layout, body: _Body) -> dict[str, Any]:
    return {
        "label": layout.label,
        "kind": layout.kind,
        "scale": layout.scale,
        "warning": layout.warning,
        "per_layer": list(layout.per_layer),
        "offset": body.add(layout.places, np.uint16),
    }


def _colouring(colouring: Colouring, body: _Body) -> dict[str, Any]:
    if colouring.names:
        offset = body.add(colouring.values, np.uint16)
        return {
            "label": colouring.label,
            "kind": "category",
            "dtype": "uint16",
            "offset": offset,
            "names": colouring.names,
            "has_background": colouring.has_background,
        }
    values = np.asarray(colouring.values, np.float64)
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) / (high - low) * 255 if high > low else np.zeros_like(values)
    return {
        "label": colouring.label,
        "kind": "numeric",
        "dtype": "uint8",
        "per_layer": values.ndim == 2,
        "min": low,
        "max": high,
        "offset": body.add(np.round(scaled), np.uint8),
    }


class _Body:
    """The arrays after the header, each beginning at a multiple of 4 bytes."""

    def __init__(self) -> None:
        self.content = bytearray()

    def add(self, values: np.ndarray, dtype: type) -> int:
        """Append an array; its offset in bytes."""
        return self._append(
            np.ascontiguousarray(values, np.dtype(dtype).newbyteorder("<")).tobytes()
        )

    def add_lines(self, lines: Sequence[str]) -> dict[str, int]:
        """Append one line a text; line breaks inside a text become spaces."""
        encoded = "\n".join(line.replace("\n", " ") for line in lines).encode()
        return {"offset": self._append(encoded), "length": len(encoded)}

    def _append(self, content: bytes) -> int:
        offset = len(self.content)
        self.content += content + b"\0" * (-len(content) % 4)
        return offset
