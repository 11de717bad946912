"""`python -m engine senses`: does each layer keep the senses of one word apart?"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import (
    Commands,
    add_json,
    add_model_and_input,
    add_seed,
    load_model,
    new_command,
    whole_number,
)
from engine.cli.output import complain, number, print_json, print_table, visible, with_interval
from engine.errors import WordNotFound

if TYPE_CHECKING:
    import numpy as np

    from engine.text import Sentence
    from engine.vectors import LayeredVectors

MAX_OCCURRENCES = 400  # time and memory grow with their square
N_SHOWN = 20  # sentences listed on stderr
NO_INTERVAL = "No resampling of the sentences holds a pair of each kind."


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "senses",
        run,
        "Measure how far each layer keeps the senses of one word apart.\n\n"
        "FILE holds `sense TAB sentence` lines. Every occurrence of the word counts\n"
        "(case-insensitive, whole words only); pairs inside one sentence are left out. AUC is the\n"
        "chance that a same-sense pair is closer than a different-sense pair: 0.5 = no separation.",
        "senses --model minilm --word bank --input assets/corpora/senses/bank.tsv",
        "senses --model glove --word bank --input labelled.tsv --json",
    )
    add_model_and_input(parser, "UTF-8 text, `sense TAB sentence` lines; - is standard input")
    parser.add_argument("--word", required=True, metavar="W", help="the word, a single token")
    parser.add_argument(
        "--max-occurrences",
        type=whole_number(4),
        default=MAX_OCCURRENCES,
        metavar="N",
        help=f"measure a random sample where there are more (default {MAX_OCCURRENCES}; time and "
        "memory grow with the square)",
    )
    add_seed(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Measure the word and print the numbers."""
    from engine.measuring.tally import Tally

    labelled = _sentences_with_word(options)
    encoder = load_model(options)
    tally = Tally()
    vectors = _occurrences(encoder, labelled, options.word, tally)
    n_found = len(vectors)
    vectors = _sample(vectors, options.max_occurrences, options.seed)
    if len(vectors) < n_found:
        tally.add_notes([f"{len(vectors)} of the {n_found} occurrences were drawn at random."])
    senses = [labelled[i][0] for i in vectors.sentence_ids.tolist()]
    report = {
        "model": encoder.card.name,
        "device": encoder.device,
        "dtype": encoder.dtype,
        "word": options.word,
        "seed": options.seed,
        "layers": _layer_records(vectors, senses, options.seed),
        "n_by_sense": dict(Counter(senses)),
        "unknown": tally.n_unknown,
        "notes": tally.notes,
    }
    if options.json:
        print_json(report)
    else:
        _print_table(report)
    return 0


def _sentences_with_word(options: argparse.Namespace) -> list[tuple[str, Sentence]]:
    """The labelled sentences that hold the word; the others are listed on stderr."""
    from engine.cli.reading import file_name, lines, opened
    from engine.corpora.senses import read_labelled
    from engine.text import Sentence, find_word

    if len(Sentence(options.word).words) != 1:
        options.parser.error(f"--word needs a single word; got {options.word!r}")
    name = file_name(options.input)
    with opened(options.input) as file:
        labelled = read_labelled("\n".join(lines(file, name)), name)
    holds_word = [bool(find_word(sentence, options.word)) for _, sentence in labelled]
    if not any(holds_word):
        raise WordNotFound(
            f"The word {options.word!r} stands in none of the {len(labelled):,} sentences of "
            f"{name}. It is looked for as a whole word, in any case."
        )
    without = [s.text for (_, s), holds in zip(labelled, holds_word, strict=True) if not holds]
    if without:
        complain(f"{len(without):,} sentence(s) without {options.word!r} are left out:")
        for text in without[:N_SHOWN]:
            complain(f"  {visible(text)}")
    return [pair for pair, holds in zip(labelled, holds_word, strict=True) if holds]


def _occurrences(
    encoder: Any, labelled: list[tuple[str, Sentence]], word: str, tally: Any
) -> LayeredVectors:
    """The vectors of the word alone; the tally then counts its unknown occurrences only."""
    from engine.cli.pieces import encoded
    from engine.text import find_word
    from engine.vectors import concatenate

    found = [
        piece.select(piece.rows_of(word))
        for piece in encoded(encoder, [sentence for _, sentence in labelled], tally)
    ]
    vectors = concatenate(found)
    if not len(vectors):
        raise WordNotFound(f"The model {encoder.card.name} does not know the word {word!r}.")
    n_in_text = sum(len(find_word(sentence, word)) for _, sentence in labelled)
    tally.n_unknown = n_in_text - len(vectors)
    return vectors


def _sample(vectors: LayeredVectors, most: int, seed: int) -> LayeredVectors:
    import numpy as np

    from engine.geometry.frame import priority

    order = priority(vectors.sentence_ids, vectors.positions, seed)
    return vectors.select(np.sort(np.argsort(order)[:most]))


def _layer_records(vectors: LayeredVectors, senses: list[str], seed: int) -> list[dict[str, Any]]:
    import numpy as np

    labels = np.array(senses)
    return [
        {
            "layer": index,
            "name": name,
            **_separation(layer, labels, vectors.sentence_ids, seed),
        }
        for index, (name, layer) in enumerate(zip(vectors.layer_names, vectors.layers, strict=True))
    ]


def _separation(
    layer: np.ndarray, labels: np.ndarray, sentence_ids: np.ndarray, seed: int
) -> dict[str, Any]:
    from engine.geometry.senses import sense_separation

    measured = sense_separation(layer, labels, sentence_ids, seed=seed)
    low, high = measured.auc_interval
    missing = {"why": dict.fromkeys(("auc_low", "auc_high"), NO_INTERVAL)}
    return {
        "n": measured.n,
        "same_sense_cosine": measured.same_sense_cosine,
        "different_sense_cosine": measured.different_sense_cosine,
        "auc": measured.auc,
        "auc_low": low,
        "auc_high": high,
        "knn_accuracy_balanced": measured.knn_accuracy_balanced,
        **(missing if math.isnan(low) else {}),
    }


def _print_table(report: dict[str, Any]) -> None:
    counts = ", ".join(f"{visible(s)}: {n:,}" for s, n in report["n_by_sense"].items())
    print(f"{visible(report['word'])}, {report['model']}, {report['device']} {report['dtype']}")
    print(f"occurrences by sense: {counts}; seed {report['seed']}")
    print_table(
        ("layer", "same-sense cosine", "different-sense cosine", "AUC [95 %]", "balanced 1-NN"),
        [
            (
                visible(layer["name"]),
                number(layer["same_sense_cosine"]),
                number(layer["different_sense_cosine"]),
                with_interval(layer["auc"], layer["auc_low"], layer["auc_high"]),
                number(layer["knn_accuracy_balanced"]),
            )
            for layer in report["layers"]
        ],
    )
    if report["unknown"]:
        print(f"{report['unknown']:,} occurrence(s) have no vector in this model.")
    for note in report["notes"]:
        print(note)
