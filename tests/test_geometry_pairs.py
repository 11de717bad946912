"""Cosines of all pairs from sums: equal to forming every pair, at any shape of cloud."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from engine.errors import ShapeError
from engine.geometry.moments import Moments, unit
from engine.geometry.pairs import group_sums, mean_pair_cosine, mean_random_pair_cosine
from engine.vectors.states import STATES


def cross_polytope(d: int) -> np.ndarray:
    """The 2 d unit vectors +-e_i: they sum to zero, so their mean pair cosine is -1 / (2 d - 1)."""
    return np.concatenate([np.eye(d), -np.eye(d)])


def planted_cone(half_angle_deg: float, d: int = 8) -> np.ndarray:
    """2 d unit vectors at exactly this angle to the first axis, balanced around it."""
    theta = np.radians(half_angle_deg)
    around = cross_polytope(d)
    axis = np.full((len(around), 1), np.cos(theta))
    return np.hstack([axis, np.sin(theta) * around])


def brute_force_random_pairs(x, type_ids, sentence_ids) -> float:
    cosines = [
        x[i] @ x[j] / np.linalg.norm(x[i]) / np.linalg.norm(x[j])
        for i in range(len(x))
        for j in range(i)
        if type_ids[i] != type_ids[j] and sentence_ids[i] != sentence_ids[j]
    ]
    return float(np.mean(cosines)) if cosines else float("nan")


def test_mean_pair_cosine_equals_forming_all_pairs(rng):
    x = rng.normal(size=(50, 7)) * rng.lognormal(size=(50, 1)) + 0.4
    everyone = cosine_similarity(x)
    assert mean_pair_cosine(x) == pytest.approx(everyone[np.triu_indices(50, 1)].mean(), abs=1e-12)


@pytest.mark.parametrize("n_sentences", [2, 5, 30])
def test_random_pairs_equal_brute_force_with_words_repeated_inside_sentences(rng, n_sentences):
    x = rng.normal(size=(60, 5)) + 0.5
    type_ids, sentence_ids = rng.integers(0, 6, 60), np.sort(rng.integers(0, n_sentences, 60))
    repeated = {
        (t, s) for t, s in zip(type_ids.tolist(), sentence_ids.tolist(), strict=True)
    }  # fewer than words: some word stands twice in its sentence
    assert len(repeated) < 60
    expected = brute_force_random_pairs(x, type_ids, sentence_ids)
    assert mean_random_pair_cosine(x, type_ids, sentence_ids) == pytest.approx(expected, abs=1e-12)


def test_random_pairs_leave_out_same_words_and_same_sentences():
    x = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    # (0, 1) one type, (2, 3) one type, (0, 2) one sentence: left are (0, 3), (1, 2), (1, 3)
    assert mean_random_pair_cosine(x, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 2])) == 0.0
    assert mean_pair_cosine(x) == pytest.approx(2 / 6)


@pytest.mark.parametrize("ids", [([0, 0, 0], [0, 1, 2]), ([0, 1, 2], [0, 0, 0])])
def test_no_pair_of_different_words_and_sentences_gives_nan(ids):
    assert np.isnan(mean_random_pair_cosine(np.eye(3), *map(np.array, ids)))


def test_fewer_than_two_vectors_are_refused():
    with pytest.raises(ShapeError, match=r"\(1, 3\)"):
        mean_pair_cosine(np.ones((1, 3)))
    with pytest.raises(ShapeError):
        mean_random_pair_cosine(np.eye(3), np.arange(2), np.arange(3))


def test_directions_that_cancel_have_the_hand_computed_cosine():
    assert mean_pair_cosine(cross_polytope(5)) == pytest.approx(-1 / 9)


@pytest.mark.parametrize("half_angle_deg", [5, 30, 47, 90, 120])
def test_planted_cone_has_the_hand_computed_cosine(half_angle_deg):
    x = planted_cone(half_angle_deg)
    theta = np.radians(half_angle_deg)
    expected = np.cos(theta) ** 2 - np.sin(theta) ** 2 / (len(x) - 1)
    assert mean_pair_cosine(x) == pytest.approx(expected, abs=1e-12)


def test_one_direction_at_any_length_gives_one(rng):
    x = np.outer(rng.lognormal(size=20), rng.normal(size=6))
    assert mean_pair_cosine(x) == pytest.approx(1.0, abs=1e-12)


def test_isotropic_gaussian_stays_within_its_null_deviation(rng):
    """Pairs of isotropic directions are uncorrelated with variance 1 / d each."""
    n, d, runs = 60, 16, 200
    found = np.array([mean_pair_cosine(rng.normal(size=(n, d))) for _ in range(runs)])
    deviation = np.sqrt(2 / (n * (n - 1) * d))
    assert abs(found.mean()) < 4 * deviation / np.sqrt(runs)
    assert found.std() == pytest.approx(deviation, rel=0.25)


def test_rotation_and_the_length_of_each_vector_change_nothing(rng):
    x = rng.normal(size=(30, 6)) + 1
    rotation = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    lengths = rng.lognormal(size=(30, 1))
    assert mean_pair_cosine(lengths * x @ rotation) == pytest.approx(mean_pair_cosine(x))


@pytest.mark.parametrize("rogue", [0.5, 1.0, 3.0])
def test_a_rogue_dimension_raises_the_cosine_by_the_hand_computed_amount(rogue):
    """With a coordinate c added to unit vectors, z.z' becomes (z.z' + c^2)/(1 + c^2)."""
    clean = cross_polytope(5)
    x = np.hstack([clean, np.full((10, 1), rogue)]).astype(np.float32)
    expected = (-1 / 9 + rogue**2) / (1 + rogue**2)
    assert mean_pair_cosine(x) == pytest.approx(expected, abs=1e-6)
    for state in ("centred", "standardised"):
        assert mean_pair_cosine(STATES[state](x)) == pytest.approx(-1 / 9, abs=1e-6)


def test_group_sums_add_rows_of_each_group(rng):
    x = np.array([[1.0, 0], [0, 1], [5, 5], [1, 1]])
    sums, groups = group_sums(x, np.array([7, 2, 7, 2]))
    assert groups.tolist() == [2, 7]
    assert sums.tolist() == [[1, 2], [6, 5]]
    assert group_sums(np.empty((0, 2)), np.empty(0, np.int64))[0].shape == (0, 2)


def test_moments_of_parts_add_up_to_the_whole_and_equal_numpys(rng):
    x = rng.normal(size=(80, 5)) * [1, 2, 3, 4, 5] + 2
    whole, parts = Moments.of(x), Moments.of(x[:30]) + Moments.of(x[30:31]) + Moments.of(x[31:])
    for name in ("n", "sum", "sum_unit", "second"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-12)
    assert whole.mean == pytest.approx(x.mean(axis=0))
    assert whole.covariance == pytest.approx(np.cov(x.T, bias=True))
    assert whole.mean_resultant_length == pytest.approx(np.linalg.norm(unit(x).mean(axis=0)))
    assert np.linalg.norm(whole.mean_direction) == pytest.approx(1)


def test_mean_cosine_follows_from_the_mean_resultant_length(rng):
    """A = (n R^2 - 1) / (n - 1)."""
    x = rng.normal(size=(40, 5)) + 0.5
    resultant = Moments.of(x).mean_resultant_length
    assert mean_pair_cosine(x) == pytest.approx((40 * resultant**2 - 1) / 39)


def test_moments_refuse_another_width():
    with pytest.raises(ShapeError, match="width 3"):
        Moments.empty(3).update(np.ones((2, 4)))
