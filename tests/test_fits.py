"""States fitted on some vectors and applied to others."""

import numpy as np
import pytest

from engine.errors import UnknownName
from engine.vectors.states import FITS, RAW, STATES, fitted

OWN_ROWS = list(STATES)


@pytest.fixture
def cloud(rng) -> np.ndarray:
    """Two islands off the origin, one wide dimension."""
    x = rng.normal(size=(400, 6)) * [4, 1, 1, 1, 0.5, 0.1] + 3
    x[:200, 1] += 30
    return x.astype(np.float32)


def test_every_state_can_be_fitted():
    assert set(FITS) == set(STATES)
    with pytest.raises(UnknownName, match="blurred"):
        fitted("blurred", np.ones((2, 2), np.float32))


@pytest.mark.parametrize("name", OWN_ROWS)
def test_a_state_is_its_fit_applied_to_the_rows_it_was_fitted_on(cloud, name):
    np.testing.assert_allclose(fitted(name, cloud)(cloud), STATES[name](cloud), atol=1e-5)


@pytest.mark.parametrize("name", OWN_ROWS)
def test_what_a_state_does_to_a_row_depends_on_the_fit_alone(cloud, name):
    move = fitted(name, cloud[100:300])
    whole, alone = move(cloud), np.concatenate([move(row[None]) for row in cloud[:20]])
    np.testing.assert_allclose(whole[:20], alone, atol=1e-5)
    assert whole.dtype == np.float32
    assert name == RAW or np.abs(whole - cloud).max() > 1


def test_other_rows_are_moved_by_the_fitted_mean_and_scale():
    x = np.array([[1, 10], [3, 10], [2, 13]], np.float32)
    other = np.array([[2, 12]], np.float32)
    np.testing.assert_allclose(fitted("centred", x)(other), [[0, 1]], atol=1e-6)
    # Standard deviations sqrt(2 / 3) and sqrt(2).
    np.testing.assert_allclose(fitted("standardised", x)(other), [[0, 0.5**0.5]], atol=1e-6)


def test_each_row_moves_with_the_island_it_is_nearest_to(cloud):
    move = fitted("cluster-centred", cloud)
    means = np.stack([cloud[:200].mean(axis=0), cloud[200:].mean(axis=0)])
    near = (means + 0.25).astype(np.float32)
    np.testing.assert_allclose(move(near), np.full((2, 6), 0.25), atol=1e-4)


def test_a_word_of_weight_two_counts_as_two_words(cloud):
    twice = np.concatenate([cloud, cloud[:150]])
    weights = np.where(np.arange(400) < 150, 2.0, 1.0)
    a = fitted("Zipfian-whitened", cloud, weights)(cloud)
    b = fitted("Zipfian-whitened", twice)(cloud)
    np.testing.assert_allclose(np.abs(a), np.abs(b), atol=1e-3)  # an axis may point either way
