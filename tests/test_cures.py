"""Cures for anisotropy: what each does to planted clouds, and what is recorded of real ones."""

import math

import numpy as np
import pytest

from engine.corpora import files
from engine.corpora.sts import SentencePair
from engine.corpora.word_similarity import ScoredPair
from engine.encoder import ENCODERS, ModelCard, is_static, registered
from engine.errors import EngineError, UnknownName
from engine.geometry.senses import sense_auc, sense_separation
from engine.geometry.similarity_scores import rank_correlation, rank_correlation_change
from engine.vectors import LayeredVectors
from engine.vectors.states import FITS, RAW, fitted
from engine.views import VIEWS, cure_tasks, cures, sources
from engine.views.cure_scores import TASKS, Asked, scored_now
from engine.views.cures import CuresState
from engine.views.cures_by_layer import CuresByLayerState
from engine.views.cures_kept import record_of, recorded_ways
from engine.views.sources import Source, vectors_of

N_PAIRS = 120
D = 24


# --- change of a score --------------------------------------------------------------------------


def test_a_change_is_the_difference_of_two_rank_correlations():
    b = np.array([1.0, 2.0, 3.0, 4.0])
    before, after = np.array([1.0, 2.0, 4.0, 3.0]), np.array([4.0, 3.0, 2.0, 1.0])
    # rho = 1 - 6 sum d^2 / (n (n^2 - 1)): 1 - 12 / 60 = .8 before, -1 after.
    assert rank_correlation_change(before, after, b)[0] == pytest.approx(-1.8)
    assert rank_correlation_change(before, before, b) == (0.0, 0.0, 0.0)
    assert all(map(math.isnan, rank_correlation_change(b[:2], b[:2], b[:2])))


def test_a_change_on_the_same_pairs_is_told_apart_where_two_intervals_overlap(rng):
    b = rng.normal(size=300)
    before = b + rng.normal(size=300)
    after = before + 0.15 * b
    first, second = rank_correlation(before, b), rank_correlation(after, b)
    assert first.interval[1] > second.interval[0]
    change, low, high = rank_correlation_change(before, after, b)
    assert change == pytest.approx(second.value - first.value)
    assert 0 < low < change < high


def test_the_auc_alone_is_that_of_the_sense_separation(rng):
    x = rng.normal(size=(24, 5))
    x[:12, 0] += 1.5
    senses = np.repeat(["river", "money"], 12)
    sentence_ids = np.arange(24) // 2 + 7
    whole = sense_separation(x, senses, sentence_ids)
    assert sense_auc(x, senses, sentence_ids) == whole.auc


# --- planted clouds -----------------------------------------------------------------------------


class Planted:
    """A static model whose words are made up: those of the pairs as given, all others at random."""

    device, dtype = "cpu", "float32"

    def __init__(self, words: dict[str, np.ndarray], make) -> None:
        self.card = ModelCard(
            "planted", "Planted", "static", "", ("0",), D, "", "", sha256="0" * 64
        )
        self._words, self._make = words, make

    def encode(self, sentences, *, progress=None) -> LayeredVectors:
        places = [(s, p, word.key) for s, sentence in enumerate(sentences)
                  for p, word in enumerate(sentence.words)]  # fmt: skip
        for _, _, key in places:
            if key not in self._words:
                self._words[key] = self._make(np.random.default_rng(sum(key.encode()) + len(key)))
        return LayeredVectors(
            model="planted", sentences=tuple(sentences),
            sentence_ids=np.array([s for s, _, _ in places]),
            positions=np.array([p for _, p, _ in places]),
            layers=(np.stack([self._words[key] for _, _, key in places]).astype(np.float32),),
            layer_names=("0",),
        )  # fmt: skip


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """A model of this name, with these vectors and scores for pairs of its words."""
    monkeypatch.setenv(files.MIRROR, str(tmp_path))
    monkeypatch.setenv(files.CACHE, str(tmp_path))
    drawn_pairs = cure_tasks.drawn_pairs
    drawn_pairs.cache_clear()

    def use(name: str, first: np.ndarray, second: np.ndarray, scores: np.ndarray, make) -> Asked:
        names = [(f"qa{i}", f"qb{i}") for i in range(len(scores))]
        pairs = tuple(ScoredPair(*p, s) for p, s in zip(names, scores, strict=True))
        words = {a: x for (a, _), x in zip(names, first, strict=True)}
        words |= {b: x for (_, b), x in zip(names, second, strict=True)}
        monkeypatch.setattr(cure_tasks, "_pairs_of", lambda _: pairs)
        monkeypatch.setattr(cure_tasks, "_words_of_all_sets", lambda: tuple(words))
        model = Planted(words, make)
        sources._encoders.get((name, "auto"), lambda: model, lambda _: 1)
        return Asked(name, 0, "senses", 0)

    yield use
    drawn_pairs.cache_clear()


def unit_rows(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def alike_by(scores: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors whose cosines are the scores."""
    first, other = unit_rows(rng.normal(size=(2, len(scores), D)))
    other = unit_rows(other - (other * first).sum(axis=1, keepdims=True) * first)
    return first, scores[:, None] * first + np.sqrt(1 - scores[:, None] ** 2) * other


def test_taking_off_a_common_direction_opens_the_cone_and_frees_the_meaning(planted, rng):
    common = np.zeros(D)
    common[3] = 4.0
    scores = rng.uniform(-0.9, 0.9, N_PAIRS)
    # A word's length says nothing of its meaning, but rules its cosine once all share a direction.
    lengths = rng.uniform(0.5, 5.0, (2, N_PAIRS, 1))
    first, second = (common + a * x for a, x in zip(lengths, alike_by(scores, rng), strict=True))
    asked = planted(
        "planted-common", first, second, scores, lambda own: common + own.normal(size=D)
    )
    raw, centred = scored_now(asked, RAW), scored_now(asked, "centred")
    assert raw.scores["mean_cosine"].value > 0.3
    assert abs(centred.scores["mean_cosine"].value) < 0.05
    assert raw.scores["simlex-999"].value < 0.9
    assert centred.scores["simlex-999"].value > 0.95
    change, low, _ = centred.scores["simlex-999"].change
    assert change > 0.1
    assert low > 0


def test_dropping_a_rogue_dimension_that_carries_meaning_loses_it(planted, rng):
    meant = rng.uniform(2.0, 12.0, N_PAIRS)

    def make(own):
        x = own.normal(size=D)
        x[0] += 6.0
        return x

    first, second = rng.normal(size=(2, N_PAIRS, D))
    first[:, 0], second[:, 0] = meant, meant
    asked = planted("planted-rogue", first, second, meant, make)
    raw, dropped = scored_now(asked, RAW), scored_now(asked, "rogue-3 dropped")
    assert dropped.scores["mean_cosine"].value < raw.scores["mean_cosine"].value - 0.3
    assert raw.scores["simlex-999"].value > 0.85
    assert abs(dropped.scores["simlex-999"].value) < 0.3
    _, _, high = dropped.scores["simlex-999"].change
    assert high < 0


def test_a_sentence_is_the_mean_of_its_cured_words_without_punctuation(planted, monkeypatch):
    """Hand-worked: words on two axes, moved by (1, 0) before they are averaged."""
    words = {"east": [3.0, 0.0], "north": [1.0, 2.0], "out": [1.0, -2.0]}
    vectors = {key: np.array([*x, *[0.0] * (D - 2)]) for key, x in words.items()}
    pairs = tuple(
        SentencePair(a, b, score, "2012.made-up")
        for a, b, score in [
            ("east!", "east north", 5.0),
            ("east", "north , out", 1.0),
            ("north.", "out", 0.0),
        ]
    )
    asked = planted("planted-sentences", np.zeros((0, D)), np.zeros((0, D)), np.zeros(0), None)
    model = sources.encoder(asked.model)
    model._words = {**vectors, "!": np.ones(D), ".": np.ones(D), ",": np.ones(D)}
    monkeypatch.setattr(cure_tasks, "drawn_pairs", lambda seed: pairs)
    shift = np.array([1.0, *[0.0] * (D - 1)])
    answers = cure_tasks.sentence_answers(asked.model, 0, lambda _: lambda x: x - shift, 0)
    # (2,0) with the mean of (2,0) and (0,2); (2,0) with the mean of (0,2) and (0,-2): nothing left;
    # (0,2) with (0,-2).
    np.testing.assert_allclose(answers.values, [0.5**0.5, 0.0, -1.0], atol=1e-6)
    np.testing.assert_allclose(answers.scores, [5.0, 1.0, 0.0])


def test_without_the_sentence_pairs_the_figure_says_which_command_brings_them(
    planted, rng, monkeypatch
):
    monkeypatch.setattr(cures, "STATES_IN_ORDER", (RAW, "centred", "whitened"))
    scores = rng.uniform(-0.9, 0.9, N_PAIRS)
    asked = planted("planted-plain", *alike_by(scores, rng), scores, lambda own: own.normal(size=D))
    view, state = VIEWS["cures"](), CuresState(asked.model)
    for source, model in view.needs(state):
        vectors_of(source, model)
    work = view.work(state)
    work.do(lambda done, total: None)
    assert view.work(state) is None
    shown = view.show(state)
    assert any("STS" in note and "python -m engine fetch sts" in note for note in shown.notes)
    assert not [column for column in shown.table if column.startswith("STS")]
    assert len(shown.table) == 3
    assert "sense corpus" in shown.caption
    assert f"n = {N_PAIRS}" in shown.caption


def test_unknown_states_and_ways_to_fit_are_refused():
    with pytest.raises(UnknownName, match="blurred"):
        scored_now(Asked("glove", 0, "senses", 0), "blurred")
    with pytest.raises(UnknownName, match="'all'"):
        scored_now(Asked("glove", 0, "all", 0), RAW)


def test_a_contextual_model_has_no_list_of_words_to_fit_on(minilm_model):
    sources._encoders.get(("minilm", "auto"), lambda: minilm_model, lambda _: 1)
    with pytest.raises(EngineError, match="without a sentence"):
        VIEWS["cures"]().show(CuresState("minilm", fitted_on="frequent"))


# --- what is recorded ---------------------------------------------------------------------------

HERE = [card.name for card in registered() if ENCODERS[card.name].missing() is None]


@pytest.mark.parametrize("model", HERE)
def test_every_cure_of_every_layer_is_recorded_of_the_model_as_it_is(model):
    for way in recorded_ways(model):
        record = record_of(Asked(model, 0, way, 0))
        assert record is not None, "run `python -m engine record cures`"
        assert record.layer_names == ENCODERS[model].card.layer_names
        for layer in record.layers:
            assert set(layer) == set(FITS)
            for of in layer.values():
                assert {*TASKS, "mean_cosine", "iso_score"} == set(of.scores)
                for score in of.scores.values():
                    assert score.low - 1e-4 <= score.value <= score.high + 1e-4


@pytest.mark.parametrize("name", ["cures", "cures-by-layer"])
@pytest.mark.parametrize("model", HERE)
def test_recorded_cures_are_shown_at_once(name, model):
    view = VIEWS[name]()
    state = view.State(model)
    assert view.needs(state) == []
    assert view.work(state) is None
    shown = view.show(state)
    assert "recorded" in shown.caption
    assert "nan" not in shown.notice.lower()
    assert shown.figure.data
    assert len(set(shown.table.columns)) == len(shown.table.columns)


def test_a_static_model_cannot_be_cured_of_having_one_vector_a_word():
    for model in filter(is_static, HERE):
        record = record_of(Asked(model, 0, "senses", 0))
        assert {of.scores["senses"].value for of in record.layers[0].values()} == {0.5}


def test_another_layer_is_another_picture_and_beyond_the_top_is_the_top():
    view = VIEWS["cures"]()
    low, top, beyond = (view.show(CuresState("minilm", layer)).table for layer in (0, -1, 99))
    assert not low.equals(top)
    assert beyond.equals(top)
    with pytest.raises(UnknownName, match="blurred"):
        VIEWS["cures-by-layer"]().show(CuresByLayerState("glove", cure="blurred"))


@pytest.mark.slow
@pytest.mark.parametrize("model", HERE)
def test_every_state_fitted_on_one_text_moves_another_of_the_same_model(model):
    one, other = vectors_of(Source("lecture"), model), vectors_of(Source("lecture"), model)
    other = other.select(np.arange(0, len(other), 3))
    for layer, theirs in zip(one.layers, other.layers, strict=True):
        for state in FITS:
            moved = fitted(state, layer, one.weights)(theirs)
            assert moved.shape == theirs.shape
            assert np.isfinite(moved).all()


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("state", [RAW, "top-3 removed", "whitened"])
def test_what_is_recorded_is_what_is_measured(state):
    asked = Asked("glove", 0, "senses", 0)
    kept, now = record_of(asked).layers[0][state], scored_now(asked, state)
    for name, score in now.scores.items():
        assert kept.scores[name].value == pytest.approx(score.value, abs=2e-3)
        assert kept.scores[name].n == score.n
