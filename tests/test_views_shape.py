"""The frame, the shape and the rogue dimensions of a layer, as views show them."""

from itertools import combinations

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.geometry.stream import measure
from engine.views import shaped
from engine.views.frame_switches import FrameSwitchesState, FrameSwitchesView, switches
from engine.views.layer_close_up import LayerCloseUpState, LayerCloseUpView
from engine.views.rogue_dimensions import RogueDimensionsState, RogueDimensionsView
from engine.views.shape import ShapeState, ShapeView
from engine.views.shape_measures import MEASURES
from engine.views.sources import Source

pytestmark = pytest.mark.slow  # shapes of whole corpora are measured

MARKS = ["!", "?", ";", ","]


def mean_cosine_by_hand(vectors, rows, layer):
    """Over pairs of different words from different sentences, one by one."""
    x = vectors.layers[layer].astype(float)
    cosines = [
        x[a] @ x[b] / np.linalg.norm(x[a]) / np.linalg.norm(x[b])
        for a, b in combinations(rows, 2)
        if vectors.keys[a] != vectors.keys[b] and vectors.sentence_ids[a] != vectors.sentence_ids[b]
    ]
    return np.mean(cosines)


# --- the frame --------------------------------------------------------------------------------


def test_each_frame_has_its_own_mean_cosine_on_the_same_vectors(plant, rng, show_planted):
    words = [f"w{i}" for i in range(6)]
    sentences = [[*rng.choice(words, 3), MARKS[i % 4]] for i in range(24)]
    sentences[0][0], sentences[1][1] = "once", "also"
    is_mark = np.array([word in MARKS for words in sentences for word in words])
    layer = rng.normal(size=(96, 5))
    layer[is_mark] = [5, 0, 0, 0, 0]  # marks all point one way
    vectors = plant(sentences, rng.normal(size=(96, 3)), layer)
    state = FrameSwitchesState("text", show_planted(vectors))
    rows = FrameSwitchesView().show(state).table.set_index("frame")["mean cosine"]
    counts = {word: vectors.keys.count(word) for word in set(vectors.keys)}
    frames = {
        "every occurrence, no punctuation": ~is_mark,
        "every occurrence, with punctuation": is_mark | True,
        "every occurrence but the first of a sentence": ~is_mark & (vectors.positions > 0),
        "words seen once": ~is_mark & np.array([counts[w] == 1 for w in vectors.keys]),
        "words seen at least 2 times": ~is_mark & np.array([counts[w] > 1 for w in vectors.keys]),
    }
    for frame, inside in frames.items():
        expected = mean_cosine_by_hand(vectors, np.flatnonzero(inside), layer=1)
        assert rows[frame] == pytest.approx(expected), frame


def test_the_sentence_says_how_far_the_frame_moves_the_number(plant, rng, show_planted):
    sentences = [["a", "!"], ["b", "?"], ["c", ";"], ["d", ","]] * 10
    layer = np.tile([[1.0, 0.0], [1.0, 0.0]], (40, 1))
    layer[::2] = [[np.cos(i * np.pi / 2), np.sin(i * np.pi / 2)] for i in range(4)] * 10
    state = FrameSwitchesState("text", show_planted(plant(sentences, layer)))
    shown = FrameSwitchesView().show(state)
    # Words: of the pairs of different letters a third is opposite. Marks: all alike.
    values = shown.table.set_index("frame")["mean cosine"]
    assert values["every occurrence, no punctuation"] == pytest.approx(-1 / 3)
    assert "from -0.33" in shown.notice
    assert "with punctuation" in shown.notice
    assert len(shown.figure.data[0]["x"]) == len(shown.table)


def test_a_static_model_is_also_measured_on_its_list_of_frequent_words(glove_model):
    shown = FrameSwitchesView().show(FrameSwitchesState("text", "a bank\nthe river\n", "glove"))
    sizes = shown.table.set_index("frame")["n"]
    assert [sizes[f"its {n:,} most frequent words"] for n in (1_000, 10_000, 50_000)] == [
        1_000, 10_000, 50_000,
    ]  # fmt: skip
    values = shown.table.set_index("frame")["mean cosine"]
    x = glove_model.words(10_000)
    u = x.layers[0] / np.linalg.norm(x.layers[0], axis=1, keepdims=True)
    rank = np.arange(1, 10_001)
    drawn = np.random.default_rng(0).choice(10_000, (2, 400_000), p=(1 / rank) / (1 / rank).sum())
    a, b = drawn[:, drawn[0] != drawn[1]]  # random pairs of running text, two different words
    sampled = np.einsum("ij,ij->i", u[a], u[b]).mean()
    weighted = values["its 10,000 most frequent words, each as often as it is used"]
    assert weighted == pytest.approx(sampled, abs=0.005)


def test_a_list_longer_than_the_vocabulary_is_called_by_what_it_holds():
    shown = FrameSwitchesView().show(FrameSwitchesState("text", "a bank\nthe river", "word2vec"))
    assert "all its 20,000 words" in list(shown.table["frame"])


def test_frames_are_measured_before_they_are_shown_and_can_be_stopped(random_corpus, show_planted):
    view, state = FrameSwitchesView(), FrameSwitchesState("text", show_planted(random_corpus()))
    assert view.needs(state) == [(Source("text", state.text), "minilm")]
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 3:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        view.work(state).do(stop)
    n_frames = len(switches(state))
    assert seen[-1] == (3, n_frames)
    seen.clear()
    view.work(state).do(lambda *at: seen.append(at))
    assert seen == [(number, n_frames - 3) for number in range(n_frames - 3)]  # three are kept
    assert view.work(state) is None
    assert view.needs(state) == []


def test_a_text_without_two_words_to_compare_is_told_in_a_sentence(plant, show_planted):
    text = show_planted(plant([["bank"]], np.ones((1, 3))))
    with pytest.raises(EngineError, match=r"n = 1\. Choose a longer text"):
        FrameSwitchesView().show(FrameSwitchesState("text", text))


# --- the shape --------------------------------------------------------------------------------


@pytest.fixture
def two_clouds(plant, rng, show_planted):
    """400 words in two layers of width 8: isotropic, and a flat cone: variance in two dimensions
    only, all of it about a point on the third.
    """
    sentences = [[f"w{4 * i + j}" for j in range(4)] for i in range(100)]
    isotropic, cone = rng.normal(size=(400, 8)), np.zeros((400, 8))
    cone[:, :2], cone[:, 2] = rng.normal(size=(400, 2)), 4.0
    vectors = plant(sentences, isotropic, cone)
    return vectors, show_planted(vectors)


def shape_rows(text, name):
    state = ShapeState("text", text, ("minilm",), measure_name=name)
    return ShapeView().show(state)


def test_every_measure_tells_a_flat_cone_from_an_isotropic_cloud(two_clouds):
    rows = shape_rows(two_clouds[1], "kappa").table
    for name in ("participation_ratio", "effective_rank", "iso_score", "intrinsic_dimension"):
        isotropic, cone = rows[MEASURES[name].title]
        expected = rows[f"{MEASURES[name].title}, reference"].iloc[0]
        assert isotropic == pytest.approx(expected, rel=0.1), name
        assert cone < isotropic / 2, name
    for name in ("pc1_share", "mean_resultant_length", "kappa"):
        isotropic, cone = rows[MEASURES[name].title]
        assert cone > 2 * isotropic, name
    assert rows["Participation ratio"].iloc[1] == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_has_its_curve_and_thin_reference_and_says_its_ends(two_clouds, name):
    shown = shape_rows(two_clouds[1], name)
    of = MEASURES[name]
    has_band = of.interval is not None
    *band, curve, reference = shown.figure.data
    assert len(band) == has_band
    assert (of.how_sure if has_band else "no interval") in shown.caption
    assert has_band == (" 95 %" in shown.caption)
    assert (curve["showlegend"], reference["showlegend"]) == (True, False)
    np.testing.assert_array_equal(list(curve["y"]), shown.table[of.title])
    np.testing.assert_array_equal(list(reference["y"]), shown.table[f"{of.title}, reference"])
    assert of.say(shown.table[of.title].max()) in shown.notice


def test_layer_by_layer_gives_the_numbers_of_all_layers_at_once(random_corpus, show_planted):
    vectors = random_corpus()
    state = ShapeState("text", show_planted(vectors), ("minilm",))
    alone = shaped.shaped(state, "minilm").layers
    together = measure([vectors], state.frame, shape=True)
    assert [layer.layer for layer in alone] == [layer.layer for layer in together]
    for one, other in zip(alone, together, strict=True):
        assert one.mean_cosine_interval == other.mean_cosine_interval
        assert one.shape.spectrum == other.shape.spectrum
        assert one.shape.dimensions == other.shape.dimensions


def test_shapes_are_computed_with_progress_and_then_kept(two_clouds):
    state = ShapeState("text", two_clouds[1], ("minilm", "glove"))
    view, seen = ShapeView(), []
    view.work(state).do(lambda *at: seen.append(at))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert view.work(state) is None
    assert view.needs(state) == []
    assert RogueDimensionsView().work(RogueDimensionsState("text", two_clouds[1])) is None


def test_a_layer_up_close_measures_that_layer_alone(two_clouds, monkeypatch):
    measured = []

    def counted(parts, *args, **options):
        measured.extend(parts[0].layer_names)
        return measure(parts, *args, **options)

    monkeypatch.setattr(shaped, "measure", counted)
    view, state = LayerCloseUpView(), LayerCloseUpState("text", two_clouds[1], layer=1)
    view.work(state).do(lambda *_: None)
    assert view.work(state) is None
    table = view.show(state).table
    assert measured == [two_clouds[0].layer_names[1]]
    shaped.shaped(state, "minilm")
    assert sorted(measured) == sorted(two_clouds[0].layer_names)  # that one is not measured again
    assert view.show(state).table.equals(table)


# --- rogue dimensions -------------------------------------------------------------------------


def test_the_parts_of_a_layer_add_up_and_the_planted_dimension_is_named(two_clouds):
    vectors, text = two_clouds
    shown = RogueDimensionsView().show(RogueDimensionsState("text", text))
    bars = [trace for trace in shown.figure.data if trace["type"] == "bar"]
    for place, row in shown.table.iterrows():
        parts = [dict(zip(bar["x"], bar["y"], strict=True))[place] for bar in bars]
        assert sum(parts) == pytest.approx(row["mean cosine"])
    cone = shown.table.iloc[1]
    assert cone["top 1"] == 2
    every = range(len(vectors))
    assert cone["mean cosine"] == pytest.approx(mean_cosine_by_hand(vectors, every, 1))
    assert cone["mean cosine without top 1"] == pytest.approx(0, abs=0.02)
    assert "At layer 1" in shown.notice
    assert "one dimension of 8 makes 100% [100%, 100%] of the mean cosine of 0.9" in shown.notice
    assert cone["share 1, low"] < cone["share of top 1"] < cone["share 1, high"]
    assert cone["without 1, low"] < cone["mean cosine without top 1"] < cone["without 1, high"]
