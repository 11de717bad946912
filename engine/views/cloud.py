"""The cloud: every word of a source at every layer, as a packet for the viewer; and the true
neighbours of one word.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.packet import Cloud, pack
from engine.figures.static_cloud import static_cloud
from engine.geometry.neighbours import nearest
from engine.text import word_key
from engine.views import VIEWS, Needs, Shown
from engine.views.colourings import colourings
from engine.views.prepared import CloudState, Prepared, prepare
from engine.views.recorded import recorded
from engine.views.sources import FREQUENT, Source, list_unknown, vectors_of

TABLE_ROWS = 500


@VIEWS.add("cloud")
class CloudView:
    """The embedding cloud of every layer."""

    title = "Cloud"
    State = CloudState

    def needs(self, state: CloudState) -> Needs:
        """Nothing where the cloud is recorded, else its vectors."""
        if recorded(state.source, state.model, state.state) is not None:
            return []
        return [(Source(state.source, state.text), state.model)]

    def show(self, state: CloudState) -> Shown:
        """A static picture of one layer, its table and caption; the live viewer takes `packet`
        instead.
        """
        prepared = prepare(state)
        layer = min(max(state.layer, 0), len(prepared.layer_names) - 1)
        layout = prepared.layouts.get(state.layout) or prepared.layouts["pca"]
        cosines = prepared.axis_cosines[layer]
        figure = static_cloud(layout, layer, prepared.words, cosines)
        return Shown(
            figure,
            table(prepared, layer),
            caption(prepared),
            layer_notice(prepared, layer),
            tuple(notes(prepared)),
        )


def caption(prepared: Prepared) -> str:
    """Model, layers, state of the vectors, n, seed and provenance, in one line."""
    title = title_of(prepared.model)
    n_layers = len(prepared.layer_names)
    layers = f"{n_layers} layers" if n_layers > 1 else "1 layer"
    return (
        f"{title}, {layers}, {prepared.state} vectors, {prepared.source.title}, n = "
        f"{len(prepared.sentence_ids):,} words, seed 0, {prepared.provenance}"
    )


def notes(prepared: Prepared) -> list[str]:
    """What a reader must know: words without a vector, and what the encoder has to say."""
    return [*list_unknown(title_of(prepared.model), prepared.unknown), *prepared.notes]


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
        title=f"{title_of(prepared.model)}: {prepared.source.title}",
        badge=prepared.state,
        caption=caption(prepared),
        layer_names=prepared.layer_names,
        layouts=prepared.layouts,
        colourings=colourings(prepared, word),
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


def table(prepared: Prepared, layer: int, *, all_rows: bool = False) -> pd.DataFrame:
    """The cloud as a table: word, sentence, angle to the axis and place; TABLE_ROWS rows or all."""
    layout = prepared.layouts["pca"]
    places = layout.places[layer].astype(np.float64) / 65535 * 2 - 1
    rows = slice(None if all_rows else TABLE_ROWS)
    x, y, z = (places[rows] * layout.scale).T
    return pd.DataFrame(
        {
            "word": prepared.words[rows],
            "sentence": [prepared.sentences[s].text for s in prepared.sentence_ids[rows]],
            "cosine to the axis": prepared.axis_cosines[layer][rows],
            "x": x,
            "y": y,
            "z": z,
        }
    )


def layer_notice(prepared: Prepared, layer: int) -> str:
    """How wide the cone of this layer is, in words."""
    if len(prepared.words) < 2:
        return f"One word, {prepared.words[0]!r}, is a point; a cone takes several."
    angles = np.degrees(np.arccos(np.clip(prepared.axis_cosines[layer], -1, 1)))
    median = float(np.median(angles))
    return (
        f"At layer {prepared.layer_names[layer]} half of all words stand within {median:.0f}° "
        "of one direction; in a cloud without direction it would be close to 90°."
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
