"""Labels for equal accuracy, worked by hand."""

import math

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.training.label_efficiency import labels_for_equal_accuracy, labels_to_reach, rising

SIZES = np.array([100, 1000, 10_000])


def judged(*accuracies, n_seeds=3, n_test=200):
    """Judgements of exactly these accuracies, the same for every seed: the first reviews right."""
    right = [np.arange(n_test) < round(accuracy * n_test) for accuracy in accuracies]
    return np.repeat(np.array(right)[:, None], n_seeds, axis=1)


def test_a_curve_that_falls_is_flattened_to_the_mean_and_its_mean_stays():
    curve = np.array([0.5, 0.7, 0.6, 0.65, 0.9])
    assert rising(curve) == pytest.approx([0.5, 0.65, 0.65, 0.65, 0.9])
    assert rising(curve).mean() == pytest.approx(curve.mean())


def test_half_way_up_between_two_sizes_is_half_way_in_log_labels():
    assert labels_to_reach(SIZES, np.array([0.5, 0.6, 0.8]), 0.7) == pytest.approx(10**3.5)
    assert labels_to_reach(SIZES, np.array([0.5, 0.6, 0.8]), 0.6) == pytest.approx(1000)


def test_what_is_reached_at_once_is_the_first_size_and_what_is_never_reached_is_infinite():
    assert labels_to_reach(SIZES, np.array([0.7, 0.8, 0.9]), 0.6) == 100
    assert labels_to_reach(SIZES, np.array([0.5, 0.6, 0.7]), 0.71) == math.inf


def test_sizes_that_do_not_rise_are_refused():
    with pytest.raises(ShapeError, match="rising sizes"):
        labels_to_reach(np.array([100, 100]), np.array([0.5, 0.6]), 0.5)


def test_an_input_ten_times_as_efficient_needs_a_tenth_of_the_labels():
    # The better input has at each size what the reference has at ten times as many labels.
    reference, better = judged(0.5, 0.6, 0.7), judged(0.6, 0.7, 0.8)
    found = labels_for_equal_accuracy(SIZES, better, reference, n_replicates=200)
    assert found.n_labels == pytest.approx(1000)
    assert found.low <= 1000 <= found.high
    assert not found.fewest


def test_the_reference_needs_the_labels_it_had():
    reference = judged(0.5, 0.6, 0.7)
    found = labels_for_equal_accuracy(SIZES, reference, reference, n_replicates=200)
    # Every replicate draws the same reviews for both, so no replicate can say anything else.
    assert (found.n_labels, found.low, found.high) == pytest.approx((10_000,) * 3)


def test_the_interval_is_wider_with_fewer_test_reviews():
    widths = []
    for n_test in (100, 10_000):
        # Other reviews are judged rightly by the reference, so that replicates can differ.
        reference = judged(0.5, 0.6, 0.7, n_test=n_test)[:, :, ::-1]
        better = judged(0.55, 0.65, 0.78, n_test=n_test)
        found = labels_for_equal_accuracy(SIZES, better, reference, n_replicates=200)
        assert found.low <= found.n_labels <= found.high
        widths.append(min(found.high, 1e5) / found.low)
    assert widths[0] > 1.5 * widths[1]


def test_an_input_that_never_gets_there_says_so_and_one_that_starts_there_too():
    reference = judged(0.5, 0.6, 0.7)
    worse = labels_for_equal_accuracy(SIZES, judged(0.5, 0.5, 0.5), reference, n_replicates=50)
    assert worse.n_labels == worse.low == worse.high == math.inf
    best = labels_for_equal_accuracy(SIZES, judged(0.9, 0.9, 0.9), reference, n_replicates=50)
    assert best.fewest and best.n_labels == best.high == 100


def test_other_test_reviews_cannot_be_compared():
    with pytest.raises(ShapeError, match="same seeds"):
        labels_for_equal_accuracy(SIZES, judged(0.5, 0.6, 0.7), judged(0.5, 0.6, 0.7, n_test=100))
