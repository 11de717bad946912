"""`measure --vectors`: the geometry of an array that somebody brings, with or without words."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from engine.geometry.frame import Frame
    from engine.measuring.tally import Tally
    from engine.vectors import LayeredVectors
    from engine.vectors.arrays import RowWords

NO_WORDS = "No words were given (--words FILE), and this needs to know which rows are one word."
NO_SENTENCES = "The file of words names no sentences, and this needs words of one sentence."
OF_TEXT = ("model", "input", "text", "weights", "options", "save", "part", "ray")


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """--vectors and --words."""
    parser.add_argument(
        "--vectors", metavar="FILE.npy", help="instead of a model and a text: an array (n, d)"
    )
    parser.add_argument(
        "--words",
        metavar="FILE.tsv",
        help="the words of the rows of --vectors, a line each: the word, or the word, a TAB and "
        "the name of its sentence. Without them, no pair of rows is left out",
    )


def check_options(options: argparse.Namespace) -> None:
    """Options that mean nothing together are a usage error."""
    if options.merge:
        return
    if options.text is not None and options.input is not None:
        options.parser.error("--text and --input cannot be measured at once")
    given = [name for name in OF_TEXT if getattr(options, name) is not None]
    if options.vectors is None:
        if options.words is not None:
            options.parser.error("--words goes with --vectors: it names the words of its rows")
        if options.model is None or (options.input or options.text) is None:
            options.parser.error("name --model and --input (or --text), --vectors, or --merge")
    elif given:
        options.parser.error(f"--{given[0]} and --vectors cannot be measured at once")
    elif options.words is None and (
        options.unit != "occurrences"
        or options.min_frequency > 1
        or options.max_frequency
        or options.no_first_words
    ):
        options.parser.error(
            "--unit, --no-first-words and the frequency band need --words: rows alone are no words"
        )


def measured_vectors(options: argparse.Namespace, frame: Frame) -> dict[str, Any]:
    """The report of `measure` for the array of --vectors.

    Raises:
        TextError: the words cannot be read or do not fit.
        CorruptFile, ShapeError: the array cannot be measured.
    """
    from engine.geometry.stream import TYPE_CAP, measure
    from engine.measuring.layer_record import cap_notes, layer_record
    from engine.measuring.measured import frame_record
    from engine.measuring.tally import Tally
    from engine.text import word_key
    from engine.vectors.arrays import open_array, pieces_of_array

    array = open_array(Path(options.vectors))
    rows = None if options.words is None else read_words(options.words, len(array))
    frequencies = Counter(map(word_key, rows.words)) if rows else None
    if rows is None:
        frame = replace(frame, punctuation=True)
    tally = Tally()
    pieces = _noted(pieces_of_array(array, rows), tally, options.state)
    layers = measure(
        pieces,
        frame,
        frequencies=frequencies,
        min_count=options.min_count,
        # Rows without words are each a type of its own, as types beyond the cap are.
        type_cap=TYPE_CAP if rows else 1,
        shape=True,
    )
    tally.add_notes(cap_notes(layers[0].n_beyond_cap) if rows else ())
    description = frame.describe() if rows else "every row, no pair left out"
    return {
        "model": None,
        "vectors": _about(options.vectors, array, options.words),
        "device": "cpu",
        "dtype": "float32",
        "state": options.state,
        "frame": frame_record(frame, description, layers[0], tally),
        "unknown_words": {"count": 0, "first": []},
        "notes": tally.notes,
        "layers": [layer_record(0, layers[0], description, _lacking(rows))],
    }


def read_words(path: str, n: int) -> RowWords:
    """The words of n rows: a line each, the word, or the word, a TAB and its sentence.

    Rows of one sentence stand together; its name may be anything.

    Raises:
        TextError: it cannot be read, a line has no word, sentences are torn apart, or there are not
            n lines.
    """
    import numpy as np

    from engine.cli.reading import file_name, lines, opened
    from engine.errors import TextError
    from engine.vectors.arrays import RowWords

    name = file_name(path)
    words: list[str] = []
    sentences: list[str | None] = []
    with opened(path) as file:
        for number, line in enumerate(lines(file, name), start=1):
            word, tab, sentence = line.partition("\t")
            if not word.strip():
                raise TextError(f"{name}, line {number}: needs the word of row {number - 1}.")
            words.append(word.strip())
            sentences.append(sentence if tab else None)
    if len(words) != n:
        raise TextError(f"{name} holds {len(words):,} words, but there are {n:,} vectors.")
    starts = [i == 0 or s is None or s != sentences[i - 1] for i, s in enumerate(sentences)]
    named = [s for s, new in zip(sentences, starts, strict=True) if new and s is not None]
    if torn := [s for s, count in Counter(named).items() if count > 1]:
        raise TextError(f"{name}: the rows of sentence {torn[0]!r} do not stand together.")
    return RowWords(words, np.cumsum(starts) - 1)


def _noted(pieces: Iterator[LayeredVectors], tally: Tally, state: str) -> Iterator[LayeredVectors]:
    """The pieces, or all of them as one in another state; what is to be known goes to the tally."""
    from engine.vectors import concatenate

    whole = pieces if state == "raw" else iter([concatenate(list(pieces)).view(state)])
    for piece in whole:
        tally.n_sentences += len(piece.sentences)
        tally.add_notes(piece.notes)
        yield replace(piece, notes=())


def _lacking(rows: RowWords | None) -> dict[str, str]:
    """Why what needs words or sentences will be missing."""
    if rows is None:
        return {"words": NO_WORDS, "sentences": NO_WORDS}
    one_word_each = int(rows.sentence_ids[-1]) + 1 == len(rows.words)
    return {"sentences": NO_SENTENCES} if one_word_each else {}


def _about(path: str, array: np.ndarray, words: str | None) -> dict[str, Any]:
    n, d = array.shape
    return {"file": path, "n": n, "d": d, "dtype": str(array.dtype), "words": words}
