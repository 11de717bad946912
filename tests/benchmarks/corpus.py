"""The text and the vectors that the benchmarks share."""

from __future__ import annotations

import hashlib
import lzma
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.encoder import encode_in_chunks, load_encoder
from engine.text import Sentence, read_sentences
from engine.vectors import LayeredVectors, concatenate, storage

DATA = "CONESCOPE_DATA"
SHORTEST, LONGEST = 5, 60  # words of a WikiText-2 sentence that is used


def sentences(n: int, seed: int = 0) -> tuple[tuple[Sentence, ...], str]:
    """(n sentences in random order, where they are from): WikiText-2 where CONESCOPE_DATA holds it,
    else the sense corpus; each is repeated if it has fewer.
    """
    folder = Path(os.environ.get(DATA, "")) / "wikitext-2"
    if os.environ.get(DATA) and folder.is_dir():
        found, origin = wikitext(folder), "WikiText-2 valid + test, without <unk>"
    else:
        from engine.corpora import CORPORA

        found, origin = CORPORA["senses"]().sentences, f"the sense corpus ({DATA} is not set)"
    order = np.random.default_rng(seed).permutation(len(found))
    return tuple(found[order[i % len(found)]] for i in range(n)), origin


def wikitext(folder: Path) -> tuple[Sentence, ...]:
    """WikiText-2's valid and test sentences without <unk> and headings, of 5 to 60 words."""
    found = []
    for name in ("valid", "test"):
        text = lzma.decompress((folder / f"{name}.txt.xz").read_bytes()).decode()
        body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("="))
        plain = body.replace(" @-@ ", "-").replace(" @,@ ", ",").replace(" @.@ ", ".")
        found += [
            sentence
            for sentence in read_sentences(plain, max_characters=10**9)
            if "<unk>" not in sentence.text and SHORTEST <= len(sentence.words) <= LONGEST
        ]
    return tuple(found)


def vectors(read: Sequence[Sentence], model: str = "minilm") -> LayeredVectors:
    """The vectors of these sentences; encoded once, then kept in the folder for temporary files."""
    lines = "\n".join(repr(sentence.words) for sentence in read)
    key = hashlib.sha256(f"{model}\n{lines}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"conescope-benchmarks-{key}"
    if not (folder / "about.json").exists():
        storage.save(concatenate(list(encode_in_chunks(load_encoder(model), read))), folder)
    kept = storage.load(folder)
    # Copied into memory, so that no measurement waits for a disk.
    return replace(kept, layers=tuple(np.array(layer) for layer in kept.layers))
