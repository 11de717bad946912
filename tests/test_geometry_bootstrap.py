"""The intervals: Poisson weights, agreement with a brute-force bootstrap, and true coverage."""

import math

import numpy as np
import pytest

from engine.geometry.bootstrap import N_REPLICATES, percentile_interval, sentence_weights
from engine.geometry.frame import Frame
from engine.geometry.stream import GeometryStream, measure


def test_weights_are_poisson_with_mean_one():
    weights = sentence_weights(0, 5_000, seed=0)
    shares = np.bincount(weights.astype(int).ravel(), minlength=6)[:6] / weights.size
    expected = [math.exp(-1) / math.factorial(k) for k in range(6)]
    assert shares == pytest.approx(expected, abs=5e-3)
    assert abs(np.corrcoef(weights[:-1, 0], weights[1:, 0])[0, 1]) < 0.06
    assert abs(np.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 0.06


def test_a_weight_belongs_to_its_sentence_and_seed_however_the_corpus_is_cut():
    whole = sentence_weights(0, 50, seed=3)
    parts = [sentence_weights(a, b - a, seed=3) for a, b in [(0, 1), (1, 2), (2, 33), (33, 50)]]
    assert np.array_equal(np.concatenate(parts), whole)
    assert not np.array_equal(sentence_weights(0, 50, seed=4), whole)


def test_percentile_interval_leaves_out_what_could_not_be_computed():
    values = np.r_[np.arange(101.0), np.nan, np.nan]
    assert percentile_interval(values) == pytest.approx((2.5, 97.5))
    assert percentile_interval(values, level=0.5) == pytest.approx((25, 75))
    assert np.isnan(percentile_interval(np.full(3, np.nan))).all()


def brute_force_replicates(vectors, x) -> tuple[np.ndarray, np.ndarray]:
    """(mean cosine, intra-sentence similarity) of each replicate, all pairs of all words formed."""
    weights = sentence_weights(0, len(vectors.sentences), seed=0)[vectors.sentence_ids]
    u = x / np.linalg.norm(x, axis=1, keepdims=True)
    i, j = np.triu_indices(len(x), 1)
    types, sentences = vectors.types[1], vectors.sentence_ids
    used = (types[i] != types[j]) & (sentences[i] != sentences[j])
    i, j = i[used], j[used]
    pair_weights = weights[i] * weights[j]
    cosines = np.einsum("nd,nd->n", u[i], u[j])
    intra = []
    for s in np.unique(sentences):
        rows = np.flatnonzero(sentences == s)
        mean = x[rows].mean(axis=0)
        if len(rows) > 1:
            intra.append([(u[rows] @ mean / np.linalg.norm(mean)).mean(), rows[0]])
    values, first_rows = np.array(intra).T
    sentence_weight = weights[first_rows.astype(int)]
    return (
        cosines @ pair_weights / pair_weights.sum(axis=0),
        values @ sentence_weight / sentence_weight.sum(axis=0),
    )


def test_intervals_agree_with_a_brute_force_bootstrap_of_the_full_statistic(random_corpus):
    """In replicates the stream keeps each type's mean cosine instead of resampling it; the ends of
    its interval may differ from the full bootstrap's by a tenth of the width.
    """
    vectors = random_corpus(n_sentences=60, n_types=30)
    for found, x in zip(measure([vectors], Frame(punctuation=True)), vectors.layers, strict=True):
        cosine, intra = brute_force_replicates(vectors, x.astype(np.float64))
        assert len(cosine) == N_REPLICATES
        expected = np.quantile(cosine, [0.025, 0.975])
        width = expected[1] - expected[0]
        assert found.mean_cosine_interval == pytest.approx(tuple(expected), abs=0.1 * width)
        exact = tuple(np.quantile(intra, [0.025, 0.975]))
        assert found.intra_sentence_interval == pytest.approx(exact, rel=1e-10)


def test_intervals_hold_the_number_they_belong_to(random_corpus):
    for found in measure([random_corpus()]):
        low, high = found.mean_cosine_interval
        assert low < found.mean_cosine < high
        low, high = found.intra_sentence_interval
        assert low < found.intra_sentence_similarity < high
        low, high = found.self_similarity_interval
        assert (low + high) / 2 == pytest.approx(found.self_similarity)


# --- coverage: sentences with a topic, words drawn from the topic, one fixed vector a word ---

N_TOPICS, N_TYPES, D = 6, 24, 5


@pytest.fixture
def population(rng) -> tuple[np.ndarray, np.ndarray, float]:
    """(word probabilities per topic, unit vectors of the types, true mean cosine over pairs of
    different words from different sentences).
    """
    topics = rng.dirichlet(np.full(N_TYPES, 0.4), size=N_TOPICS)  # (n_topics, n_types)
    x = rng.normal(size=(N_TYPES, D)) + 0.5
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    share = topics.mean(axis=0)
    pairs = np.outer(share, share)
    np.fill_diagonal(pairs, 0)
    return topics, x, float((pairs * (x @ x.T)).sum() / pairs.sum())


def coverage(population, plant, rng, *, n_sentences: int, runs: int) -> float:
    """Share of drawn corpora whose interval holds the true mean cosine."""
    topics, x, truth = population
    held = 0
    for run in range(runs):
        drawn = [
            rng.choice(N_TYPES, size=6, p=topics[topic])
            for topic in rng.integers(0, N_TOPICS, size=n_sentences)
        ]
        vectors = plant([[f"w{t}" for t in words] for words in drawn], x[np.concatenate(drawn)])
        stream = GeometryStream(Frame(seed=run), type_cap=N_TYPES)
        low, high = stream.update(vectors).result()[0].mean_cosine_interval
        held += low <= truth <= high
    return held / runs


@pytest.mark.slow
def test_interval_holds_the_truth_about_19_times_in_20(population, plant, rng):
    assert 0.88 <= coverage(population, plant, rng, n_sentences=60, runs=120) <= 0.99
