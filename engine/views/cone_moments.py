"""The words of one training at each of its moments: a cloud whose layers are moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.packet import Cloud, Colouring, Layout, pack, quantised
from engine.figures.static_cloud import static_cloud
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.cockpit.about import RECORDED
from engine.views.cone_runs import ConeRun, cone_run, places_of

WARNING = "The angle to the axis is exact. The place around the axis is a projection."


@dataclass(frozen=True)
class ConeMomentsState:
    """Which training."""

    run: str = f"{RECORDED}cone-word2vec-5-0"


@dataclass(frozen=True)
class Moments:
    """The words of a training, and where they stood."""

    run: ConeRun
    names: tuple[str, ...]  # of the moments
    words: tuple[str, ...]
    places: np.ndarray  # float32, (n_moments, n_words, 3)

    @cached_property
    def degrees(self) -> np.ndarray:
        """Angle of each word to the axis of its moment, (n_moments, n_words)."""
        return np.degrees(np.arccos(np.clip(self.places[:, :, 2], -1.0, 1.0)))

    @cached_property
    def layout(self) -> Layout:
        """As the viewer takes it."""
        places, scale = quantised(self.places)  # type: ignore[arg-type]
        notes = []
        for degrees in self.degrees:
            median, p95 = np.median(degrees), np.quantile(degrees, 0.95)
            note = f"half of the words lie within {median:.0f}° of the axis, 95 % within {p95:.0f}°"
            notes.append({"note": note, "median_deg": float(median), "p95_deg": float(p95)})
        return Layout("Cone", "cone", places, scale, WARNING, tuple(notes))


@VIEWS.add("cone-moments")
class ConeMomentsView:
    """The words at the newest moment; the live viewer shows all of them."""

    title = "The words, while the net learns"
    State = ConeMomentsState

    def needs(self, state: ConeMomentsState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: ConeMomentsState) -> Shown:
        """A still picture of the newest moment, seen from the side.

        Raises:
            EngineError: no such run, or one that keeps no places.
        """
        of = moments(state)
        last = len(of.names) - 1
        return Shown(
            figure=static_cloud(of.layout, last, of.words, of.places[last, :, 2]),
            table=table(of),
            caption=caption(of),
            notice=notice_at(of, last),
        )


def moments(state: ConeMomentsState) -> Moments:
    """The words of a training at each moment.

    Raises:
        EngineError: no such run, or one that keeps no places.
    """
    run = cone_run(state.run)
    found = run.moments()
    if not found:
        raise EngineError(
            f"{run.title} has no places of words yet, or keeps none. Choose another training."
        )
    names = tuple(f"batch {one.step:,}" for one in found)
    return Moments(run, names, found[0].words, places_of(found))


def packet(of: Moments) -> bytes:
    """All moments, for the viewer."""
    n = len(of.words)
    colour = Colouring("angle to the axis (degrees)", of.degrees)
    return pack(
        Cloud(
            title=ConeMomentsView.title, badge=RAW, caption=caption(of), layer_names=of.names,
            layouts={"cone": of.layout}, colourings={"axis_angle": colour}, words=of.words,
            sentences=[], sentence_ids=np.arange(n), spans=np.zeros((n, 2), np.uint32),
        )
    )  # fmt: skip


def notice_at(of: Moments, moment: int) -> str:
    """How wide the cone is at a moment, beside the first one."""
    first, now = np.median(of.degrees[0]), np.median(of.degrees[moment])
    told = f"At {of.names[moment]} half of the words stand within {now:.0f}° of their axis"
    return f"{told}." if moment == 0 else f"{told}; at the start it was {first:.0f}°."


def caption(of: Moments) -> str:
    """Training, n, what is drawn."""
    what = (
        "most frequent words" if of.run.net == "word2vec" else "first words of the text, top layer"
    )
    return (
        f"{of.run.title} · {of.run.origin} · n = {len(of.words)} {what} · raw vectors · the axis "
        f"is their mean direction at each of {len(of.names)} moments · seed {of.run.seed}"
    )


def table(of: Moments) -> pd.DataFrame:
    """Each word's angle to the axis at every moment."""
    columns: dict[str, Sequence[object]] = {"word": list(of.words)}
    columns |= {name: np.round(d, 1) for name, d in zip(of.names, of.degrees, strict=True)}  # type: ignore[misc]
    return pd.DataFrame(columns)
