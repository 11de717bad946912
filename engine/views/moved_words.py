"""The words of a run's target text as its stages move them: a cloud whose layers are the run's
checkpoints.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.packet import Cloud, Colouring, pack
from engine.figures.static_cloud import static_cloud
from engine.geometry.neighbours import nearest
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.moved_places import MovedWords, is_soon_read, moved_words
from engine.views.words_of_run import GENERAL, NEW, OLD

GROUPS = {OLD: "target text", NEW: "target, new to stage 1", GENERAL: "general text"}
VECTORS = {"top": "states of the top layer", "input": "rows of the embedding"}


@dataclass(frozen=True)
class MovedWordsState:
    """Whose words, and which of their vectors."""

    run: str = ""  # id of a live run
    vectors: str = "top"  # a name in VECTORS


@VIEWS.add("moved-words")
class MovedWordsView:
    """The words at the newest checkpoint; the live viewer shows all checkpoints."""

    title = "The words, as the stages move them"
    State = MovedWordsState

    def needs(self, state: MovedWordsState) -> Needs:
        """Nothing is encoded."""
        return []

    def work(self, state: MovedWordsState) -> Work | None:
        """Reading every checkpoint."""
        with suppress(EngineError):  # `show` says it
            if not is_soon_read(state.run, _is_top(state)):
                return Work(
                    "Reading the run's checkpoints", partial(moved_words, state.run, _is_top(state))
                )
        return None

    def show(self, state: MovedWordsState) -> Shown:
        """A still picture of the newest checkpoint, its table and caption.

        Raises:
            EngineError: no live run, no checkpoint yet, or texts that are no longer here.
        """
        moved = read(state)
        last = moved.vectors.n_layers - 1
        return Shown(
            figure=static_cloud(
                moved.drawn["pca"],
                last,
                moved.of.words,
                moved.moved[last],
                "way from its first place",
            ),
            table=table(moved),
            caption=caption(state, moved),
            notice=notice_at(moved, last),
            notes=notes(moved),
        )


def read(state: MovedWordsState) -> MovedWords:
    """The words at every checkpoint.

    Raises: as `MovedWordsView.show`.
    """
    if not state.run:
        raise EngineError(
            "A cloud of words takes a live run: recorded runs keep numbers, no weights. Start one "
            "on the page “ULMFiT”, under “Watch it”, which takes some minutes."
        )
    if state.vectors not in VECTORS:
        raise EngineError(f"Words have these vectors here: {', '.join(VECTORS)}.")
    return moved_words(state.run, _is_top(state))


def packet(state: MovedWordsState, moved: MovedWords) -> bytes:
    """All checkpoints, for the viewer."""
    of, n = moved.of, len(moved.of.words)
    present = sorted(set(of.groups))
    colours = {
        "group": Colouring(
            "which text's word",
            np.searchsorted(present, of.groups),
            tuple(GROUPS[group] for group in present),
        ),
        "moved": Colouring("way from its first place, in word lengths", moved.moved),
        "axis_cosine": Colouring("cosine to the mean direction", moved.axis_cosines),
    }
    return pack(
        Cloud(
            title=MovedWordsView.title, badge=RAW, caption=caption(state, moved),
            layer_names=moved.vectors.layer_names, layouts=moved.drawn, colourings=colours,
            words=of.words, sentences=[], sentence_ids=moved.vectors.sentence_ids,
            spans=np.zeros((n, 2), np.uint32),
        )
    )  # fmt: skip


def neighbours(moved: MovedWords, row: int, k: int = 10) -> list[list[dict[str, Any]]]:
    """For every checkpoint the k words of the cloud with the highest cosine to one of them."""
    return [
        [
            {"id": int(r), "cosine": round(float(c), 4)}
            for r, c in zip(*nearest(layer, row, k), strict=True)
        ]
        for layer in moved.vectors.layers
    ]


def notice_at(moved: MovedWords, layer: int) -> str:
    """How far each group of words has come by a checkpoint; by the newest, at the first one."""
    groups, names = np.array(moved.of.groups), moved.vectors.layer_names
    layer = layer or len(names) - 1
    told = []
    for group, title in (
        (OLD, f"typical of {moved.of.target}"),
        (NEW, "of it that stage 1 did not know"),
        (GENERAL, f"typical of {moved.of.general}"),
    ):
        if n := int((groups == group).sum()):
            way = float(np.median(moved.moved[layer, groups == group]))
            told.append(f"{way:.2g} for the {n} words {title}")
    return (
        f"From “{names[0]}” to “{names[layer]}” the median way of a word, in lengths of a word "
        f"vector, is {', '.join(told)}."
    )


def caption(state: MovedWordsState, moved: MovedWords) -> str:
    """Run, vectors, n, seed."""
    n_layers = moved.vectors.n_layers
    return (
        f"{moved.about} · {VECTORS[state.vectors]}, raw · {n_layers} checkpoints, one basis and "
        f"one scale for all · n = {len(moved.of.words)} words · computed live from the run's "
        "checkpoints"
    )


def notes(moved: MovedWords) -> tuple[str, ...]:
    """What a reader must know."""
    told = [
        "Words of each text are those with the highest log-odds against the other text. A length "
        "is the median length of the words' vectors at the first checkpoint."
    ]
    if NEW in moved.of.groups:
        told.append(
            "A word that stage 1 does not know begins at the mean of all words, as ULMFiT gives it "
            "its first vector: at first, all of these are one point."
        )
    return tuple(told)


def table(moved: MovedWords) -> pd.DataFrame:
    """Each word's way from its first place, at every checkpoint."""
    ways = {
        name: np.round(moved.moved[layer], 4)
        for layer, name in enumerate(moved.vectors.layer_names)
    }
    groups = [GROUPS[group] for group in moved.of.groups]
    return pd.DataFrame({"word": list(moved.of.words), "typical of": groups, **ways})


def _is_top(state: MovedWordsState) -> bool:
    return state.vectors == "top"
