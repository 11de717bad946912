"""Senses without labels and on their way: groups that mean something, told apart from places."""

import numpy as np
import pytest
from scipy.spatial.distance import cosine

from engine.errors import ShapeError, WordNotFound
from engine.geometry.sense_clusters import SenseClusters
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.views import VIEWS, context_names, sense_groups, sense_vectors, senses, sources
from engine.views.context_names import named_islands
from engine.views.kept import Kept
from engine.views.sense_groups import SenseGroupsState
from engine.views.sense_groups_measured import measured_groups
from engine.views.sense_groups_told import LEAST, Groups, best_of, notice, tells_context
from engine.views.sense_paths import GROUPS, SensePathsState
from engine.views.sense_vectors import Occurrences, SenseQuestion, occurrences
from engine.views.senses import SensesState, separations
from pages._ui.sense_set import EXAMPLE

LABELLED = "\n".join(
    f"{('price', 'physics', 'law')[number // 6]}\t{line}"
    for number, line in enumerate(EXAMPLE.splitlines())
)


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)


def test_own_sentences_give_the_vectors_of_the_encoder(minilm_model):
    found = occurrences(SenseQuestion("charge", EXAMPLE), "minilm")
    vectors = minilm_model.encode(found.vectors.sentences)
    assert len(found.rows) == EXAMPLE.lower().count("charge")
    assert np.allclose(found.layers[6], vectors.layers[6][vectors.rows_of("charge")], atol=1e-4)
    assert set(found.senses) == {""}
    assert all("charge" in text.casefold() for text in found.texts)


def test_labels_reach_their_occurrences():
    found = occurrences(SenseQuestion("charge", LABELLED), "glove")
    expected = dict(line.split("\t")[::-1] for line in LABELLED.splitlines())
    assert [expected[text] for text in found.texts] == found.senses.tolist()


def test_capitals_make_another_word_where_that_is_asked():
    text = "We ate an apple.\nShe works for Apple.\nApple fell.\nOne apple fell."
    assert len(occurrences(SenseQuestion("apple", text), "minilm").rows) == 4
    assert len(occurrences(SenseQuestion("Apple", text, exact=True), "minilm").rows) == 2


def test_a_word_that_a_static_model_does_not_know_is_told():
    text = "One zxqwv here.\nA zxqwv there."
    with pytest.raises(WordNotFound, match="GloVe has no vector for “zxqwv”: the word is not in"):
        occurrences(SenseQuestion("zxqwv", text), "glove")
    with pytest.raises(WordNotFound, match="GloVe has no vector"):
        occurrences(SenseQuestion("мост", "мост через\nмост и"), "glove")
    assert len(occurrences(SenseQuestion("zxqwv", text), "minilm").rows) == 2


def test_a_word_that_a_contextual_model_does_not_know_is_told_as_such():
    text = "One zxqwv here.\nA zxqwv there."
    with pytest.raises(WordNotFound, match="CoVe has no vector for “zxqwv”: the word is not in"):
        occurrences(SenseQuestion("zxqwv", text), "cove")


def test_groups_too_small_to_share_a_context_name_no_best_layer():
    nothing = (np.nan, np.nan)
    layers = [
        (name, Groups(SenseClusters(np.array([0, 0, 0, 0, 0, 1]), silhouette, 0.1),
                      np.nan, nothing, 0.9, place, np.nan))
        for name, silhouette, place in (("input", 0.5, nothing), ("top", 0.8, (0.7, 1.0)))
    ]  # fmt: skip
    told = notice("charge", {"minilm": layers})
    assert "Best" not in told and "add sentences" in told
    assert "at layer top of MiniLM (silhouette 0.80, without groups 0.10)" in told
    assert told.endswith("but what they share is their place in the sentence.")


def test_where_no_layer_tells_of_context_the_silhouette_is_drawn():
    places = ["river", "house", "tree", "lake", "hill", "door", "bank", "road"]
    text = "\n".join(f"The zorblax sat near the {place}." for place in places)
    shown = VIEWS["sense-groups"]().show(SenseGroupsState("zorblax", text, models=("minilm",)))
    assert not tells_context({"minilm": measured_groups(SenseQuestion("zorblax", text), "minilm")})
    assert np.isfinite(np.array(shown.figure.data[0].y, float)).sum() == len(shown.table)


# --- with labels ------------------------------------------------------------------------------


def test_every_measure_is_in_the_table_and_the_static_model_gets_exactly_nothing():
    shown = VIEWS["senses"]().show(SensesState("charge", LABELLED))
    table = shown.table.set_index("model")
    glove = table.loc["GloVe"]
    assert (glove["AUC"], glove["p"], glove["silhouette"]) == (0.5, 1.0, 0.0)
    assert glove["balanced 1-NN accuracy"] == pytest.approx(1 / 3)
    assert table["AUC"].loc["MiniLM"].max() > table["AUC, shuffled senses"].loc["MiniLM"].max()
    assert "Its top layer has" in shown.notice or "That is its top layer" in shown.notice
    assert shown.table.iloc[-1]["balanced 5-NN accuracy"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", ["auc", "knn", "knn5", "margin", "silhouette", "nonsense"])
def test_every_measure_has_its_curve(measure):
    shown = VIEWS["senses"]().show(SensesState("charge", LABELLED, measure_name=measure))
    assert any(len(trace.x) == 7 for trace in shown.figure.data)


def test_sentences_that_cannot_be_compared_are_left_out_and_told():
    text = LABELLED + "\nodd\tThe cavalry charge failed.\nA charge without a sense."
    shown = VIEWS["senses"]().show(SensesState("charge", text))
    (note,) = [note for note in shown.notes if "left out here" in note]
    assert note == "2 sentences are left out here: 1 without a sense, the only one of “odd”."
    before = VIEWS["senses"]().show(SensesState("charge", LABELLED))
    assert np.allclose(shown.table["AUC"], before.table["AUC"], atol=1e-3)


def test_sentences_without_senses_are_not_measured_as_if_they_had():
    with pytest.raises(Exception, match="0 of 18 sentences have one"):
        VIEWS["senses"]().show(SensesState("charge", EXAMPLE))


def test_a_word_in_pieces_is_told():
    text = "\n".join(
        f"{'ab'[n % 2]}\tThe zebrawoodish thing number {n} stood here." for n in range(4)
    )
    notes = VIEWS["senses"]().show(SensesState("zebrawoodish", text, models=("minilm",))).notes
    assert any("pieces; its vector is their mean" in note for note in notes)


# --- without ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_groups_of_the_input_are_places_and_those_of_the_best_layer_share_context():
    layers = dict(measured_groups(SenseQuestion("bank"), "minilm"))
    input_layer = layers["0 · input"]
    assert input_layer.place_interval[0] > 0.6
    assert input_layer.agreement < 0.1
    name, best = best_of(list(layers.items()))
    assert name != "0 · input"
    assert best.context_interval[0] > 0.5
    assert best.agreement > 0.5
    assert min(best.clusters.sizes[:2]) >= LEAST


def test_a_static_model_forms_no_groups_and_says_so():
    shown = VIEWS["sense-groups"]().show(SenseGroupsState("charge", EXAMPLE))
    assert set(shown.table["model"]) == {"MiniLM"}
    assert "GloVe: one vector for “charge”, which forms no groups." in shown.notes
    with pytest.raises(ShapeError, match="GloVe has one vector"):
        VIEWS["sense-groups"]().show(SenseGroupsState("charge", EXAMPLE, models=("glove",)))


def test_one_sentence_or_five_are_too_few_which_the_figures_place_says_not_its_work():
    for n in (1, 5):
        text = "\n".join(EXAMPLE.splitlines()[:n])
        view, state = VIEWS["sense-groups"](), SenseGroupsState("charge", text)
        view.work(state).do(lambda *_: None)
        with pytest.raises(ShapeError, match="at least 6"):
            view.show(state)


def test_a_note_needs_no_vectors_again(monkeypatch):
    question = SenseQuestion("zebrawoodish", "One zebrawoodish.\nThe zebrawoodish thing.")
    (told,) = sense_vectors.piece_notes(question, "minilm")
    assert "pieces; its vector is their mean" in told
    monkeypatch.setattr(sense_vectors, "_encoded", Kept(2**28))
    monkeypatch.setattr(sense_vectors, "encoder", None)
    assert sense_vectors.piece_notes(question, "minilm") == (told,)


def test_the_ways_hold_every_occurrence_with_its_sentence_as_text():
    text = EXAMPLE + "\nA <b>charge</b> of <script>alert(1)</script>."
    shown = VIEWS["sense-paths"]().show(SensePathsState("charge", text, layer=4))
    marks = [trace for trace in shown.figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in marks) == len(shown.table) == 20
    assert "<script>" not in shown.figure.to_json().replace("\\u003c", "<")
    ways = [trace for trace in shown.figure.data if trace.mode == "lines"]
    assert sum(x is None for trace in ways for x in trace.x) == 20
    with pytest.raises(ShapeError, match="a picture takes three"):
        VIEWS["sense-paths"]().show(SensePathsState("charge", "A charge.\nOne charge."))


def test_the_ways_keep_one_frame_for_all_layers_and_colour_senses_or_groups():
    first, last = (
        VIEWS["sense-paths"]().show(SensePathsState("charge", LABELLED, layer=layer))
        for layer in (0, 6)
    )
    assert first.figure.layout.xaxis.range == last.figure.layout.xaxis.range
    assert set(last.table["coloured as"]) == {"price", "physics", "law"}
    grouped = VIEWS["sense-paths"]().show(SensePathsState("charge", LABELLED, colours=GROUPS))
    assert all(one.startswith("group ") for one in grouped.table["coloured as"])


def test_an_occurrence_that_is_read_stands_out_beside_its_nearest():
    state = SensePathsState("charge", LABELLED, layer=3, read=5)
    shown = VIEWS["sense-paths"]().show(state)
    sentences = [line.partition("\t")[2] for line in LABELLED.splitlines()]
    found = occurrences(state.question, "minilm")
    x = found.layers[3].astype(float) - found.layers[3].mean(axis=0)
    cosines = [1 - cosine(x[4], other) for other in x]
    nearest = int(np.argsort(cosines)[-2])  # the last one is itself
    assert f"You read 5, “{sentences[4]}”" in shown.notice
    assert f"this layer is {nearest + 1}, “{found.texts[nearest]}”" in shown.notice
    way = next(trace for trace in shown.figure.data if trace.mode == "lines+markers+text")
    assert (way.x[3], way.y[3]) == tuple(shown.table.loc[4, ["x", "y"]])
    assert len(way.x) == 7
    marks = [trace for trace in shown.figure.data if trace.mode == "markers"]
    carried = {tuple(place): n for trace in marks for place, (n,) in
               zip(zip(trace.x, trace.y, strict=True), trace.customdata, strict=True)}  # fmt: skip
    assert carried[way.x[3], way.y[3]] == 5


@pytest.mark.parametrize("read", [0, -1, 99])
def test_a_number_that_no_occurrence_has_reads_none(read):
    shown = VIEWS["sense-paths"]().show(SensePathsState("charge", LABELLED, read=read))
    assert "You read" not in shown.notice
    assert not [trace for trace in shown.figure.data if trace.mode == "lines+markers+text"]


# --- as they come in --------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_measured_is_shown_while_the_rest_is_read(monkeypatch):
    monkeypatch.setattr(senses, "_panels", Kept(64))
    monkeypatch.setattr(sense_groups, "_groups", Kept(64))
    monkeypatch.setattr(sense_vectors, "_encoded", Kept(2**28))
    monkeypatch.setattr(sense_vectors, "SMALL", 3)
    for name, state in (
        ("senses", SensesState("charge", LABELLED)),
        ("sense-groups", SenseGroupsState("charge", LABELLED)),
    ):
        view = VIEWS[name]()
        work = view.work(state)
        assert view.so_far(state) is None
        seen = []
        work.do(lambda done, total, seen=seen: seen.append((done, total)))
        assert seen[-1] == (36, 36)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
        assert view.work(state) is None
        assert view.so_far(state) == state
        monkeypatch.setattr(sense_vectors, "_encoded", Kept(2**28))


def test_another_measure_asks_for_nothing_anew():
    state = SensesState("charge", LABELLED)
    separations(state, "minilm")
    before = len(senses._panels.values())
    VIEWS["senses"]().show(SensesState("charge", LABELLED, measure_name="knn"))
    assert len(senses._panels.values()) <= before + 1


# --- what names an island ---------------------------------------------------------------------


RIVER, MONEY = ("reeds", "willows", "kingfishers", "trout"), ("loan", "cash", "mortgage", "deposit")


def planted_banks(rng):
    """Occurrences in two places; each word around stands beside two of them only."""
    words = [*RIVER, *RIVER, *MONEY, *MONEY]
    n = len(words)
    sentences = tuple(Sentence(f"The bank of {word} {i}.") for i, word in enumerate(words))
    places = np.repeat(np.eye(2, 8), n // 2, axis=0) + 0.05 * rng.normal(size=(n, 8))
    vectors = LayeredVectors(
        model="planted", sentences=sentences, sentence_ids=np.arange(n), positions=np.ones(n, int),
        layers=(places.astype(np.float32),), layer_names=("0",),
    )  # fmt: skip
    return Occurrences(vectors, np.arange(n), np.array([""] * n))


def test_words_of_like_meaning_name_an_island_together(rng):
    named = named_islands(planted_banks(rng), 0)
    assert named
    for one in named:
        beside = RIVER if one.rows[0] < 8 else MONEY
        assert set(one.word.split(", ")) <= set(beside)
        assert len(one.rows) > 2
        assert {row < 8 for row in one.rows.tolist()} == {one.rows[0] < 8}


def test_without_the_vectors_that_tell_like_words_each_word_stands_for_itself(rng, monkeypatch):
    monkeypatch.setattr(context_names, "missing", lambda: "GloVe is not here.")
    assert named_islands(planted_banks(rng), 0) == []


def test_the_names_on_the_picture_stand_on_their_own_ground():
    shown = VIEWS["sense-paths"]().show(SensePathsState("bank"))
    assert "gather around words like" in shown.notice
    for label in shown.figure.layout.annotations:
        assert label.font.color == "#FFFFFF" and label.bgcolor == "#4A4F57"
    assert shown.figure.layout.annotations
