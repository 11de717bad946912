"""Spectrum, concentration, partition function and intrinsic dimension: known clouds give known
numbers, and the authors' code the same ones.
"""

import numpy as np
import pytest
from scipy.special import ive
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from engine.errors import ShapeError
from engine.geometry.intrinsic_dimension import intrinsic_dimension, two_nn
from engine.geometry.moments import Moments
from engine.geometry.pairs import mean_pair_cosine
from engine.geometry.partition import (
    partition_isotropies,
    partition_isotropy,
    partition_isotropy_estimates,
)
from engine.geometry.spectrum import (
    effective_rank,
    iso_score,
    isotropic_variances,
    participation_ratio,
    participation_ratio_corrected,
    pc1_share,
    spectrum,
    variances,
)
from engine.geometry.von_mises_fisher import (
    bessel_ratio,
    kappa,
    kappa_approximation,
    mean_direction,
)


def spread(rng, n: int, d: int) -> np.ndarray:
    """A cloud off the origin with clearly different variances."""
    return rng.normal(size=(n, d)) @ np.diag(np.geomspace(3, 0.2, d)) + 2.0


def exactly(spectrum_wanted: np.ndarray, n: int, rng) -> np.ndarray:
    """n vectors whose population variances along their principal axes are exactly these."""
    d = len(spectrum_wanted)
    x = rng.normal(size=(n, d))
    x -= x.mean(axis=0)
    white = np.linalg.qr(x)[0] * np.sqrt(n)
    return white * np.sqrt(spectrum_wanted) @ np.linalg.qr(rng.normal(size=(d, d)))[0] + 1.0


def cone_of(kappa_planted: float, n: int, d: int, rng) -> np.ndarray:
    """Unit vectors drawn from a von Mises-Fisher law (Wood 1994), about the first axis."""
    b = (d - 1) / (2 * kappa_planted + np.sqrt(4 * kappa_planted**2 + (d - 1) ** 2))
    x0 = (1 - b) / (1 + b)
    c = kappa_planted * x0 + (d - 1) * np.log(1 - x0**2)
    heights = np.empty(0)
    while len(heights) < n:
        z = rng.beta((d - 1) / 2, (d - 1) / 2, n)
        w = (1 - (1 + b) * z) / (1 - (1 - b) * z)
        accepted = kappa_planted * w + (d - 1) * np.log(1 - x0 * w) - c >= np.log(rng.random(n))
        heights = np.concatenate([heights, w[accepted]])
    heights = heights[:n]
    around = rng.normal(size=(n, d - 1))
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    return np.column_stack([heights, np.sqrt(1 - heights**2)[:, None] * around])


# --- spectrum ---


def test_variances_are_scikit_learns(rng):
    x = spread(rng, 80, 7)
    expected = PCA().fit(x).explained_variance_ * 79 / 80
    assert variances(Moments.of(x)) == pytest.approx(expected, rel=1e-10)
    assert pc1_share(variances(Moments.of(x))) == pytest.approx(
        PCA().fit(x).explained_variance_ratio_[0]
    )


def test_equal_vectors_have_no_variance_however_long():
    moments = Moments.of(np.tile([1000.0, 0.1, -7.0], (50, 1)))
    assert variances(moments).tolist() == [0, 0, 0]
    found = spectrum(moments)
    for name in ("participation_ratio", "effective_rank", "iso_score", "pc1_share"):
        assert np.isnan(getattr(found, name)), name


@pytest.fixture
def double_precision():
    """The package takes square roots of whole numbers in torch's default precision."""
    import torch

    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("shape", [(300, 12), (40, 60), (2000, 3)])
def test_iso_score_equals_the_authors_package(rng, shape, double_precision):
    from IsoScore import IsoScore

    x = rng.normal(size=shape) @ rng.normal(size=(shape[1], shape[1])) + 3
    theirs = float(IsoScore.IsoScore(x))
    assert iso_score(variances(Moments.of(x))) == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize("d", [2, 5, 40])
def test_iso_score_is_the_participation_ratio_once_more(rng, d):
    values = rng.gamma(0.5, size=d)
    expected = (participation_ratio(values) - 1) / (d - 1)
    assert iso_score(values) == pytest.approx(expected, abs=1e-12)


def test_a_planted_spectrum_is_found(rng):
    planted = np.array([4.0, 2.0, 1.0, 1.0])
    found = spectrum(Moments.of(exactly(planted, 60, rng)))
    assert found.participation_ratio == pytest.approx(8**2 / 22)
    assert found.pc1_share == pytest.approx(0.5)
    assert found.iso_score == pytest.approx((64 / 22 - 1) / 3)
    s = np.sqrt(planted) / np.sqrt(planted).sum()
    assert found.effective_rank == pytest.approx(np.prod(s**-s))


def test_no_spectrum_sees_where_the_mean_lies(rng):
    """Trap: IsoScore and the participation ratio do not see the cone."""
    x = rng.normal(size=(4000, 8))
    cone = x + 20 * np.eye(8)[0]
    assert mean_pair_cosine(cone) > 0.9 > 0.1 > mean_pair_cosine(x)
    assert spectrum(Moments.of(cone)).iso_score == pytest.approx(spectrum(Moments.of(x)).iso_score)


@pytest.mark.parametrize(("n", "published"), [(1_000, 0.564), (10_000, 0.928), (50_000, 0.985)])
def test_the_null_shows_the_finite_sample_bias_of_iso_score(n, published):
    """Trap: an isotropic Gaussian in 768 dimensions reads .564 at n = 1,000."""
    assert iso_score(isotropic_variances(768, n)) == pytest.approx(published, abs=2e-3)


@pytest.mark.parametrize(("n", "d"), [(400, 100), (100, 100), (60, 150)])
def test_the_null_is_what_gaussian_samples_show(rng, n, d):
    drawn = [variances(Moments.of(rng.normal(size=(n, d)))) for _ in range(4)]
    null = isotropic_variances(d, n)
    for measure in (participation_ratio, effective_rank, pc1_share):
        assert measure(null) == pytest.approx(np.mean(list(map(measure, drawn))), rel=0.04)
    assert null.sum() == pytest.approx(d, rel=0.01)


@pytest.mark.parametrize("n", [30, 100, 400])
def test_the_correction_finds_the_populations_participation_ratio(rng, n):
    """Trap: d / (1 + d / n) instead of d. The ratio's parts are unbiased; few runs tell."""
    scales = np.sqrt(np.geomspace(1, 0.05, 60))
    truth = participation_ratio(scales**2)
    samples = [variances(Moments.of(rng.normal(size=(n, 60)) * scales)) for _ in range(40)]
    corrected = np.mean([participation_ratio_corrected(v, n) for v in samples])
    raw = np.mean([participation_ratio(v) for v in samples])
    assert corrected == pytest.approx(truth, rel=0.05)
    assert raw < corrected - 0.02 * truth


def test_layers_that_hold_each_vector_twice_count_half_of_their_width(rng):
    """Trap: ELMo's layer 0 is [x; x], so that only half of its directions exist."""
    x = rng.normal(size=(500, 6))
    once, twice = Moments.of(x), Moments.of(np.hstack([x, x]))
    for name, value in vars(spectrum(once)).items():
        assert getattr(spectrum(twice, 6), name) == pytest.approx(value), name


def test_rotation_and_scale_change_no_spectrum(rng):
    x = spread(rng, 50, 5)
    turned = 3 * x @ np.linalg.qr(rng.normal(size=(5, 5)))[0]
    assert vars(spectrum(Moments.of(turned))) == pytest.approx(vars(spectrum(Moments.of(x))))


# --- von Mises-Fisher ---


def test_bessel_ratios_are_scipys_where_scipy_has_them():
    for order in (0.5, 1.0, 25.0, 192.0):
        for x in (0.1 * order, order, 30 * order + 1, 1e5):
            expected = ive(order, x) / ive(order - 1, x)
            if np.isfinite(expected) and expected > 0:
                assert bessel_ratio(order, x) == pytest.approx(expected, rel=1e-11)


def test_bessel_ratio_holds_where_the_functions_underflow():
    """I_384(1) is below any float; the first term of its series gives the ratio."""
    assert bessel_ratio(384, 1.0) == pytest.approx(1 / 768, rel=1e-5)


@pytest.mark.parametrize("wanted", [2.0, 40.0, 3_000.0, 1e6])
@pytest.mark.parametrize("d", [2, 3, 50, 768])
def test_kappa_inverts_the_mean_resultant_length(wanted, d):
    resultant = bessel_ratio(d / 2, wanted)
    assert kappa(resultant, d) == pytest.approx(wanted, rel=2e-3)
    exact = abs(kappa(resultant, d) - wanted)
    assert exact <= abs(kappa_approximation(resultant, d) - wanted) + 1e-6 * wanted


def test_kappa_in_three_dimensions_solves_the_hand_written_equation():
    found = kappa(0.7, 3)
    assert 1 / np.tanh(found) - 1 / found == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize(
    ("mean_cosine", "d", "published"),
    [(0.157, 1024, 481), (0.420, 768, 858), (0.675, 768, 1940), (0.978, 768, 34_500)],
    ids=["ELMo 1", "BERT 6", "BERT 11", "GPT-2 12"],
)
def test_kappa_of_published_mean_cosines(mean_cosine, d, published):
    assert kappa(np.sqrt(mean_cosine), d) == pytest.approx(published, rel=5e-3)


@pytest.mark.parametrize("planted", [50.0, 400.0])
def test_a_planted_cone_has_its_kappa(rng, planted):
    x = cone_of(planted, 3_000, 64, rng)
    resultant = Moments.of(x).mean_resultant_length
    assert kappa(resultant, 64) == pytest.approx(planted, rel=0.03)


def test_isotropic_directions_have_a_kappa_by_chance_that_the_correction_takes_away(rng):
    """Trap: R of n isotropic directions is 1 / sqrt(n), and kappa about d / sqrt(n)."""
    found = [
        mean_direction(
            Moments.of(rng.normal(size=(400, 64))).mean_resultant_length, (0, 1), 400, 64
        )
        for _ in range(30)
    ]
    assert np.mean([one.kappa for one in found]) == pytest.approx(64 / 20, rel=0.1)
    assert np.median([one.kappa_corrected for one in found]) < 0.5


def test_the_ends_of_kappa():
    assert kappa(0.0, 10) == 0
    assert kappa(1.0, 10) == np.inf
    with pytest.raises(ShapeError):
        kappa(1.2, 10)
    with pytest.raises(ShapeError):
        kappa(0.5, 1)


# --- partition function ---


def test_partition_isotropy_equals_summing_over_every_direction(rng):
    x = spread(rng, 40, 5) / 3
    _, directions = np.linalg.eigh(x.T @ x)
    z = [np.exp(x @ (sign * c)).sum() for c in directions.T for sign in (1, -1)]
    assert partition_isotropy(x) == pytest.approx(min(z) / max(z), rel=1e-12)


def test_partition_isotropy_neither_overflows_nor_forgets_its_sign():
    assert partition_isotropy(np.array([[4000.0, 0.0], [3000.0, 1.0]])) == 0
    assert partition_isotropy(np.array([[1.0], [1.0]])) == pytest.approx(np.exp(-2))


def test_partition_isotropy_depends_on_scale_and_the_scaled_one_does_not(sample_of, rng):
    """Trap: twice as long vectors have another I(W)."""
    x = (spread(rng, 200, 5) / 4).astype(np.float32)
    one, other = (partition_isotropies(Moments.of(k * x), sample_of(k * x), 5) for k in (1, 2))
    assert other.as_they_are < 0.7 * one.as_they_are
    assert other.scaled == pytest.approx(one.scaled, rel=1e-4)
    assert other.scaled_second_order == pytest.approx(one.scaled_second_order, rel=1e-6)
    assert partition_isotropy(x.astype(np.float64)) == pytest.approx(one.as_they_are, rel=1e-4)


def test_the_estimates_meet_partition_isotropy_for_short_vectors(rng):
    x = rng.normal(size=(500, 6)) * 0.01 + 0.02
    estimates = partition_isotropy_estimates(500, x.sum(axis=0), np.linalg.eigvalsh(x.T @ x))
    assert estimates == pytest.approx([partition_isotropy(x)] * 2, rel=2e-2)


# --- intrinsic dimension ---


@pytest.mark.parametrize("d", [1, 2, 5])
def test_points_of_a_cube_have_its_dimension_wherever_it_lies(rng, d):
    points = np.pad(rng.random((1_500, d)), ((0, 0), (0, 12 - d)))
    turned = points @ np.linalg.qr(rng.normal(size=(12, 12)))[0] + 50
    assert two_nn(turned) == pytest.approx(d, rel=0.1)


def test_two_nn_equals_its_formula_on_scikit_learns_neighbours(rng):
    x = rng.normal(size=(300, 9))
    distances, _ = NearestNeighbors(n_neighbors=3).fit(x).kneighbors(x)
    ratios = np.sort(distances[:, 2] / distances[:, 1])[:270]
    a, b = np.log(ratios), -np.log1p(-np.arange(1, 271) / 300)
    assert two_nn(x) == pytest.approx(np.linalg.lstsq(a[:, None], b, rcond=None)[0][0], rel=1e-9)


def test_repeated_vectors_are_one_and_the_null_has_as_many(rng):
    """Trap: in hundreds of dimensions a few hundred isotropic points look low-dimensional."""
    x = rng.normal(size=(300, 100)).astype(np.float32)
    found = intrinsic_dimension(np.concatenate([x, x[:200]]))
    assert found.n == 300
    assert found.value == pytest.approx(two_nn(x), rel=1e-12)
    assert found.value == pytest.approx(found.isotropic, rel=0.25)
    assert found.isotropic < 70
    assert np.isnan(intrinsic_dimension(x[[0, 0, 0]]).value)


def test_the_error_of_two_nn_is_the_spread_of_other_draws(rng):
    draws = [rng.normal(size=(500, 4)) for _ in range(120)]
    found = [intrinsic_dimension(x) for x in draws]
    mean = np.mean([one.value for one in found])
    covered = np.mean([one.interval[0] < mean < one.interval[1] for one in found])
    assert 0.88 <= covered <= 1.0  # 95 % in the long run
    widths = [one.interval[1] - one.interval[0] for one in found]
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean(widths) == pytest.approx(2 * 2.09 * spread, rel=0.3)  # Student's t, 19


def test_two_nn_has_no_interval_with_fewer_than_20_sentences(rng):
    x = rng.normal(size=(300, 5))
    assert np.isnan(intrinsic_dimension(x, sentence_ids=np.arange(300) % 19).interval).all()
    low, high = intrinsic_dimension(x, sentence_ids=np.arange(300) % 20).interval
    assert low < high
