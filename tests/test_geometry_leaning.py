"""Which of two words a word leans to: as planted, and exactly nothing where nothing is."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.geometry.leaning import lean_gap, leaning


def near(rng, direction, n, noise=0.1):
    return np.asarray(direction, float) + noise * rng.normal(size=(n, len(direction)))


def brute_force(x, y) -> float:
    return float(np.mean([a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a in x for b in y]))


def test_means_are_those_of_all_pairs(rng):
    x, first, second = (rng.normal(size=(n, 5)) + 1 for n in (7, 4, 6))
    found = leaning(x, first, second)
    assert found.first.value == pytest.approx(brute_force(x, first))
    assert found.second.value == pytest.approx(brute_force(x, second))
    assert found.lean.value == pytest.approx(brute_force(x, first) - brute_force(x, second))
    assert found.cosines[3] == pytest.approx([brute_force(x[3:4], y) for y in (first, second)])
    assert found.first.low < found.first.value < found.first.high


def test_the_gap_is_the_difference_of_two_leanings(rng):
    one, other, first, second = (rng.normal(size=(n, 5)) + 1 for n in (5, 8, 4, 6))
    gap = lean_gap(one, other, first, second)
    expected = leaning(one, first, second).lean.value - leaning(other, first, second).lean.value
    assert gap.value == pytest.approx(expected)
    assert gap.low < gap.value < gap.high


def test_planted_kinds_lean_to_their_words_and_one_vector_leans_alike(rng):
    first, second = near(rng, [1, 0, 0], 9), near(rng, [0, 1, 0], 9)
    one, other = near(rng, [2, 1, 1], 9), near(rng, [1, 2, 1], 9)
    assert lean_gap(one, other, first, second).low > 0
    assert lean_gap(other, one, first, second).high < 0
    same = np.ones((9, 3))
    gap = lean_gap(same, same[:4], first, second)
    assert (gap.value, gap.low, gap.high) == pytest.approx((0, 0, 0), abs=1e-12)


def test_the_interval_holds_nothing_about_19_times_in_20():
    held = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        one, other, first, second = (rng.normal(size=(12, 4)) for _ in range(4))
        gap = lean_gap(one, other, first, second, seed=seed)
        held += gap.low <= 0 <= gap.high
    assert 86 <= held <= 100


def test_a_word_that_stands_nowhere_is_refused():
    with pytest.raises(ShapeError, match="got 2, 0 and 2"):
        leaning(np.eye(2), np.empty((0, 2)), np.eye(2))
    with pytest.raises(ShapeError, match="both kinds"):
        lean_gap(np.eye(2), np.empty((0, 2)), np.eye(2), np.eye(2))
