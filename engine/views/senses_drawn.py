"""Curves of how far each layer tells senses apart, and what to hold them against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.figures.curves import Axes, Curve
from engine.geometry.sense_panel import SensePanel
from engine.views.context_control import LABEL

MEASURES = {
    "auc": "AUC",
    "knn": "Nearest neighbour",
    "knn5": "5 nearest",
    "margin": "Margin",
    "silhouette": "Silhouette",
}


def axes(name: str, n_senses: int, control: SensePanel | None) -> Axes:
    """The axis of a measure, what nothing gives, and what the words around give alone."""
    guess = 1 / n_senses
    drawn = {
        "auc": Axes(
            "AUC: same sense closer than other sense", 0.5, "senses not told apart", (0.3, 1.02)
        ),
        "knn": Axes("balanced 1-NN accuracy", guess, "always one sense", (0.0, 1.02)),
        "knn5": Axes("balanced 5-NN accuracy", guess, "always one sense", (0.0, 1.02)),
        "margin": Axes("cosine: same sense minus other sense", 0.0, "senses not told apart"),
        "silhouette": Axes("silhouette of the senses", 0.0, "senses not told apart"),
    }[name]
    if control is None:
        return drawn
    return replace(drawn, control=_curve([control], name).values[0], control_label=LABEL)


def curves(
    results: Mapping[str, Sequence[tuple[str, SensePanel]]], name: str
) -> dict[tuple[str, str], Curve]:
    """Of the AUC also what shuffled senses reach."""
    found = {}
    for model, layers in results.items():
        panels = [panel for _, panel in layers]
        found[model, ""] = _curve(panels, name)
        if name == "auc" and len(panels) > 1:
            null = Curve([panel.auc_null for panel in panels], reference=True)
            found[model, "with shuffled senses"] = null
    return found


def _curve(panels: list[SensePanel], name: str) -> Curve:
    if name == "margin":
        return Curve([found.same_sense_cosine - found.different_sense_cosine for found in panels])
    if name == "auc":
        lows, highs = zip(*(found.auc_interval for found in panels), strict=True)
        return Curve([found.auc for found in panels], lows, highs)
    fields = {"knn": "knn_accuracy_balanced", "knn5": "knn5_accuracy_balanced"}
    return Curve([getattr(found, fields.get(name, name)) for found in panels])
