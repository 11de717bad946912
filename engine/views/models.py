"""What the Models page says of each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from engine.encoder import ENCODERS, ModelCard, registered
from engine.figures.theme import model_colour
from engine.figures.training import validation_curve
from engine.model_files import shipped_card

PLAIN = ("data", "licence", "intended_use", "command", "seed", "hardware", "hours", "date")


@dataclass(frozen=True)
class AboutModel:
    """One model in words."""

    name: str
    title: str
    colour: str
    about: str
    facts: str
    missing: str | None  # why it cannot be used here, and the command that mends it
    card: pd.DataFrame = field(default_factory=pd.DataFrame)  # what | value; empty = none
    curve: Any = None  # the training run as a Plotly figure
    curve_in_words: str = ""


def about_models() -> list[AboutModel]:
    """All registered models, static ones first, untrained twins left out."""
    return [_about(card) for card in registered()]


def _about(card: ModelCard) -> AboutModel:
    shipped = shipped_card(card.name)
    hashed = f" · sha256 of the weights {card.sha256[:16]}…" if card.sha256 else ""
    return AboutModel(
        card.name,
        card.title,
        model_colour(card.name),
        card.about,
        f"{card.family} · layers: {', '.join(card.layer_names)} · {card.d_model} dimensions "
        f"· {card.source} · licence: {card.licence}{hashed}",
        ENCODERS[card.name].missing(),
        pd.DataFrame(_rows(shipped), columns=["what", "value"]),
        _curve(shipped, model_colour(card.name)),
        _curve_in_words(shipped),
    )


def _rows(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything a card says, in the order a reader asks."""
    yield from ((_words(key), str(card[key])) for key in PLAIN if key in card)
    yield from _flat("", card.get("quality", {}))
    for layer in card.get("geometry", []):
        yield (
            f"mean random-pair cosine, {layer['layer']}",
            f"{layer['mean_cosine']:.3f} [{layer['ci_low']:.3f}, {layer['ci_high']:.3f}] "
            f"(sense corpus, raw, n = {layer['n']:,})",
        )
    yield from _sense_rows(card.get("senses", {}))
    yield from ((f"sha256 of {name}", digest) for name, digest in card.get("sha256", {}).items())


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        name = f"{prefix}{_words(key)}"
        if isinstance(value, Mapping):
            yield from _flat(f"{name}: ", value)
        else:
            yield name, _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """Four figures; whole numbers, which counts are, in full.

    >>> _number(254091.0), _number(0.07866866), _number(90.5778)
    ('254,091', '0.07867', '90.58')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def _sense_rows(senses: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    untrained = senses.get("untrained_auc")
    for i, layer in enumerate(senses.get("layers", [])):
        value = f"{senses['auc'][i]:.3f} over {senses['n_words']} words"
        if untrained:
            value += (
                f"; the untrained twin {untrained[i]:.3f}: {senses['gain'][i]:+.3f} "
                f"[{senses['gain_low'][i]:+.3f}, {senses['gain_high'][i]:+.3f}]"
            )
        yield f"mean sense AUC, {layer}", value


def _curve(card: Mapping[str, Any], colour: str) -> Any:
    points = card.get("curve", [])
    if len(points) < 2:
        return None
    return validation_curve(
        [point["step"] for point in points],
        {name: [point[name] for point in points] for name in _measured(points[0])},
        colour,
    )


def _measured(point: Mapping[str, Any]) -> list[str]:
    """What was measured at a point of the curve; which share of the test's words is known is no
    result, and never changes.
    """
    return [name for name in point if name != "step" and not name.endswith("_known")]


def _curve_in_words(card: Mapping[str, Any]) -> str:
    """Where the run began and ended, for those who do not see the figure."""
    points = card.get("curve", [])
    if len(points) < 2:
        return ""
    first, last = points[0], points[-1]
    told = [f"{_words(name)} {first[name]:.3g} to {last[name]:.3g}" for name in _measured(last)]
    return f"From step {first['step']:,} to {last['step']:,}: {', '.join(told)}."


def _words(key: str) -> str:
    return key.replace("_", " ")
