"""The lecture's mouse from real vectors: is the computer mouse nearer to "keyboard", and the
animal nearer to "cat"?
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.corpora.mouse import PARTNERS, WORD, partner_sentences
from engine.corpora.senses import sentences_of
from engine.encoder import is_static, title_of
from engine.figures.lean_plane import Places, lean_plane
from engine.geometry.leaning import Estimate, Leaning, lean_gap, leaning
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline, baseline_needs, in_state
from engine.views.layer_number import layer_number
from engine.views.sources import encoder

TECHNICAL, ANIMAL = PARTNERS
FIRST, SECOND = PARTNERS.values()


@dataclass(frozen=True)
class MouseState:
    """A model of context at a layer; the static models stand beside it."""

    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    statics: tuple[str, ...] = ("glove", "word2vec")
    state: str = RAW


@dataclass(frozen=True)
class Mice:
    """One layer of one model."""

    layer_name: str
    leanings: dict[str, Leaning]  # sense -> its occurrences' cosines with the partners
    gap: Estimate  # how much more the computer mice lean to "keyboard" than the animals do
    baseline: float  # mean cosine of two random words there


@VIEWS.add("mouse")
class MouseView:
    """Every mouse by its cosine to either partner, at one layer."""

    title = "Every mouse between keyboard and cat"
    State = MouseState

    def needs(self, state: MouseState) -> Needs:
        """What the baselines are taken from."""
        return baseline_needs((state.model, *state.statics), state.state)

    def show(self, state: MouseState) -> Shown:
        """The plane of both cosines: a dot an occurrence, one mark a static model."""
        layers = mice(state.model, state.state)
        number = layer_number(state.layer, len(layers))
        now = layers[number]
        statics = {model: mice(model, state.state)[0] for model in state.statics}
        ends = [one.cosines for each in layers for one in each.leanings.values()]
        ends += [one.leanings[ANIMAL].cosines for one in statics.values()]
        ends.append(np.array([[each.baseline] * 2 for each in layers]))
        sentences = _sentences()
        places = [
            Places(f"the {sense} {WORD}", found.cosines, tuple(sentences[sense]))
            for sense, found in now.leanings.items()
        ]
        figure = lean_plane(
            places,
            {
                model: (title_of(model), *one.leanings[ANIMAL].cosines[0])
                for model, one in statics.items()
            },
            (f"mean cosine with “{FIRST}”", f"mean cosine with “{SECOND}”"),
            now.baseline,
            np.concatenate(ends),
        )
        caption = (
            f"{title_of(state.model)}, layer {now.layer_name} · {state.state} vectors · n = "
            + ", ".join(f"{one.n} {sense} mice" for sense, one in now.leanings.items())
            + f" of the sense corpus; mean cosine with 15 “{FIRST}” and 15 “{SECOND}”, each in a "
            "sentence of its own · intervals 95 %, bootstrap over sentences · random words: "
            f"{baseline(state.model, state.state).provenance} · seed 0 · live"
        )
        return Shown(figure, _table(now, sentences), caption, _notice(state, now, statics))


@lru_cache(maxsize=64)
def mice(model: str, state: str) -> tuple[Mice, ...]:
    """All layers of one model."""
    labelled = (*sentences_of(WORD), *partner_sentences())
    vectors = encoder(model).encode([sentence for _, sentence in labelled])
    labels = np.array([label for label, _ in labelled])
    rows = {label: _rows(vectors, labels, label) for label in (*PARTNERS, *PARTNERS.values())}
    base = baseline(model, state)
    found = []
    for name, layer, random_words in zip(
        vectors.layer_names, in_state(vectors, state), base.cosines, strict=True
    ):
        one, other, first, second = (layer[chosen] for chosen in rows.values())
        lean = {
            sense: leaning(x, first, second) for sense, x in ((TECHNICAL, one), (ANIMAL, other))
        }
        gap = lean_gap(one, other, first, second)
        found.append(Mice(name, lean, gap, random_words))
    return tuple(found)


def _rows(vectors: LayeredVectors, labels: np.ndarray, label: str) -> np.ndarray:
    """The rows of the word in its sentences: of "mouse" in those of a sense, of a partner in its
    own.
    """
    rows = vectors.rows_of(WORD if label in PARTNERS else label)
    return rows[labels[vectors.sentence_ids[rows]] == label]


def _sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sense, sentence in sentences_of(WORD):
        found.setdefault(sense, []).append(sentence.text)
    return found


def _table(now: Mice, sentences: dict[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sense": sense,
            "sentence": sentence,
            f"cosine with {FIRST}": first,
            f"cosine with {SECOND}": second,
            "difference": first - second,
        }
        for sense, one in now.leanings.items()
        for sentence, (first, second) in zip(sentences[sense], one.cosines.tolist(), strict=True)
    )


def _notice(state: MouseState, now: Mice, statics: dict[str, Mice]) -> str:
    """Where the mice stand, and where the one static mouse does."""
    told = []
    for model, one in statics.items():
        first, second = one.leanings[ANIMAL].cosines[0]
        nearer, less = sorted(((first, FIRST), (second, SECOND)), reverse=True)
        told.append(
            f"{title_of(model)} has one “{WORD}”, nearer to “{nearer[1]}” ({nearer[0]:.2f}) than "
            f"to “{less[1]}” ({less[0]:.2f})."
        )
    if not is_static(state.model):
        told.append(_of_occurrences(state, now))
    return " ".join(told)


def _of_occurrences(state: MouseState, now: Mice) -> str:
    technical, animal = now.leanings[TECHNICAL], now.leanings[ANIMAL]
    right = int((technical.cosines[:, 0] > technical.cosines[:, 1]).sum())
    left = int((animal.cosines[:, 1] > animal.cosines[:, 0]).sum())
    gap = now.gap
    clear = "more" if gap.low > 0 else "less" if gap.high < 0 else "not clearly more"
    return (
        f"At layer {now.layer_name} of {title_of(state.model)} {right} of {technical.n} computer "
        f"mice are nearer to “{FIRST}” and {left} of {animal.n} animals nearer to “{SECOND}”. "
        f"The computer mice lean to “{FIRST}” {clear} than the animals do, by {gap.value:.2f} "
        f"[{gap.low:.2f}, {gap.high:.2f}] of cosine; two random words have {now.baseline:.2f}."
    )
