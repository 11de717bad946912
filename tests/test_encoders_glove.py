"""GloVe gives the published rows, whatever stands around a word."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.encoder import StaticEncoder, load_encoder
from engine.errors import ModelUnavailable, TextError
from engine.geometry.pairs import mean_pair_cosine
from engine.geometry.stream import measure
from engine.text import Sentence
from engine.vectors import glove_table


@pytest.fixture(scope="module")
def model(glove_model):
    return glove_model


@pytest.fixture(scope="module")
def published() -> tuple[list[str], np.ndarray]:
    """(words, vectors) straight from the package's two files."""
    folder = glove_table.data_folder()
    table = pq.read_table(folder / "glove_6B_index.parquet")
    return table["index"].to_pylist(), np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")


def test_every_word_is_the_published_row_in_any_case(model, published):
    words, matrix = published
    sentence = Sentence("The Bank of the RIVER, well-known U.S. bank's!")
    vectors = model.encode([sentence])
    assert vectors.words == tuple(word.text for word in sentence.words)
    for word, vector in zip(vectors.keys, vectors.layers[0], strict=True):
        assert np.array_equal(vector, matrix[words.index(word)])


@pytest.mark.parametrize(
    ("typed", "parts"),
    [("don't", ["do", "n't"]), ("Don’t", ["do", "n't"]), ("can't", ["ca", "n't"])],
)
def test_negated_verbs_are_the_mean_of_the_two_parts_glove_counted(model, published, typed, parts):
    words, matrix = published
    vectors = model.encode([Sentence(f"I {typed} bank")])
    expected = np.mean([matrix[words.index(part)] for part in parts], axis=0)
    assert vectors.layers[0][1] == pytest.approx(expected, abs=1e-7)
    assert vectors.n_pieces.tolist() == [1, 2, 1]


def test_unknown_words_are_listed_and_never_zero(model):
    vectors = model.encode([Sentence("the qqzzxy bank 👍"), Sentence("zzqqyxn't a")])
    assert [(w.text, w.sentence_id, w.position) for w in vectors.unknown] == [
        ("qqzzxy", 0, 1),
        ("👍", 0, 3),
        ("zzqqyxn't", 1, 0),
    ]
    assert vectors.words == ("the", "bank", "a")
    assert vectors.positions.tolist() == [0, 2, 1]


def test_a_text_without_a_known_word_is_refused(model):
    with pytest.raises(TextError, match="English"):
        model.encode([Sentence("ஆற்றின் கரையில்")])


def test_context_changes_nothing(model):
    sentences = [Sentence("the bank of the river"), Sentence("the bank gave the man a loan")]
    found = measure([model.encode(sentences)])[0]
    assert found.self_similarity == pytest.approx(1, abs=1e-6)


def test_words_are_the_vocabulary_in_the_published_order(model, published):
    words, matrix = published
    listed = model.words(500)
    assert list(listed.words) == words[:500]
    assert np.array_equal(listed.layers[0], matrix[:500])
    assert isinstance(model, StaticEncoder)


def test_the_frame_alone_moves_the_mean_cosine(model):
    """Random-pair cosine of 1,000 and 10,000 most frequent words: .500 and .220 as measured for
    this project (SCIENCE, section 7), punctuation included.
    """
    assert mean_pair_cosine(model.words(1_000).layers[0]) == pytest.approx(0.500, abs=0.002)
    assert mean_pair_cosine(model.words(10_000).layers[0]) == pytest.approx(0.220, abs=0.002)


def test_a_missing_package_is_said_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setattr(glove_table, "PACKAGE", "no_such_package_here")
    with pytest.raises(ModelUnavailable, match="make setup"):
        load_encoder("glove")
