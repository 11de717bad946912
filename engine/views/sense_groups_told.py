"""What to notice of groups without labels: what their occurrences share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from engine.encoder import title_of
from engine.figures.curves import Axes, Curve
from engine.geometry.sense_clusters import SenseClusters
from engine.views.sense_sentences import SenseSentences

MEASURES = {
    "context": "Shared context",
    "silhouette": "Silhouette",
    "place": "Shared place",
    "agreement": "Agreement with labels",
}
LEAST = 3  # occurrences of the second group, below which the others are outliers


@dataclass(frozen=True)
class Groups:
    """The groups at one layer, and what the occurrences of a group share."""

    clusters: SenseClusters
    # Same group: other content words closer (GloVe); .5 = no closer. NaN where it is not known, and
    # where all groups but one hold fewer than LEAST occurrences.
    context_auc: float
    context_interval: tuple[float, float]  # 95 %, bootstrap over sentences
    place_auc: float  # same group: places in the sentence closer
    place_interval: tuple[float, float]
    agreement: float  # adjusted Rand index with the written senses; NaN without them


Layers = Sequence[tuple[str, Groups]]


def axes(name: str) -> Axes:
    """The axis of a measure, and what no groups give."""
    return {
        "context": Axes(
            "AUC: same group, other words closer", 0.5, "groups share no context", (0.3, 1.02)
        ),
        "silhouette": Axes("silhouette of the groups (thin dashes: no groups)", 0.0, "no groups"),
        "place": Axes(
            "AUC: same group, places in the sentence closer", 0.5, "groups share no place",
            (0.3, 1.02),
        ),
        "agreement": Axes(
            "adjusted Rand index with the senses", 0.0, "no more than chance", (-0.2, 1.02)
        ),
    }[name]  # fmt: skip


def curves(results: Mapping[str, Layers], name: str) -> dict[tuple[str, str], Curve]:
    """One curve a model; of the silhouette also what vectors without groups reach."""
    found = {}
    for model, layers in results.items():
        many = [one for _, one in layers]
        if name == "silhouette":
            found[model, ""] = Curve([one.clusters.silhouette for one in many])
            found[model, "without groups"] = Curve(
                [one.clusters.null for one in many], reference=True
            )
        elif name == "agreement":
            found[model, ""] = Curve([one.agreement for one in many])
        else:
            pairs = [
                (one.context_auc, one.context_interval)
                if name == "context"
                else (one.place_auc, one.place_interval)
                for one in many
            ]
            found[model, ""] = Curve(
                [auc for auc, _ in pairs],
                [low for _, (low, _) in pairs],
                [high for _, (_, high) in pairs],
            )
    return found


def best_of(layers: Layers) -> tuple[str, Groups]:
    """The layer whose groups share most context; with no context known, the largest silhouette
    over its null.
    """
    known = [pair for pair in layers if not math.isnan(pair[1].context_auc)]
    if known:
        return max(known, key=lambda pair: pair[1].context_auc)
    return max(layers, key=lambda pair: pair[1].clusters.silhouette - pair[1].clusters.null)


def notice(word: str, results: Mapping[str, Layers]) -> str:
    """Where the groups mean something, and where they are but places in the sentence."""
    first = max(results, key=lambda model: _context(best_of(results[model])[1]))
    layer, best = best_of(results[first])
    if not tells_context(results):
        return _too_few(layer, title_of(first), best)
    sizes = " and ".join(f"{n}" for n in best.clusters.sizes)
    told = [
        f"Best: layer {layer} of {title_of(first)}, where “{word}” falls into "
        f"{len(best.clusters.sizes)} groups of {sizes}. {_held_together(best)}"
    ]
    top, last = results[first][-1]
    if top == layer:
        told.append("That is its top layer.")
    elif not math.isnan(last.context_auc):
        told.append(f"At its top layer the AUC is {last.context_auc:.2f}.")
    clearest, most = max(results[first], key=lambda pair: pair[1].clusters.silhouette)
    if clearest != layer and most.place_interval[0] > 0.5:
        told.append(
            f"The clearest groups (silhouette {most.clusters.silhouette:.2f}) are at layer "
            f"{clearest}, but what they share is their place in the sentence (AUC "
            f"{most.place_auc:.2f}), {_less(most)}."
        )
    return " ".join(told)


def tells_context(results: Mapping[str, Layers]) -> bool:
    """Whether at any layer enough occurrences stand together for their context to be compared."""
    return any(not math.isnan(one.context_auc) for of in results.values() for _, one in of)


def _too_few(layer: str, title: str, one: Groups) -> str:
    said = (
        "Too few occurrences stand together to tell whether a group shares its context: add "
        f"sentences. The clearest groups are at layer {layer} of {title} (silhouette "
        f"{one.clusters.silhouette:.2f}, without groups {one.clusters.null:.2f})"
    )
    is_place = one.place_interval[0] > 0.5
    return f"{said}{', but what they share is their place in the sentence' if is_place else ''}."


def _context(one: Groups) -> float:
    return -1.0 if math.isnan(one.context_auc) else one.context_auc


def _held_together(one: Groups) -> str:
    low, high = one.context_interval
    sure = "do share" if low > 0.5 else "cannot be said to share"
    said = (
        f"Sentences of a group {sure} more context than others: AUC {one.context_auc:.2f} "
        f"[{low:.2f}, {high:.2f}], by GloVe vectors of the other words."
    )
    if not math.isnan(one.agreement):
        said += f" Agreement with the written senses: {one.agreement:.2f} of 1."
    return said


def _less(one: Groups) -> str:
    if math.isnan(one.context_auc):
        return "whatever their context"
    return f"not their context ({one.context_auc:.2f})"


def caption(
    state: str, asked: SenseSentences, results: Mapping[str, Layers], provenance: Sequence[str]
) -> str:
    """Models, state, n, how the groups were made and judged, the seed, and since when."""
    n = len(next(iter(results.values()))[0][1].clusters.labels)
    origin = "own sentences" if asked.own else "sense corpus"
    return (
        f"{', '.join(map(title_of, results))} · {state} vectors · “{asked.word}”, {origin} · n = "
        f"{n} occurrences · k-means on unit vectors, k of 2 to 6 by the largest silhouette "
        "(cosine), no label used · shared context and place: pairs from different sentences, "
        f"intervals 95 %, bootstrap over sentences; not told where all groups but one hold fewer "
        f"than {LEAST} · seed 0 · {'; '.join(provenance)}"
    )


def table(results: Mapping[str, Layers]) -> pd.DataFrame:
    """Every layer's groups."""
    return pd.DataFrame(
        {
            "model": title_of(model),
            "layer": name,
            "groups": len(one.clusters.sizes),
            "sizes": ", ".join(map(str, one.clusters.sizes)),
            "silhouette": one.clusters.silhouette,
            "silhouette without groups": one.clusters.null,
            "shared context, AUC": one.context_auc,
            "context, low": one.context_interval[0],
            "context, high": one.context_interval[1],
            "shared place, AUC": one.place_auc,
            "agreement with labels": one.agreement,
        }
        for model, layers in results.items()
        for name, one in layers
    )
