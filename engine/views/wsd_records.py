"""What is recorded of CoarseWSD-10 and WiC-TSV: numbers only, none of their sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engine.views.context_control import MODEL
from engine.views.study_records import ModelRecord, is_current, rebuilt, records
from engine.views.wsd_vectors import CONTEXT

PATH = Path(__file__).parents[2] / "assets" / "studies" / "wsd.jsonl"
COMMAND = "python -m engine record wsd"
KEY = ("model",)


@dataclass(frozen=True)
class WordTask:
    """One word of CoarseWSD-10, and how many of its sentences counted; each (n_senses,)."""

    word: str
    n_reference: tuple[int, ...]  # drawn from the training part
    n_evaluated: tuple[int, ...]  # drawn from the test part
    n_test: tuple[int, ...]  # in the whole test part

    @property
    def majority(self) -> float:
        """Plain accuracy of always saying the commonest sense, over the whole test part."""
        return max(self.n_test) / sum(self.n_test)


@dataclass(frozen=True)
class WordScores:
    """The recall of each sense of each word; intervals 95 %."""

    recalls: tuple[tuple[float, ...], ...]  # word -> (n_senses,)
    intervals: tuple[tuple[float, float], ...]  # word -> of its balanced accuracy, over items
    interval: tuple[float, float]  # of the mean over words, over words and items

    @property
    def balanced(self) -> np.ndarray:
        """Balanced accuracy of each word: the mean recall of its senses, (n_words,)."""
        return np.array([np.mean(of) for of in self.recalls])

    def plain(self, tasks: tuple[WordTask, ...]) -> float:
        """Plain accuracy over the whole test part: recalls weighted by how common a sense is."""
        right = [np.dot(of, task.n_test) for of, task in zip(self.recalls, tasks, strict=True)]
        return float(sum(right) / sum(sum(task.n_test) for task in tasks))


@dataclass(frozen=True)
class ClaimScore:
    """WiC-TSV: is the cosine with the definition above the threshold? Shares in [0, 1]."""

    threshold: float  # chosen on the development part
    dev_accuracy: float
    accuracy: float  # on the training part, from which nothing was learnt
    interval: tuple[float, float]  # 95 %, over target words


@dataclass(frozen=True)
class WsdLayer:
    """One layer in all tests."""

    layer: str
    centroid: WordScores
    nearest: WordScores
    claims: ClaimScore


@dataclass(frozen=True)
class WsdRecord(ModelRecord):
    """One model in all tests; its text is the sentences drawn and the claims."""

    tasks: tuple[WordTask, ...]
    layers: tuple[WsdLayer, ...]
    most: int  # sentences a sense that were drawn, at most, of each part
    seed: int
    n_dev: int
    n_claims: int  # that accuracy was measured on
    n_true: int  # of them
    n_claim_words: int
    data_sha256: dict[str, str]  # data set -> its files
    command: str
    hardware: str


record_of = partial(rebuilt, WsdRecord)  # from the plain data of its line


def recorded_wsd() -> dict[str, WsdRecord]:
    """model -> what is recorded of it; only of models as they are now, or of the hub."""
    found = records(PATH, record_of, "a model's sense tests")
    read_by = {CONTEXT: MODEL}
    return {name: one for name, one in found.items() if is_current(one, read_by.get(name, name))}
