"""Verdicts are computed, never written: a model of noise, a planted cone, planted senses, and each
verdict turns.
"""

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from engine.corpora.word_similarity import ScoredPair
from engine.geometry.cone import angles_to_axis, share_on_the_axis_side
from engine.geometry.moments import unit
from engine.geometry.neighbourhoods import half_angles, neighbour_spread
from engine.geometry.pairs import isotropic_mean_cosine_deviation, mean_pair_cosine
from engine.geometry.proportions import wilson_interval
from engine.views import lecture_claims, sense_scores, sources, word_pair_scores
from engine.views.claimed import ClaimState
from engine.views.claims import (
    DEPENDS,
    FAILS,
    HOLDS,
    MISSING,
    OPEN,
    Effect,
    Verdict,
    everywhere,
    within,
)
from engine.views.lecture_claims import CLAIMS, verdict, view_of
from tests.planted_models import NOISE, Plant, direction, register

pytestmark = pytest.mark.slow  # whole models are planted and measured

N_TYPES = 240
WORDS = ("bank", "bat", "bark", "mouse", "pitcher", "seal")


def text(n_sentences: int = 400, n_words: int = 10) -> str:
    """Sentences of words drawn from a few types, so that words repeat."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, N_TYPES, (n_sentences, n_words))
    return "\n".join(" ".join(f"w{i}" for i in row) for row in drawn)


TEXT = text()


@pytest.fixture
def tested(monkeypatch):
    """The verdict of a claim for a model of planted layers."""

    def run(claim: str, plants: list[Plant], **kwargs) -> Verdict:
        tested.n += 1
        name = register(monkeypatch, f"planted-{claim}-{tested.n}", plants, **kwargs)
        return verdict(claim, ClaimState("text", TEXT, (name,)))

    tested.n = 0
    yield run
    sources._vectors._results.clear()  # of the planted models


@pytest.fixture
def few_words(monkeypatch):
    """Senses of a few words are enough to turn a verdict."""
    monkeypatch.setattr(sense_scores, "polysemous_words", lambda: WORDS)


# --- the verdicts turn ------------------------------------------------------------------------


def test_isotropic_noise_a_cone_and_an_uneven_cone_are_told_apart(tested):
    assert tested("isotropic", [NOISE], static=True).word == HOLDS
    cone = tested("isotropic", [Plant(0, context=1, cone=0.6)], static=True)
    assert cone.word == f"{DEPENDS} what “isotropic” means"
    assert cone.by_model[0].effects[0].low > 0.2  # the mean cosine sees it, IsoScore does not
    assert cone.by_model[0].effects[1].low > 0.95
    uneven = tested("isotropic", [Plant(0, context=1, cone=0.6, stretch=4)], static=True)
    assert uneven.word == FAILS


def test_whether_random_words_are_alike_follows_the_cone(tested):
    assert tested("random-pairs", [NOISE] * 3).word == FAILS
    some = [Plant(cone=c) for c in (0, 0.5, 0.5)]
    assert tested("random-pairs", some).word == f"{DEPENDS} what “high” means"
    assert tested("random-pairs", [Plant(cone=c) for c in (0, 2, 2)]).word == HOLDS
    only_at_the_top = tested("random-pairs", [Plant(cone=c) for c in (0, 0, 2)])
    assert only_at_the_top.word == f"{DEPENDS} the layer"


def test_a_cone_that_grows_is_narrowest_at_the_top_and_one_that_opens_is_not(tested):
    assert tested("top-layer", [Plant(cone=c) for c in (0.2, 0.5, 0.9)]).word == HOLDS
    assert tested("top-layer", [Plant(cone=c) for c in (0.2, 0.9, 0.4)]).word == FAILS
    assert tested("top-layer", [NOISE] * 3).word == FAILS  # no cone at all
    assert tested("top-layer", [Plant(cone=0.9)] * 3).word == OPEN  # the same cone everywhere


def test_all_words_lean_in_a_cone_and_half_of_them_in_noise(tested):
    assert tested("all-words", [Plant(cone=1)] * 2).word == HOLDS
    noise = tested("all-words", [NOISE] * 2)
    assert noise.word == FAILS
    assert noise.effects[0].low < 0.5 < noise.effects[0].high
    assert tested("all-words", [NOISE, Plant(cone=1), NOISE]).word == f"{DEPENDS} the layer"


def test_the_layer_that_holds_the_senses_captures_context_best(tested, few_words):
    below, senses = Plant(1, 0, 0.2), Plant(1, 2, 1.5)
    assert tested("top-context", [Plant(), below, senses]).word == HOLDS
    assert tested("top-context", [Plant(), senses, below]).word == FAILS
    mixed = tested("top-context", [Plant(), Plant(1, 2, 0.2), Plant(1, 0, 1.5)])
    assert mixed.word == f"{DEPENDS} the measure"  # changed most, told apart least
    assert tested("top-context", [NOISE] * 3).word == OPEN


def test_cosines_that_rank_as_people_do_and_as_they_do_not(tested, monkeypatch):
    rng = np.random.default_rng(2)
    scores = rng.uniform(0, 10, 400)
    pairs = tuple(ScoredPair(f"a{i}", f"b{i}", float(s)) for i, s in enumerate(scores))
    monkeypatch.setattr(word_pair_scores, "_pairs", lambda name: pairs)

    def agreeing(key: str) -> np.ndarray:
        shared, score = direction(f"pair {key[1:]}", 64), scores[int(key[1:])] / 10
        return score * shared + (1 - score) * direction(key, 64)

    def disagreeing(key: str) -> np.ndarray:
        shared, score = direction(f"pair {key[1:]}", 64), scores[int(key[1:])] / 10
        return (1 - score) * shared + score * direction(key, 64)

    state = ClaimState("lecture")
    for vector, expected in ((agreeing, HOLDS), (disagreeing, FAILS), (None, OPEN)):
        name = register(monkeypatch, f"pairs-{expected}", [Plant(vector=vector)], d=64)
        found = verdict("closer", ClaimState(state.source, "", (name,)))
        assert found.word in ({expected, FAILS} if vector is None else {expected})
    assert "ρ" in found.effects[0].what


def test_neighbourhoods_make_a_cone_of_close_words_but_a_common_cone_does_not(tested):
    def grouped(key: str) -> np.ndarray:
        return direction(f"group {int(key[1:]) % 20}") + 0.5 * direction(key)

    assert tested("neighbours", [Plant(vector=grouped)]).word == HOLDS
    assert tested("neighbours", [Plant(vector=grouped, cone=1)]).word == HOLDS
    assert tested("neighbours", [Plant()]).word == FAILS
    assert tested("neighbours", [Plant(cone=1)]).word == FAILS
    # With fewer words than dimensions the null cloud is narrower than the words are.
    wide = tested("neighbours", [Plant()], d=2 * N_TYPES)
    assert wide.word == OPEN
    assert wide.effects[0].high < 0


def test_narrower_is_more_contextual_only_where_it_is_planted(tested, few_words):
    steps = np.linspace(0.1, 1.2, 12)
    together = [Plant(1, s**2, s, cone=s) for s in steps]
    against = [Plant(1, s**2, s, cone=0.4 * (1.3 - s)) for s in steps]
    assert tested("narrower", together).word == HOLDS
    assert tested("narrower", against).word == FAILS
    assert tested("narrower", [NOISE] * 12).word == OPEN
    few = tested("narrower", together[:3])
    assert few.word == OPEN  # three layers decide nothing
    assert math.isnan(few.effects[0].low)


# --- how verdicts are put together ------------------------------------------------------------


def test_a_claim_of_every_layer_is_not_decided_while_one_layer_is_not():
    assert everywhere({"a": HOLDS, "b": HOLDS}, "it") == HOLDS
    assert everywhere({"a": HOLDS, "b": OPEN}, "it") == OPEN
    assert everywhere({"a": FAILS, "b": OPEN}, "it") == OPEN
    assert everywhere({"a": FAILS, "b": HOLDS, "c": OPEN}, "the layer") == f"{DEPENDS} the layer"
    assert everywhere({"a": HOLDS, "b": f"{DEPENDS} the layer"}, "the model").endswith("model")
    assert everywhere({}, "it") == MISSING


def test_an_effect_is_none_only_with_its_whole_interval():
    bounds = [(-0.04, 0.04), (0.06, 0.1), (-0.2, -0.1), (0.01, 0.06), (-1, 1)]
    found = [within(Effect("", 0, *pair), 0.05) for pair in bounds]
    assert found == [HOLDS, FAILS, FAILS, OPEN, OPEN]
    assert within(Effect("", 0, math.nan, math.nan), 0.05) == OPEN


def test_the_overview_has_a_row_a_claim_and_a_cell_a_model(tested, monkeypatch):
    name = register(monkeypatch, "planted-overview", [Plant(cone=c) for c in (0, 1)])
    state = ClaimState("text", TEXT, (name,))
    before = lecture_claims.overview(state)
    assert [row["Claim"] for row in before] == list(lecture_claims.names().values())
    assert all(row["Verdict"].startswith("…") for row in before)
    verdict("top-layer", state)
    row = lecture_claims.overview(state)[list(CLAIMS).index("top-layer")]
    assert row["Verdict"].split() == ["✓", "holds"]
    assert row["Planted-overview"].split()[0] == "✓"


# --- the measures behind them -----------------------------------------------------------------


def test_the_share_that_leans_is_that_of_brute_force(rng):
    x = rng.normal(size=(60, 5)) + 0.3
    u = unit(x)
    cosines = np.cos(np.radians(angles_to_axis(x)))
    expected = np.mean([(u[i] @ np.delete(u, i, 0).T).mean() > 0 for i in range(len(u))])
    assert share_on_the_axis_side(cosines, len(x)) == pytest.approx(expected)
    assert math.isnan(share_on_the_axis_side(np.ones(1), 1))


def test_half_of_isotropic_directions_lean(rng):
    shares = []
    for _ in range(50):
        x = rng.normal(size=(200, 20))
        shares.append(share_on_the_axis_side(np.cos(np.radians(angles_to_axis(x))), 200))
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (517, 1_000)])
def test_wilsons_interval_is_scipys(k, n):
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert wilson_interval(k / n, n) == pytest.approx((expected.low, expected.high))


def test_isotropic_mean_cosines_scatter_as_the_formula_says(rng):
    n, d = 30, 10
    found = [mean_pair_cosine(rng.normal(size=(n, d))) for _ in range(2_000)]
    assert np.std(found) == pytest.approx(isotropic_mean_cosine_deviation(n, d), rel=0.08)


def test_half_angles_are_those_to_the_groups_own_mean(rng):
    x = rng.normal(size=(30, 6)) + 1
    groups = rng.permutation(30).reshape(3, 10)
    expected = [angles_to_axis(x[rows]).mean() for rows in groups]
    assert half_angles(unit(x), groups) == pytest.approx(expected)


def test_a_gaussian_cloud_has_no_neighbourhoods_and_an_islands_cloud_has(rng):
    gaussian = rng.normal(size=(600, 20)) @ rng.normal(size=(20, 20)) + 2
    low, high = neighbour_spread(gaussian, 8).narrower()[1:]
    assert low < 0.5
    assert high > -0.5
    islands = rng.normal(size=(30, 20))[rng.integers(0, 30, 600)] + 0.2 * rng.normal(size=(600, 20))
    assert neighbour_spread(islands, 8).narrower()[1] > 10


def test_every_claim_is_taken_for_a_statement_that_numbers_can_decide():
    for claim in CLAIMS:
        view = view_of(claim)
        for told in (view.claim.quote, view.claim.hypothesis, view.claim.test):
            assert told.endswith((".", ")"))
        assert view.measure
