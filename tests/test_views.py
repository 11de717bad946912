"""A view is its state: the same link, the same numbers; what is recorded is what is measured."""

import dataclasses
import json
import random
from dataclasses import fields, replace
from types import MappingProxyType
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from safetensors import safe_open
from safetensors.numpy import save_file

from engine.errors import CorruptFile, EngineError, TextError, WordNotFound
from engine.geometry.stream import measure
from engine.views import VIEWS, sources, state_from_params, state_to_params
from engine.views import recorded as records
from engine.views.anisotropy import MeasureState
from engine.views.build import default_frame
from engine.views.claimed import ClaimState
from engine.views.cloud import CloudView, layer_notice, neighbours, row_of, table
from engine.views.code_behind import code_behind
from engine.views.kept import Kept
from engine.views.measured import measured, missing_vectors
from engine.views.prepared import CloudState, prepare
from engine.views.recorded import bundled, path_of, read, recorded
from engine.views.sources import MAX_WORDS, Source, vectors_of
from engine.views.two_contexts import TwoContextsState, compare

TINY = (
    "he sat on the bank of the river\nthe bank raised its interest rate\n"
    "a bank of clouds hid the sun\nthe river rose over its bank"
)
LABELLED = "\n".join(
    f"{sense}\t{text}"
    for sense, text in [
        ("river", "he sat on the bank of the river"), ("river", "the river rose over its bank"),
        ("river", "they fished from the muddy bank"), ("money", "the bank raised its rate"),
        ("money", "she took a loan from the bank"), ("money", "my bank closed its branch"),
    ]
)  # fmt: skip
# The views of vectors; those that ask a language model have tests of their own.
NAMES = [name for name in VIEWS if hasattr(VIEWS[name].State, "state")]
# These read the whole sense corpus, or thousands of word pairs, besides.
SLOW = ("claim-top-context", "claim-narrower", "claim-closer")
OF_VECTORS = [
    pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in NAMES
]
STATIC_ONLY = ("claim-isotropic",)
ODD = ["", "bank", "a,b", "a=b&c", "€ 👍", "<script>", "line\nbreak", "1", "True", "../../etc"]


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    """Both bundled models are in memory, as on a server that has warmed up."""
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)


def tiny(name: str):
    """A view's default state with a text of a few sentences, where it takes one."""
    state = VIEWS[name].State()
    if isinstance(state, ClaimState):
        state = replace(state, models=("minilm", "glove"))
    if name == "senses":
        return replace(state, text=LABELLED)
    if {"source", "text"} <= {field.name for field in fields(state)}:
        return replace(state, source="text", text=TINY)
    return state


# --- states and links -------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_every_state_is_frozen_has_defaults_and_names_nothing_at_its_default(name):
    state = VIEWS[name].State()
    assert state_to_params(state) == {}
    assert state_from_params(type(state), {}) == state
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(state, fields(state)[0].name, "other")
    assert hash(state) == hash(VIEWS[name].State())


@pytest.mark.parametrize("name", VIEWS)
def test_any_state_survives_the_way_through_a_link(name):
    kind, draw = VIEWS[name].State, random.Random(0)
    makers = {
        bool: lambda: draw.random() < 0.5,
        int: lambda: draw.randint(-5, 10**6),
        str: lambda: draw.choice(ODD),
        tuple[str, ...]: lambda: tuple(draw.choices(["minilm", "x/y-1"], k=draw.randint(1, 3))),
    }  # fmt: skip
    hints = get_type_hints(kind)
    for _ in range(200):
        state = kind(**{field.name: makers[hints[field.name]]() for field in fields(kind)})
        params = state_to_params(state)
        assert all(isinstance(value, str) for value in params.values())
        assert state_from_params(kind, MappingProxyType(params)) == state
        assert state_from_params(kind, {**params, "camera": "1,2,3", "unknown": "x"}) == state


@pytest.mark.parametrize("name", VIEWS)
def test_a_link_with_a_word_for_a_number_is_told_in_a_sentence(name):
    kind = VIEWS[name].State
    numbers = [field for field, hint in get_type_hints(kind).items() if hint is int]
    for field in numbers:
        for value in ("abc", "", "²", "1.5", "9" * 5_000):
            with pytest.raises(EngineError, match=field):
                state_from_params(kind, {field: value})


# --- every view -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_VECTORS)
def test_every_view_shows_a_figure_its_table_and_a_sentence_for_a_few_sentences(name):
    view, state = VIEWS[name](), tiny(name)
    for source, model in view.needs(state):
        vectors_of(source, model)
    shown = view.show(state)
    assert view.title
    assert shown.figure.data
    assert len(shown.table) > 0
    assert len(set(shown.table.columns)) == len(shown.table.columns)
    assert shown.notice.endswith(".")
    assert any(digit in shown.notice for digit in "0123456789")
    assert "nan" not in shown.notice.split()
    json.loads(shown.figure.to_json())


@pytest.mark.parametrize("name", OF_VECTORS)
def test_the_code_behind_a_figure_makes_it_again(name):
    state = tiny(name)
    shown, code = VIEWS[name]().show(state), code_behind(name, state)
    *lines, last = code.split("\n")
    assert last.startswith("shown.figure.show()")
    made: dict = {}
    exec("\n".join(lines), made)
    pd.testing.assert_frame_equal(made["shown"].table, shown.table)
    assert made["shown"].figure.to_json() == shown.figure.to_json()


@pytest.mark.parametrize("name", OF_VECTORS)
def test_every_caption_says_model_state_n_and_whether_it_is_live(name):
    state = tiny(name)
    caption = VIEWS[name]().show(state).caption
    assert ("GloVe" if name in STATIC_ONLY else "MiniLM") in caption
    assert f"{state.state} vectors" in caption
    assert "n = " in caption or "in 2 sentences" in caption
    assert any(word in caption for word in ("live", "recorded", "computed"))
    # Nothing in these is drawn at random.
    if name not in ("occurrences", "two-contexts", "context-question"):
        assert "seed 0" in caption


@pytest.mark.parametrize("name", OF_VECTORS)
def test_the_same_state_gives_the_same_numbers(name):
    first, second = (VIEWS[name]().show(tiny(name)).table for _ in range(2))
    assert first.equals(second)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in VIEWS if issubclass(VIEWS[n].State, MeasureState)])
def test_the_caption_of_a_measure_names_its_frame(name):
    for unit in ("occurrences", "one per sentence"):
        state = replace(tiny(name), unit=unit, min_frequency=2, punctuation=True, seed=7)
        caption = VIEWS[name]().show(state).caption
        assert state.frame.describe() in caption
        assert "seed 7" in caption


@pytest.mark.parametrize("name", [n for n in VIEWS if issubclass(VIEWS[n].State, MeasureState)])
def test_a_frame_that_leaves_nothing_is_told_in_a_sentence(name):
    state = replace(tiny(name), min_frequency=50)
    try:
        told = VIEWS[name]().show(state).notice
    except EngineError as error:
        told = str(error)
    assert told.endswith(".")
    assert "nan" not in told.split()
    assert any(phrase in told for phrase in ("too few words", "No word occurs twice"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [n for n in NAMES if "text" in VIEWS[n].State.__annotations__ and n not in SLOW]
)
def test_markup_in_a_text_never_reaches_a_figure_as_markup(name):
    markup = "<img src=x onerror=alert(1)>"
    text = LABELLED if name.startswith("sense") else TINY
    state = replace(tiny(name), text="\n".join(f"{line} {markup}" for line in text.split("\n")))
    shown = VIEWS[name]().show(state)
    assert markup not in shown.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")


def test_a_frame_with_one_word_says_so_instead_of_measuring():
    told = VIEWS["anisotropy"]().show(MeasureState(source="text", text="bank")).notice
    assert "too few words" in told
    assert "cone" not in told


# --- one word, two contexts -------------------------------------------------------------------


def test_a_word_in_the_same_sentence_twice_over_is_itself_at_every_layer():
    state = TwoContextsState(first="a bank here", second="a bank here")
    found = compare(state, "minilm")
    assert_allclose(found.cosines, 1, atol=1e-5)
    assert_allclose(found.margins, 1, atol=1e-5)


def test_a_contextual_model_is_compared_with_words_drawn_from_the_sense_corpus():
    found = compare(TwoContextsState(), "minilm")
    assert_allclose(
        found.baseline,
        [layer.mean_cosine for layer in recorded("senses", "minilm").measurements()],
    )
    assert found.cosines[-1] < 0.9
    assert compare(TwoContextsState(), "glove").cosines == (pytest.approx(1),)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"word": "river"}, WordNotFound), ({"word": ""}, WordNotFound),
        ({"first": "bank " * 1_000}, TextError), ({"second": "a\0bank"}, TextError),
        ({"state": "whitened"}, EngineError),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_a_sentence(change, kind):
    with pytest.raises(kind) as told:
        compare(replace(TwoContextsState(), **change), "minilm")
    assert str(told.value)


# --- the cloud --------------------------------------------------------------------------------


def test_neighbours_are_the_highest_cosines_of_the_full_space():
    state = CloudState(source="text", text=TINY)
    vectors = vectors_of(Source("text", TINY), "minilm")
    row = row_of(prepare(state), "bank")
    for layer, found in zip(vectors.layers, neighbours(state, row, k=5), strict=True):
        unit = layer / np.linalg.norm(layer, axis=1, keepdims=True)
        cosines = unit @ unit[row]
        cosines[row] = -2
        assert [entry["cosine"] for entry in found] == pytest.approx(
            np.sort(cosines)[::-1][:5], abs=1e-4
        )
        assert row not in [entry["id"] for entry in found]


def test_the_table_holds_every_word_in_order_and_the_angle_the_notice_speaks_of():
    prepared = prepare(CloudState(source="text", text=TINY))
    rows = table(prepared, 6, all_rows=True)
    assert list(rows["word"]) == prepared.words == TINY.split()
    median = np.degrees(np.arccos(rows["cosine to the axis"])).median()
    assert f"{median:.0f}°" in layer_notice(prepared, 6)


def test_a_still_picture_is_shown_for_a_layer_or_layout_that_does_not_exist():
    for change in ({"layer": 99}, {"layer": -7}, {"layout": "nonsense"}):
        assert CloudView().show(CloudState(**change)).figure.data


def test_a_cloud_of_one_word_is_no_cone():
    prepared = prepare(CloudState(source="text", text="bank"))
    assert "°" not in layer_notice(prepared, 0)


# --- own text ---------------------------------------------------------------------------------


def test_own_text_over_the_limit_is_refused_with_both_numbers():
    with pytest.raises(TextError, match=rf"20,001 words.*up to {MAX_WORDS:,}"):
        Source("text", "a " * (MAX_WORDS + 1)).corpus()


def test_what_is_kept_in_memory_is_bounded_and_the_oldest_goes_first():
    kept = Kept(max_bytes=100)
    for key in range(5):
        kept.get(key, lambda key=key: key, lambda _: 40)
    assert [kept.has(key) for key in range(5)] == [False, False, False, True, True]
    assert kept.get(4, lambda: "computed again", lambda _: 40) == 4


def test_a_failed_computation_is_not_kept():
    kept = Kept(max_bytes=100)

    def fail():
        raise EngineError("No.")

    with pytest.raises(EngineError):
        kept.get("key", fail, len)
    assert not kept._locks
    assert kept.get("key", lambda: "now", len) == "now"


# --- recorded clouds --------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "model"), bundled())
def test_a_recorded_cloud_names_its_origin_and_needs_no_model(source, model):
    kept = recorded(source, model)
    assert kept is not None
    assert kept.about["command"].startswith("python -m engine")
    assert len(kept.about["text_sha256"]) == len(kept.about["model_sha256"]) == 64
    assert kept.about["date"] in kept.provenance
    assert {"pca", "cone"} <= set(kept.layouts) <= {"pca", "cone", "umap"}
    shape = (len(kept.layer_names), len(kept.sentence_ids), 3)
    assert all(layout.places.shape == shape for layout in kept.layouts.values())
    assert missing_vectors(Source(source), [model], "raw", default_frame(source)) == []


def test_a_truncated_record_is_refused_in_a_sentence(tmp_path):
    content = path_of("frequent", "glove").read_bytes()
    broken = tmp_path / "broken.safetensors"
    for length in (0, 4, 8, 9, 500, 5_000, len(content) // 2, len(content) - 1):
        broken.write_bytes(content[:length])
        with pytest.raises(CorruptFile, match=r"broken\.safetensors is damaged .*build-clouds"):
            read(broken)
    for other in (b"\0" * 5_000, b"PK\3\4" + content[4:], b"<html>" * 100):
        broken.write_bytes(other)
        with pytest.raises(CorruptFile):
            read(broken)
    with pytest.raises(CorruptFile):
        read(tmp_path / "missing.safetensors")


def rewrite(path, target, without="", **changes):
    """A record with some of what it says about itself changed, and one thing left out."""
    with safe_open(path, "np") as file:
        about = json.loads(file.metadata()["about"])
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    about.update(changes)
    about.pop(without, None)
    save_file(arrays, target, {"about": json.dumps(about)})


def test_a_record_of_another_text_is_not_used(monkeypatch, tmp_path):
    original = path_of("senses", "glove")
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    rewrite(original, path_of("senses", "glove"))
    assert recorded.__wrapped__("senses", "glove") is not None
    rewrite(original, path_of("senses", "glove"), text_sha256="0" * 64)
    assert recorded.__wrapped__("senses", "glove") is None
    path_of("senses", "glove").unlink()
    assert recorded.__wrapped__("senses", "glove") is None
    assert recorded.__wrapped__("senses", "minilm", "centred") is None


def test_a_record_that_lacks_a_part_is_refused(tmp_path):
    broken = tmp_path / "broken.safetensors"
    rewrite(path_of("senses", "glove"), broken, layouts={"pca": {"label": "only"}})
    with pytest.raises(CorruptFile):
        read(broken)
    rewrite(path_of("senses", "glove"), broken, measurements=[{"layer": "0", "n": 3}])
    with pytest.raises(CorruptFile):
        read(broken)
    for name in ("device", "date", "command", "layer_names", "text_sha256", "model_sha256"):
        rewrite(path_of("senses", "glove"), broken, without=name)
        with pytest.raises(CorruptFile, match=name):
            read(broken)


def test_a_measure_in_the_default_frame_is_recorded_and_in_any_other_live():
    frame = default_frame("senses")
    assert measured(Source("senses"), "glove", "raw", frame).provenance.startswith("recorded")
    other = replace(frame, punctuation=not frame.punctuation)
    assert measured(Source("senses"), "glove", "raw", other).provenance.startswith("live")


@pytest.mark.slow
@pytest.mark.parametrize(("source", "model"), bundled())
def test_recorded_measures_equal_live_ones(source, model):
    kept, vectors = recorded(source, model), vectors_of(Source(source), model)
    widths = {layer.shape[1] for layer in vectors.layers}
    assert ("umap" in kept.layouts) == (len(widths) == 1)
    assert_array_equal(kept.sentence_ids, vectors.sentence_ids)
    assert_array_equal(kept.positions, vectors.positions)
    live = measure([vectors], default_frame(source))
    for old, new in zip(kept.measurements(), live, strict=True):
        assert old.n == new.n
        for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
            assert_allclose(getattr(old, name), getattr(new, name), atol=2e-3, err_msg=name)
        assert_allclose(old.mean_cosine_interval, new.mean_cosine_interval, atol=4e-3)
        for name in ("cone_half_angle_median_deg", "cone_half_angle_p95_deg"):
            assert_allclose(getattr(old, name), getattr(new, name), atol=0.2, err_msg=name)


@pytest.mark.slow
def test_the_recorded_cone_shows_every_word_at_its_live_angle():
    prepared, vectors = prepare(CloudState()), vectors_of(Source("senses"), "minilm")
    for drawn, layer in zip(prepared.axis_cosines, vectors.layers, strict=True):
        unit = layer / np.linalg.norm(layer, axis=1, keepdims=True)
        axis = unit.mean(axis=0)
        assert_allclose(drawn, unit @ (axis / np.linalg.norm(axis)), atol=5e-3)
