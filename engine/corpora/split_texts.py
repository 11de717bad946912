"""How texts become train, valid and test: duplicates out, then a split that a seed fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.errors import DataUnavailable, UnknownName

SEED = 2018  # of every split and every fixed order
TRAIN, VALID, TEST = "train", "valid", "test"


@dataclass(frozen=True)
class SplitTexts:
    """A source, read: for each split its texts and, where they are known, their labels."""

    texts: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, np.ndarray] = field(default_factory=dict)  # int64, (n_texts,)
    n_duplicates: int = 0  # texts left out because they stand in the same or another split


@dataclass(frozen=True)
class FromFiles:
    """A source that is read from files; what was read last is kept in memory."""

    name: str
    title: str
    about: str
    paths: Callable[[], tuple[Path, ...]]  # raises DataUnavailable
    read: Callable[[], SplitTexts]

    def missing(self) -> str | None:
        """Why it cannot be read here, or None."""
        try:
            self.paths()
        except DataUnavailable as error:
            return str(error)
        return None

    def documents(self, split: str) -> Sequence[str]:
        """The texts of a split."""
        return _of_split(self.contents().texts, split, self.name)

    def contents(self) -> SplitTexts:
        """All splits."""
        stamps = [(path, path.stat()) for path in self.paths()]
        return _read(self, tuple((path, s.st_mtime_ns, s.st_size) for path, s in stamps))


@dataclass(frozen=True)
class LabelledFiles(FromFiles):
    """The same for texts with labels."""

    label_names: tuple[str, ...]

    def labelled(self, split: str) -> tuple[list[str], np.ndarray]:
        """Texts and labels of a split."""
        contents = self.contents()
        texts = _of_split(contents.texts, split, self.name)
        return list(texts), contents.labels[split].copy()


@lru_cache(maxsize=3)
def _read(source: FromFiles, _stamps: tuple) -> SplitTexts:
    return source.read()


def _of_split(texts: Mapping[str, tuple[str, ...]], split: str, name: str) -> tuple[str, ...]:
    if split not in texts:
        raise UnknownName(f"{name} has no split {split!r}. It has: {', '.join(texts)}.")
    return texts[split]


def normalised(text: str) -> str:
    """What makes two texts the same: the text with every run of blanks as one space."""
    return " ".join(text.split())


def unseen(texts: Iterable[str], seen: Iterable[str] = ()) -> np.ndarray:
    """Rows of the texts that stand neither in `seen` nor earlier among themselves, int64.

    >>> unseen(["a b", "c", "a  b", "d"], seen=["d"]).tolist()
    [0, 1]
    """
    known, rows = set(map(normalised, seen)), []
    for row, text in enumerate(texts):
        key = normalised(text)
        if key not in known:
            known.add(key)
            rows.append(row)
    return np.array(rows, np.int64)


def stratified(strata: Sequence, sizes: Mapping[str, int], *, seed: int = SEED) -> dict:
    """Divide rows so that every part holds each stratum in the same share, to within one row.

    Args:
        strata: what a row belongs to, such as its label, (n_rows,).
        sizes: rows of each part except "train", which gets the rest.
    Returns:
        part -> rows in random order, int64.

    >>> parts = stratified(["neg", "pos"] * 10, {"valid": 4})
    >>> len(parts["train"]), sorted(row % 2 for row in parts["valid"].tolist())
    (16, [0, 0, 1, 1])
    """
    rng = np.random.default_rng(seed)
    kinds = sorted(set(strata))
    n_rows = len(strata)
    left = {kind: rng.permutation([i for i, s in enumerate(strata) if s == kind]) for kind in kinds}
    counts = {kind: len(rows) for kind, rows in left.items()}
    parts: dict[str, list[np.ndarray]] = {name: [] for name in (TRAIN, *sizes)}
    for name, size in sizes.items():
        for kind, n in _shares(counts, size / n_rows, size).items():
            parts[name].append(left[kind][:n])
            left[kind] = left[kind][n:]
    parts[TRAIN] = list(left.values())
    return {name: rng.permutation(np.concatenate(rows)) for name, rows in parts.items()}


def split_by_group(groups: Sequence[str], sizes: Mapping[str, int], *, seed: int = SEED) -> dict:
    """Divide rows so that the rows of a group stay together.

    Args:
        groups: what a row belongs to, (n_rows,).
        sizes: rows that each part except "train" gets at least.
    Returns:
        part -> rows in random order, int64.
    """
    rng = np.random.default_rng(seed)
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    left = list(members)
    rng.shuffle(left)
    parts: dict[str, list[int]] = {name: [] for name in (TRAIN, *sizes)}
    for name, size in sizes.items():
        while left and len(parts[name]) < size:
            parts[name] += members[left.pop()]
    parts[TRAIN] = [row for group in left for row in members[group]]
    return {name: rng.permutation(np.array(rows, np.int64)) for name, rows in parts.items()}


def balanced(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The rows, in their order, without the last ones of a label that has more than another.

    >>> balanced(np.arange(5), np.array([0, 0, 1, 0, 1])).tolist()
    [0, 1, 2, 4]
    """
    fewest = int(np.bincount(labels[rows]).min())
    place = np.zeros(len(rows), np.int64)  # of each row among those of its label
    for label in np.unique(labels[rows]):
        same = labels[rows] == label
        place[same] = np.arange(same.sum())
    return rows[place < fewest]


def _shares(counts: Mapping, share: float, total: int) -> dict:
    """Whole numbers near share x count that sum to the total: the largest remainders go up."""
    exact = {kind: share * n for kind, n in counts.items()}
    whole = {kind: int(x) for kind, x in exact.items()}
    by_remainder = sorted(counts, key=lambda kind: (whole[kind] - exact[kind], str(kind)))
    for kind in by_remainder[: total - sum(whole.values())]:
        whole[kind] += 1
    return whole
