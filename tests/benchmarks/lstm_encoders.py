"""Our LSTM encoders: batches of like length against one sentence at a time, and loading."""

from __future__ import annotations

import statistics

from engine.encoder import ENCODERS, load_encoder
from tests.benchmarks import Row, Skipped
from tests.benchmarks.corpus import sentences
from tests.benchmarks.timing import medians, seconds_of

MODELS = ("cove", "elmo", "awd-lstm")
N_SENTENCES, N_LOADS = 1_000, 5


def run(quick: bool) -> list[Row]:
    """Both ways read the same sentences with the same net."""
    here = [name for name in MODELS if ENCODERS[name].missing() is None]
    if not here:
        raise Skipped("No LSTM encoder is here.")
    read, origin = sentences(200 if quick else N_SENTENCES)
    rows = []
    for name in here:
        encoder = load_encoder(name, "cpu")
        seconds, one_by_one = medians(
            [
                lambda encoder=encoder: encoder.encode(read),
                lambda encoder=encoder: [encoder.encode([sentence]) for sentence in read],
            ],
            1 if quick else 3,
        )
        n_words = sum(len(sentence.words) for sentence in read)
        rows.append(
            Row(
                f"{name}, {len(read):,} sentences, against one by one",
                n_words / seconds,
                "words/s",
                n_words / one_by_one,
                one_by_one / seconds,
                "ratio >= 5",
                origin,
            )
        )
    return rows + [_loading(name) for name in (*here, "word2vec") if _is_here(name)]


def _loading(name: str) -> Row:
    load = statistics.median(seconds_of(lambda: load_encoder(name, "cpu")) for _ in range(N_LOADS))
    return Row(f"{name}, loading", load, "s", None, None, "ours <= 0.5", "torch imported before")


def _is_here(name: str) -> bool:
    return ENCODERS[name].missing() is None
