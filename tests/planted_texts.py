"""Small text sources with a planted effect, and settings for nets that learn in seconds."""

from pathlib import Path

import numpy as np
import pytest

from engine.corpora import training_texts
from engine.registry import Registry
from engine.training.ulmfit import texts

FILLERS = (
    *("the", "film", "was", "a", "story", "of", "two", "old", "friends"),
    *("in", "one", "town", "and", "it", "had", "long", "scenes"),
)
KINDS = (("poor", "dull", "weak"), ("good", "fine", "great"))
SIZES = {"train": 60, "valid": 30, "test": 30}


class PlantedTexts:
    """A round of filler words, begun anywhere; words of one kind say which label a text has."""

    label_names = ("bad", "good")

    title = about = "Planted"

    def __init__(self, name: str, seed: int, folder: Path, extra: tuple[str, ...] = ()) -> None:
        self.name, self._seed, self._fillers = name, seed, (*FILLERS, *extra)
        self.why_missing = None
        self._file = folder / name
        self._file.write_text(name)

    def paths(self):
        return (self._file,)

    def missing(self):
        return self.why_missing

    def documents(self, split):
        return self.labelled(split)[0]

    def labelled(self, split):
        rng = np.random.default_rng([self._seed, len(split)])
        labels = np.arange(SIZES[split]) % 2
        return [self._text(rng, label) for label in labels], labels

    def _text(self, rng, label):
        start, n_words = rng.integers(len(self._fillers)), rng.integers(4, 16)
        words = [self._fillers[(start + i) % len(self._fillers)] for i in range(n_words)]
        for word in rng.choice(KINDS[label], size=2):
            words.insert(int(rng.integers(len(words))), str(word))
        return " ".join(words).capitalize() + "."


class RunningText(PlantedTexts):
    """The same kind of text without labels."""

    _with_labels = PlantedTexts.labelled
    labelled = property()  # there is none

    def documents(self, split):
        return self._with_labels(split)[0]


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """Sources "films", "books" and "general", and nothing else."""
    found = Registry("text source")
    found.add("general")(RunningText("general", 0, tmp_path, ("village", "river")))
    found.add("films")(PlantedTexts("films", 1, tmp_path))
    found.add("books")(PlantedTexts("books", 2, tmp_path, ("page", "chapter")))
    monkeypatch.setattr(training_texts, "TEXTS", found)
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    forget()
    return found


def forget():
    """Nothing that was read is kept in memory."""
    for read in (texts._running_text, texts._drawn, texts._measured):
        read.cache_clear()


def settings(**changes):
    """A run from scratch through all three stages; changes are named stage__setting."""
    language = {"n_streams": 4, "window": 10, "n_sampled": 8, "valid_tokens": 100}
    found = {
        "net": {"d_embedding": 6, "d_hidden": 8, "n_layers": 2},
        "words": {"size": 40, "least": 1},
        "pretrain": {"start": "scratch, trained", "text": "general", **language},
        "adapt": {"text": "films", **language},
        "classify": {"text": "films", "n_labels": 24, "batch_size": 8, "window": 5, "n_valid": 20},
        "sample": {"n_words": 5},
    }
    found["classify"]["epochs"] = 4
    for name, value in changes.items():
        stage, _, setting = name.rpartition("__")
        (found[stage] if stage else found)[setting] = value
    return found
