"""The benchmarks' reference must be right, or its ratio means nothing."""

import importlib

import numpy as np
import pytest

from engine.geometry.stream import measure
from tests.benchmarks import NAMES, Row, pair_sampling

N_SENTENCES, N_WORDS, WIDTH = 300, 6, 5


@pytest.fixture
def planted(plant, rng):
    """Sentences of six different words out of 40, each word with a direction of its own, all of
    them leaning one way.
    """
    own = rng.normal(size=(40, WIDTH))
    types = np.array([rng.choice(40, N_WORDS, replace=False) for _ in range(N_SENTENCES)])
    x = 0.8 + own[types.ravel()] + 0.5 * rng.normal(size=(types.size, WIDTH))
    return plant([[f"w{number}" for number in row] for row in types], x)


def test_drawn_pairs_agree_with_the_exact_mean_cosine_within_their_error(planted, rng):
    [exact] = measure([planted])
    runs = [
        pair_sampling.baseline(planted, planted.layers[0], rng, distinct=True).mean
        for _ in range(20)
    ]
    error = np.std(runs, ddof=1) / np.sqrt(len(runs))
    assert 0.1 < exact.mean_cosine < 0.9
    assert error < 0.02
    assert abs(np.mean(runs) - exact.mean_cosine) < 4 * error


def test_drawn_pairs_agree_with_the_exact_self_similarity_within_their_error(planted, rng):
    [exact] = measure([planted])
    sampled, n_pairs = pair_sampling.self_similarity(planted, planted.layers[0], rng)
    assert n_pairs > 10_000
    assert 0 < sampled.margin < 0.01
    assert abs(sampled.mean - exact.self_similarity) < 2 * sampled.margin


def test_word_by_word_intra_sentence_similarity_is_the_exact_one(planted):
    [exact] = measure([planted])
    one_by_one = pair_sampling.intra_sentence_similarity(planted, planted.layers[0])
    assert one_by_one == pytest.approx(exact.intra_sentence_similarity, abs=1e-6)


def test_vectors_read_from_a_file_give_the_same_sampled_numbers(planted, tmp_path):
    pytest.importorskip("h5py")
    with pair_sampling.in_hdf5(planted, tmp_path / "vectors.hdf5") as file:
        rows = pair_sampling.Hdf5Rows(file, planted, 0)
        from_file = pair_sampling.baseline(planted, rows, np.random.default_rng(3))
    in_memory = pair_sampling.baseline(planted, planted.layers[0], np.random.default_rng(3))
    assert from_file == in_memory


def test_few_occurrences_give_every_pair_once_and_many_give_a_thousand(rng):
    assert pair_sampling.occurrence_pairs(2, rng).tolist() == [[0, 1], [1, 0]]
    assert len(pair_sampling.occurrence_pairs(32, rng)) == 32 * 31
    many = pair_sampling.occurrence_pairs(400, rng)
    assert many.shape == (pair_sampling.N_SAMPLES, 2)
    assert (many[:, 0] != many[:, 1]).all()


def test_a_row_knows_whether_its_wish_is_met():
    assert Row("speed", 2.0, "s", 6.0, 3.0, "ratio >= 2").met is True
    assert Row("speed", 9.0, "s", wanted="ours < 8").met is False
    assert Row("speed", 9.0, "s").met is None
    assert Row("score", 59.0, "points", 60.5, wanted="difference >= -2").met is True
    assert Row("score", 58.0, "points", 60.5, wanted="difference >= -2").met is False


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_has_a_run_function(name):
    assert callable(importlib.import_module(f"tests.benchmarks.{name}").run)
