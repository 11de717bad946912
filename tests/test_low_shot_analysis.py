"""Labels to match: planted curves whose answer is known by construction."""

import math

import numpy as np
import pytest

from engine.errors import EngineError, ShapeError
from engine.training.low_shot.analysis import Curve, labels_to_match, paired_curves
from engine.training.low_shot.results import Cell, as_base64

SIZES = np.array([100, 200, 500, 1_000, 2_000, 5_000, 10_000])


def exactly(accuracies, n_seeds: int = 3, n_test: int = 1_000) -> np.ndarray:
    """The first texts are right, as many as each accuracy says."""
    right = np.arange(n_test) < np.round(np.array(accuracies) * n_test)[:, None]
    return np.repeat(right[:, None], n_seeds, axis=1)


def by_chance(rng, accuracies, n_seeds: int = 3, n_test: int = 4_000) -> np.ndarray:
    return rng.random((len(accuracies), n_seeds, n_test)) < np.array(accuracies)[:, None, None]


def law(n_labels: np.ndarray, worth: float) -> np.ndarray:
    """Accuracy rises by .1 with ten times more labels; a label is worth `worth` of them."""
    return 0.6 + 0.1 * np.log10(n_labels * worth / 100)


def test_a_planted_factor_is_found_at_every_size_that_the_baseline_reaches():
    arm = Curve(SIZES, exactly(law(SIZES, 10)))
    baseline = Curve(SIZES, exactly(law(SIZES, 1)))
    matches = labels_to_match(arm, baseline, n_replicates=50)
    assert [match.n_labels for match in matches] == SIZES.tolist()
    for match in matches[:4]:  # up to 1,000 labels, for which 10,000 are needed
        # Accuracies are whole numbers of 1,000 texts: half of one is a factor of 1.012.
        assert match.factor[0] == pytest.approx(10, rel=0.03)
        assert not match.needed.fewest
    for match in matches[4:]:
        assert match.needed.n_labels == math.inf
        assert match.needed.most == 10_000


def test_by_hand_between_two_points():
    # .70 lies halfway between .6 at 100 and .8 at 10,000 over log labels: 1,000.
    arm = Curve(np.array([50]), exactly([0.7]))
    baseline = Curve(np.array([100, 10_000]), exactly([0.6, 0.8]))
    (match,) = labels_to_match(arm, baseline, n_replicates=10)
    assert match.needed.n_labels == pytest.approx(1_000)
    assert match.factor[0] == pytest.approx(20)
    assert match.accuracy == pytest.approx(0.7)


def test_where_the_baseline_is_there_with_the_fewest_labels_the_number_may_be_smaller():
    arm = Curve(np.array([100]), exactly([0.55]))
    baseline = Curve(np.array([100, 1_000]), exactly([0.6, 0.8]))
    (match,) = labels_to_match(arm, baseline, n_replicates=10)
    assert match.needed.fewest
    assert match.needed.n_labels == 100


def test_curves_that_fall_by_chance_are_made_rising():
    arm = Curve(np.array([100, 200]), exactly([0.72, 0.68]))
    baseline = Curve(np.array([100, 1_000, 10_000]), exactly([0.6, 0.75, 0.65]))
    first, second = labels_to_match(arm, baseline, n_replicates=10)
    assert first.accuracy == second.accuracy == pytest.approx(0.7)
    assert first.needed.n_labels == pytest.approx(1_000)  # .75 and .65 share .70


def test_the_interval_holds_the_planted_factor_and_narrows_with_more_texts(rng):
    sizes = np.array([100, 1_000, 10_000])
    widths = []
    for n_test in (400, 20_000):
        arm = Curve(sizes[:1], by_chance(rng, law(sizes[:1], 10), n_test=n_test))
        baseline = Curve(sizes, by_chance(rng, law(sizes, 1), n_test=n_test))
        (match,) = labels_to_match(arm, baseline, n_replicates=300)
        value, low, high = match.factor
        assert low < 10 < high
        assert low <= value <= high
        widths.append(math.log(high / low))
    assert widths[1] < widths[0] / 3


def test_an_arm_compared_with_its_twin_needs_as_many_labels(rng):
    correct = by_chance(rng, law(SIZES, 1))
    for match in labels_to_match(Curve(SIZES, correct), Curve(SIZES, correct), n_replicates=50):
        assert match.factor[0] == pytest.approx(1, rel=1e-6)
        assert match.factor[1] < 1 + 1e-9
        assert match.factor[2] > 1 - 1e-9


def test_seeds_and_texts_must_be_the_same():
    curve = Curve(SIZES[:1], exactly([0.5]))
    for other in (exactly([0.5], n_seeds=2), exactly([0.5], n_test=10)):
        with pytest.raises(ShapeError, match="same seeds and test"):
            labels_to_match(curve, Curve(SIZES[:1], other))


def cell(arm: str, n_labels: int, seed: int, judged: np.ndarray) -> Cell:
    accuracy = round(float(judged.mean()), 6)
    hashes = {"weights": "", "settings": "", "correct": as_base64(judged)}
    return Cell(arm, n_labels, seed, accuracy, len(judged), 0.5, "{}", seconds=0, date="", **hashes)


def test_curves_are_paired_by_seed_and_by_the_first_texts(rng):
    judged = {(size, seed): rng.random(30) < 0.5 for size in (100, 200) for seed in range(4)}
    cells = [cell("probe", *key, right[:20]) for key, right in judged.items() if key != (200, 3)]
    cells += [cell("scratch", *key, right) for key, right in judged.items() if key[1] != 0]
    cells += [cell("other", 100, 0, judged[100, 0])]
    probe, scratch = paired_curves(cells, "probe", "scratch")
    assert probe.correct.shape == scratch.correct.shape == (2, 2, 20)  # seeds 1 and 2
    assert probe.sizes.tolist() == [100, 200]
    assert (scratch.correct[1, 0] == judged[200, 1][:20]).all()
    with pytest.raises(EngineError, match="--arms probe,other --resume"):
        paired_curves([c for c in cells if c.seed], "probe", "other")
