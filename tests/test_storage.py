"""Vectors on disk: what was saved is what is loaded, and a damaged save is called damaged."""

import json

import numpy as np
import pytest

from engine.errors import CorruptFile
from engine.vectors import UnknownWord, storage
from engine.vectors.vocabulary import vocabulary_vectors


@pytest.fixture(params=[64 * 2**20, 0], ids=["read", "memory-mapped"])
def reading(request, monkeypatch) -> int:
    monkeypatch.setattr(storage, "MEMORY_MAP_BYTES", request.param)
    return request.param


@pytest.fixture
def vectors(random_corpus):
    return random_corpus(n_sentences=5)


@pytest.fixture
def saved(vectors, tmp_path):
    storage.save(vectors, tmp_path / "saved")
    return tmp_path / "saved"


def test_a_round_trip_changes_nothing(vectors, tmp_path, reading):
    object.__setattr__(vectors, "unknown", (UnknownWord("ஆறு", 1, 2),))
    object.__setattr__(vectors, "notes", ("“Noted” – 河.",))
    object.__setattr__(vectors, "rank_bounds", (3, 2))
    storage.save(vectors.view("centred"), tmp_path / "new" / "folder")
    loaded = storage.load(tmp_path / "new" / "folder")
    assert isinstance(loaded.layers[0], np.memmap) == (reading == 0)
    expected = vectors.view("centred")
    for name in ("model", "sentences", "words", "layer_names", "rank_bounds", "state", "unknown"):
        assert getattr(loaded, name) == getattr(expected, name), name
    for name in ("notes", "device", "dtype"):
        assert getattr(loaded, name) == getattr(expected, name), name
    for name in ("sentence_ids", "positions", "n_pieces"):
        assert getattr(loaded, name).tolist() == getattr(expected, name).tolist(), name
    for ours, theirs in zip(loaded.layers, expected.layers, strict=True):
        assert np.array_equal(ours, theirs)


def test_ten_layers_and_more_stay_in_order(plant, tmp_path, reading):
    vectors = plant([["a"]], *(np.full((1, 2), i) for i in range(12)))
    storage.save(vectors, tmp_path)
    assert [layer[0, 0] for layer in storage.load(tmp_path).layers] == list(range(12))


def test_a_saved_vocabulary_keeps_its_entries(tmp_path):
    entries = ["bank", "--", "u.s.", "``", "'s", "new york"]
    listed = vocabulary_vectors("fake", entries, np.eye(6), "0")
    storage.save(listed, tmp_path)
    assert storage.load(tmp_path).weights.tolist() == listed.weights.tolist()
    assert list(storage.load(tmp_path).words) == entries


def test_an_older_save_is_replaced(vectors, saved):
    storage.save(vectors.select([0]), saved)
    assert len(storage.load(saved)) == 1


@pytest.mark.parametrize("name", ["about.json", "words.parquet", "vectors.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "noise"])
def test_a_damaged_file_is_called_corrupt(saved, name, damage, reading, rng):
    path = saved / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        damaged = {"empty": b"", "half": content[: len(content) // 2], "noise": rng.bytes(500)}
        path.write_bytes(damaged[damage])
    with pytest.raises(CorruptFile, match="complete set"):
        storage.load(saved)


def test_files_of_two_saves_are_called_corrupt(vectors, saved, tmp_path, reading):
    storage.save(vectors.select([0, 1]), tmp_path / "other")
    for name in ("words.parquet", "vectors.safetensors"):
        (saved / name).write_bytes((tmp_path / "other" / name).read_bytes())
        if name == "words.parquet":
            with pytest.raises(CorruptFile):
                storage.load(saved)


@pytest.mark.parametrize("about", [[], {"model": "x"}, "x"])
def test_a_wrong_table_of_contents_is_called_corrupt(saved, about):
    (saved / "about.json").write_text(json.dumps(about))
    with pytest.raises(CorruptFile):
        storage.load(saved)


def test_missing_sentences_are_called_corrupt(saved):
    about = json.loads((saved / "about.json").read_text("utf8"))
    about["sentences"] = about["sentences"][:1]
    (saved / "about.json").write_text(json.dumps(about))
    with pytest.raises(CorruptFile):
        storage.load(saved)
