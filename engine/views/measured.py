"""Measures of a source under a model: the recorded ones where they ship, otherwise computed now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from engine.encoder import Progress, title_of
from engine.geometry.frame import Frame
from engine.geometry.measurements import LayerGeometry
from engine.geometry.stream import measure
from engine.vectors import LayeredVectors
from engine.views import Needs
from engine.views.build import default_frame
from engine.views.kept import Kept
from engine.views.recorded import recorded
from engine.views.sources import FREQUENT, N_FREQUENT, Source, list_unknown, vectors_of

BOOTSTRAP = "intervals 95 %, bootstrap over sentences"
KEPT_BYTES = 64 * 2**20  # what is answered ahead takes half of it


@dataclass(frozen=True)
class Measured:
    """One model's measures, and how they came about."""

    model: str
    title: str
    layers: tuple[LayerGeometry, ...]
    provenance: str
    unknown: tuple[str, ...]  # words the model has no vector for, each once
    notes: tuple[str, ...]

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(layer.layer for layer in self.layers)


_measured = Kept(KEPT_BYTES)


def measured(
    source: Source,
    model: str,
    state: str,
    frame: Frame,
    progress: Progress | None = None,
    *,
    vectors: Callable[[], LayeredVectors] | None = None,
) -> Measured:
    """The measures of every layer; the same question is answered from memory.

    Args:
        vectors: how to come by the vectors in this state; by default they are encoded and kept.
    """
    kept = recorded(source.name, model, state)
    if kept is not None and is_default(source, frame):
        layers = tuple(kept.measurements())
        return Measured(model, title_of(model), layers, kept.provenance, (), ())
    vectors = vectors or (
        lambda: vectors_of(
            source, model, state, progress=progress, special_tokens=frame.special_tokens
        )
    )
    return _measured.get(
        _key(source, model, state, frame), lambda: _measure_now(model, vectors(), frame), _n_bytes
    )


def is_default(source: Source, frame: Frame) -> bool:
    """True if the shipped records are of these words in this frame."""
    usual = source.name != FREQUENT or source.n_frequent == N_FREQUENT
    return usual and frame == default_frame(source.name)


def _key(source: Source, model: str, state: str, frame: Frame) -> tuple[object, ...]:
    return source.name, source.fingerprint, model, state, frame


def _n_bytes(one: Measured) -> int:
    return sum(layer.angles_deg.nbytes for layer in one.layers)


def _measure_now(model: str, vectors: LayeredVectors, frame: Frame) -> Measured:
    started = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return Measured(
        model,
        title_of(model),
        tuple(measure([vectors], frame)),
        f"live on {vectors.device}, {vectors.dtype}, computed at {started}",
        tuple(dict.fromkeys(word.text for word in vectors.unknown)),
        vectors.notes,
    )


def caption(
    many: Sequence[Measured],
    source: Source,
    state: str,
    frame: Frame,
    *,
    seed: int | None = None,
    intervals: str = BOOTSTRAP,
) -> str:
    """Models, state, frame, n, seed and provenance of several models' measures."""
    counts = ", ".join(f"{one.title} n = {one.layers[0].n:,}" for one in many)
    provenance = "; ".join(dict.fromkeys(one.provenance for one in many))
    return (
        f"{counts} · {state} vectors · {source.title} · {frame.describe()} · {intervals} · "
        f"seed {frame.seed if seed is None else seed} · {provenance}"
    )


def unknown_notes(many: Sequence[Measured]) -> tuple[str, ...]:
    """Which words were left out because a model does not know them, and what else to know."""
    notes: list[str] = []
    for one in many:
        notes += list_unknown(one.title, one.unknown)
        notes += [f"{one.title}: {note}" for note in one.notes]
    return tuple(notes)


def cone_word(layer: LayerGeometry) -> str:
    """How a lay reader would call a cone of this half-angle."""
    angle = layer.cone_half_angle_median_deg
    if np.isnan(angle):
        return "no cone to speak of"
    return "no cone" if angle > 85 else "a wide cone" if angle > 60 else "a narrow cone"


def missing_vectors(source: Source, models: Sequence[str], state: str, frame: Frame) -> Needs:
    """What must be encoded before `measured` can answer; nothing where that is known."""
    return [(source, model) for model in models if not is_measured(source, model, state, frame)]


def is_measured(source: Source, model: str, state: str, frame: Frame) -> bool:
    """True if `measured` answers at once: from a record, or from memory."""
    if is_default(source, frame) and recorded(source.name, model, state) is not None:
        return True
    return _measured.has(_key(source, model, state, frame))
