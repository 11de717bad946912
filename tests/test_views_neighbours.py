"""Neighbours of an occurrence: exactly the nearest of the full space, and from other sentences."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from engine.errors import EngineError, WordNotFound
from engine.geometry.neighbours import ExactSearch, nearest
from engine.views import VIEWS, sources
from engine.views.neighbours import SAME, NeighboursState, nearest_of, row_of_occurrence
from engine.views.occurrence_told import Told
from engine.views.sources import TEXT, Source, vectors_of
from engine.views.static_neighbours import StaticNeighboursState, static_neighbours

LINES = (
    "the crane lifted a beam\na crane flew over the marsh\nthe crane and the other crane slept\n"
    "Crane drivers earn well\nno bird here"
)


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)


def asked(**change) -> NeighboursState:
    return NeighboursState(**{"source": TEXT, "text": LINES, "word": "crane", **change})


# --- the search -------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 7, 400])
def test_the_search_equals_scikit_learns(rng, k):
    x = (rng.normal(size=(300, 20)) + 0.5).astype(np.float32) * rng.lognormal(size=(300, 1))
    found, cosines = ExactSearch(x).nearest(5, k)
    exact = NearestNeighbors(n_neighbors=300, metric="cosine", algorithm="brute").fit(x)
    distances, rows = exact.kneighbors(x[5:6])
    keep = rows[0] != 5
    assert found.tolist() == rows[0][keep][: min(k, 299)].tolist()
    assert cosines == pytest.approx(1 - distances[0][keep][:k], abs=1e-5)
    assert found.tolist() == nearest(x, 5, k)[0].tolist()


def test_rows_that_may_not_be_neighbours_are_none(rng):
    x = rng.normal(size=(50, 6)).astype(np.float32)
    among = np.arange(50) % 3 == 0
    found, _ = ExactSearch(x).nearest(4, 10, among=among)
    assert len(found) == 10
    assert (found % 3 == 0).all()
    rows, cosines = ExactSearch(x).nearest(4, 10, among=np.zeros(50, bool))
    assert len(rows) == len(cosines) == 0


def test_equal_vectors_come_in_their_order():
    found, cosines = ExactSearch(np.ones((6, 3), np.float32)).nearest(2, 3)
    assert found.tolist() == [0, 1, 3]
    assert cosines == pytest.approx([1, 1, 1])


# --- occurrences ------------------------------------------------------------------------------


def test_no_neighbour_is_from_the_same_sentence_and_all_are_the_word_where_that_is_asked():
    vectors = vectors_of(Source(TEXT, LINES), "minilm")
    for occurrence in range(5):
        state = asked(occurrence=occurrence)
        row = row_of_occurrence(vectors, state)
        for layer in (0, 6):
            found = nearest_of(state, vectors, row, layer)
            assert all(vectors.sentence_ids[n.row] != vectors.sentence_ids[row] for n in found)
            same = nearest_of(asked(occurrence=occurrence, among=SAME), vectors, row, layer)
            assert {vectors.keys[n.row] for n in same} == {"crane"}
            assert len(same) == (3 if vectors.sentence_ids[row] == 2 else 4)


def test_every_layer_is_in_the_table_and_the_figure_shows_the_asked_one():
    shown = VIEWS["neighbours"]().show(asked(layer=3, n=4))
    assert list(shown.table["layer"].value_counts()) == [4] * 7
    cosines = shown.table[shown.table["layer"].str.startswith("3")]["cosine"]
    assert [float(n) for n in shown.figure.data[0].text] == pytest.approx(list(cosines), abs=0.006)
    assert "at layer 3" in shown.notice
    assert "At layer 0" in shown.notice


def test_the_sense_of_a_bundled_neighbour_is_told(minilm_model):
    source = Source("senses")
    sentences = source.corpus().sentences[:40]
    told = Told.of(source, minilm_model.encode(sentences))
    row = int(told.vectors.rows_of("apple")[0])
    assert told.sense(row) == source.corpus().senses[0]
    assert told.sense(row - 1 if row else row + 1) == ""
    before, word, after = told.around(row).split("\0")
    assert word.casefold() == "apple"
    assert f"{before.lstrip('…')}{word}" in told.sentence(row)
    assert f"{word}{after.rstrip('…')}" in told.sentence(row)


def test_a_word_that_stands_nowhere_or_once_is_told_in_a_sentence():
    with pytest.raises(WordNotFound, match="in none of these sentences"):
        VIEWS["neighbours"]().show(asked(word="cranes"))
    with pytest.raises(WordNotFound, match="stands in no other sentence"):
        VIEWS["neighbours"]().show(asked(word="marsh", among=SAME))
    assert VIEWS["neighbours"]().show(asked(word="marsh")).table["cosine"].notna().all()


# --- words with one vector --------------------------------------------------------------------


@pytest.mark.slow
def test_static_neighbours_through_gensim_are_the_exact_ones(glove_model):
    words = glove_model.words(50_000)
    rows, cosines = nearest(np.asarray(words.layers[0]), words.keys.index("mouse"), 12)
    found = static_neighbours("Mouse", "glove", 12)
    assert [word for word, _ in found] == [words.keys[row] for row in rows]
    assert [cosine for _, cosine in found] == pytest.approx(list(cosines), abs=1e-5)


def test_an_unknown_word_and_a_model_of_context_are_refused_in_a_sentence():
    with pytest.raises(WordNotFound, match="does not know 'zxqwv'"):
        VIEWS["static-neighbours"]().show(StaticNeighboursState("zxqwv"))
    with pytest.raises(EngineError, match="no vector for a word without a sentence"):
        static_neighbours("mouse", "minilm", 3)
