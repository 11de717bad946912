"""Where the words of a run's target text stand at each of its checkpoints: which words, and their
vectors, read once from each file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.encoder import Progress
from engine.figures.packet import Layout
from engine.runs.store import Store
from engine.text import ListedWords
from engine.vectors import LayeredVectors
from engine.views import layouts
from engine.views.asked_states import NEWEST, Place, place_at, places, shipped_state
from engine.views.kept import Kept
from engine.views.words_of_run import WordsOfRun, opened, starts_from_shipped, words_of

if TYPE_CHECKING:
    from engine.training.ulmfit.config import Ulmfit

START = "as shipped"

_read: set[tuple[str, bool]] = set()  # hashes of weights, and which vectors
_moved = Kept(max_bytes=4)
_places = Kept(max_bytes=64 * 2**20)


@dataclass(frozen=True)
class MovedWords:
    """The words at every checkpoint."""

    of: WordsOfRun
    vectors: LayeredVectors  # a layer a checkpoint, the first one as shipped if the run began so
    moved: np.ndarray  # (n_layers, n_words): way from the first place, in median lengths there
    about: str  # of the run
    weights: tuple[str, ...]  # hash of each checkpoint's

    @cached_property
    def drawn(self) -> dict[str, Layout]:
        """One linear picture of all checkpoints, and the cone of each."""
        return {"pca": layouts.pca(self.vectors), "cone": layouts.cone(self.vectors)}

    @property
    def axis_cosines(self) -> np.ndarray:
        """Cosine of each word with its checkpoint's mean direction, (n_layers, n_words)."""
        return self.drawn["cone"].places[:, :, 2] / 65535.0 * 2 - 1


def moved_words(run_id: str, top: bool, progress: Progress | None = None) -> MovedWords:
    """Read every checkpoint of a run.

    Args:
        run_id: of a live run.
        top: states of the top layer in place of rows of the embedding.
        progress: called with (checkpoints read, of how many); may raise to cancel.
    Raises:
        EngineError: no live run, no checkpoint yet, or texts that are no longer here.
    """
    found = places(run_id)
    place_at(found, NEWEST)
    key = (run_id, top, tuple(place.weights for place in found))
    return _moved.get(key, lambda: _read_all(run_id, found, top, progress), lambda _: 1)


def _read_all(
    run_id: str, found: Sequence[Place], top: bool, progress: Progress | None
) -> MovedWords:
    run = Store().run(run_id)
    config = _config(run.settings)
    of = words_of(run_id, config, found[-1])
    layers, names = [], []
    if starts := starts_from_shipped(config):
        layers.append(_at_start(run.settings, of.words, top))
        names.append(START)
    for number, place in enumerate(found):
        if progress:
            progress(number, len(found))
        layers.append(_at(place, of.words, top))
        names.append(_name(place))
    way = np.linalg.norm(np.stack(layers) - layers[0], axis=2)  # (n_layers, n_words)
    length = float(np.median(np.linalg.norm(layers[0], axis=1)))
    vectors = LayeredVectors(
        model=config.net.shipped if starts else "AWD-LSTM",
        sentences=tuple(ListedWords([word]) for word in of.words),
        sentence_ids=np.arange(len(of.words)), positions=np.zeros(len(of.words), np.int64),
        layers=tuple(layers), layer_names=tuple(names),
    )  # fmt: skip
    return MovedWords(
        of,
        vectors,
        way / max(length, 1e-30),
        f"{run.name}, seed {config.seed}",
        tuple(place.weights for place in found),
    )


def is_soon_read(run_id: str, top: bool) -> bool:
    """True if hardly any checkpoint remains to be read.

    Raises:
        EngineError: no live run, or no checkpoint yet.
    """
    found = places(run_id)
    place_at(found, NEWEST)
    return sum((place.weights, top) not in _read for place in found) <= 1


def _at(place: Place, words: tuple[str, ...], top: bool) -> np.ndarray:
    rows = _places.get(
        (place.weights, words, top),
        lambda: opened(place).places(words, top=top),
        lambda found: found.nbytes,
    )
    _read.add((place.weights, top))
    return rows


def _at_start(settings: dict[str, Any], words: tuple[str, ...], top: bool) -> np.ndarray:
    return _places.get(
        (START, str(settings.get("net")), settings.get("direction"), words, top),
        lambda: shipped_state(settings).places(words, top=top), lambda found: found.nbytes,
    )  # fmt: skip


def _config(settings: dict[str, Any]) -> Ulmfit:
    from engine.training.ulmfit.config import Ulmfit
    from engine.training.ulmfit.settings import from_settings

    return from_settings(Ulmfit, settings)


def _name(place: Place) -> str:
    """Short, for the slider.

    >>> _name(Place(60, "classify", "epoch", None))
    'stage 3 · batch 60'
    """
    number, title = place.title.split(" · ")[1], place.title.split(" · ")[0]
    return f"{number} · {title}"
