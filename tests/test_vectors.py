"""LayeredVectors: what is refused, and what the states do to a cloud."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from engine.errors import ShapeError, UnknownName
from engine.geometry.pairs import mean_pair_cosine
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord, concatenate
from engine.vectors.states import STATES, top_directions_removed
from engine.vectors.vocabulary import vocabulary_vectors


def tiny(**changes) -> LayeredVectors:
    """Two sentences, three words, one layer of width 2."""
    fields = {
        "model": "tiny",
        "sentences": (Sentence("The bank"), Sentence("bank")),
        "sentence_ids": np.array([0, 0, 1]),
        "positions": np.array([0, 1, 0]),
        "layers": (np.array([[1, 0], [0, 1], [1, 1]], np.float32),),
        "layer_names": ("0",),
    }
    return LayeredVectors(**(fields | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": (), "layer_names": ()},
        {"layers": (np.ones((2, 2), np.float32),)},
        {"layers": (np.ones((3, 2)),)},
        {"layers": (np.ones(3, np.float32),)},
        {"layer_names": ("0", "1")},
        {"rank_bounds": (2, 2)},
        {"positions": np.array([0, 1])},
        {"n_pieces": np.array([1, 1])},
        {"sentence_ids": np.array([1, 0, 0])},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_parts_that_do_not_fit_are_refused_at_the_door(changes):
    with pytest.raises(ShapeError):
        tiny(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"positions": np.array([0, 1, 1])}, {"sentence_ids": np.array([0, 0, 2])}],
    ids=["position", "sentence"],
)
def test_rows_that_point_to_no_word_are_refused_at_the_door(changes):
    with pytest.raises(ShapeError):
        tiny(**changes)


def test_rows_know_their_words_and_types():
    vectors = tiny()
    assert vectors.words == ("The", "bank", "bank")
    types, type_ids = vectors.types
    assert [types[i] for i in type_ids] == ["the", "bank", "bank"]
    assert vectors.rows_of("BANK").tolist() == [1, 2]
    assert vectors.rows_of("ban").tolist() == []


def test_multi_piece_share_counts_words_cut_in_pieces():
    assert tiny(n_pieces=np.array([1, 3, 2])).multi_piece_share == pytest.approx(2 / 3)
    assert tiny().multi_piece_share == 0


@pytest.mark.parametrize("rows", [[0, 2], np.array([True, False, True])])
def test_select_keeps_rows_with_all_that_belongs_to_them(rows):
    chosen = tiny(n_pieces=np.array([1, 3, 2])).select(rows)
    assert chosen.words == ("The", "bank")
    assert chosen.n_pieces.tolist() == [1, 2]
    assert chosen.layers[0].tolist() == [[1, 0], [1, 1]]


def test_selecting_no_row_gives_no_word():
    assert len(tiny().select([])) == 0


def test_concatenate_counts_sentences_on_and_keeps_notes_once():
    part = tiny(unknown=(UnknownWord("zzz", 1, 4),), notes=("A note.",))
    whole = concatenate([part, part])
    assert whole.sentence_ids.tolist() == [0, 0, 1, 2, 2, 3]
    assert whole.words == part.words * 2
    assert [word.sentence_id for word in whole.unknown] == [1, 3]
    assert whole.notes == ("A note.",)
    assert whole.layers[0].tolist() == part.layers[0].tolist() * 2


@pytest.fixture
def cloud(rng) -> np.ndarray:
    """Correlated, off-centre, with one dead dimension, (200, 6)."""
    x = rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) + 5 * rng.normal(size=6)
    x[:, 4] = 2.5
    return x.astype(np.float32)


def test_centred_cloud_has_its_mean_at_the_origin(cloud):
    assert STATES["centred"](cloud).mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-5)
    assert np.ptp(STATES["centred"](cloud), axis=0) == pytest.approx(np.ptp(cloud, axis=0))


def test_standardised_dimensions_have_deviation_one_and_dead_ones_are_zero(cloud):
    x = STATES["standardised"](cloud)
    assert x.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-5)
    assert x.std(axis=0) == pytest.approx([1, 1, 1, 1, 0, 1], abs=1e-5)
    assert (x[:, 4] == 0).all()


@pytest.mark.parametrize("n_directions", [1, 3])
def test_top_removed_equals_subtracting_scikit_learns_components(cloud, n_directions):
    pca = PCA(n_directions).fit(cloud.astype(np.float64))
    removed = STATES[f"top-{n_directions} removed"](cloud)
    assert removed @ pca.components_.T == pytest.approx(0, abs=1e-4)
    expected = cloud - pca.inverse_transform(pca.transform(cloud))
    assert removed == pytest.approx(expected, abs=1e-4)
    assert removed == pytest.approx(top_directions_removed(cloud, n_directions))


def test_whitened_covariance_is_the_identity(cloud):
    x = STATES["whitened"](np.delete(cloud, 4, axis=1)).astype(np.float64)
    assert np.cov(x.T) == pytest.approx(np.eye(5), abs=1e-4)


def test_whitening_few_words_in_many_dimensions_whitens_the_space_they_span(rng):
    x = STATES["whitened"](rng.normal(size=(5, 20)).astype(np.float32)).astype(np.float64)
    assert np.isfinite(x).all()
    assert np.sort(np.linalg.eigvalsh(np.cov(x.T))) == pytest.approx([0] * 16 + [1] * 4, abs=1e-4)


def test_zipfian_whitening_whitens_what_is_used_not_what_is_listed(rng):
    x = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 4)) + 2
    counts = np.ceil(300 / np.arange(1, 301)).astype(int)
    seen = STATES["Zipfian-whitened"](x, counts)[np.repeat(np.arange(300), counts)]
    tokens = np.repeat(x, counts, axis=0)
    assert seen.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)
    assert np.cov(seen.T.astype(np.float64), ddof=0) == pytest.approx(np.eye(4), abs=1e-4)
    factor = np.sqrt(len(tokens) / (len(tokens) - 1))  # `whitened` takes the unbiased covariance
    assert np.abs(seen) == pytest.approx(np.abs(STATES["whitened"](tokens)) * factor, abs=1e-4)


def test_a_list_of_words_is_weighted_by_zipfs_law_and_a_text_is_not(plant, rng):
    x = rng.normal(size=(50, 3)) + 1
    listed = vocabulary_vectors("fake", [f"w{i}" for i in range(50)], x, "0")
    assert listed.weights == pytest.approx(1 / np.arange(1, 51))
    view = listed.view("Zipfian-whitened")
    assert view.layers[0] == pytest.approx(STATES["Zipfian-whitened"](x, listed.weights), abs=1e-5)
    assert listed.weights @ view.layers[0] == pytest.approx(np.zeros(3), abs=1e-4)
    assert not [note for note in view.notes if "running text" in note]
    text = plant([[f"w{i}"] for i in range(50)], x).view("Zipfian-whitened")
    assert "whitening here" in text.notes[-1]


def test_weights_stay_with_their_words():
    vectors = tiny(weights=np.array([3.0, 2.0, 1.0]))
    assert vectors.select([0, 2]).weights.tolist() == [3, 1]
    assert concatenate([vectors, vectors]).weights.tolist() == [3, 2, 1, 3, 2, 1]
    with pytest.raises(ShapeError, match="weights"):
        tiny(weights=np.ones(2))


def test_dropping_rogue_dimensions_leaves_the_others_as_they_are(rng):
    x = rng.normal(size=(200, 9)).astype(np.float32)
    x[:, [1, 4, 8]] += np.float32([9, -12, 20])  # a mean below 0 adds as much
    seen = STATES["rogue-3 dropped"](x)
    assert (seen[:, [1, 4, 8]] == 0).all()
    assert np.array_equal(np.delete(seen, [1, 4, 8], 1), np.delete(x, [1, 4, 8], 1))
    assert mean_pair_cosine(x) > 0.9
    assert abs(mean_pair_cosine(seen)) < 0.02


def test_cluster_centring_moves_each_island_to_the_origin(rng):
    islands = np.repeat(20 * np.eye(6)[:2], 150, axis=0)
    x = (rng.normal(size=(300, 6)) + islands).astype(np.float32)
    seen = STATES["cluster-centred"](x)
    for island in (seen[:150], seen[150:]):
        assert island.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-5)
    assert seen[:150] == pytest.approx(x[:150] - x[:150].mean(axis=0), abs=1e-5)


def test_whitening_too_few_words_is_noted(plant, rng):
    few = plant([["a", "b", "c"]], rng.normal(size=(3, 2)))
    assert "3 words in 2 dimensions" in few.view("whitened").notes[0]
    many = plant([["a"]] * 20, rng.normal(size=(20, 2)))
    assert many.view("whitened").notes == ()
    assert few.view("centred").notes == ()


@pytest.mark.parametrize("state", list(STATES))
def test_every_state_keeps_shape_and_type_and_is_finite(cloud, state):
    x = STATES[state](cloud)
    assert (x.shape, x.dtype) == (cloud.shape, np.float32)
    assert np.isfinite(x).all()
    assert np.isfinite(STATES[state](cloud[:1])).all()


@pytest.mark.parametrize("state", list(STATES))
def test_a_view_carries_its_name_and_transforms_every_layer(plant, rng, state):
    layers = rng.normal(size=(4, 3)) + 1, rng.normal(size=(4, 2)) + 1
    vectors = plant([["a", "b"], ["c", "d"]], *layers)
    view = vectors.view(state)
    assert view.state == state
    assert vectors.state == "raw"
    for given, seen in zip(vectors.layers, view.layers, strict=True):
        assert seen == pytest.approx(STATES[state](given))


def test_a_view_of_a_view_is_refused_and_the_same_view_is_itself():
    centred = tiny().view("centred")
    assert centred.view("centred") is centred
    for state in ("raw", "standardised"):
        with pytest.raises(UnknownName, match="already centred"):
            centred.view(state)


def test_an_unknown_state_is_answered_with_the_known_ones():
    with pytest.raises(UnknownName, match="standardised"):
        tiny().view("flattened")
