"""All cones, one layer up close, and what context does, as views show them; recorded shapes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import CorruptFile, EngineError
from engine.geometry.stream import measure
from engine.views import recorded_shapes
from engine.views.anisotropy import MeasureState, notice
from engine.views.cones import ConesView
from engine.views.context_measures import STATIC_MEASURES, TYPE_MEASURES
from engine.views.layer_close_up import LayerCloseUpState, LayerCloseUpView
from engine.views.measured import Measured
from engine.views.recorded import bundled
from engine.views.shape import ShapeState, ShapeView
from engine.views.sources import Source

pytestmark = pytest.mark.slow  # shapes of whole corpora are measured

AXIS = np.array([1.0, 0, 0, 0, 0, 0])


@pytest.fixture
def opening_cone(plant, rng, show_planted):
    """Words 60 degrees from a common axis below, 30 above: [about the text, the vectors]."""
    sentences = [[f"w{4 * i + j}" for j in range(4)] for i in range(100)]
    around = rng.normal(size=(400, 6))
    around[:, 0] = 0
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    layers = [
        math.cos(angle) * AXIS + math.sin(angle) * around
        for angle in (math.radians(60), math.radians(30))
    ]
    vectors = plant(sentences, *layers)
    return show_planted(vectors), vectors


def test_cones_are_drawn_with_the_angles_that_were_planted(opening_cone):
    text, _ = opening_cone
    shown = ConesView().show(MeasureState("text", text, ("minilm",)))
    assert shown.table["half-angle, median (°)"].tolist() == pytest.approx([60, 30], abs=2)
    sectors = [trace for trace in shown.figure.data if trace["fill"] == "toself"]
    assert len(sectors) == 4  # 95 % and the median, of two layers
    for sector, angle in zip(sectors[1::2], (60, 30), strict=True):
        x, y = np.array(sector["x"]), np.array(sector["y"])
        tip = np.array([x[0], y[0]])
        edge = np.array([x[1], y[1]]) - tip
        assert math.degrees(math.atan2(abs(edge[0]), edge[1])) == pytest.approx(angle, abs=2)
    assert "The top layer is the narrowest in" in shown.notice


def test_each_cone_stands_beside_that_of_isotropic_vectors_as_wide(opening_cone, rng):
    text, _ = opening_cone
    shown = ConesView().show(MeasureState("text", text, ("minilm",)))
    arcs = [trace for trace in shown.figure.data if trace["fill"] is None][:2]  # of one layer
    ends = [math.degrees(math.atan2(arc["x"][-1], arc["y"][-1])) for arc in arcs]
    isotropic = rng.normal(size=(200_000, 6))
    angles = np.degrees(np.arccos(isotropic[:, 0] / np.linalg.norm(isotropic, axis=1)))
    assert ends == pytest.approx(np.quantile(angles, [0.5, 0.95]), abs=0.3)


def test_too_few_words_for_a_cone_are_told(plant, show_planted):
    text = show_planted(plant([["bank"]], np.ones((1, 3))))
    with pytest.raises(EngineError, match="too few words"):
        ConesView().show(MeasureState("text", text, ("minilm",)))
    with pytest.raises(EngineError, match="too few words"):
        LayerCloseUpView().show(LayerCloseUpState("text", text, ("minilm",)))


@pytest.mark.parametrize(
    ("layer", "cosine", "angle"), [(0, 0.25, 60), (-1, 0.75, 30), (9, 0.75, 30)]
)
def test_a_layer_up_close_has_the_planted_cosine_angle_and_dimension(
    opening_cone, layer, cosine, angle
):
    text, _ = opening_cone
    shown = LayerCloseUpView().show(LayerCloseUpState("text", text, ("minilm",), layer=layer))
    pairs, _, mean, hill, _, median, bars, alike = shown.figure.data
    assert mean["x"][0] == pytest.approx(cosine, abs=0.03)
    assert median["x"][0] == pytest.approx(angle, abs=2)
    assert np.average(pairs["x"], weights=pairs["y"]) == pytest.approx(cosine, abs=0.04)
    assert hill["x"][np.argmax(hill["y"])] == pytest.approx(angle, abs=3)
    assert bars["x"][0] == "#0"  # the axis is dimension 0
    assert bars["y"][0] == pytest.approx(math.cos(math.radians(angle)) ** 2, abs=0.03)
    assert alike["y"][0] == pytest.approx(cosine / 6, abs=0.01)
    assert shown.table["pairs at most so alike"].iloc[-1] == pytest.approx(1)


@pytest.mark.parametrize("name", [*STATIC_MEASURES, *TYPE_MEASURES])
def test_every_measure_of_context_is_drawn_beside_what_it_is_held_against(
    random_corpus, show_planted, name
):
    text = show_planted(random_corpus(n_sentences=80))
    shown = ShapeView().show(ShapeState("text", text, ("minilm",), measure_name=name))
    group = STATIC_MEASURES if name in STATIC_MEASURES else TYPE_MEASURES
    title = group[name].title
    assert {title, f"{title}, reference"} <= set(shown.table.columns)
    curves = [trace for trace in shown.figure.data if trace["mode"] in ("lines", "lines+markers")]
    drawn = [list(curve["y"]) for curve in curves]
    assert shown.table[title].tolist() in drawn
    assert shown.table[f"{title}, reference"].tolist() in drawn


def test_words_that_never_move_are_explained_by_one_vector_and_random_words_are_not(
    plant, rng, show_planted
):
    sentences = [[f"w{j}", f"w{j + 1}"] for j in range(8) for _ in range(9)]
    of_type = dict(zip([f"w{j}" for j in range(9)], rng.normal(size=(9, 12)), strict=True))
    layer = np.array([of_type[word] for words in sentences for word in words])
    state = ShapeState("text", show_planted(plant(sentences, layer)), ("minilm",))
    rows = ShapeView().show(replace(state, measure_name="static_uncentred")).table.iloc[0]
    assert rows["As published"] == pytest.approx(1)
    assert rows["As published, reference"] < 0.8
    rows = ShapeView().show(replace(state, measure_name="intra_type")).table.iloc[0]
    assert rows["Within a word type"] == pytest.approx(1)


def test_many_models_are_told_by_what_they_have_in_common(plant):
    def of(title, *angles):
        layers = [
            np.cos(np.radians(a)) * np.eye(6)[[0] * 40] + np.sin(np.radians(a)) * spread
            for a in angles
        ]
        vectors = plant([[f"w{i}"] for i in range(40)], *layers)
        return Measured(title, title, tuple(measure([vectors])), "", (), ())

    spread = np.eye(6)[1 + np.arange(40) % 5]
    many = [of("Up", 80, 20), of("Down", 20, 80), of("Hill", 80, 20, 80), of("Static", 45)]
    told = notice(many)
    for kind, title in zip(
        ("Highest at the top: ", "Highest at the input: ", "Highest in between: ", "one number: "),
        ("Up", "Down", "Hill", "Static"),
        strict=True,
    ):
        assert f"{kind}{title} (" in told


# --- recorded shapes --------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "model"), bundled())
def test_a_recorded_shape_belongs_to_its_text_and_needs_no_model(source, model):
    kept = recorded_shapes.recorded_shapes(source, model)
    assert kept is not None
    assert kept.about["text_sha256"] == Source(source).fingerprint
    view, state = ShapeView(), ShapeState(source, models=(model,))
    assert view.needs(state) == []
    assert view.work(state) is None


def test_the_shape_of_another_number_of_frequent_words_is_not_the_recorded_one():
    usual, fewer = (ShapeState("frequent", text, ("glove",)) for text in ("", "1000"))
    view = ShapeView()
    assert view.work(usual) is None
    view.work(fewer).do(lambda *_: None)
    rows = [view.show(state).table.iloc[0] for state in (usual, fewer)]
    assert [row["n"] for row in rows] == [10_000, 1_000]
    assert rows[0]["Participation ratio"] != rows[1]["Participation ratio"]


def test_a_shape_is_read_as_it_was_written_and_a_damaged_file_is_refused(random_corpus, tmp_path):
    layers = measure([random_corpus()], shape=True)
    path = tmp_path / "shapes.safetensors"
    about = {"text_sha256": "a", "model_sha256": "b", "command": "c"}
    recorded_shapes.write(path, about, layers)
    kept = recorded_shapes.read(path)
    assert kept.about == about
    for one, layer in zip(kept.layers, layers, strict=True):
        np.testing.assert_array_equal(one.contributions, layer.shape.contributions)
        np.testing.assert_array_equal(one.pairs.share, layer.shape.pairs.share)
        assert repr(one) == repr(layer.shape)  # NaN included
    content = path.read_bytes()
    for length in (0, 9, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(CorruptFile, match=r"damaged .*build-clouds"):
            recorded_shapes.read(path)
