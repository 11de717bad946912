"""Intervals of what has no closed form: as wide as what other corpora of the same kind show."""

import math

import numpy as np
import pytest

from engine.geometry.frame import Frame
from engine.geometry.jackknife import N_GROUPS, groups_of, interval_around
from engine.geometry.moments import Moments, unit
from engine.geometry.pairs import mean_random_pair_cosine
from engine.geometry.pairs_apart import PairsApart
from engine.geometry.partition import partition_isotropies, partition_isotropy
from engine.geometry.stream import measure
from engine.geometry.type_cosines import (
    cosines_with_other_types,
    cosines_within_types,
    mean_over_types,
)

EVERYTHING = Frame(punctuation=True)
N_CORPORA = 24


def half_width(interval: tuple[float, float]) -> float:
    return (interval[1] - interval[0]) / 2


def corpora(plant, rng):
    """Sentences of four words of 150 types, whose vectors share the sentence's own shift."""
    typical = rng.normal(size=(150, 16)) + 0.4
    typical[:, 5] += 1.5  # a rogue dimension
    for _ in range(N_CORPORA):
        types = rng.integers(0, 150, (250, 4))
        x = typical[types] + rng.normal(size=(250, 1, 16)) * 0.8 + rng.normal(size=(250, 4, 16))
        yield plant([[f"w{t}" for t in row] for row in types], x.reshape(-1, 16))


OF_SHAPE = {
    "share of the top dimension": (
        lambda s: s.dimensions.shares[0],
        lambda s: s.dimensions.share_intervals[0],
    ),
    "mean cosine without the top 3": (
        lambda s: s.dimensions.mean_cosine_without[3],
        lambda s: s.dimensions.mean_cosine_without_intervals[3],
    ),
    "ln of the partition isotropy": (
        lambda s: math.log(s.partition.scaled),
        lambda s: tuple(np.log(s.partition.scaled_interval)),
    ),
}


@pytest.mark.slow
def test_intervals_hold_what_other_corpora_of_the_kind_show(plant, rng):
    shapes = [measure([one], EVERYTHING, shape=True)[0].shape for one in corpora(plant, rng)]
    for name, (value, interval) in OF_SHAPE.items():
        values = np.array([value(one) for one in shapes])
        widths = np.array([half_width(interval(one)) for one in shapes])
        # 24 corpora tell a deviation to about 15 %; an interval that forgets that a sentence's
        # words move together is narrower by far more.
        assert np.median(widths) == pytest.approx(1.96 * values.std(ddof=1), rel=0.35), name
        held = [low < values.mean() < high for low, high in map(interval, shapes)]
        assert np.mean(held) > 0.8, name


def test_a_group_left_out_is_as_if_its_rows_were_not_there(rng):
    sentences = np.sort(rng.integers(0, 45, 150))
    types, x = rng.integers(0, 12, 150), rng.normal(size=(150, 7)) + 0.5
    groups = groups_of(sentences)
    found = PairsApart(types, sentences).mean_cosines_without(unit(x), groups)
    assert found.shape == (N_GROUPS,)
    for g, without in enumerate(found):
        rest = groups != g
        expected = mean_random_pair_cosine(x[rest], types[rest], sentences[rest])
        assert without == pytest.approx(expected, abs=1e-13)


def test_without_a_pair_there_is_no_mean_cosine(rng):
    one_type = PairsApart(np.zeros(40, int), np.arange(40))
    assert np.isnan(one_type.mean_cosines_without(np.eye(40), np.arange(40) % 20)).all()


def test_shares_of_replicates_are_whole_and_those_of_a_single_sentence_drawn(plant, rng):
    """Where no word and no sentence repeats, a replicate's shares follow from its sums alone."""
    x = rng.normal(size=(60, 5)) + 1
    layer = measure([plant([[f"w{i}"] for i in range(60)], x)], EVERYTHING, shape=True)[0]
    found = layer.shape.dimensions
    assert len(found.share_intervals) == len(found.shares) == 5
    for share, (low, high) in zip(found.shares, found.share_intervals, strict=True):
        assert low < share < high
    assert sum(found.shares) == pytest.approx(1, abs=1e-12)
    assert sum(low for low, _ in found.share_intervals) < 1
    assert sum(high for _, high in found.share_intervals) > 1


def test_too_few_sentences_give_no_jackknife(plant, rng):
    found = measure([plant([["a"], ["b"], ["c"]], rng.normal(size=(3, 4)) + 1)], shape=True)[
        0
    ].shape
    assert np.isnan(found.partition.scaled_interval).all()
    assert np.isnan(list(found.dimensions.mean_cosine_without_intervals.values())).all()
    assert not math.isnan(found.partition.scaled)


@pytest.mark.parametrize("length", [1.0, 400.0])
def test_the_partition_functions_interval_is_that_of_its_parts_left_out(sample_of, rng, length):
    """The directions stay those of all vectors; long ones overflow a plain exp."""
    x = (rng.normal(size=(200, 6)) + 0.4) * length
    found = partition_isotropies(Moments.of(x), sample_of(x), 6)
    along = x @ np.linalg.eigh(x.T @ x)[1]
    logs = []
    for g in range(20):
        own = along[np.arange(200) % 20 != g]
        z = np.array([np.logaddexp.reduce(sign * own, axis=0) for sign in (1, -1)])
        logs.append(z.min() - z.max())
    error = math.sqrt(19 / 20 * np.square(logs - np.mean(logs)).sum())
    expected = interval_around(math.log(found.as_they_are or 5e-324), error)
    assert found.as_they_are == pytest.approx(partition_isotropy(x), rel=1e-9)
    if length == 1:
        assert np.log(found.interval) == pytest.approx(np.minimum(expected, 0), rel=1e-9)
    assert found.interval[0] <= found.as_they_are <= found.interval[1] <= 1


def test_isotropic_vectors_are_as_isotropic_as_the_reference(sample_of, rng):
    x = rng.normal(size=(3_000, 40)) * 7
    found = partition_isotropies(Moments.of(x), sample_of(x), 40)
    assert found.scaled == pytest.approx(found.isotropic, abs=0.01)
    cone = partition_isotropies(Moments.of(x + 5), sample_of(x + 5), 40)
    assert cone.scaled_interval[1] < found.isotropic


def test_a_mean_over_pairs_of_types_moves_with_both(rng):
    """Drawn anew 300 times, the inter-type cosine deviates as its margin says."""
    counts = np.full(30, 2)
    drawn = []
    for _ in range(300):
        x = rng.normal(size=(60, 8)) + rng.gamma(1, size=(60, 1))
        sums = unit(x).reshape(30, 2, 8).sum(axis=1)
        between = mean_over_types(cosines_with_other_types(sums, counts), degree=2)
        within = mean_over_types(cosines_within_types(sums, counts, counts))
        drawn.append((between, within))
    means, margins = np.moveaxis(drawn, 2, 0)  # (300, 2) each
    assert margins.mean(axis=0) == pytest.approx(1.96 * means.std(axis=0, ddof=1), rel=0.15)


def test_cosines_with_other_types_are_those_of_their_means(rng):
    sums, counts = rng.normal(size=(7, 3)), rng.integers(1, 5, 7)
    means = sums / counts[:, None]
    products = means @ means.T
    expected = (products.sum(axis=1) - np.diag(products)) / 6
    assert cosines_with_other_types(sums, counts) == pytest.approx(expected, abs=1e-14)
    assert np.isnan(cosines_with_other_types(sums[:1], counts[:1])).all()
