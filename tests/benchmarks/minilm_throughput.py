"""Many sentences through MiniLM: our length-sorted batches against two plain loops."""

from __future__ import annotations

import statistics
from functools import partial
from unittest.mock import patch

from engine.encoder import load_encoder
from tests.benchmarks import Row
from tests.benchmarks.bare_transformers import BareTransformers
from tests.benchmarks.corpus import sentences
from tests.benchmarks.timing import seconds_of

N_SENTENCES, N_BLOCKS = 5_000, 5
BATCH_SIZES = (16, 32, 64)


def run(quick: bool) -> list[Row]:
    """Block after block of sentences, each through every way in turns; medians over the blocks."""
    from engine.encoders.minilm import model_folder
    from engine.nets.subwords import pooled_layers

    n = 500 if quick else N_SENTENCES
    read, origin = sentences(n)
    bare, encoder = BareTransformers(str(model_folder())), load_encoder("minilm", "cpu")
    speeds: dict[str, list[float]] = {}
    for first in range(0, n, n // N_BLOCKS):
        block = read[first : first + n // N_BLOCKS]
        texts = [sentence.text for sentence in block]
        n_tokens = bare.n_tokens(texts)
        ways = {
            f"sorted {size}": partial(
                _encode, encoder, block, partial(pooled_layers, batch_size=size)
            )
            for size in BATCH_SIZES
        }
        ways["as shipped"] = partial(encoder.encode, block)
        ways["unsorted 64"] = partial(bare.loop, texts, 64)
        ways["one by one"] = partial(bare.loop, texts, 1)
        for name, way in ways.items():
            speeds.setdefault(name, []).append(n_tokens / seconds_of(way))
    ours = statistics.median(speeds["as shipped"])
    about = f"n = {n:,} sentences, {origin}; blocks of {n // N_BLOCKS:,}"
    rows = [
        Row(f"MiniLM, against {label}", ours, "tokens/s", theirs, ours / theirs, wanted, about)
        for name, label, wanted in (
            ("unsorted 64", "unsorted batches of 64", "ratio >= 1.8"),
            ("one by one", "one by one", ""),
        )
        for theirs in [statistics.median(speeds[name])]
    ]
    rows += [
        Row(
            f"MiniLM, our batches of {size}",
            statistics.median(speeds[f"sorted {size}"]),
            "tokens/s",
            ours,
            statistics.median(speeds[f"sorted {size}"]) / ours,
            note="against the batch size as shipped",
        )
        for size in BATCH_SIZES
    ]
    return rows


def _encode(encoder, block, pooled_layers) -> None:
    with patch("engine.nets.reader.pooled_layers", pooled_layers):
        encoder.encode(block)
