"""A measured layer as a JSON record, in which each missing number has its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.geometry.measurements import LayerGeometry
from engine.geometry.stream import TYPE_CAP
from engine.measuring.shape_record import OF_WORDS, shape_values, why_missing

NO_PAIR = "The frame holds no two different words that stand in different sentences."
NO_REPEAT = "No word occurs at least {min_count} times in the frame."
NO_SPREAD = "Fewer than two words occur at least {min_count} times in the frame."
NO_SENTENCE = "No sentence holds two words of the frame."
NO_WORD = "The frame holds no word."
WHY = {
    "mean_cosine": NO_PAIR,
    "ci_low": NO_PAIR,
    "ci_high": NO_PAIR,
    "cone_half_angle_median_deg": NO_WORD,
    "cone_half_angle_p95_deg": NO_WORD,
    "self_similarity": NO_REPEAT,
    "self_similarity_ci_low": NO_SPREAD,
    "self_similarity_ci_high": NO_SPREAD,
    "intra_sentence_similarity": NO_SENTENCE,
    "intra_sentence_ci_low": NO_SENTENCE,
    "intra_sentence_ci_high": NO_SENTENCE,
}
ADJUSTED = {  # adjusted value -> the value that the mean cosine is taken from
    "adjusted_self_similarity": "self_similarity",
    "adjusted_intra_sentence_similarity": "intra_sentence_similarity",
}


def layer_record(
    index: int, layer: LayerGeometry, frame: str, lacking: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Everything measured of one layer; `why` holds a sentence for each number that is missing.

    Args:
        lacking: why what needs "words" or "sentences" is missing, where these were not given.
    """
    values = _values(layer)
    of_shape = shape_values(layer.shape) if layer.shape else {}
    why = {
        key: _why(key, values, lacking or {}).format(min_count=layer.min_count)
        for key, value in (values | of_shape).items()
        if value is None or (isinstance(value, float) and not math.isfinite(value))
    }
    return {
        "layer": index,
        "name": layer.layer,
        "n": layer.n,
        **values,
        "self_similarity_n_types": layer.n_self_similarity_types,
        "n_intra_sentences": layer.n_intra_sentences,
        **of_shape,
        "frame": frame,
        **({"why": why} if why else {}),
    }


def cap_notes(n_beyond_cap: int, type_cap: int = TYPE_CAP) -> tuple[str, ...]:
    """What to know of words beyond the cap on word types, if there are any."""
    if not n_beyond_cap:
        return ()
    return (
        f"{n_beyond_cap} word(s) belong to none of the first {type_cap:,} word types; "
        "each was taken as a type of its own, so same-word pairs among them are not left out.",
    )


def _values(layer: LayerGeometry) -> dict[str, float]:
    low, high = layer.mean_cosine_interval
    self_low, self_high = layer.self_similarity_interval
    intra_low, intra_high = layer.intra_sentence_interval
    return {
        "mean_cosine": layer.mean_cosine,
        "ci_low": low,
        "ci_high": high,
        "cone_half_angle_median_deg": layer.cone_half_angle_median_deg,
        "cone_half_angle_p95_deg": layer.cone_half_angle_p95_deg,
        "self_similarity": layer.self_similarity,
        "self_similarity_ci_low": self_low,
        "self_similarity_ci_high": self_high,
        "adjusted_self_similarity": layer.adjusted_self_similarity,
        "intra_sentence_similarity": layer.intra_sentence_similarity,
        "intra_sentence_ci_low": intra_low,
        "intra_sentence_ci_high": intra_high,
        "adjusted_intra_sentence_similarity": layer.adjusted_intra_sentence_similarity,
    }


def _why(key: str, values: dict[str, float], lacking: Mapping[str, str]) -> str:
    """Why a number is missing."""
    if "words" in lacking and (key.startswith(OF_WORDS) or "self_similarity" in key):
        return lacking["words"]
    if "sentences" in lacking and "intra_sentence" in key:
        return lacking["sentences"]
    return WHY[_missing_part(key, values)] if key in values else why_missing(key)


def _missing_part(key: str, values: dict[str, float]) -> str:
    """Which measured value a missing one lacks: itself, or a part of what it is computed from."""
    if key not in ADJUSTED:
        return key
    return ADJUSTED[key] if math.isnan(values[ADJUSTED[key]]) else "mean_cosine"
