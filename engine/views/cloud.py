"""The cloud: every word of a source at every layer, as a packet for the viewer; and the true
neighbours of one word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import ENCODERS, HUB
from engine.errors import WordNotFound
from engine.figures.packet import Cloud, Colouring, Layout, pack
from engine.figures.static_cloud import static_cloud
from engine.geometry.neighbours import nearest
from engine.text import Sentence, word_key
from engine.vectors.states import RAW
from engine.views import VIEWS, Shown, layouts
from engine.views.recorded import Recorded, recorded
from engine.views.sources import FREQUENT, N_FREQUENT, Source, encoder, vectors_of

OTHER = "other words"
TABLE_ROWS = 500


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

    @property
    def words(self) -> list[str]:
        """The word of each point."""
        pairs = zip(self.sentence_ids.tolist(), self.positions.tolist(), strict=True)
        return [self.sentences[s].words[p].text for s, p in pairs]


@VIEWS.add("cloud")
class CloudView:
    """The embedding cloud of every layer."""

    title = "Cloud"
    State = CloudState

    def show(self, state: CloudState) -> Shown:
        """A static picture of one layer, its table and caption; the live viewer takes `packet`
        instead.
        """
        prepared = prepare(state)
        layer = min(max(state.layer, 0), len(prepared.layer_names) - 1)
        layout = prepared.layouts.get(state.layout) or prepared.layouts["pca"]
        cosines = _axis_cosines(prepared)[layer]
        figure = static_cloud(layout, layer, prepared.words, cosines)
        return Shown(figure, table(prepared, layer), caption(prepared), _notice(prepared, layer))


def prepare(state: CloudState) -> Prepared:
    """Everything the viewer needs; from the recorded cloud where there is one, so that no model
    has to be loaded.
    """
    source = Source(state.source, state.text)
    kept = recorded(state.source, state.model, state.state)
    if kept is not None:
        return _from_record(kept, source, state)
    vectors = vectors_of(source, state.model, state.state)
    drawn = {"pca": layouts.pca(vectors), "cone": layouts.cone(vectors)}
    if state.umap:
        drawn["umap"] = layouts.umap(vectors)
    return Prepared(
        model=state.model,
        state=state.state,
        source=source,
        layer_names=vectors.layer_names,
        sentences=vectors.sentences,
        sentence_ids=vectors.sentence_ids,
        positions=vectors.positions,
        layouts=drawn,
        provenance="computed in this visit",
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


def caption(prepared: Prepared) -> str:
    """Model, layers, state of the vectors, n, seed and provenance, in one line."""
    title = _model_title(prepared.model)
    n_layers = len(prepared.layer_names)
    layers = f"{n_layers} layers" if n_layers > 1 else "1 layer"
    return (
        f"{title}, {layers}, {prepared.state} vectors, {prepared.source.title}, "
        f"n = {len(prepared.sentence_ids):,} words, seed 0, {prepared.provenance}"
    )


def packet(prepared: Prepared, word: str) -> bytes:
    """The viewer's packet; `word` is the one whose senses are coloured."""
    words = prepared.words
    alone = prepared.source.name == FREQUENT
    spans = [
        (found.start, found.end)
        for s, p in zip(prepared.sentence_ids.tolist(), prepared.positions.tolist(), strict=True)
        for found in [prepared.sentences[s].words[p]]
    ]
    cloud = Cloud(
        title=f"{_model_title(prepared.model)}: {prepared.source.title}",
        badge=prepared.state,
        caption=caption(prepared),
        layer_names=prepared.layer_names,
        layouts=prepared.layouts,
        colourings=_colourings(prepared, words, word),
        words=words,
        sentences=[] if alone else [sentence.text for sentence in prepared.sentences],
        sentence_ids=prepared.sentence_ids,
        spans=np.array(spans, np.uint32).reshape(-1, 2),
    )
    return pack(cloud)


def neighbours(state: CloudState, row: int, k: int = 10) -> list[list[dict[str, Any]]]:
    """For every layer the k words with the highest cosine to one word, in the full space: [{"id",
    "cosine"}].
    """
    vectors = vectors_of(Source(state.source, state.text), state.model, state.state)
    lists = []
    for layer in vectors.layers:
        rows, cosines = nearest(layer, row, k)
        lists.append(
            [
                {"id": int(r), "cosine": round(float(c), 4)}
                for r, c in zip(rows, cosines, strict=True)
            ]
        )
    return lists


def table(prepared: Prepared, layer: int, first: int = 0) -> pd.DataFrame:
    """The cloud as a table: word, sentence, angle to the axis and place, TABLE_ROWS rows from
    `first`.
    """
    layout = prepared.layouts["pca"]
    places = layout.places[layer].astype(np.float64) / 65535 * 2 - 1
    rows = slice(first, first + TABLE_ROWS)
    x, y, z = (places[rows] * layout.scale).T
    return pd.DataFrame(
        {
            "word": prepared.words[rows],
            "sentence": [prepared.sentences[s].text for s in prepared.sentence_ids[rows]],
            "cosine to the axis": _axis_cosines(prepared)[layer][rows],
            "x": x,
            "y": y,
            "z": z,
        }
    )


def _axis_cosines(prepared: Prepared) -> np.ndarray:
    """Cosine of each word with its layer's mean direction, (n_layers, n): the height in the cone
    layout.
    """
    return prepared.layouts["cone"].places[:, :, 2] / 65535.0 * 2 - 1


def _colourings(prepared: Prepared, words: list[str], word: str) -> dict[str, Colouring]:
    keys = [word_key(w) for w in words]
    colourings = {"axis_cosine": Colouring("cosine to the mean direction", _axis_cosines(prepared))}
    if prepared.source.name == FREQUENT:
        ranks = np.log10(np.arange(1, len(words) + 1))
        colourings["frequency"] = Colouring("log₁₀ frequency rank", ranks)
        return colourings
    counts = Counter(keys)
    colourings["frequency"] = Colouring(
        "log₁₀ occurrences in this text", np.log10([counts[key] for key in keys])
    )
    colourings["position"] = Colouring("position in the sentence", prepared.positions)
    if len(prepared.sentences) <= 24:
        names = tuple(f"{i + 1}. {s.text[:40]}" for i, s in enumerate(prepared.sentences))
        colourings["sentence"] = Colouring("sentence", prepared.sentence_ids, names)
    else:
        colourings["sentence"] = Colouring("sentence number", prepared.sentence_ids)
    if senses := _senses(prepared, keys, word):
        colourings["sense"] = senses
    return colourings


def _senses(prepared: Prepared, keys: list[str], word: str) -> Colouring | None:
    """The senses of one word, every other word grey; None where the source has no senses for it."""
    corpus = prepared.source.corpus()
    wanted = word_key(word)
    targets = [word_key(target) if target else None for target in corpus.target_words]
    labels = [
        corpus.senses[s] if key == wanted and targets[s] == wanted else None
        for key, s in zip(keys, prepared.sentence_ids.tolist(), strict=True)
    ]
    found = tuple(dict.fromkeys(label for label in labels if label))
    if not found:
        return None
    names = (OTHER, *(f"{word} · {sense}" for sense in found))
    codes = [found.index(label) + 1 if label else 0 for label in labels]
    return Colouring(f"sense of “{word}”", np.array(codes), names)


def _notice(prepared: Prepared, layer: int) -> str:
    """How wide the cone of this layer is, in words."""
    angles = np.degrees(np.arccos(np.clip(_axis_cosines(prepared)[layer], -1, 1)))
    median = float(np.median(angles))
    return (
        f"At layer {prepared.layer_names[layer]} half of all words stand within {median:.0f}° of one direction; "
        "in a cloud without direction it would be close to 90°."
    )


def row_of(prepared: Prepared, word: str, sentence_id: int | None = None) -> int:
    """The row of a word's first occurrence (in one sentence).

    Raises:
        WordNotFound: it stands nowhere there.
    """
    wanted = word_key(word)
    for row, (text, sentence) in enumerate(zip(prepared.words, prepared.sentence_ids, strict=True)):
        if word_key(text) == wanted and sentence_id in (None, sentence):
            return row
    raise WordNotFound(
        f"{word!r} does not stand in the {prepared.source.title} as a word of its own."
    )


def _model_title(model: str) -> str:
    return ENCODERS[model].card.title if model in ENCODERS and model != HUB else model
