"""word2vec: the vectors that ship are those that are looked up."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import model_files
from engine.checkpoints import save_weights
from engine.corpora.vocabulary import build_vocabulary
from engine.encoders.word2vec import Word2vec
from engine.errors import TextError
from engine.text import Sentence


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    vectors = torch.arange(12.0).reshape(3, 4)
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    vocabulary = build_vocabulary(["bank", "bank", "mouse", "a"], 5)
    save_weights(
        tmp_path / "word2vec" / "weights.safetensors", {"vectors": vectors}, kind="word2vec",
        config={"d": 4}, vocabularies={"words": vocabulary},
    )  # fmt: skip
    return vectors.numpy()


@pytest.fixture
def word2vec(shipped, monkeypatch):
    monkeypatch.setattr(Word2vec, "card", replace(Word2vec.card, sha256=""))
    return Word2vec()


def test_a_word_has_its_vector_wherever_it_stands(word2vec, shipped):
    found = word2vec.encode([Sentence("Mouse a bank"), Sentence("the BANK")])
    assert found.words == ("Mouse", "a", "bank", "BANK")
    np.testing.assert_array_equal(found.layers[0], shipped[[2, 1, 0, 0]])


def test_unknown_words_are_listed(word2vec):
    found = word2vec.encode([Sentence("the bank"), Sentence("nothing here")])
    assert [(w.text, w.sentence_id, w.position) for w in found.unknown] == [
        ("the", 0, 0),
        ("nothing", 1, 0),
        ("here", 1, 1),
    ]


def test_a_text_without_a_known_word_is_refused(word2vec):
    with pytest.raises(TextError, match="knows none"):
        word2vec.encode([Sentence("👻 nothing here")])


def test_the_vocabulary_comes_in_order_of_frequency(word2vec, shipped):
    found = word2vec.words(2)
    assert found.words == ("bank", "a")
    np.testing.assert_array_equal(found.layers[0], shipped[:2])
