"""Any array (n, d) in a .npy file as LayeredVectors, a piece at a time, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from engine.errors import CorruptFile, ShapeError
from engine.text import ListedWords
from engine.vectors import LayeredVectors

PIECE_ROWS = 4_096
MOST_DIMENSIONS = 8_192  # beyond it second moments alone would take a gigabyte
LAYER_NAME = "vectors"


@dataclass(frozen=True)
class RowWords:
    """The word of each row of an array, and where sentences end."""

    words: Sequence[str]  # (n,)
    sentence_ids: np.ndarray  # int64, (n,), from 0, ascending in steps of at most 1


def open_array(path: Path) -> np.ndarray:
    """The array of a .npy file, memory-mapped, (n, d).

    Raises:
        CorruptFile: not a .npy file, or cut off.
        ShapeError: not numbers of shape (n >= 1, d >= 1), or wider than 8,192.
        OSError: it cannot be read.
    """
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise CorruptFile(
            f"{path} is not a complete array of numbers in NumPy's format. Write it with "
            "numpy.save(FILE, array)."
        ) from error
    if not isinstance(found, np.ndarray):
        raise ShapeError(f"{path} holds several arrays. Save one with numpy.save(FILE, array).")
    if found.dtype.kind not in "fiu":
        raise ShapeError(f"{path} holds {found.dtype}, not numbers. Real numbers are needed.")
    if not found.size:
        raise ShapeError(f"{path} holds no vector: its shape is {found.shape}.")
    if found.ndim != 2:
        raise ShapeError(f"{path} has the shape {found.shape}; (n, d) is needed, a vector a row.")
    if found.shape[1] > MOST_DIMENSIONS:
        raise ShapeError(
            f"{path} has vectors of {found.shape[1]:,} dimensions; {MOST_DIMENSIONS:,} is the most."
        )
    return found


def pieces_of_array(x: np.ndarray, rows: RowWords | None = None) -> Iterator[LayeredVectors]:
    """Consecutive rows of an array as vectors of words; sentences are never split.

    Without words, every row is a word and a sentence of its own, called by its number.

    Args:
        x: (n, d); read a piece at a time.
        rows: the rows' words, as many as there are rows.
    Raises:
        ShapeError: NaN, or a number that float32 cannot hold, or another number of words.
    """
    n = len(x)
    if rows is not None and len(rows.words) != n:
        raise ShapeError(f"There are {n:,} vectors but {len(rows.words):,} words.")
    start = 0
    while start < n:
        end = min(start + PIECE_ROWS, n)
        if rows is not None:
            # To the end of the sentence that the last row is in.
            end = int(np.searchsorted(rows.sentence_ids, rows.sentence_ids[end - 1], "right"))
        yield _piece(x[start:end], start, rows)
        start = end


def _piece(x: np.ndarray, start: int, rows: RowWords | None) -> LayeredVectors:
    with np.errstate(over="ignore"):  # infinities are told below
        vectors = np.array(x, np.float32)
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise ShapeError(
            f"Row {start + int(finite.argmin()):,} (from 0) holds NaN, an infinity or a number "
            "beyond 3.4e38. Mend or leave out such rows first."
        )
    n = len(vectors)
    if rows is None:
        sentence_ids = np.arange(n)
        sentences = [ListedWords([str(start + i)]) for i in range(n)]
    else:
        own = rows.sentence_ids[start : start + n]
        sentence_ids = own - own[0]
        firsts = np.flatnonzero(np.diff(own, prepend=-1))
        words = rows.words[start : start + n]
        bounds = [*firsts.tolist(), n]
        sentences = [ListedWords(words[a:b]) for a, b in pairwise(bounds)]
    firsts = np.searchsorted(sentence_ids, sentence_ids)
    n_zero = int((~vectors.any(axis=1)).sum())
    return LayeredVectors(
        model="",
        sentences=tuple(sentences),
        sentence_ids=sentence_ids,
        positions=np.arange(n) - firsts,
        layers=(vectors,),
        layer_names=(LAYER_NAME,),
        notes=(f"{n_zero} vector(s) are 0 and have no direction.",) if n_zero else (),
    )
