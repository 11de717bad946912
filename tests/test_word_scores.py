"""One vector a word, and how well cosines rank pairs of words as people do."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import spearmanr

from engine.errors import ShapeError, TextError
from engine.geometry.similarity_scores import pair_cosines, rank_correlation
from engine.views import sources
from engine.views.sources import Source, vectors_of
from engine.views.word_vectors import are_known_alone, words_alone, words_in_text

TEXT = "The bank rose. He left the bank\nA bank of fog, the river"


@pytest.fixture
def fakes(fake_contextual, fake_static, monkeypatch):
    """Models that count letters, under names of their own."""
    known = {"fake-contextual": fake_contextual, "fake-static": fake_static}
    for module in ("engine.views.sources", "engine.views.word_vectors"):
        monkeypatch.setattr(f"{module}.encoder", known.__getitem__)
    yield
    sources._vectors._results.clear()  # what the fakes gave


# --- rank correlation -------------------------------------------------------------------------


def test_rank_correlation_is_scipys_with_and_without_ties(rng):
    a, b = rng.normal(size=40), rng.integers(0, 5, 40)
    assert rank_correlation(a, b).value == pytest.approx(spearmanr(a, b).statistic)
    assert rank_correlation(a, np.exp(a)).value == 1
    assert rank_correlation(a, -a).interval == (-1, -1)


def test_rank_correlation_by_hand():
    # Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15).
    assert rank_correlation([1, 2, 3, 4], [20, 10, 40, 30]).value == pytest.approx(0.6)


@pytest.mark.slow
def test_the_interval_covers_the_truth_about_as_often_as_it_says(rng):
    # Of two normal quantities with Pearson's r, Spearman's rho is 6 / pi asin(r / 2).
    r, n_repetitions, n_covered = 0.5, 200, 0
    truth = 6 / math.pi * math.asin(r / 2)
    for seed in range(n_repetitions):
        a, noise = rng.normal(size=(2, 100))
        found = rank_correlation(a, r * a + math.sqrt(1 - r**2) * noise, seed=seed)
        n_covered += found.interval[0] <= truth <= found.interval[1]
    assert 0.89 < n_covered / n_repetitions < 0.99


def test_what_cannot_be_ranked_has_no_value():
    constant = rank_correlation([1, 1, 1, 1], [1, 2, 3, 4])
    few = rank_correlation([1, 2], [1, 2])
    assert all(math.isnan(x) for found in (constant, few) for x in (found.value, *found.interval))
    assert (constant.n, few.n) == (4, 2)
    with pytest.raises(ShapeError, match="one length"):
        rank_correlation([1, 2, 3], [1, 2])


def test_pair_cosines_are_those_of_each_pair(rng):
    a, b = rng.normal(size=(2, 6, 4))
    expected = [x @ y / np.linalg.norm(x) / np.linalg.norm(y) for x, y in zip(a, b, strict=True)]
    assert_allclose(pair_cosines(a, b), expected)


# --- vectors ----------------------------------------------------------------------------------


def test_a_word_alone_does_not_see_a_sentence(fakes):
    found = words_alone("fake-contextual", ("bank", "xylem", "river"))
    assert found.words == ("bank", "river")
    assert [word.text for word in found.unknown] == ["xylem"]
    assert_allclose(found.layers[0], [[4, 0, 1], [5, 1, 1]])
    assert_allclose(found.layers[1], 2 * found.layers[0])  # its own mean is all there is to add
    assert are_known_alone("fake-contextual", ("bank", "xylem", "river"))
    assert not are_known_alone("fake-contextual", ("bank",))


def test_a_word_in_a_text_is_the_mean_of_its_occurrences(fakes):
    source = Source("text", TEXT)
    found = words_in_text("fake-contextual", ("River", "sea", "bank"), source)
    assert found.words == ("River", "bank")
    assert found.weights.tolist() == [1, 3]
    assert [word.text for word in found.unknown] == ["sea"]
    vectors = vectors_of(source, "fake-contextual")
    for of_words, of_text in zip(found.layers, vectors.layers, strict=True):
        assert_allclose(of_words[1], of_text[vectors.rows_of("bank")].mean(axis=0), rtol=1e-6)
        assert_allclose(of_words[0], of_text[vectors.rows_of("river")][0], rtol=1e-6)


def test_a_static_model_gives_the_same_word_either_way(fakes):
    alone = words_alone("fake-static", ("bank", "river"))
    in_text = words_in_text("fake-static", ("bank", "river"), Source("text", TEXT))
    assert_allclose(alone.layers[0], in_text.layers[0])


def test_words_that_are_nowhere_are_told(fakes):
    with pytest.raises(TextError, match="None of the 1 words"):
        words_in_text("fake-static", ("sea",), Source("text", TEXT))
    with pytest.raises(TextError):
        words_alone("fake-static", ("xylem",))
