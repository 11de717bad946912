"""Builds and verifies the recorded clouds that ship in assets/clouds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
from safetensors.numpy import save_file

from engine.errors import CorruptFile
from engine.geometry.frame import Frame
from engine.geometry.stream import measure
from engine.views import layouts
from engine.views.recorded import FOLDER, bundled, path_of, read
from engine.views.sources import FREQUENT, Source, encoder, vectors_of

COMMAND = "python -m engine build-clouds"
TOLERANCE = (
    2e-3  # of cosines and degrees / 100 between machines: float32 sums differ in their last digits
)


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
        "source": source_name,
        "model": model,
        "command": COMMAND,
        "date": datetime.now(UTC).date().isoformat(),
        "seed": 0,
        "device": vectors.device,
        "dtype": vectors.dtype,
        "text_sha256": source.fingerprint,
        "model_sha256": encoder(model).card.sha256,
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


def verify(source_name: str, model: str) -> list[str]:
    """Compute measures and linear pictures again and compare; the differences found, as sentences.

    UMAP is not computed again: it takes minutes and depends on the processor's rounding.
    """
    kept = read(path_of(source_name, model))
    source = Source(source_name)
    if kept.about["text_sha256"] != source.fingerprint:
        return [f"{source_name}-{model}: the text has changed since; run `{COMMAND}`."]
    if kept.about["model_sha256"] != encoder(model).card.sha256:
        return [f"{source_name}-{model}: the weights have changed since; run `{COMMAND}`."]
    vectors = vectors_of(source, model)
    problems = []
    for old, new in zip(
        kept.measurements(), measure([vectors], default_frame(source_name)), strict=True
    ):
        pairs = {
            "mean cosine": (old.mean_cosine, new.mean_cosine),
            "self-similarity": (old.self_similarity, new.self_similarity),
            "intra-sentence similarity": (
                old.intra_sentence_similarity,
                new.intra_sentence_similarity,
            ),
            "median angle / 100": (
                old.cone_half_angle_median_deg / 100,
                new.cone_half_angle_median_deg / 100,
            ),
        }
        problems += [
            f"{source_name}-{model}, layer {old.layer}: {name} was {a:.4f}, is {b:.4f}."
            for name, (a, b) in pairs.items()
            if not np.isclose(a, b, atol=TOLERANCE, equal_nan=True)
        ]
    for name, layout in (("pca", layouts.pca(vectors)), ("cone", layouts.cone(vectors))):
        old_places = kept.layouts[name].places.astype(np.float64) / 65535 * kept.layouts[name].scale
        new_places = layout.places.astype(np.float64) / 65535 * layout.scale
        moved = np.abs(old_places - new_places).max() / layout.scale
        if moved > TOLERANCE * 5:
            problems.append(f"{source_name}-{model}: the {name} picture moved by {moved:.1%}.")
    return problems


def check_files() -> list[str]:
    """Problems of the shipped files that can be seen without a model: missing, damaged, or of
    another text.
    """
    problems = []
    for source_name, model in bundled():
        try:
            kept = read(path_of(source_name, model))
        except CorruptFile as error:
            problems.append(str(error))
            continue
        if kept.about["text_sha256"] != Source(source_name).fingerprint:
            problems.append(f"{source_name}-{model} is of an older text; run `{COMMAND}`.")
    return problems
