"""All words of the sense corpus under all models: which layer keeps senses apart, over words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.corpora.senses import polysemous_words, sentences_of
from engine.encoder import Progress, title_of
from engine.errors import EngineError, ShapeError, WordNotFound
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.geometry.over_words import chosen_on_others, mean_interval
from engine.geometry.sense_panel import SensePanel
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.context_control import LABEL, context_alone
from engine.views.kept import Kept
from engine.views.senses import SensesState, separations
from engine.views.sources import Source

MEASURES = {"knn": "Nearest neighbour", "knn5": "5 nearest", "auc": "AUC"}
FIELDS = {"knn": "knn_accuracy_balanced", "knn5": "knn5_accuracy_balanced", "auc": "auc"}
TITLES = {
    "knn": "balanced 1-NN accuracy, mean over words",
    "knn5": "balanced 5-NN accuracy, mean over words",
    "auc": "AUC, mean over words",
}
_known = Kept(max_bytes=32)


@dataclass(frozen=True)
class ScoreboardState:
    """The models that are compared, and by what."""

    models: tuple[str, ...] = ("minilm", "glove")
    measure_name: str = "knn"


Panels = dict[str, list[SensePanel]]
"""word -> its panel at each layer."""


@VIEWS.add("scoreboard")
class ScoreboardView:
    """Means over words, by layer and model."""

    title = "All words, all models"
    State = ScoreboardState

    def needs(self, state: ScoreboardState) -> Needs:
        """The vectors of the sense corpus."""
        return [(Source("senses"), model) for model in state.models]

    def work(self, state: ScoreboardState) -> Work | None:
        """Every word under every model that has not been asked yet."""
        waiting = [model for model in state.models if not _known.has(model)]
        words = polysemous_words()

        def do(progress: Progress) -> None:
            for number, model in enumerate(waiting):
                for done, word in enumerate(words):
                    progress(number * len(words) + done, len(waiting) * len(words))
                    with suppress(EngineError):
                        separations(SensesState(word, models=()), model)
                panels_of(model)

        title = f"{len(words)} words under {', '.join(map(title_of, waiting))}"
        return Work(title, do) if waiting else None

    def so_far(self, state: ScoreboardState) -> ScoreboardState | None:
        """The models that are done; None before the first."""
        there = tuple(model for model in state.models if _known.has(model))
        return ScoreboardState(there, state.measure_name) if there else None

    def show(self, state: ScoreboardState) -> Shown:
        """One curve a model; the table names every word."""
        name = state.measure_name if state.measure_name in MEASURES else "knn"
        results = {model: panels_of(model) for model in state.models}
        scores = {model: _scores(panels, name) for model, panels in results.items()}
        control = {word: found for word in polysemous_words() if (found := _context(word))}
        alone = float(np.mean([getattr(one, FIELDS[name]) for one in control.values()] or [np.nan]))
        chance = _chance(next(iter(results.values())), name)
        axes = Axes(
            TITLES[name], chance, "always one sense", (0.3, 1.02),
            None if np.isnan(alone) else alone, LABEL,
        )  # fmt: skip
        layers = {model: _layer_names(model) for model in results}
        titles = {model: title_of(model) for model in results}
        curves = {(model, ""): _curve(found) for model, found in scores.items()}
        caption = (
            f"{', '.join(titles.values())} · {RAW} vectors · sense corpus, n = "
            f"{len(next(iter(results.values())))} words of two or three senses · left out: the "
            "sentence itself · intervals 95 %, bootstrap over words · seed 0 · live · "
            f"{LABEL}: mean GloVe vector of the other content words"
        )
        return Shown(
            curves_by_layer(curves, layers, axes, titles),
            _table(results, scores, control, name),
            caption,
            _notice(scores, layers, alone, name),
            tuple(_unknown(results)),
        )


def panels_of(model: str) -> Panels:
    """Every word that the model knows."""

    def collect() -> Panels:
        found = {}
        for word in polysemous_words():
            with suppress(WordNotFound, ShapeError):
                layers = separations(SensesState(word, models=()), model)
                found[word] = [panel for _, panel in layers]
        return found

    return dict(_known.get(model, collect, lambda _: 1))


def _scores(panels: Panels, name: str) -> np.ndarray:
    """(n_words, n_layers)."""
    return np.array([[getattr(one, FIELDS[name]) for one in layers] for layers in panels.values()])


def _context(word: str) -> SensePanel | None:
    senses, sentences = zip(*sentences_of(word), strict=True)
    return context_alone(sentences, senses, word)


def _layer_names(model: str) -> list[str]:
    return [name for name, _ in separations(SensesState(polysemous_words()[0], models=()), model)]


def _chance(panels: Panels, name: str) -> float:
    if name == "auc":
        return 0.5
    return float(np.mean([1 / len(layers[0].senses) for layers in panels.values()]))


def _curve(scores: np.ndarray) -> Curve:
    low, high = mean_interval(scores)
    return Curve(scores.mean(axis=0).tolist(), low.tolist(), high.tolist())


def _table(
    results: dict[str, Panels], scores: dict[str, np.ndarray], control: Panels | dict, name: str
) -> pd.DataFrame:
    """Of each word the score at the layer that is best for the other words."""
    columns = {
        title_of(model): dict(zip(results[model], chosen_on_others(found), strict=True))
        for model, found in scores.items()
    }
    columns[LABEL] = {word: getattr(one, FIELDS[name]) for word, one in control.items()}
    words = polysemous_words()
    return pd.DataFrame(
        {"word": words}
        | {title: [own.get(word, np.nan) for word in words] for title, own in columns.items()}
    )


def _notice(
    scores: dict[str, np.ndarray], layers: dict[str, list[str]], alone: float, name: str
) -> str:
    told = []
    for model, found in sorted(scores.items(), key=lambda pair: -pair[1].mean(axis=0).max()):
        means = found.mean(axis=0)
        best = int(means.argmax())
        low, high = (bound[best] for bound in mean_interval(found))
        where = f" at layer {layers[model][best]}" if len(means) > 1 else ""
        told.append(f"{title_of(model)} {means[best]:.2f} [{low:.2f}, {high:.2f}]{where}")
    said = f"{MEASURES[name]}, mean over words, at its best: {'; '.join(told)}."
    return said if np.isnan(alone) else f"{said} The other content words alone: {alone:.2f}."


def _unknown(results: dict[str, Panels]) -> list[str]:
    words: Sequence[str] = polysemous_words()
    return [
        f"{title_of(model)} does not know: {', '.join(w for w in words if w not in panels)}."
        for model, panels in results.items()
        if len(panels) < len(words)
    ]
