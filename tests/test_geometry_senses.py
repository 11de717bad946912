"""Sense separation: right where the answer is known, and exactly chance where nothing is known."""

import numpy as np
import pytest
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import KNeighborsClassifier

from engine.errors import ShapeError
from engine.geometry.auc import weighted_auc
from engine.geometry.moments import unit
from engine.geometry.senses import knn_accuracy_balanced, sense_separation


def at_angles(*degrees: float) -> np.ndarray:
    """Unit vectors in the plane at these angles."""
    radians = np.radians(degrees)
    return np.column_stack([np.cos(radians), np.sin(radians)])


def brute_force_auc(x, senses, sentence_ids) -> float:
    """Share of (same-sense pair, different-sense pair) where the first is closer, ties half."""
    cosines = cosine_similarity(x)
    pairs = [
        (senses[i] == senses[j], cosines[i, j])
        for i in range(len(x))
        for j in range(i)
        if sentence_ids[i] != sentence_ids[j]
    ]
    same = [c for is_same, c in pairs if is_same]
    different = [c for is_same, c in pairs if not is_same]
    return float(np.mean([(a > b) + (a == b) / 2 for a in same for b in different]))


def planted_senses(rng, counts=(12, 18), noise=0.6, d=6):
    """(vectors around one orthogonal prototype a sense, senses, one sentence each)."""
    senses = np.repeat(np.arange(len(counts)), counts)
    return np.eye(d)[senses] + noise * rng.normal(size=(len(senses), d)), senses


def test_auc_of_a_case_worked_out_by_hand():
    """Same-sense angles 40 and 60 degrees against different-sense angles 30, 90, 10 and 50: of
    the eight comparisons 40 wins two (against 90 and 50) and 60 one (against 90).
    """
    x = at_angles(0, 40, 30, 90)
    found = sense_separation(x, np.array(["a", "a", "b", "b"]), np.arange(4))
    assert found.auc == pytest.approx(3 / 8)
    same, different = np.cos(np.radians([40, 60])), np.cos(np.radians([30, 90, 10, 50]))
    assert found.same_sense_cosine == pytest.approx(same.mean(), abs=1e-6)
    assert found.different_sense_cosine == pytest.approx(different.mean(), abs=1e-6)
    # nearest: 0 -> 30 (b), 40 -> 30 (b), 30 -> 40 (a), 90 -> 40 (a): all wrong
    assert found.knn_accuracy_balanced == 0
    assert (found.n, found.senses) == (4, ("a", "b"))


def test_auc_equals_brute_force_on_planted_senses(rng):
    x, senses = planted_senses(rng)
    sentence_ids = np.sort(rng.integers(0, 20, size=30))
    found = sense_separation(x, senses, sentence_ids)
    assert found.auc == pytest.approx(brute_force_auc(x, senses, sentence_ids), abs=1e-4)
    assert 0.6 < found.auc < 0.95
    low, high = found.auc_interval
    assert low < found.auc < high


@pytest.mark.parametrize("counts", [(4, 4), (3, 9), (3, 5, 8)])
def test_orthogonal_senses_are_separated_perfectly(counts):
    senses = np.repeat(np.arange(len(counts)), counts)
    found = sense_separation(np.eye(4)[senses], senses, np.arange(len(senses)))
    assert (found.auc, found.knn_accuracy_balanced) == (1, 1)
    assert (found.same_sense_cosine, found.different_sense_cosine) == (1, 0)
    assert found.auc_interval == (1, 1)


@pytest.mark.parametrize("counts", [(4, 4), (2, 25), (3, 5, 8), (2, 3, 4, 5)])
@pytest.mark.parametrize("k", [1, 5])
def test_a_vector_that_ignores_context_scores_exactly_chance(rng, counts, k):
    """One float32 vector for all occurrences, as a static model gives."""
    senses = np.repeat(np.arange(len(counts)), counts)
    x = np.tile(rng.normal(size=50).astype(np.float32), (len(senses), 1))
    found = sense_separation(x, senses, np.arange(len(senses)), k=k)
    assert found.auc == 0.5
    assert found.knn_accuracy_balanced == pytest.approx(1 / len(counts), abs=1e-12)
    assert found.auc_interval == pytest.approx((0.5, 0.5))


def test_differences_that_float32_cannot_tell_are_ties(rng):
    """Another batch or another machine moves a float32 vector by about 1e-7 of its size."""
    senses = np.repeat([0, 1], [5, 9])
    x = np.tile(rng.normal(size=50), (14, 1)) * (1 + 1e-7 * rng.normal(size=(14, 50)))
    found = sense_separation(x, senses, np.arange(14))
    assert (found.auc, found.knn_accuracy_balanced) == (0.5, 0.5)


def test_identical_vectors_are_chance_also_with_several_occurrences_in_a_sentence():
    senses = np.array([0, 0, 0, 1, 1, 1, 1])
    found = sense_separation(np.ones((7, 3)), senses, np.array([0, 0, 1, 2, 2, 3, 4]))
    assert (found.auc, found.knn_accuracy_balanced) == (0.5, 0.5)


@pytest.mark.slow
def test_permuted_senses_score_chance_on_average(rng):
    """Two senses of n / 2 each: AUC .5; for 1-NN (n / 2 - 1) / (n - 1), as a word has one
    candidate less of its own sense.
    """
    x, senses = planted_senses(rng, counts=(8, 8))
    runs = [sense_separation(x, rng.permutation(senses), np.arange(16)) for _ in range(150)]
    assert np.mean([run.auc for run in runs]) == pytest.approx(0.5, abs=0.015)
    accuracy = np.mean([run.knn_accuracy_balanced for run in runs])
    assert accuracy == pytest.approx(7 / 15, abs=0.03)


def test_interval_holds_chance_for_permuted_senses_about_19_times_in_20(rng):
    held = 0
    for seed in range(100):
        x, senses = rng.normal(size=(24, 5)), np.repeat([0, 1], 12)
        low, high = sense_separation(x, senses, np.arange(24), seed=seed).auc_interval
        held += low <= 0.5 <= high
    assert 88 <= held <= 100


def test_interval_depends_on_seed_and_nothing_else(rng):
    x, senses = planted_senses(rng)
    one, same, other = (sense_separation(x, senses, np.arange(30), seed=s) for s in (1, 1, 2))
    assert one.auc_interval == same.auc_interval != other.auc_interval
    assert one.auc == other.auc


def test_pairs_inside_a_sentence_are_left_out():
    """Doubles inside one sentence would make senses look separate."""
    x, senses = at_angles(0, 0, 80, 20, 20, 60), np.array([0, 0, 0, 1, 1, 1])
    sentence_ids = np.array([0, 0, 1, 2, 2, 3])
    found = sense_separation(x, senses, sentence_ids)
    assert found.auc == pytest.approx(brute_force_auc(x, senses, sentence_ids))
    assert found.same_sense_cosine == pytest.approx(
        np.cos(np.radians([80, 80, 40, 40])).mean(), abs=1e-6
    )
    # nearest from another sentence: 0 -> 20, 80 -> 60, 20 -> 0, 60 -> 80: all of the other sense
    assert found.knn_accuracy_balanced == 0


def test_rotation_and_the_length_of_each_vector_change_nothing(rng):
    x, senses = planted_senses(rng)
    turned = rng.lognormal(size=(30, 1)) * x @ np.linalg.qr(rng.normal(size=(6, 6)))[0]
    before, after = (sense_separation(v, senses, np.arange(30)) for v in (x, turned))
    assert after.auc == pytest.approx(before.auc, abs=1e-4)
    assert after.knn_accuracy_balanced == before.knn_accuracy_balanced


def test_weighted_auc_equals_scikit_learn(rng):
    positive = rng.random(80) < 0.3
    scores = np.round(rng.normal(size=80) + positive, 1)  # rounded: with ties
    weights = rng.poisson(1, size=(80, 12)).astype(float)
    expected = [roc_auc_score(positive, scores, sample_weight=w) for w in weights.T]
    assert weighted_auc(positive, scores, [weights.T[:5], weights.T[5:]]) == pytest.approx(expected)


def test_weighted_auc_without_weight_on_a_side_is_nan():
    positive, scores = np.array([True, False]), np.array([1.0, 0.0])
    found = weighted_auc(positive, scores, [np.array([[1.0, 1.0], [0.0, 1.0]])])
    assert found[0] == 1
    assert np.isnan(found[1])


def test_nearest_neighbour_equals_scikit_learns_leaving_one_sentence_out(rng):
    x, labels = planted_senses(rng, counts=(8, 12, 20), noise=0.8)
    sentence_ids = rng.integers(0, 15, size=40)
    predicted = np.empty(40, int)
    for sentence in range(15):
        held_out = sentence_ids == sentence
        if held_out.any():
            classifier = KNeighborsClassifier(n_neighbors=1, metric="cosine")
            classifier.fit(x[~held_out], labels[~held_out])
            predicted[held_out] = classifier.predict(x[held_out])
    expected = recall_score(labels, predicted, average="macro")
    found = knn_accuracy_balanced(unit(x) @ unit(x).T, labels, sentence_ids)
    assert 0.4 < expected < 1
    assert found == pytest.approx(expected)


def test_votes_count_inversely_to_the_candidates_of_a_sense():
    """Row 0: two votes of its own sense, which has two candidates, outweigh three of the six of
    the other. All other rows know nothing, which scores 1/2: (2/3 + 1/2) / 2 in all.
    """
    similarity = np.zeros((9, 9))
    similarity[0, 1:6] = [0.9, 0.9, 0.8, 0.8, 0.8]
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1])
    assert knn_accuracy_balanced(similarity, labels, np.arange(9), k=5) == pytest.approx(7 / 12)


@pytest.mark.parametrize(
    ("senses", "sentence_ids"),
    [(["a"] * 4, [0, 1, 2, 3]), (["a", "a", "b", "b"], [0, 1, 2, 2]), ([], [])],
    ids=["one sense", "a sense in one sentence", "nothing"],
)
def test_too_little_to_compare_is_refused_with_what_came(senses, sentence_ids):
    with pytest.raises(ShapeError, match="two senses with two sentences each; got"):
        sense_separation(np.ones((len(senses), 3)), np.array(senses), np.array(sentence_ids))
