"""Distributions of words: hand-worked divergences, a null that chance gives, words that differ."""

import math

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.geometry.text_distribution import divergence, halves_apart, jensen_shannon
from engine.geometry.typical_words import log_odds_ratio, typical_words
from engine.geometry.word_counts import count_words, unknown_share


def drawn(rng, n_documents: int, n_tokens: int, p: np.ndarray) -> list[list[str]]:
    """Documents of words drawn from one distribution."""
    return [[f"w{i}" for i in rng.choice(len(p), n_tokens, p=p)] for _ in range(n_documents)]


def test_counts_are_those_of_the_documents():
    first, second = count_words([["a", "b"], [], ["b", "b"]], [["c", "a"]])
    assert first.words == second.words == ("a", "b", "c")
    assert first.documents.toarray().tolist() == [[1, 1, 0], [0, 0, 0], [0, 2, 0]]
    assert second.total.tolist() == [1, 0, 1]
    assert (first.n_tokens, second.n_tokens) == (4, 2)


def test_the_unknown_share_counts_occurrences():
    (text,) = count_words([["the", "the", "the"], ["cat", "the", "dog"]])
    assert unknown_share(text, {"the"}) == pytest.approx(2 / 6)
    assert unknown_share(text, {"the", "cat", "dog", "x"}) == 0
    assert unknown_share(text, set()) == 1
    with pytest.raises(ShapeError):
        unknown_share(count_words([[]])[0], {"the"})


def test_divergence_by_hand():
    # p = (3/4, 1/4), q = (1/4, 3/4), m = (1/2, 1/2): 1 bit less the entropy of a 3:1 coin
    coin = -(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))
    assert jensen_shannon(np.array([3, 1]), np.array([1, 3])) == pytest.approx(1 - coin)
    assert jensen_shannon(np.array([30, 10]), np.array([1, 3])) == pytest.approx(1 - coin)


def test_divergence_is_0_for_equal_1_for_disjoint_and_symmetric(rng):
    counts = rng.integers(0, 50, (2, 30))
    assert jensen_shannon(counts[0], 7 * counts[0]) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(np.array([5, 0, 2, 0]), np.array([0, 1, 0, 1])) == pytest.approx(1)
    assert jensen_shannon(*counts) == pytest.approx(jensen_shannon(*counts[::-1]))
    assert 0 < jensen_shannon(*counts) < 1


def test_divergence_agrees_with_scipys_distance(rng):
    from scipy.spatial.distance import jensenshannon

    counts = rng.integers(0, 9, (2, 200))
    assert jensen_shannon(*counts) == pytest.approx(jensenshannon(*counts, base=2) ** 2)


def test_divergence_refuses_what_cannot_be_compared():
    for pair in ([[1, 2], [1, 2, 3]], [[0, 0], [1, 2]], [[], []]):
        with pytest.raises(ShapeError):
            jensen_shannon(*map(np.array, pair))
    one, two = count_words([["a"]], [["a"], ["b"]])
    with pytest.raises(ShapeError, match="at least two documents"):
        divergence(one, two)
    with pytest.raises(ShapeError, match="counted together"):
        divergence(two, count_words([["a"], ["c"]])[0])


def test_two_texts_of_one_distribution_are_no_farther_apart_than_halves(rng):
    p = rng.dirichlet(np.ones(300))
    one, two = count_words(drawn(rng, 60, 50, p), drawn(rng, 60, 50, p))
    found = divergence(one, two)
    assert not found.differ
    assert found.low <= found.value <= found.high
    assert found.value < min(found.null)  # halves are smaller, so chance parts them more
    assert found.n_documents == (60, 60)
    assert found.n_tokens == (3000, 3000)


def test_two_distributions_are_told_apart_and_the_interval_holds_the_truth(rng):
    p, q = rng.dirichlet(np.ones(40), 2)
    truth = jensen_shannon(p, q)
    one, two = count_words(drawn(rng, 200, 60, p), drawn(rng, 150, 60, q))
    found = divergence(one, two)
    assert found.differ
    assert found.low < truth < found.high
    assert found.high - found.low < 0.05
    again = divergence(one, two)
    assert (again.low, again.high) == (found.low, found.high)
    assert divergence(one, two, seed=1).low != found.low


def test_documents_that_differ_widen_the_null(rng):
    """Halves of a text whose documents each have a subject of their own are far apart."""
    of_one_kind = drawn(rng, 40, 100, rng.dirichlet(np.ones(200)))
    of_many = [drawn(rng, 1, 100, rng.dirichlet(np.full(200, 0.05)))[0] for _ in range(40)]
    same, mixed = count_words(of_one_kind, of_many)
    assert halves_apart(mixed) > 2 * halves_apart(same)


def test_log_odds_by_hand():
    # Prior of 10 tokens over counts (8 + 2, 2 + 8): 5 for each word.
    z, log_odds = log_odds_ratio(np.array([8, 2]), np.array([2, 8]), prior_tokens=10)
    expected = math.log(13 / 7) - math.log(7 / 13)
    assert log_odds.tolist() == pytest.approx([expected, -expected])
    assert z[0] == pytest.approx(expected / math.sqrt(1 / 13 + 1 / 7))


def test_a_word_that_stands_in_neither_text_is_neither():
    z, log_odds = log_odds_ratio(np.array([4, 0, 1]), np.array([1, 0, 4]))
    assert z[1] == log_odds[1] == 0
    assert np.isfinite(z).all()


def test_typical_words_are_the_planted_ones_and_chance_is_not_listed_first(rng):
    p = np.full(100, 0.01)
    q = p.copy()
    q[7], q[8] = 0.03, 0.0
    q /= q.sum()
    one, two = count_words(drawn(rng, 100, 100, p), drawn(rng, 100, 100, q))
    of_one, of_two = typical_words(one, two, n=5)
    assert of_two[0].word == "w7"
    assert of_two[0].z < -5
    assert of_one[0].word == "w8"
    assert of_one[0].counts[1] == 0
    assert all(abs(word.z) < 4 for word in (*of_one[1:], *of_two[1:]))
    swapped = typical_words(two, one, n=5)
    assert [word.word for word in swapped[0]] == [word.word for word in of_two]


def test_a_word_that_occurs_once_is_never_more_typical_than_a_common_one():
    one, two = count_words([["the"] * 500 + ["film"] * 100 + ["zzz"]], [["the"] * 600 + ["film"]])
    of_one, _ = typical_words(one, two)
    assert [word.word for word in of_one][:2] == ["film", "zzz"]


def test_equal_texts_have_no_typical_words():
    one, two = count_words([["a", "b"]], [["a", "b"]])
    assert typical_words(one, two) == ((), ())
