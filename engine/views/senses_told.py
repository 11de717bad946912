"""What to notice where senses are told apart, and the numbers as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from engine.encoder import title_of
from engine.geometry.sense_panel import SensePanel
from engine.views.context_control import LABEL
from engine.views.sense_sentences import SenseSentences

CONTEXT = "context"
Layers = Sequence[tuple[str, SensePanel]]


def notice(word: str, results: Mapping[str, Layers], control: SensePanel | None) -> str:
    """Which model and layer tell the senses apart best, whether it is the top one, and whether
    that is more than the other words tell anyway.
    """
    best = {model: max(layers, key=lambda pair: pair[1].auc) for model, layers in results.items()}
    moving = [model for model, layers in results.items() if len(layers) > 1]
    fixed = [title_of(model) for model in results if model not in moving]
    told = []
    if moving:
        first = max(moving, key=lambda model: best[model][1].auc)
        told.append(_about(word, first, best[first], results[first], control))
        others = [model for model in moving if model != first]
        if others:
            told.append(
                "The others at their best: "
                + ", ".join(
                    f"{title_of(model)} {best[model][1].auc:.2f} (layer {best[model][0]})"
                    for model in others
                )
                + "."
            )
    if fixed:
        aucs = sorted({f"{best[model][1].auc:.2f}" for model in results if model not in moving})
        told.append(
            f"{_listed(fixed)} cannot tell the senses of “{word}” apart: AUC {' and '.join(aucs)}."
        )
    return " ".join(told)


def _about(
    word: str,
    model: str,
    best: tuple[str, SensePanel],
    layers: Layers,
    control: SensePanel | None,
) -> str:
    layer, found = best
    title = title_of(model)
    low, high = found.auc_interval
    if found.p_value > 0.05:
        said = (
            f"No layer of any model tells the senses of “{word}” apart beyond what shuffled senses "
            f"reach; the best is layer {layer} of {title} with an AUC of {found.auc:.2f} "
            f"[{low:.2f}, {high:.2f}]."
        )
    else:
        said = (
            f"{title} separates the senses of “{word}” best, at layer {layer}: AUC "
            f"{found.auc:.2f} [{low:.2f}, {high:.2f}]; shuffled senses stay below "
            f"{found.auc_null:.2f}. {_about_top(best, layers)}"
        )
    said += (
        f" Even there the other sense has a cosine of {found.different_sense_cosine:.2f}, the "
        f"same sense {found.same_sense_cosine:.2f}."
    )
    if control is None:
        return said
    verdict = "more than" if low > control.auc else "not clearly more than"
    return f"{said} That is {verdict} the other content words tell alone ({control.auc:.2f})."


def _about_top(best: tuple[str, SensePanel], layers: Layers) -> str:
    top, found = layers[-1]
    if best[0] == top:
        return "That is its top layer."
    clear = "clearly less" if found.auc_interval[1] < best[1].auc else "not clearly less"
    return f"Its top layer has {found.auc:.2f}, which is {clear}."


def _listed(titles: list[str]) -> str:
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def caption(state: str, asked: SenseSentences, results: Mapping[str, Layers]) -> str:
    """Models, state, n, senses, the commonest one's share, intervals and seed."""
    first = next(iter(results.values()))[0][1]
    titles = ", ".join(title_of(model) for model in results if model != CONTEXT)
    origin = "own labelled sentences" if asked.own else "sense corpus"
    counts = Counter(sense for sense in asked.senses if sense in first.senses)
    senses = ", ".join(f"{sense} {counts[sense]}" for sense in first.senses)
    commonest = max(counts.values()) / sum(counts.values())
    return (
        f"{titles} · {state} vectors · “{asked.word}”, {origin} · n = {first.n} occurrences, "
        f"{len(first.senses)} senses ({senses}) · always the commonest sense: {commonest:.2f} "
        f"right, balanced {1 / len(first.senses):.2f} · neighbours and pairs from other "
        "sentences · intervals 95 %, bootstrap over sentences; thin dashes: 97.5 % of 199 "
        f"shuffles stay below · seed 0 · live · {LABEL}: mean GloVe vector of the other content "
        "words"
    )


def table(results: Mapping[str, Layers], asked: SenseSentences) -> pd.DataFrame:
    """Every measure of every layer; the control and the commonest sense at the end."""
    rows = [
        {
            "model": "—" if model == CONTEXT else title_of(model),
            "layer": name,
            "AUC": found.auc,
            "AUC, low": found.auc_interval[0],
            "AUC, high": found.auc_interval[1],
            "AUC, shuffled senses": found.auc_null,
            "p": found.p_value,
            "balanced 1-NN accuracy": found.knn_accuracy_balanced,
            "balanced 5-NN accuracy": found.knn5_accuracy_balanced,
            "silhouette": found.silhouette,
            "cosine, same sense": found.same_sense_cosine,
            "cosine, other sense": found.different_sense_cosine,
        }
        for model, layers in results.items()
        for name, found in layers
    ]
    n_senses = len(next(iter(results.values()))[0][1].senses)
    always = {"AUC": 0.5, "balanced 1-NN accuracy": 1 / n_senses}
    always["balanced 5-NN accuracy"] = 1 / n_senses
    rows.append({"model": "—", "layer": "always the commonest sense", **always})
    return pd.DataFrame(rows)


def too_few(asked: SenseSentences) -> list[str]:
    """What is left out because it cannot be compared."""
    left_out = [sense for sense in asked.senses if sense not in asked.comparable]
    if not left_out:
        return []
    single = [sense for sense in left_out if sense]
    said = f"{len(left_out)} sentences are left out here: "
    parts = [f"{left_out.count('')} without a sense"] if "" in left_out else []
    parts += [f"the only one of “{sense}”" for sense in single]
    return [said + ", ".join(parts) + "."]
