"""A cloud made ready: which word is where in each layout, from the recorded cloud or computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.figures.packet import Layout
from engine.text import Sentence
from engine.vectors.states import RAW
from engine.views import layouts
from engine.views.kept import Kept
from engine.views.recorded import Recorded, recorded
from engine.views.sources import FREQUENT, N_FREQUENT, Source, encoder, vectors_of

KEPT_CLOUDS = 12
LARGE = 7_000  # places: words times layers

_clouds = Kept(KEPT_CLOUDS)


@dataclass(frozen=True)
class CloudState:
    """What the cloud shows."""

    source: str = "senses"
    text: str = ""
    model: str = "minilm"
    state: str = RAW
    layer: int = 0
    layout: str = "pca"
    color_by: str = "axis_cosine"
    word: str = "bank"  # whose senses are coloured
    selected: int = -1  # row of the selected word, -1 = none
    umap: bool = False  # draw UMAP of own text too (minutes)


@dataclass(frozen=True)
class Prepared:
    """A cloud ready to draw: which word is where, and every layout."""

    model: str
    state: str
    source: Source
    layer_names: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    sentence_ids: np.ndarray
    positions: np.ndarray
    layouts: dict[str, Layout]
    provenance: str
    notes: tuple[str, ...] = ()  # of the encoder: long sentences, words left out

    @cached_property
    def words(self) -> list[str]:
        """The word of each point."""
        pairs = zip(self.sentence_ids.tolist(), self.positions.tolist(), strict=True)
        return [self.sentences[s].words[p].text for s, p in pairs]

    @cached_property
    def unknown(self) -> list[str]:
        """Words of the sentences that the model has no vector for, each once."""
        known = set(zip(self.sentence_ids.tolist(), self.positions.tolist(), strict=True))
        words = (
            word.text
            for number, sentence in enumerate(self.sentences)
            for position, word in enumerate(sentence.words)
            if (number, position) not in known
        )
        return list(dict.fromkeys(words))

    @cached_property
    def axis_cosines(self) -> np.ndarray:
        """Cosine of each word with its layer's mean direction, (n_layers, n): its height in the
        cone.
        """
        return self.layouts["cone"].places[:, :, 2] / 65535.0 * 2 - 1


def prepare(state: CloudState) -> Prepared:
    """Everything the viewer needs; a recorded cloud needs no model to be loaded.

    What is coloured or selected changes nothing of it, so that is left out of the key under which
    a prepared cloud is kept.
    """
    drawn = _what_is_drawn(state)
    return _clouds.get(drawn, lambda: _prepare(drawn), lambda _: 1)


def is_prepared(state: CloudState) -> bool:
    """True if `prepare` answers at once."""
    return _clouds.has(_what_is_drawn(state)) or _record_of(state) is not None


def is_large(state: CloudState) -> bool:
    """True if preparing takes longer than a click, once the vectors are there."""
    vectors = vectors_of(Source(state.source, state.text), state.model)
    return len(vectors) * vectors.n_layers > LARGE


def add_layout(state: CloudState, name: str, layout: Layout) -> None:
    """Add a layout that was computed later (UMAP) to the prepared cloud of a state."""
    prepare(state).layouts[name] = layout


def _what_is_drawn(state: CloudState) -> CloudState:
    return CloudState(state.source, state.text, state.model, state.state)


def _record_of(state: CloudState) -> Recorded | None:
    return recorded(state.source, state.model, state.state)


def _prepare(state: CloudState) -> Prepared:
    source = Source(state.source, state.text)
    kept = _record_of(state)
    if kept is not None:
        return _from_record(kept, source, state)
    vectors = vectors_of(source, state.model, state.state)
    drawn = {"pca": layouts.pca(vectors), "cone": layouts.cone(vectors)}
    return Prepared(
        model=state.model,
        state=state.state,
        source=source,
        layer_names=vectors.layer_names,
        sentences=vectors.sentences,
        sentence_ids=vectors.sentence_ids,
        positions=vectors.positions,
        layouts=drawn,
        notes=vectors.notes,
        provenance=f"computed in this visit on {vectors.device}, {vectors.dtype}",
    )


def _from_record(kept: Recorded, source: Source, state: CloudState) -> Prepared:
    if source.name == FREQUENT:
        sentences = encoder(state.model).words(N_FREQUENT).sentences  # type: ignore[attr-defined]
    else:
        sentences = source.corpus().sentences
    return Prepared(
        model=state.model,
        state=state.state,
        source=source,
        layer_names=kept.layer_names,
        sentences=sentences,
        sentence_ids=kept.sentence_ids,
        positions=kept.positions,
        layouts=dict(kept.layouts),
        provenance=kept.provenance,
    )
