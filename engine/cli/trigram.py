"""`python -m engine trigram`: the baseline that the language models are compared with."""

from __future__ import annotations

import argparse

from engine.cli.arguments import Commands, add_json, new_command, whole_number
from engine.cli.output import number, print_json, print_table

COLUMNS = ("tokens", "vocabulary", "unknown_rate", "perplexity", "bits_per_character")


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "trigram",
        run,
        "Measure a Kneser-Ney trigram on the language models' own test texts.\n\n"
        "It is counted on the train articles of `fetch wikipedia` and predicts the same tokens,\n"
        "under the same vocabulary, as the LSTMs do: perplexities can be compared only so.",
        "trigram",
        "trigram --vocabulary 20000 --json",
    )
    parser.add_argument(
        "--vocabulary",
        type=whole_number(3),
        default=16_000,
        metavar="N",
        help="most frequent words of the train articles, <unk> and <eos> included (default 16000)",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Count, then measure on three texts."""
    from engine.training.awd_lstm_quality import wikitext2_text
    from engine.training.kneser_ney import Trigram, trigram_figures
    from engine.training.prepared_text import wikipedia_text

    train = wikipedia_text("train", options.vocabulary)
    texts = {
        "Wikipedia valid": wikipedia_text("valid", options.vocabulary),
        "Wikipedia test": wikipedia_text("test", options.vocabulary),
        "WikiText-2 test": wikitext2_text("test", train.vocabulary),
    }
    model = Trigram(train.ids, len(train.vocabulary))
    figures = {name: trigram_figures(model, text) for name, text in texts.items()}
    if options.json:
        print_json(figures)
        return 0
    print_table(
        ("text", *COLUMNS),
        [(name, *(_shown(row[column]) for column in COLUMNS)) for name, row in figures.items()],
    )
    return 0


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else number(value)
