"""Layer probes: planted information is found where it is, and the verdict follows from it."""

from dataclasses import replace

import numpy as np
import pytest

from engine.cli import main
from engine.errors import CorruptFile, EngineError, ShapeError
from engine.geometry.probe import Labelled, probe_accuracy
from engine.text import Sentence
from engine.training.json_lines import append
from engine.training.layer_probes import results, tasks
from engine.training.layer_probes.config import LayerProbes
from engine.training.layer_probes.results import Probed
from engine.vectors import LayeredVectors
from engine.views.claim_layers import LayersState, LayersView
from engine.views.claims import FAILS, HOLDS, MISSING, OPEN

WORDS = ["the", "of", "cat", "dog", "sat", "ran"]
SMALL = LayerProbes(seeds=(0, 1), n_classes=4, n_sentences=200, n_words=600, n_reviews=200)


class KnowsOneWordALayer:
    """Layer 0 is the word's own number, layer 1 that of the word before, both as one of many."""

    def encode(self, sentences, *, progress=None) -> LayeredVectors:
        numbers = [[WORDS.index(word.key) for word in s.words] for s in sentences]
        own = np.array([n for ids in numbers for n in ids])
        before = np.array([n for ids in numbers for n in [len(WORDS), *ids[:-1]]])
        places = [(s, p) for s, ids in enumerate(numbers) for p in range(len(ids))]
        sentence_ids, positions = np.array(places, np.int64).T.copy()
        eye = np.eye(len(WORDS) + 1, dtype=np.float32)
        layers = eye[own], eye[before]
        return LayeredVectors(
            "planted", tuple(sentences), sentence_ids, positions, layers, ("0", "1")
        )


def parts(x: np.ndarray, labels: np.ndarray) -> list[Labelled]:
    thirds = np.array_split(np.arange(len(x)), 3)
    return [Labelled(x[rows], labels[rows]) for rows in thirds]


def test_a_planted_direction_is_read_and_noise_is_not(rng):
    labels = rng.integers(0, 2, 900)
    x = rng.normal(size=(900, 8))
    noise = probe_accuracy(*parts(x, labels))
    assert abs(noise - 0.5) < 4 * np.sqrt(0.25 / 300)
    x[:, 3] += 6 * labels
    assert probe_accuracy(*parts(x, labels)) > 0.98


def test_one_class_is_refused():
    part = Labelled(np.eye(3), np.zeros(3, int))
    with pytest.raises(ShapeError, match="two classes"):
        probe_accuracy(part, part, part)


def test_words_and_the_words_before_them_by_hand(plant):
    vectors = plant([["The", "cat", "the", "dog", "!"], ["the", "the", "cat"]], np.ones((8, 2)))
    rows, labels = tasks.word_labels(vectors, 2, previous=False)
    assert rows.tolist() == [0, 1, 2, 5, 6, 7]  # "the" four times, "cat" twice
    assert labels.tolist() == [0, 1, 0, 0, 0, 1]
    rows, labels = tasks.word_labels(vectors, 2, previous=True)
    assert rows.tolist() == [1, 2, 3, 6, 7]
    assert labels.tolist() == [0, 1, 0, 0, 0]


@pytest.fixture
def sentences(monkeypatch, rng):
    drawn = [Sentence(" ".join(rng.choice(WORDS, size=rng.integers(3, 9)))) for _ in range(250)]
    monkeypatch.setattr(tasks, "_sentences_of", lambda *_: drawn)


@pytest.mark.parametrize(("task", "knows"), [(tasks.WORD, 0), (tasks.PREVIOUS, 1)])
def test_each_task_is_read_from_the_layer_that_holds_it(sentences, task, knows):
    found = tasks.read(task, KnowsOneWordALayer(), SMALL)
    accuracy = np.array(found.accuracy)
    assert accuracy.shape == (2, 2)
    assert (accuracy[:, knows] == 1).all()
    assert (accuracy[:, 1 - knows] < found.chance + 0.15).all()


def test_no_sentence_stands_in_two_parts(sentences, monkeypatch):
    class TellsItsSentence(KnowsOneWordALayer):
        def encode(self, sentences, *, progress=None):
            vectors = super().encode(sentences)
            told = vectors.sentence_ids[:, None].astype(np.float32)
            return replace(vectors, layers=(told, told), rank_bounds=(1, 1))

    seen = []
    monkeypatch.setattr(tasks, "probe_accuracy", lambda *found: seen.append(found) or 0.5)
    tasks.read(tasks.WORD, TellsItsSentence(), SMALL)
    for three in seen:
        train, valid, test = (set(part.x[:, 0].tolist()) for part in three)
        assert train and valid and test
        assert not (train & valid or train & test or valid & test)


def probed(task: str, accuracy: list[list[float]]) -> Probed:
    layers = tuple(f"{i} · layer" for i in range(len(accuracy[0])))
    units = tuple(f"seed {i}" for i in range(len(accuracy)))
    settings = {"general": "some text", "reviews": "some reviews"}
    return Probed(
        model="awd-lstm", task=task, layers=layers, units=units, accuracy=accuracy, chance=0.1,
        n_test=100, settings=settings, weights="ab", seconds=1.0, date="2026-01-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "label", "verdict"),
    [
        ([[0.9, 0.5], [0.91, 0.5], [0.9, 0.51]], [[0.6, 0.8], [0.61, 0.8], [0.6, 0.81]], HOLDS),
        ([[0.9, 0.5], [0.91, 0.5], [0.9, 0.51]], [[0.8, 0.6], [0.81, 0.6], [0.8, 0.61]], FAILS),
        ([[0.9, 0.5], [0.91, 0.5], [0.9, 0.51]], [[0.6, 0.8], [0.8, 0.6], [0.7, 0.71]], OPEN),
    ],
)
def test_the_verdict_needs_two_tasks_that_pull_apart(monkeypatch, tmp_path, word, label, verdict):
    monkeypatch.setattr(results, "PATH", tmp_path / "layers.jsonl")
    for one in (probed("word", word), probed("label", label)):
        append(tmp_path / "layers.jsonl", one)
    shown = LayersView().show(LayersState())
    assert shown.verdict.word == verdict
    assert len(shown.table) == 4


def test_nothing_measured_is_told_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "PATH", tmp_path / "none.jsonl")
    shown = LayersView().show(LayersState())
    assert shown.verdict.word == MISSING and "study layers" in shown.notice


def test_lines_that_are_none_and_models_without_lines_are_told(monkeypatch, tmp_path):
    path = tmp_path / "layers.jsonl"
    append(path, probed("word", [[0.5, 0.6]]))
    monkeypatch.setattr(results, "PATH", path)
    with pytest.raises(EngineError, match="nosuch"):
        LayersView().show(LayersState("nosuch"))
    path.write_text('{"model": "x"}\n')
    with pytest.raises(CorruptFile, match="line 1"):
        results.read(path)


def test_results_are_not_overwritten(tmp_path, capsys):
    path = tmp_path / "layers.jsonl"
    append(path, probed("word", [[0.5, 0.6]]))
    assert main(["study", "layers", "--results", str(path)]) != 0
    assert "--resume" in capsys.readouterr().err
    assert main(["study", "layers", "--resume", "--results", str(path)]) != 0
    assert "other settings" in capsys.readouterr().err
