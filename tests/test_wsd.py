"""The sense tests: right where the answer is known, chance where nothing is known, and on the page
with or without anything recorded.
"""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

from engine.corpora.coarsewsd import LabelledUse
from engine.corpora.wic_tsv import SenseClaim
from engine.encoder import ENCODERS, registered
from engine.errors import UnknownName
from engine.geometry.labelled_neighbours import (
    N_RESAMPLES,
    centroid_hits,
    interval_over_words,
    nearest_hits,
    recalls,
    resampled_balanced,
)
from engine.geometry.thresholds import best_threshold, share_interval
from engine.text import ListedWords, Sentence
from engine.views import VIEWS, sources, wsd_measured, wsd_records, wsd_vectors
from engine.views.wsd import WsdState
from engine.views.wsd_measured import claim_score, measure_wsd, scores_of
from engine.views.wsd_records import recorded_wsd
from engine.views.wsd_tests import TESTS, SenseTest
from engine.views.wsd_vectors import CONTEXT, definitions, words_in_place

HERE = [card.name for card in registered() if ENCODERS[card.name].missing() is None]


def planted(rng, n=60, noise=0.5, d=8):
    """(vectors around one orthogonal prototype a sense, senses): 3 senses."""
    senses = rng.integers(0, 3, n)
    return np.eye(d)[senses] + noise * rng.normal(size=(n, d)), senses


# --- nearest neighbour and nearest mean ---------------------------------------------------------


def test_hits_of_a_case_worked_out_by_hand():
    """Reference at 0, 20 (sense 0) and 90 degrees (sense 1): 50 degrees is nearest to 20 but its
    own sense is 1; the means stand at 10 and 90, so 50 is equally far from both.
    """
    angles = np.radians([0, 20, 90, 50, 80])
    x = np.column_stack([np.cos(angles), np.sin(angles)])
    reference, labels = x[:3], np.array([0, 0, 1])
    asked, truths = x[3:], np.array([1, 1])
    assert nearest_hits(asked, truths, reference, labels).tolist() == [0, 1]
    assert centroid_hits(asked, truths, reference, labels).tolist() == [0.5, 1]
    assert recalls(np.array([0.5, 1.0]), truths) == (0.75,)


def test_hits_are_those_of_scikit_learn(rng):
    (x, truths), (reference, labels) = planted(rng), planted(rng, 90)
    ours = nearest_hits(x, truths, reference, labels)
    theirs = KNeighborsClassifier(1, metric="cosine").fit(reference, labels).predict(x)
    assert (ours == (theirs == truths)).all()
    assert 0.5 < ours.mean() < 1
    balanced = np.mean(recalls(ours, truths))
    assert balanced == pytest.approx(balanced_accuracy_score(truths, theirs))
    means = NearestCentroid().fit(reference, labels).centroids_
    theirs = KNeighborsClassifier(1, metric="cosine").fit(means, np.arange(3)).predict(x)
    assert (centroid_hits(x, truths, reference, labels) == (theirs == truths)).all()


@pytest.mark.slow
def test_planted_senses_are_found_and_shuffled_ones_are_chance(rng):
    (x, truths), (reference, labels) = planted(rng, 600, 0.05), planted(rng, 600, 0.05)
    for decide in (nearest_hits, centroid_hits):
        assert np.mean(recalls(decide(x, truths, reference, labels), truths)) == 1
        shuffled = [
            np.mean(recalls(decide(x, truths, reference, rng.permutation(labels)), truths))
            for _ in range(20)
        ]
        assert np.mean(shuffled) == pytest.approx(1 / 3, abs=0.08)


def test_vectors_that_know_nothing_score_exactly_chance():
    same, labels = np.ones((9, 4)), np.array([0, 0, 0, 0, 0, 0, 1, 1, 2])
    for asked in (same, np.zeros((9, 4))):
        for decide in (nearest_hits, centroid_hits):
            assert decide(asked, labels, same, labels) == pytest.approx(np.full(9, 1 / 3))


def test_intervals_hold_known_shares_and_grow_with_the_spread_of_words(rng):
    truths = np.repeat([0, 1], 200)
    hits = np.r_[rng.random(200) < 0.9, rng.random(200) < 0.5].astype(float)
    resampled = resampled_balanced(hits, truths)
    assert resampled.shape == (N_RESAMPLES,)
    # Two independent shares of n = 200: variance of their mean = (.9 * .1 + .5 * .5) / 200 / 4.
    assert resampled.std() == pytest.approx(np.sqrt((0.09 + 0.25) / 800), rel=0.1)
    alike = interval_over_words(np.array([resampled] * 4))
    apart = interval_over_words(np.array([resampled + shift for shift in (-0.3, -0.1, 0.1, 0.3)]))
    assert apart[1] - apart[0] > 3 * (alike[1] - alike[0])
    assert alike[0] < np.mean(recalls(hits, truths)) < alike[1]


# --- threshold ----------------------------------------------------------------------------------


def test_the_threshold_is_the_one_that_brute_force_finds(rng):
    for _ in range(20):
        scores, truths = rng.normal(size=25).round(1), rng.random(25) < 0.6
        found = best_threshold(scores, truths)
        right = ((scores > found) == truths).mean()
        tried = [((scores > t) == truths).mean() for t in np.arange(-4, 4, 0.05) + 0.025]
        assert right == pytest.approx(max(tried))


def test_accuracy_is_of_claims_that_the_threshold_has_not_seen():
    # Between .2 and .6 all four first claims are right; of the others .5 is on the wrong side.
    cosines = np.array([0.1, 0.2, 0.6, 0.7, 0.9, 0.5, 0.3])
    truths = np.array([False, False, True, True, True, False, False])
    found = claim_score(cosines, truths, 4, np.array([0, 1, 2]))
    assert (found.threshold, found.dev_accuracy) == (pytest.approx(0.4), 1.0)
    assert found.accuracy == pytest.approx(2 / 3)


def test_claims_of_one_word_do_not_count_as_many(rng):
    hits = np.repeat(rng.random(40) < 0.5, 25).astype(float)
    apart = share_interval(hits, np.arange(1_000))
    together = share_interval(hits, np.repeat(np.arange(40), 25))
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])


# --- a model, from the sentences to the record --------------------------------------------------


def uses(texts: str, sense: int) -> list[LabelledUse]:
    found = []
    for text in texts.split(" | "):
        words = text.split()
        found.append(LabelledUse("bank", ListedWords(words), words.index("bank"), sense))
    return found


@pytest.fixture
def small(monkeypatch, glove_model):
    """One word of two senses and four claims in the place of the data sets; GloVe in memory."""
    sources._encoders.get(("glove", "auto"), lambda: glove_model, lambda _: 1)
    money = "the bank lends money | a bank pays interest and loans | credit from a bank"
    river = "the muddy river bank | water floods the bank | boats lie at the bank of the stream"
    part = tuple(uses(money, 0) + uses(river, 1))
    monkeypatch.setattr(wsd_measured, "labelled_uses", lambda: {"bank": dict.fromkeys(
        ("train", "test"), part)})  # fmt: skip
    wsd_measured.drawn_uses.cache_clear()
    claims = tuple(
        SenseClaim("bank", use.sentence, use.position, Sentence(definition), holds)
        for use, definition, holds in [
            (part[0], "a house that lends money", True),
            (part[3], "a house that lends money", False),
        ]
    )
    monkeypatch.setattr(wsd_measured, "sense_claims", lambda _: claims)
    monkeypatch.setattr(wsd_measured, "identity", lambda _: "none")
    yield part
    wsd_measured.drawn_uses.cache_clear()


def test_a_static_word_is_at_chance_and_its_context_tells_the_sense(small):
    static, context = measure_wsd("glove"), measure_wsd(CONTEXT)
    for way in ("centroid", "nearest"):
        assert getattr(static.layers[0], way).balanced.tolist() == [0.5]
        assert getattr(context.layers[0], way).balanced.tolist() == [1.0]
    assert static.tasks[0].n_reference == static.tasks[0].n_test == (3, 3)
    assert (static.layers[0].claims.accuracy, context.layers[0].claims.accuracy) == (0.5, 1.0)
    assert (static.n_claims, static.n_true, static.n_claim_words) == (2, 1, 1)


def test_vectors_are_those_of_the_word_in_its_place_and_of_the_words_around(small, glove_model):
    sentences, positions = [use.sentence for use in small], [use.position for use in small]
    (found,) = words_in_place("glove", sentences, positions, lambda *_: None)
    (bank,) = glove_model.encode([Sentence("bank")]).layers[0]
    np.testing.assert_allclose(found, np.tile(bank, (6, 1)), rtol=1e-6)
    (around,) = words_in_place(CONTEXT, sentences, positions, lambda *_: None)
    common = wsd_vectors.function_words()
    words = [w.key for w in sentences[0].words if w.key != "bank" and w.key not in common]
    expected = glove_model.encode([Sentence(word) for word in words]).layers[0].mean(axis=0)
    np.testing.assert_allclose(around[0], expected, rtol=1e-6)
    (means,) = definitions(
        "glove", [Sentence("money , river !"), Sentence("qqxzy")], lambda *_: None
    )
    money, river = glove_model.encode([Sentence("money"), Sentence("river")]).layers[0]
    np.testing.assert_allclose(means, [(money + river) / 2, np.zeros_like(money)], rtol=1e-6)


def test_no_more_than_the_cap_of_each_sense_is_drawn_and_always_the_same(small, monkeypatch):
    monkeypatch.setattr(wsd_measured, "MOST", 2)
    first = wsd_measured.drawn_uses()["bank"]["train"]
    assert [use.sense for use in first] == [0, 0, 1, 1]
    wsd_measured.drawn_uses.cache_clear()
    assert wsd_measured.drawn_uses()["bank"]["train"] == first


# --- what is recorded and shown -----------------------------------------------------------------


@pytest.mark.parametrize("model", [*HERE, CONTEXT])
def test_every_model_is_recorded_as_it_is(model):
    found = recorded_wsd().get(model)
    assert found is not None, f"run `{wsd_records.COMMAND}`"
    if model != CONTEXT:
        assert tuple(layer.layer for layer in found.layers) == ENCODERS[model].card.layer_names
    for layer in found.layers:
        for scores in (layer.centroid, layer.nearest):
            assert scores.interval[0] <= scores.balanced.mean() <= scores.interval[1]
        low, high = layer.claims.interval
        assert low <= layer.claims.accuracy <= high
    if model in ("glove", "word2vec"):
        always = np.mean([1 / len(task.n_test) for task in found.tasks])
        assert found.layers[0].centroid.balanced.mean() == pytest.approx(always, abs=1e-3)


def test_records_hold_numbers_and_none_of_the_sentences():
    record = next(iter(recorded_wsd().values()))
    assert [task.word for task in record.tasks][:2] == ["apple", "bank"]
    assert len(wsd_records.PATH.read_text()) < 60_000
    assert record.tasks[1].majority == pytest.approx(433 / 455)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", ["wsd", "wsd-layers"])
def test_recorded_numbers_stand_beside_published_ones_at_once(name, test):
    shown = VIEWS[name]().show(WsdState(test, tuple(HERE)))
    assert VIEWS[name]().needs(WsdState(test)) == []
    assert "recorded" in shown.caption
    assert "nan" not in shown.notice.lower()
    assert SenseTest(test).source in shown.caption
    if name == "wsd":
        values = dict(zip(shown.table[""], shown.table.iloc[:, 2], strict=True))
        published = {"centroid": 0.945, "nearest": 0.945, "claims": 0.753}[test]
        assert published in values.values()
        assert "context words alone" in values


def test_the_layer_of_the_claims_is_chosen_on_the_development_part():
    record = recorded_wsd()["minilm"]
    best = max(record.layers, key=lambda layer: layer.claims.dev_accuracy)
    assert SenseTest("claims").row(record).value == best.claims.accuracy


@pytest.mark.parametrize("name", ["wsd", "wsd-layers"])
def test_where_nothing_is_recorded_the_view_says_what_is_missing(name, monkeypatch, tmp_path):
    monkeypatch.setattr(wsd_records, "PATH", tmp_path / "wsd.jsonl")
    shown = VIEWS[name]().show(WsdState())
    assert shown.figure is None
    assert "engine record wsd" in shown.notice
    assert "engine fetch coarsewsd-10" in shown.notice
    assert 0.945 in list(shown.table["score"])


def test_a_model_that_is_not_recorded_is_named_and_unknown_tests_are_refused():
    shown = VIEWS["wsd"]().show(WsdState("centroid", ("minilm", "acme/tiny")))
    assert any("acme/tiny" in note and "record wsd" in note for note in shown.notes)
    with pytest.raises(UnknownName, match="centroid, nearest, claims"):
        VIEWS["wsd"]().show(WsdState("riddles"))


def test_plain_accuracy_weighs_each_sense_by_how_common_it_is():
    # Recalls .5 and 1 of senses that are 3 to 1: (.5 * 3 + 1) / 4.
    hits = {"bank": np.array([1.0, 0.0, 1.0])}
    scores = scores_of(hits, {"bank": np.array([0, 0, 1])})
    task = wsd_records.WordTask("bank", (1, 1), (2, 1), (3, 1))
    assert scores.plain((task,)) == pytest.approx(0.625)
    assert task.majority == 0.75
