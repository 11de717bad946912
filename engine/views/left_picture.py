"""The lecture's left picture: the commonest words of a static model on the unit sphere, as the
model gives them and as Embedding Projector shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.figures.two_spheres import two_spheres
from engine.geometry.cone import axis_plane, cone_half_angle
from engine.geometry.moments import unit
from engine.geometry.pairs import mean_pair_cosine
from engine.views import VIEWS, Needs, Shown
from engine.views.sources import FREQUENT, Source, vectors_of

SHOWN_AS_ROWS = 200


@dataclass(frozen=True)
class LeftPictureState:
    """Whose words."""

    model: str = "word2vec"


@VIEWS.add("left-picture")
class LeftPictureView:
    """The same words in the same plane, before and after centring."""

    title = "Why a cone was taken for a ball"
    State = LeftPictureState

    def needs(self, state: LeftPictureState) -> Needs:
        """The model's frequent words."""
        return [(Source(FREQUENT), state.model)]

    def show(self, state: LeftPictureState) -> Shown:
        """Two panels on one scale."""
        vectors = vectors_of(Source(FREQUENT), state.model)
        x, title = vectors.layers[0], title_of(state.model)
        raw = unit(x)
        centred = unit(x - x.mean(axis=0, dtype=np.float64))
        plane = axis_plane(x)
        places = raw @ plane.T, centred @ plane.T
        shares = [float(np.square(points).sum(axis=1).mean()) for points in places]
        figure = two_spheres(
            places,
            (f"As {title} gives them", "Centred, then scaled to length 1"),
            [f"{word} (rank {rank:,})" for rank, word in enumerate(vectors.words, 1)],
            places[0][:, 0],
            ("along the mean direction", "across it"),
        )
        return Shown(
            figure,
            _table(vectors.words, places),
            f"{title} n = {len(x):,} most frequent words · left raw, right centred vectors, each "
            "scaled to length 1 · one plane and one scale for both: the mean direction of the raw "
            "vectors, and across it the direction of most variance; it shows "
            f"{shares[0]:.0%} of the squared length on the left, {shares[1]:.0%} on the right · "
            f"colour: place along the axis on the left · cross: origin, ring: mean of the words · "
            f"live on {vectors.device}, {vectors.dtype}",
            _notice(title, raw, centred),
        )


def _notice(title: str, raw: np.ndarray, centred: np.ndarray) -> str:
    before, after = mean_pair_cosine(raw), mean_pair_cosine(centred)
    return (
        f"The same words of {title}: on the left a ball beside the origin, which from the origin "
        f"is a cone (mean cosine {before:.2f}, half of the words within "
        f"{cone_half_angle(raw):.0f}° of its axis); on the right the ball that Embedding Projector "
        f"shows, because it takes the mean off before it draws (mean cosine {after:.2f})."
    )


def _table(words: tuple[str, ...], places: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    left, right = (points[:SHOWN_AS_ROWS].round(4) for points in places)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(left) + 1),
            "word": words[:SHOWN_AS_ROWS],
            "along, raw": left[:, 0],
            "across, raw": left[:, 1],
            "along, centred": right[:, 0],
            "across, centred": right[:, 1],
        }
    )
