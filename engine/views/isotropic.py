"""What isotropic vectors would show: the null that each model's numbers stand beside."""

from __future__ import annotations

from collections.abc import Sequence

from engine.encoder import ENCODERS, is_registered
from engine.geometry.cone import isotropic_half_angle
from engine.geometry.pairs import isotropic_mean_cosine_deviation
from engine.views.measured import Measured
from engine.views.sources import encoder

NULL = "isotropic null, ±"  # of a table: 95 % of isotropic clouds lie so far from 0 at most


def widths_of(model: str) -> tuple[int, ...]:
    """The width of each of a model's layers."""
    card = ENCODERS[model].card if is_registered(model) else encoder(model).card
    return card.widths or (card.d_model,) * len(card.layer_names)


def mean_cosine_nulls(many: Sequence[Measured]) -> list[float]:
    """How far from 0 the mean cosine of as many isotropic vectors, as wide, may lie: 95 %, for
    every layer of every model.
    """
    return [
        1.96 * isotropic_mean_cosine_deviation(layer.n, width)
        for one in many
        for layer, width in zip(one.layers, widths_of(one.model), strict=True)
    ]


def half_angle_nulls(model: str, share: float) -> list[float]:
    """Half-angle that holds this share of isotropic vectors as wide, for every layer, degrees."""
    return [isotropic_half_angle(width, share) for width in widths_of(model)]
