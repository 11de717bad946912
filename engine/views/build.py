"""Builds the recorded clouds and shapes that ship in assets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from engine.geometry.frame import Frame
from engine.geometry.stream import measure
from engine.vectors import LayeredVectors
from engine.views import layouts, recorded_shapes
from engine.views.recorded import FOLDER, path_of
from engine.views.sources import FREQUENT, Source, encoder, vectors_of

COMMAND = "python -m engine build-clouds"


def default_frame(source: str) -> Frame:
    """The frame of recorded measures: a vocabulary list is taken whole, sentences without
    punctuation.
    """
    return Frame(punctuation=source == FREQUENT)


def build(source_name: str, model: str, say: Callable[[str], None] = lambda _: None) -> None:
    """Compute one cloud from its text and write it to assets/clouds."""
    source = Source(source_name)
    say(f"{model} on the {source.title}: encoding")
    vectors = vectors_of(source, model)
    measured = measure([vectors], default_frame(source_name))
    drawn, offered = {}, {"pca": layouts.pca, "cone": layouts.cone}
    if len({layer.shape[1] for layer in vectors.layers}) == 1:
        offered["umap"] = layouts.umap  # one map of all layers needs layers of one width
    for name, layout in offered.items():
        say(f"{model} on the {source.title}: {layouts.LABELS[name]} of {len(vectors):,} words")
        drawn[name] = layout(vectors)
    about = {
        **_about(source_name, model, vectors),
        "layer_names": vectors.layer_names,
        "layouts": {
            name: {k: v for k, v in vars(layout).items() if k != "places"}
            for name, layout in drawn.items()
        },
        "measurements": [
            {k: v for k, v in asdict(layer).items() if k != "angles_deg"} for layer in measured
        ],
    }
    arrays: dict[str, np.ndarray] = {
        "sentence_ids": vectors.sentence_ids.astype(np.int32),
        "positions": vectors.positions.astype(np.int32),
        "angles_deg": np.stack([layer.angles_deg for layer in measured]).astype(np.float16),
        **{f"layout.{name}": layout.places for name, layout in drawn.items()},
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path_of(source_name, model), {"about": json.dumps(about)})


def build_shapes(source_name: str, model: str, say: Callable[[str], None] = lambda _: None) -> None:
    """Measure the shape of one cloud's layers and write it to assets/shapes."""
    vectors = vectors_of(Source(source_name), model)
    say(f"{model} on the {Source(source_name).title}: the shape of {vectors.n_layers} layers")
    layers = measure([vectors], default_frame(source_name), shape=True)
    path = recorded_shapes.path_of(source_name, model)
    recorded_shapes.write(path, _about(source_name, model, vectors), layers)


def _about(source_name: str, model: str, vectors: LayeredVectors) -> dict[str, Any]:
    """What was computed, from what, when and by which command."""
    return {
        "source": source_name,
        "model": model,
        "command": COMMAND,
        "date": datetime.now(UTC).date().isoformat(),
        "seed": 0,
        "device": vectors.device,
        "dtype": vectors.dtype,
        "text_sha256": Source(source_name).fingerprint,
        "model_sha256": encoder(model).card.sha256,
    }
