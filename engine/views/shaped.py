"""The shape of every layer of a model's cloud, beside its measures: the recorded ones where they
ship, otherwise computed once, then kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from engine.encoder import Progress, title_of
from engine.errors import EngineError
from engine.geometry.layer_shape import LayerShape
from engine.geometry.measurements import LayerGeometry
from engine.geometry.stream import measure
from engine.views import Needs, Work
from engine.views.anisotropy import MeasureState
from engine.views.kept import Kept
from engine.views.layer_number import layer_number
from engine.views.measured import Measured, is_default, measured
from engine.views.recorded import recorded
from engine.views.recorded_shapes import recorded_shapes
from engine.views.sources import Source, vectors_of

KEPT_BYTES = 64 * 2**20

_shaped = Kept(KEPT_BYTES)
_single = Kept(KEPT_BYTES)  # layers that were asked for alone


def shaped(state: MeasureState, model: str) -> Measured:
    """A model's measures with the shape of every layer; the same question is answered from memory.

    Args:
        state: text, state of the vectors and frame.
        model: one of them or another.
    Raises:
        EngineError: fewer than two words in the frame.
    """
    return _checked(_shaped_kept(state, model))


def shaped_layer(state: MeasureState, model: str, layer: int) -> Measured:
    """As `shaped`, but of one layer alone, which takes a fraction of the time.

    Args:
        layer: as in `layer_number`.
    """
    if _is_there(state, model):
        one = shaped(state, model)
        return replace(one, layers=(one.layers[layer_number(layer, len(one.layers))],))
    return _checked(_single_kept(state, model, layer))


def _checked(found: Measured) -> Measured:
    if (n := found.layers[0].n) < 2:
        raise EngineError(
            f"{found.title} finds too few words here for a shape: n = {n:,}. Choose a wider frame "
            "or a longer text."
        )
    return found


def shape_of(layer: LayerGeometry) -> LayerShape:
    """The shape of a layer that `shaped` gave."""
    assert layer.shape is not None
    return layer.shape


def missing_vectors(state: MeasureState, models: Sequence[str]) -> Needs:
    """What must be encoded before `shaped` can answer; nothing where that is known."""
    source = Source(state.source, state.text)
    return [(source, model) for model in models if not _is_there(state, model)]


def missing_shapes(state: MeasureState, models: Sequence[str]) -> Work | None:
    """The computation that `shaped` still has to do for these models."""
    missing = [model for model in models if not _is_there(state, model)]
    return Work("The shape of each layer", partial(_shape_all, state, missing)) if missing else None


def missing_shape(state: MeasureState, model: str, layer: int) -> Work | None:
    """The computation that `shaped_layer` still has to do."""
    if _is_there(state, model) or _single.has((_key(state, model), layer)):
        return None

    def do(progress: Progress) -> None:
        _single_kept(state, model, layer)
        progress(1, 1)

    return Work("The shape of this layer", do)


def _is_there(state: MeasureState, model: str) -> bool:
    return _is_recorded(state, model) or _shaped.has(_key(state, model))


def _is_recorded(state: MeasureState, model: str) -> bool:
    if not is_default(Source(state.source, state.text), state.frame):
        return False
    asked = state.source, model, state.state
    return recorded(*asked) is not None and recorded_shapes(*asked) is not None


def _from_record(state: MeasureState, model: str) -> Measured:
    """The recorded measures, each layer with its recorded shape."""
    source = Source(state.source, state.text)
    kept = recorded_shapes(state.source, model, state.state)
    assert kept is not None
    one = measured(source, model, state.state, state.frame)
    pairs = zip(one.layers, kept.layers, strict=True)
    return replace(one, layers=tuple(replace(layer, shape=shape) for layer, shape in pairs))


def _shape_all(state: MeasureState, models: Sequence[str], progress: Progress) -> None:
    source = Source(state.source, state.text)
    depths = [vectors_of(source, model).n_layers for model in models]
    total, before = sum(depths), 0
    for model, depth in zip(models, depths, strict=True):
        _shaped_kept(state, model, partial(_add, progress, before, total))
        before += depth


def _add(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    """Progress of one model as progress of all of them."""
    progress(before + done, total)


def _shaped_kept(state: MeasureState, model: str, progress: Progress | None = None) -> Measured:
    if _is_recorded(state, model):
        return _from_record(state, model)
    found: Measured = _shaped.get(
        _key(state, model), lambda: _all_shapes(state, model, progress), _n_bytes
    )
    return found


def _single_kept(state: MeasureState, model: str, layer: int) -> Measured:
    found: Measured = _single.get(
        (_key(state, model), layer), lambda: _shape_now(state, model, layer), _n_bytes
    )
    return found


def _all_shapes(state: MeasureState, model: str, progress: Progress | None) -> Measured:
    """Layer by layer, so that it can be stopped between two of them."""
    n_layers = vectors_of(Source(state.source, state.text), model, state.state).n_layers
    alone = []
    for number in range(n_layers):
        alone.append(_single_kept(state, model, number))
        if progress:
            progress(number + 1, n_layers)
    return replace(alone[0], layers=tuple(layer for one in alone for layer in one.layers))


def _shape_now(state: MeasureState, model: str, layer: int) -> Measured:
    vectors = vectors_of(Source(state.source, state.text), model, state.state)
    number = layer_number(layer, vectors.n_layers)
    alone = replace(
        vectors,
        layers=vectors.layers[number : number + 1],
        layer_names=vectors.layer_names[number : number + 1],
        rank_bounds=vectors.rank_bounds[number : number + 1],
    )
    (shape,) = measure([alone], state.frame, shape=True)
    unknown = tuple(dict.fromkeys(word.text for word in vectors.unknown))
    provenance = f"live on {vectors.device}, {vectors.dtype}"
    return Measured(model, title_of(model), (shape,), provenance, unknown, vectors.notes)


def _key(state: MeasureState, model: str) -> tuple[object, ...]:
    source = Source(state.source, state.text)
    return source.name, source.fingerprint, model, state.state, state.frame


def _n_bytes(one: Measured) -> int:
    layers = one.layers
    return sum(layer.angles_deg.nbytes + shape_of(layer).contributions.nbytes for layer in layers)
