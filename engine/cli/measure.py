"""`python -m engine measure`: the geometry of every layer on one's own sentences."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any

from engine.cli.arguments import (
    Commands,
    add_json,
    add_model_and_input,
    add_seed,
    load_model,
    new_command,
    state_of_vectors,
    whole_number,
)
from engine.cli.measure_large import large_report, merged_report
from engine.cli.measure_options import add_large, is_large
from engine.cli.measure_vectors import add_vectors, check_options, measured_vectors
from engine.cli.output import print_json

if TYPE_CHECKING:
    from engine.encoder import Encoder
    from engine.geometry.frame import Frame
    from engine.vectors import LayeredVectors

UNITS = ("occurrences", "one-per-sentence", "one-per-type")  # as typed, without blanks


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "measure",
        run,
        "Measure the cone, self-similarity and the shape of the cloud of every layer.\n\n"
        "All pairs count in means, none is sampled; intervals are 95 %. FILE is read and encoded\n"
        "a piece at a time, so it may have any length; what needs vectors instead of sums is of\n"
        "a random sample of them. --vectors measures any array (n, d), without a model.",
        "measure --model minilm --input sentences.txt",
        "measure --model glove --input sentences.txt --unit one-per-type --json",
        "measure --model minilm --input - --min-frequency 5 --max-frequency 500 < sentences.txt",
        "measure --vectors vectors.npy --words words.tsv --json",
        "measure --model minilm --input gigabytes.txt --part 2/8 --save 2.safetensors",
        "measure --merge 1.safetensors 2.safetensors 3.safetensors",
    )
    add_model_and_input(
        parser, "UTF-8 text, one sentence a line; - is standard input", required=False
    )
    add_vectors(parser)
    add_json(parser)
    _add_frame(parser)
    parser.add_argument(
        "--min-count",
        type=whole_number(2),
        metavar="N",
        help="occurrences a word needs to enter self-similarity "
        "(default 5, or 2 where no word has 5)",
    )
    parser.add_argument(
        "--state",
        type=state_of_vectors,
        default="raw",
        metavar="STATE",
        help="centred, standardised, 'top-1 removed', ...; any but raw (default) holds the "
        "vectors of the whole file in memory",
    )
    add_seed(parser)
    add_large(parser)


def _add_frame(parser: argparse.ArgumentParser) -> None:
    """Which words count."""
    count = whole_number(1)
    parser.add_argument(
        "--unit", choices=UNITS, default=UNITS[0], help=f"which words count (default {UNITS[0]})"
    )
    parser.add_argument("--punctuation", action="store_true", help="let punctuation count as words")
    parser.add_argument(
        "--no-first-words", action="store_true", help="leave out the first word of each sentence"
    )
    parser.add_argument(
        "--special-tokens",
        action="store_true",
        help="let [CLS], [SEP] and the like count as words",
    )
    parser.add_argument(
        "--min-frequency", type=count, default=1, metavar="N", help="only words this often in FILE"
    )
    parser.add_argument(
        "--max-frequency", type=count, metavar="N", help="only words at most this often in FILE"
    )


def run(options: argparse.Namespace) -> int:
    """Measure the file and print the numbers."""
    from engine.cli.measure_report import print_tables
    from engine.cli.reading import file_name, opened
    from engine.measuring.special_tokens import encoder_for

    check_options(options)
    frame = _frame(options)
    if options.merge:
        report = merged_report(options)
    elif options.vectors is not None:
        report = measured_vectors(options, frame)
    elif is_large(options, frame):
        report = large_report(options, frame)
    else:
        with opened(options.input, rewindable=frame.needs_frequencies) as file:
            frequencies = _frequencies(file, options) if frame.needs_frequencies else None
            encoder = encoder_for(load_model(options), frame)
            source = file, file_name(options.input)
            report = _report(encoder, source, frame, frequencies, options)
    if options.json:
        print_json(report)
    else:
        print_tables(report)
    return 0


def _frame(options: argparse.Namespace) -> Frame:
    from engine.geometry.frame import Frame

    frame = Frame(
        options.unit.replace("-", " "),
        options.punctuation,
        options.min_frequency,
        options.max_frequency,
        first_words=not options.no_first_words,
        special_tokens=options.special_tokens,
        seed=options.seed,
    )
    if options.max_frequency is not None and options.max_frequency < options.min_frequency:
        options.parser.error("--max-frequency is below --min-frequency: no word can be in between")
    if frame.special_tokens and options.vectors is not None:
        options.parser.error("--special-tokens needs a model that reads them, not --vectors")
    if frame.special_tokens and (frame.needs_frequencies or not frame.first_words):
        options.parser.error(
            "--special-tokens goes neither with --no-first-words nor with a frequency band"
        )
    return frame


def _report(
    encoder: Encoder,
    source: tuple[IO[bytes], str],
    frame: Frame,
    frequencies: Mapping[str, int] | None,
    options: argparse.Namespace,
) -> dict[str, Any]:
    from engine.cli.pieces import encoded
    from engine.cli.reading import sentences
    from engine.geometry.stream import measure
    from engine.measuring.layer_record import cap_notes
    from engine.measuring.measured import encoder_record, text_report
    from engine.measuring.tally import Tally

    tally = Tally()
    pieces: Iterable[LayeredVectors] = encoded(encoder, sentences(*source), tally)
    if options.state != "raw":
        whole = _in_state(pieces, options.state)
        tally.add_notes(whole.notes)
        pieces = [whole]
    layers = measure(
        pieces, frame, frequencies=frequencies, min_count=options.min_count, shape=True
    )
    what = {**encoder_record(encoder), "state": options.state}
    return text_report(what, frame, tally, layers, cap_notes(layers[0].n_beyond_cap))


def _frequencies(file: IO[bytes], options: argparse.Namespace) -> Counter[str]:
    """How often each word stands in the whole file, which is then at its beginning again."""
    from engine.cli.reading import file_name, sentences

    text = sentences(file, file_name(options.input))
    counts = Counter(word.key for sentence in text for word in sentence.words)
    file.seek(0)
    return counts


def _in_state(pieces: Iterable[LayeredVectors], state: str) -> LayeredVectors:
    """The whole file as one piece: a state is fitted on all the words it is asked for."""
    from engine.vectors import concatenate

    return concatenate(list(pieces)).view(state)
