"""What was measured as tables: a row per layer, what is missing and why."""

from __future__ import annotations

from typing import Any

from engine.cli.output import (
    number,
    print_table,
    unknown_words_sentence,
    visible,
    with_interval,
)

COLUMNS = (
    "layer",
    "mean cosine",
    "half-angle",
    "self-similarity",
    "adj",
    "intra-sentence",
    "adj",
)
SHAPE_COLUMNS = (
    "layer",
    "PR",
    "effective rank",
    "IsoScore",
    "R",
    "kappa",
    "top dimension",
    "between types",
    "within types",
    "intrinsic",
)


def print_tables(report: dict[str, Any]) -> None:
    """The report for reading: what was measured, a row per layer, what is missing and why."""
    frame = report["frame"]
    name = report["model"] or visible(report["vectors"]["file"])
    print(f"{name}, {report['state']} vectors, {report['device']} {report['dtype']}")
    print(
        f"{frame['n_words']:,} word(s) of {frame['n_sentences']:,} sentence(s): "
        f"{frame['description']}; seed {frame['seed']}"
    )
    layers = report["layers"]
    print_table(COLUMNS, map(_row, layers))
    print(
        "[ ] 95 % interval; half-angle: median and 95th percentile, degrees; self-similarity: of "
        f"the ( ) words\nseen at least {frame['min_count']} times; intra-sentence: of the ( ) "
        "sentences with two words; adj: minus the mean cosine."
    )
    print_table(SHAPE_COLUMNS, map(_shape_row, layers))
    print(
        "PR: participation ratio, of n vectors and (corrected for n); R: mean resultant length; "
        "top dimension:\nits share of the mean cosine, and the mean cosine without it; types: mean "
        "cosine between and within word types.\nWhat needs vectors is of "
        f"{layers[0]['n_sample']:,} random word(s); --json has everything."
    )
    sentences = {sentence for layer in layers for sentence in layer.get("why", {}).values()}
    for sentence in [*sorted(sentences), *report["notes"]]:
        print(sentence)
    unknown = report["unknown_words"]
    if unknown["count"]:
        print(unknown_words_sentence(unknown["count"], unknown["first"]))


def _row(layer: dict[str, Any]) -> tuple[str, ...]:
    return (
        visible(layer["name"]),
        with_interval(layer["mean_cosine"], layer["ci_low"], layer["ci_high"]),
        f"{number(layer['cone_half_angle_median_deg'], 1)}, "
        f"{number(layer['cone_half_angle_p95_deg'], 1)}",
        with_interval(
            layer["self_similarity"],
            layer["self_similarity_ci_low"],
            layer["self_similarity_ci_high"],
        )
        + f" ({layer['self_similarity_n_types']:,})",
        number(layer["adjusted_self_similarity"]),
        with_interval(
            layer["intra_sentence_similarity"],
            layer["intra_sentence_ci_low"],
            layer["intra_sentence_ci_high"],
        )
        + f" ({layer['n_intra_sentences']:,})",
        number(layer["adjusted_intra_sentence_similarity"]),
    )


def _shape_row(layer: dict[str, Any]) -> tuple[str, ...]:
    shares = layer["top_dimension_shares"]
    top = f"{layer['top_dimensions'][0]}: {number(shares[0])}, " if shares else ""
    return (
        visible(layer["name"]),
        f"{number(layer['participation_ratio'], 1)} "
        f"({number(layer['participation_ratio_corrected'], 1)})",
        number(layer["effective_rank"], 1),
        number(layer["iso_score"]),
        number(layer["mean_resultant_length"]),
        number(layer["kappa"], 1),
        top + number(layer["mean_cosine_without_top_1"]),
        number(layer["inter_type_cosine"]),
        number(layer["intra_type_cosine"]),
        number(layer["intrinsic_dimension"], 1),
    )
