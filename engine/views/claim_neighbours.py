"""The claim that a set of close words forms a conic section."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import Progress, title_of
from engine.errors import EngineError
from engine.figures.angle_rows import AngleRow, angle_rows
from engine.geometry.frame import rows_in_frame
from engine.geometry.neighbourhoods import NeighbourSpread, neighbour_spread
from engine.views import VIEWS, Shown
from engine.views.claim_measures import of_each, short, verdict_of
from engine.views.claimed import LECTURE, ClaimState, ClaimView
from engine.views.claims import OPEN, ByModel, Claim, Effect, judged
from engine.views.sources import list_unknown, vectors_of

K = 10
LEAST = 3  # words in a group: two always stand at half their angle
MARGIN_DEG = 1.0
KINDS = ("close words", "random words", "close words of a cloud without neighbourhoods")
CLAIM = Claim(
    "Close words form a cone",
    "A set of close words forms a conic section.",
    LECTURE,
    "A word and its nearest neighbours stand in a cone about their own mean direction that is "
    "narrower than choosing the nearest of many words makes it anyway. (A conic section proper is "
    "the curve in which a plane cuts a cone; words around an axis fill a cone.)",
    f"The mean angle of {K} close words to their own mean direction, at the top layer, against "
    f"{K} random words and against {K} close words of a Gaussian cloud with the same mean and "
    "covariance: the same cone, without neighbourhoods. One occurrence a word type. It holds where "
    f"close words stand more than {MARGIN_DEG:g}° narrower than that cloud's (whole 95 % "
    "interval). With fewer words than dimensions that cloud is no fair one: not decided.",
)


@dataclass(frozen=True)
class _Found:
    title: str
    layer_names: tuple[str, ...]
    layers: tuple[NeighbourSpread, ...]
    unknown: tuple[str, ...]
    provenance: str


@VIEWS.add("claim-neighbours")
class NeighboursView(ClaimView):
    """Half-angles of groups of words at the top layer, a row a model."""

    title = "The cone of close words"
    claim = CLAIM
    measure = "degrees narrower than without neighbourhoods"

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """A row a model; all layers in the table."""
        spread, notes = of_each(state.named, lambda model: _spread(model, state), progress)
        found = [_about(model, one) for model, one in spread.items()]
        text = _caption(spread, state)
        unknown = [n for one in spread.values() for n in list_unknown(one.title, one.unknown)]
        return Shown(
            _figure(spread),
            _table(spread),
            text,
            _notice(spread),
            (*notes, *unknown),
            verdict_of(CLAIM, found, _because(found), frame=text),
        )


def _spread(model: str, state: ClaimState) -> _Found:
    raw = vectors_of(state.text_source, model)
    rows = rows_in_frame(raw, replace(state.frame, unit="one per type", punctuation=False))
    vectors = vectors_of(state.text_source, model, state.state).select(rows)
    k = min(K, len(rows) // 4)
    if k < LEAST:
        raise EngineError(
            f"{title_of(model)} knows {len(rows):,} different words here; close words can be told "
            f"from others from {4 * LEAST} words on. Choose a longer text."
        )
    return _Found(
        title_of(model),
        vectors.layer_names,
        tuple(neighbour_spread(layer, k) for layer in vectors.layers),
        tuple(dict.fromkeys(word.text for word in raw.unknown)),
        f"live on {raw.device}, {raw.dtype}",
    )


def _about(model: str, one: _Found) -> ByModel:
    effect = Effect(
        f"{one.title}: degrees narrower than without neighbourhoods", *one.layers[-1].narrower()
    )
    word = judged(effect, MARGIN_DEG) if one.layers[-1].has_fair_null else OPEN
    return ByModel(model, one.title, word, (effect,))


def _because(found: list[ByModel]) -> str:
    told = ", ".join(f"{one.title} {one.effects[0]}" for one in found)
    return f"Close words stand narrower than those of a cloud without neighbourhoods, in °: {told}."


def _notice(spread: Mapping[str, _Found]) -> str:
    """How much of the narrowness is only the choice of the nearest."""
    one = max(spread.values(), key=lambda found: found.layers[-1].random.mean())
    top = one.layers[-1]
    close, rest, null = (
        float(angles.mean()) for angles in (top.neighbours, top.random, top.without_structure)
    )
    return (
        f"In {one.title} {top.k} random words stand {rest:.0f}° from their own mean, not 90°: so "
        f"few words make their own mean. Close words stand {close:.0f}° from theirs; of the "
        f"{rest - close:.0f}° between them, {rest - null:.0f}° come from choosing the nearest in "
        "any cloud."
    )


def _figure(spread: Mapping[str, _Found]) -> Any:
    rows = []
    for model, one in spread.items():
        top = one.layers[-1]
        groups = top.neighbours, top.random, top.without_structure
        layer = f", layer {short(one.layer_names[-1])}" if len(one.layers) > 1 else ""
        rows.append(
            AngleRow(
                model,
                f"{one.title}{layer}",
                [float(angles.mean()) for angles in groups],
                [1.96 * angles.std(ddof=1) / math.sqrt(len(angles)) for angles in groups],
            )
        )
    k = next(iter(spread.values())).layers[0].k
    return angle_rows(rows, KINDS, f"mean angle of {k} words to their own mean direction")


def _caption(spread: Mapping[str, _Found], state: ClaimState) -> str:
    counts = ", ".join(f"{one.title} n = {one.layers[0].n:,}" for one in spread.values())
    one = next(iter(spread.values()))
    provenance = "; ".join(dict.fromkeys(found.provenance for found in spread.values()))
    return (
        f"{counts} words · top layers · {state.state} vectors · {state.text_source.title} · one "
        f"per type, without punctuation · groups of {one.layers[0].k} about "
        f"{len(one.layers[0].neighbours)} random words · intervals 95 % · seed 0 · {provenance}"
    )


def _table(spread: Mapping[str, _Found]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": one.title, "layer": name, "n": of.n, "words in a group": of.k,
            "close words (°)": float(np.mean(of.neighbours)),
            "random words (°)": float(np.mean(of.random)),
            "close words without neighbourhoods (°)": float(np.mean(of.without_structure)),
            "narrower by (°)": of.narrower()[0],
            "narrower, low": of.narrower()[1],
            "narrower, high": of.narrower()[2],
        }
        for one in spread.values()
        for name, of in zip(one.layer_names, one.layers, strict=True)
    )  # fmt: skip
