"""Senses in groups: found where they are planted, and not where nothing is."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score, silhouette_score

from engine.errors import ShapeError
from engine.geometry.auc import weighted_auc
from engine.geometry.islands import islands
from engine.geometry.moments import unit
from engine.geometry.sense_clusters import pair_auc, sense_clusters
from engine.geometry.sense_panel import sense_panel, shuffled_aucs
from engine.geometry.senses import sense_separation, silhouette


def mixture(rng, counts, noise, d=30):
    """One orthogonal direction a sense, all on top of one that they share."""
    senses = np.repeat(np.arange(len(counts)), counts)
    shared = np.zeros(d)
    shared[-1] = 2.0
    return np.eye(d)[senses] + shared + noise * rng.normal(size=(len(senses), d)), senses


# --- with senses ------------------------------------------------------------------------------


def test_the_silhouette_equals_scikit_learns(rng):
    x, labels = mixture(rng, (7, 12, 1, 20), 0.3)
    distances = 1 - unit(x) @ unit(x).T
    np.fill_diagonal(distances, 0)
    expected = silhouette_score(np.clip(distances, 0, None), labels, metric="precomputed")
    assert silhouette(distances, labels) == pytest.approx(expected)


def test_a_static_vector_scores_exactly_nothing_in_every_measure(rng):
    x = np.tile(rng.normal(size=20).astype(np.float32), (12, 1))
    found = sense_panel(x, np.repeat(["a", "b"], 6), np.arange(12))
    assert (found.auc, found.auc_null, found.silhouette, found.p_value) == (0.5, 0.5, 0.0, 1.0)
    assert found.knn_accuracy_balanced == found.knn5_accuracy_balanced == 0.5
    assert found.same_sense_cosine == found.different_sense_cosine == pytest.approx(1)


def test_planted_senses_stand_out_of_the_shuffled_ones(rng):
    x, senses = mixture(rng, (15, 17), 0.2)
    found = sense_panel(x, senses, np.arange(32))
    assert found.auc > 0.9 > found.auc_null > 0.5
    assert found.p_value == pytest.approx(1 / 200)
    assert found.knn5_accuracy_balanced > 0.9
    separation = sense_separation(x, senses, np.arange(32))
    assert (found.auc, found.auc_interval) == (separation.auc, separation.auc_interval)


def test_an_auc_that_is_known_is_found(rng):
    """Cosines of pairs drawn from N(shift, 1) and N(0, 1): AUC = Phi(shift / sqrt(2))."""
    from scipy.stats import norm

    labels = np.repeat([0, 1], 60)
    same = labels[:, None] == labels[None, :]
    cosines = rng.normal(size=(120, 120)) + 1.0 * same
    i, j = np.triu_indices(120, k=1)
    expected = norm.cdf(1 / np.sqrt(2))
    assert roc_auc_score(same[i, j], cosines[i, j]) == pytest.approx(expected, abs=0.02)
    # Shuffled senses know nothing of it.
    assert shuffled_aucs(cosines, labels, np.arange(120)).mean() == pytest.approx(0.5, abs=0.01)


def test_a_shuffled_auc_is_the_auc_of_the_shuffled_senses(rng):
    x, labels = mixture(rng, (5, 8), 0.5)
    cosines = np.round(unit(x) @ unit(x).T, 2)  # with ties
    (found,) = shuffled_aucs(cosines, labels, np.arange(13), n=1, seed=3)
    dealt = np.random.default_rng(3).permutation(labels)
    i, j = np.triu_indices(13, k=1)
    assert found == pytest.approx(roc_auc_score(dealt[i] == dealt[j], cosines[i, j]))


def test_occurrences_of_one_sentence_are_dealt_one_sense():
    """Six sentences of two equal occurrences each: a shuffled AUC can only take the values that
    six labels on six points give.
    """
    rng = np.random.default_rng(1)
    points = rng.normal(size=(6, 4))
    doubled, ids = np.repeat(points, 2, axis=0), np.repeat(np.arange(6), 2)
    labels = np.array([0, 0, 0, 1, 1, 1])
    single = shuffled_aucs(unit(points) @ unit(points).T, labels, np.arange(6), n=50)
    double = shuffled_aucs(unit(doubled) @ unit(doubled).T, labels[ids], ids, n=50)
    assert double == pytest.approx(single, abs=1e-9)


def test_p_values_of_nothing_are_uniform():
    values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, senses = rng.normal(size=(16, 5)), np.repeat([0, 1], 8)
        values.append(sense_panel(x, senses, np.arange(16), seed=seed).p_value)
    assert 0.35 < np.mean(values) < 0.65
    assert np.mean(np.array(values) <= 0.05) < 0.15


# --- without --------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [(12, 18), (10, 8, 9), (15, 6, 8, 9)])
def test_planted_senses_are_found_without_their_names(rng, counts):
    x, senses = mixture(rng, counts, 0.12)
    found = sense_clusters(x)
    assert found.sizes == tuple(sorted(counts, reverse=True))
    assert adjusted_rand_score(senses, found.labels) == 1
    assert found.silhouette > found.null + 0.2


def test_vectors_without_groups_do_not_pass_the_null(rng):
    found = sense_clusters(rng.normal(size=(40, 30)) + 1)
    assert found.silhouette < found.null + 0.05


def test_the_same_vectors_give_the_same_groups(rng):
    x, _ = mixture(rng, (9, 9), 0.4)
    assert (sense_clusters(x).labels == sense_clusters(x).labels).all()


def test_too_few_or_equal_vectors_form_no_groups():
    with pytest.raises(ShapeError, match="at least 6 of them; got 5"):
        sense_clusters(np.eye(5))
    with pytest.raises(ShapeError, match="one and the same"):
        sense_clusters(np.ones((9, 4), np.float32))
    found = sense_clusters(np.eye(2)[[0, 0, 0, 1, 1, 1, 1]])  # two points: two groups
    assert found.sizes == (4, 3)
    assert found.silhouette == pytest.approx(1)


# --- islands ----------------------------------------------------------------------------------


def test_a_word_that_stands_beside_one_sense_alone_names_its_island(rng):
    x, senses = mixture(rng, (15, 15), 0.2)
    contexts = [
        frozenset({"river" if sense else "loan", "the", f"w{i % 4}"})
        if i % 3
        else frozenset({"the"})
        for i, sense in enumerate(senses)
    ]
    found = {one.word: one for one in islands(x, contexts)}
    assert {"river", "loan"} <= set(found)
    assert "the" not in found  # it stands beside all of them
    assert (senses[found["river"].rows] == 1).all()
    assert found["river"].tightness < 1


def test_words_dealt_out_at_random_name_nothing_more_than_chance_lets_them(rng):
    x, _ = mixture(rng, (20, 20), 0.3)
    words = [f"w{i}" for i in range(40)]
    contexts = [frozenset(rng.choice(words, 5)) for _ in range(40)]
    assert len(islands(x, contexts, most=40)) <= 3  # 1 % of 40 are 0.4
    assert islands(x[:4], contexts[:4]) == []
    assert islands(np.ones((20, 3)), contexts[:20]) == []


def test_tightness_is_the_mean_cosine_distance_over_that_of_all_pairs(rng):
    x, senses = mixture(rng, (8, 12), 0.1)
    (one,) = islands(x, [frozenset({"loan"} if not sense else ()) for sense in senses])
    distances = 1 - unit(x) @ unit(x).T
    inside = distances[:8, :8][np.triu_indices(8, k=1)].mean()
    assert one.tightness == pytest.approx(
        inside / distances[np.triu_indices(20, k=1)].mean(), rel=1e-4
    )


def test_two_words_of_the_same_occurrences_are_one_island(rng):
    x, senses = mixture(rng, (10, 10), 0.1)
    contexts = [frozenset({"river", "water"}) if sense else frozenset() for sense in senses]
    assert [one.word for one in islands(x, contexts)] == ["river"]


# --- likenesses of pairs ------------------------------------------------------------------------


@pytest.mark.parametrize("n_values", [3, 10_000])  # nearly all likenesses equal another, or none
def test_a_weighted_auc_equals_scikit_learns(rng, n_values):
    positive, scores = rng.random(80) < 0.4, rng.integers(0, n_values, 80).astype(float)
    weights = rng.poisson(1, (5, 80)).astype(np.float32)
    expected = [roc_auc_score(positive, scores, sample_weight=row) for row in weights]
    assert weighted_auc(positive, scores, [weights]) == pytest.approx(expected, abs=1e-12)


def test_without_pairs_of_two_sentences_there_is_no_auc():
    value, interval = pair_auc(np.eye(6), np.array([0, 0, 0, 1, 1, 1]), np.zeros(6, int))
    assert np.isnan([value, *interval]).all()
