"""Rogue dimensions, static vectors, word types, pair cosines: by their definitions, on planted
clouds, and the same however a corpus is cut.
"""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.metrics.pairwise import cosine_similarity

from engine.errors import ShapeError
from engine.geometry import layer_shape, pair_histogram, word_sample
from engine.geometry.frame import Frame
from engine.geometry.moments import Moments, unit
from engine.geometry.pair_histogram import isotropic_cosine_shares
from engine.geometry.pairs import mean_pair_cosine, mean_random_pair_cosine
from engine.geometry.pairs_apart import PairsApart
from engine.geometry.rogue_dimensions import dimension_contributions, informativity
from engine.geometry.spectrum import (
    effective_rank,
    participation_ratio,
    pc1_share,
    spectrum,
    variances,
)
from engine.geometry.spectrum_interval import jackknife_errors
from engine.geometry.static_vector import static_share
from engine.geometry.stream import GeometryStream, measure
from engine.vectors.clusters import cluster

EVERYTHING = Frame(punctuation=True)
OF_A_SPECTRUM = participation_ratio, effective_rank, pc1_share


def shapes(vectors, **options) -> list:
    return [layer.shape for layer in measure([vectors], EVERYTHING, shape=True, **options)]


def numbers(shape) -> dict[str, float | list]:
    """Every number of a layer's shape by its path."""
    found = {}

    def walk(path, value):
        if isinstance(value, dict):
            for key, item in value.items():
                walk(f"{path}.{key}", item)
        elif isinstance(value, tuple) and hasattr(value, "_asdict"):
            walk(path, value._asdict())
        else:
            found[path] = np.asarray(value, float)

    walk("", asdict(shape))
    return found


def assert_same(one, other, rel: float = 1e-12) -> None:
    ours, theirs = numbers(one), numbers(other)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        np.testing.assert_allclose(value, theirs[name], rtol=rel, atol=1e-13, err_msg=name)


# --- one part and many ---


@pytest.mark.slow
@pytest.mark.parametrize("sample", [16_384, 64])
def test_eight_parts_equal_one_part(random_corpus, cut, monkeypatch, sample):
    monkeypatch.setattr(word_sample, "SAMPLE", sample)
    vectors = random_corpus(n_sentences=64)
    whole = shapes(vectors)
    streams = []
    for first, part in cut(vectors, [3, 9, 20, 21, 35, 50, 60]):
        stream = GeometryStream(EVERYTHING, shape=True)
        streams.append(stream.update(part, first_sentence=first))
    assert len(streams) == 8
    merged = streams.pop(3)
    for stream in streams:
        merged.merge(stream)
    for ours, theirs in zip(merged.result(), whole, strict=True):
        assert ours.shape.n_sample == min(sample, len(vectors))
        assert_same(ours.shape, theirs)


def test_the_shape_is_measured_where_it_is_asked_for_only(random_corpus):
    vectors = random_corpus()
    (plain, _), (full, _) = measure([vectors]), measure([vectors], shape=True)
    assert plain.shape is None
    assert repr(replace(full, shape=None)) == repr(plain)
    with pytest.raises(ShapeError, match="kind"):
        GeometryStream(shape=True).update(vectors).merge(GeometryStream().update(vectors))


# --- pairs ---


def test_pairs_apart_are_those_of_the_mean_random_pair_cosine(rng):
    x = rng.normal(size=(80, 6)) + 0.4
    types, sentences = rng.integers(0, 9, 80), np.sort(rng.integers(0, 12, 80))
    pairs = PairsApart(types, sentences)
    expected = mean_random_pair_cosine(x, types, sentences)
    assert pairs.mean_cosine(unit(x)) == pytest.approx(expected, abs=1e-13)
    i, j = np.mgrid[:80, :80]
    assert pairs.apart(i, j).sum() == pairs.n_pairs
    assert math.isnan(PairsApart(np.zeros(3, int), np.arange(3)).mean_cosine(np.eye(3)))


def test_the_histogram_holds_every_pair_once_in_its_bin(random_corpus):
    vectors = random_corpus()
    x, types, sentences = vectors.layers[0], vectors.types[1], vectors.sentence_ids
    i, j = np.triu_indices(len(x), 1)
    apart = (types[i] != types[j]) & (sentences[i] != sentences[j])
    expected = np.histogram(cosine_similarity(x)[i, j][apart], 100, (-1, 1))[0]
    found = shapes(vectors)[0].pairs
    assert found.n_pairs == apart.sum()
    # float32 may put a cosine on an edge into the bin beside it
    assert np.abs(found.share * found.n_pairs - expected).sum() <= 4
    centres = np.linspace(-0.99, 0.99, 100)
    mean = measure([vectors], EVERYTHING)[0].mean_cosine
    assert found.share @ centres == pytest.approx(mean, abs=0.01)


def test_with_many_words_the_histogram_is_of_some_of_them(random_corpus, monkeypatch):
    monkeypatch.setattr(pair_histogram, "WORDS", 50)
    found = shapes(random_corpus())[0].pairs
    assert found.n_words == 50
    assert found.n_pairs < 50 * 49 / 2
    assert found.share.sum() == pytest.approx(1)


@pytest.mark.parametrize("d", [2, 3, 20, 384])
def test_the_isotropic_null_is_what_random_directions_show(rng, d):
    u, v = unit(rng.normal(size=(4_000, d))), unit(rng.normal(size=(4_000, d)))
    drawn = np.histogram(np.einsum("ij,ij->i", u, v), 20, (-1, 1))[0] / 4_000
    null = isotropic_cosine_shares(d, 20)
    assert drawn == pytest.approx(null, abs=0.03)
    assert null.sum() == pytest.approx(1)
    fine = isotropic_cosine_shares(d, 4_000)
    assert fine @ np.linspace(-1, 1, 4_000) ** 2 == pytest.approx(1 / d, rel=2e-3)


# --- rogue dimensions ---


def test_contributions_add_up_to_the_mean_cosine(rng):
    x = rng.normal(size=(40, 7)) + rng.normal(size=7)
    assert dimension_contributions(x).sum() == pytest.approx(mean_pair_cosine(x), abs=1e-14)
    with pytest.raises(ShapeError):
        dimension_contributions(x[:1])


@pytest.mark.parametrize("type_cap", [50, 3])
def test_streamed_contributions_add_up_to_the_mean_cosine_of_their_pairs(random_corpus, type_cap):
    vectors = random_corpus()
    for layer in measure([vectors], EVERYTHING, shape=True, type_cap=type_cap):
        assert layer.shape.contributions.sum() == pytest.approx(layer.mean_cosine, abs=1e-13)


def test_streamed_contributions_equal_pair_by_pair(random_corpus):
    vectors = random_corpus(n_sentences=12)
    u, types, sentences = unit(vectors.layers[0]), vectors.types[1], vectors.sentence_ids
    i, j = np.triu_indices(len(u), 1)
    apart = (types[i] != types[j]) & (sentences[i] != sentences[j])
    expected = (u[i] * u[j])[apart].mean(axis=0)
    assert shapes(vectors)[0].contributions == pytest.approx(expected, abs=1e-13)


def words_apart(n: int) -> list[list[str]]:
    """n different words, each in a sentence of its own."""
    return [[f"w{i}"] for i in range(n)]


def test_a_planted_rogue_dimension_is_found_with_its_share(plant, rng):
    """Trap: cosines of raw vectors reflect a few dimensions."""
    x = rng.normal(size=(400, 32))
    x[:, 11] += rng.choice([20, 80], 400)  # nearly all of every length
    found = shapes(plant(words_apart(400), x))[0].dimensions
    layer = measure([plant(words_apart(400), x)], EVERYTHING)[0]
    assert found.top[0] == 11
    assert found.shares[0] == pytest.approx(1, abs=0.01)
    assert layer.mean_cosine > 0.9
    assert abs(found.mean_cosine_without[1]) < 0.01
    clean = np.delete(x, 11, axis=1)
    assert found.mean_cosine_without[1] == pytest.approx(mean_pair_cosine(clean), abs=1e-6)
    assert found.informativity[1] < 0.2


def test_without_rogue_dimensions_the_same_pairs_look_alike(plant, rng):
    found = shapes(plant(words_apart(300), rng.normal(size=(300, 64)) + 1))[0].dimensions
    assert found.informativity[1] > 0.95
    assert found.informativity[1] > found.informativity[5]
    assert max(found.shares) < 0.05


def test_informativity_is_scipys_correlation_squared(rng):
    x, y = rng.normal(size=(2, 60, 5)) + 0.5
    before, after = (
        [cosine_similarity(a[None], b[None])[0, 0] for a, b in zip(p, q, strict=True)]
        for p, q in ((x, y), (x[:, [0, 2, 4]], y[:, [0, 2, 4]]))
    )
    expected = np.corrcoef(before, after)[0, 1] ** 2
    assert informativity(x, y, [1, 3]) == pytest.approx(expected, rel=1e-12)


def test_a_mean_cosine_that_may_be_nought_has_no_shares(plant, rng):
    x = rng.normal(size=(200, 16))
    assert shapes(plant(words_apart(200), x - x.mean(axis=0)))[0].dimensions.shares == ()


# --- one static vector ---


def test_the_three_static_shares_are_scikit_learns(rng):
    for n, d in ((6, 40), (50, 8)):
        x = rng.normal(size=(n, d)) + 2
        found = static_share(x)
        s = np.linalg.svd(x, compute_uv=False)
        assert found.uncentred == pytest.approx(s[0] ** 2 / (s**2).sum())
        assert found.centred == pytest.approx(PCA(1).fit(x).explained_variance_ratio_[0])
        truncated = TruncatedSVD(1, algorithm="arpack", random_state=0).fit(x)
        assert found.along_uncentred == pytest.approx(truncated.explained_variance_ratio_[0])


def test_on_the_same_vectors_the_three_definitions_are_orders_apart(rng):
    """Trap: a mean plus noise with mean cosine .75 in 768 dimensions; n = 50."""
    mean = unit(rng.normal(size=(1, 768))) * math.sqrt(3)
    x = mean + rng.normal(size=(50, 768)) / math.sqrt(768)
    found = static_share(x)
    assert found.uncentred == pytest.approx(0.756, abs=0.01)
    assert found.centred == pytest.approx(0.031, abs=0.003)
    assert found.along_uncentred < 0.003


def test_equal_occurrences_are_explained_by_one_vector_and_vary_not():
    found = static_share(np.tile([0.1, 0.7, 0.3], (7, 1)))
    assert found.uncentred == pytest.approx(1)
    assert math.isnan(found.centred)
    assert math.isnan(found.along_uncentred)
    with pytest.raises(ShapeError):
        static_share(np.ones((1, 3)))


@pytest.mark.parametrize(("n", "floor"), [(5, 0.264), (20, 0.068)])
def test_noise_has_the_floor_of_its_n_and_nothing_after_the_null(plant, rng, n, floor):
    """Trap: a first component explains 1 / (n - 1) at least."""
    x = rng.normal(size=(6 * n, 768))
    found = shapes(plant([[f"w{i % 6}"] for i in range(6 * n)], x))[0].static
    assert found.n_types == 6
    assert found.value.centred == pytest.approx(floor, rel=0.06)
    assert found.null.centred == pytest.approx(floor, rel=0.06)
    assert found.adjusted.centred == pytest.approx(0, abs=0.1 * floor)
    assert found.adjusted.uncentred == pytest.approx(0, abs=0.1 * floor)


def test_a_type_with_many_occurrences_is_measured_on_some(plant, rng):
    x = rng.normal(size=(300, 5))
    (layer,) = shapes(plant([["a"]] * 300, x))
    assert layer.static.n_types == 1
    assert layer.static.value.uncentred == pytest.approx(
        static_share(x.astype(np.float32)).uncentred, abs=0.1
    )


# --- word types ---


def test_inter_and_intra_type_cosines_equal_all_draws(random_corpus):
    vectors = random_corpus()
    types = vectors.types[1]
    cosines = cosine_similarity(vectors.layers[0])
    inter, intra = [], []
    for a in np.unique(types):
        rows = np.flatnonzero(types == a)
        if len(rows) > 1:
            own = cosines[np.ix_(rows, rows)]
            intra.append(own[np.triu_indices(len(rows), 1)].mean())
        for b in np.unique(types[types != a]):
            inter.append(cosines[np.ix_(rows, np.flatnonzero(types == b))].mean())
    found = shapes(vectors)[0].types
    assert found.inter == pytest.approx(np.mean(inter), abs=1e-6)
    assert found.intra == pytest.approx(np.mean(intra), abs=1e-6)
    assert found.n_types == len(np.unique(types))


def test_planted_islands_are_found_and_centring_each_takes_the_cosine_away(plant, rng):
    islands = 12 * np.eye(24)[:3]
    x = islands[np.arange(600) % 3] + rng.normal(size=(600, 24))
    found = shapes(plant([[f"w{i // 2}"] for i in range(600)], x))[0].types
    assert found.n_clusters == 3
    assert found.silhouette > 0.5
    assert found.inter > 0.25
    assert abs(found.clustered_inter) < 0.02


def test_a_cloud_in_one_piece_is_one_cluster_less_its_mean(rng):
    x = rng.normal(size=(300, 20)) + 4
    found = cluster(x)
    assert len(found.means) == 1
    assert found.means[0] == pytest.approx(x.mean(axis=0))
    assert found.silhouette < 0.1


def test_means_are_those_of_all_rows_also_beyond_the_fitted_ones(rng):
    x = np.concatenate([rng.normal(size=(3_000, 3)) + 9, rng.normal(size=(3_000, 3)) - 9])
    found = cluster(x)
    assert len(found.means) == 2
    assert len(np.unique(found.labels[:3_000])) == len(np.unique(found.labels[3_000:])) == 1
    for number, mean in enumerate(found.means):
        assert mean == pytest.approx(x[found.labels == number].mean(axis=0))


@pytest.mark.parametrize("x", [np.zeros((0, 3)), np.ones((1, 3)), np.ones((9, 3)), np.eye(3)[:2]])
def test_too_few_different_rows_are_one_cluster(x):
    found = cluster(x)
    assert len(found.labels) == len(x)
    assert len(found.means) == min(len(x), 1)


# --- sentences ---


@pytest.mark.parametrize("n", [2, 5, 20])
def test_the_null_of_short_sentences_is_their_length_alone(plant, rng, n):
    """Trap: a mean vector holds the word that it is compared with."""
    words = iter(f"w{i}" for i in range(10_000))
    sentences = [[next(words) for _ in range(n)] for _ in range(400 // n)]
    vectors = plant(sentences, rng.normal(size=(len(sentences) * n, 500)))
    (layer,) = measure([vectors], shape=True)
    assert layer.shape.intra_sentence_null == pytest.approx(1 / math.sqrt(n), rel=0.02)
    assert layer.intra_sentence_similarity == pytest.approx(1 / math.sqrt(n), rel=0.02)


def test_words_that_lean_to_their_sentence_exceed_the_null(plant, rng):
    topics = np.repeat(rng.normal(size=(100, 50)), 6, axis=0)
    words = [[f"w{6 * s + i}" for i in range(6)] for s in range(100)]
    x = topics + rng.normal(size=(600, 50)) + 0.5
    (layer,) = measure([plant(words, x)], shape=True)
    assert layer.intra_sentence_similarity > layer.shape.intra_sentence_null + 0.15


# --- the whole layer ---


def test_the_jackknifes_error_is_the_spread_of_other_draws(rng):
    scales = np.geomspace(1, 0.2, 12)
    draws = [rng.normal(size=(400, 12)) * scales for _ in range(60)]
    found = [[of(variances(Moments.of(x))) for of in OF_A_SPECTRUM] for x in draws]
    errors = np.array([jackknife_errors(x, np.arange(400) // 2) for x in draws])
    assert errors.mean(axis=0) == pytest.approx(np.std(found, axis=0, ddof=1), rel=0.3)
    # Twice each word of a sentence is no more evidence, and an error over words would halve.
    twice = [jackknife_errors(np.repeat(x, 2, axis=0), np.arange(800) // 4) for x in draws]
    assert np.array(twice) == pytest.approx(errors, rel=1e-9)


def test_the_jackknife_leaves_each_group_out_in_turn(rng):
    x, sentences = rng.normal(size=(90, 4)) + 3, np.arange(90) // 3
    expected = left_out_in_turn(x, sentences)
    found = jackknife_errors(x, sentences)
    assert found[0] == pytest.approx(expected[0], rel=1e-9)
    assert np.isnan(jackknife_errors(x[:57], sentences[:57])).all()  # 19 sentences


def test_axes_that_stay_where_they_are_change_the_error_little(rng):
    x = rng.normal(size=(6_000, 20)) * np.geomspace(1, 0.1, 20)
    expected = left_out_in_turn(x, np.arange(6_000) // 3)
    assert jackknife_errors(x, np.arange(6_000) // 3) == pytest.approx(expected, rel=0.02)


def left_out_in_turn(x, sentences) -> np.ndarray:
    """The jackknife's errors with each spectrum computed anew."""
    spectra = [variances(Moments.of(x[sentences % 20 != g])) for g in range(20)]
    left = np.array([[of(one) for of in OF_A_SPECTRUM] for one in spectra])
    return np.sqrt(19 / 20 * np.square(left - left.mean(axis=0)).sum(axis=0))


def test_intervals_of_the_spectrum_are_of_all_words_not_of_the_sample(plant, rng, monkeypatch):
    x = rng.normal(size=(800, 12)) * np.geomspace(1, 0.2, 12)
    vectors = plant(words_apart(800), x)
    whole = shapes(vectors)[0]
    monkeypatch.setattr(layer_shape, "SAMPLE", 400)
    part = shapes(vectors)[0]
    for name in whole.spectrum_intervals._fields:
        (low, high), of_part = (getattr(shape.spectrum_intervals, name) for shape in (whole, part))
        assert low < getattr(whole.spectrum, name) < high
        # by the root of 2 otherwise
        assert of_part[1] - of_part[0] == pytest.approx(high - low, rel=0.35)
    low, high = whole.iso_score_interval
    assert low < whole.spectrum.iso_score < high


def test_the_shape_of_a_layer_is_made_of_the_functions_on_its_words(random_corpus):
    vectors = random_corpus()
    for shape, x in zip(shapes(vectors), vectors.layers, strict=True):
        moments = Moments.of(x)
        assert vars(shape.spectrum) == pytest.approx(vars(spectrum(moments)), rel=1e-9)
        resultant = shape.direction.mean_resultant_length
        assert resultant == pytest.approx(moments.mean_resultant_length, rel=1e-12)
        low, high = shape.direction.mean_resultant_length_interval
        assert low < resultant < high


def test_the_interval_of_the_resultant_length_is_as_wide_as_other_draws_scatter(plant, rng):
    def draw():
        return rng.normal(size=(150, 8)) + 1.5 * np.eye(8)[0]

    spread = np.std([Moments.of(draw()).mean_resultant_length for _ in range(300)])
    low, high = shapes(plant(words_apart(150), draw()))[0].direction.mean_resultant_length_interval
    assert high - low == pytest.approx(2 * 1.96 * spread, rel=0.3)


def test_a_sample_is_named_and_bounded(random_corpus, monkeypatch):
    monkeypatch.setattr(layer_shape, "SAMPLE", 70)
    assert shapes(random_corpus())[0].n_sample == 70


def test_no_word_and_one_word_have_no_shape(plant, rng):
    for words, n in (([["!"]], 0), ([["bank"]], 1)):
        (layer,) = measure([plant(words, rng.normal(size=(1, 3)))], shape=True)
        shape = layer.shape
        assert layer.n == shape.n_sample == n
        empty = [shape.spectrum.iso_score, shape.types.inter, shape.static.value.centred]
        empty += [shape.intrinsic.value, shape.dimensions.mean_cosine_without[1]]
        assert np.isnan(empty).all()
        assert shape.pairs.n_pairs == 0
