"""Pictures: what they keep exactly, and how far they can be trusted."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from engine.errors import Cancelled, ShapeError
from engine.geometry.basis import motion_surviving_alignment, picture, procrustes_rotation
from engine.geometry.cone import angles_to_axis, cone_half_angle, cone_layout
from engine.geometry.faithfulness import knn_overlap, picture_trustworthiness
from engine.geometry.moments import unit
from engine.geometry.neighbours import nearest
from engine.geometry.umap_layout import umap_layout


def rotation(rng, d: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def spread(rng, n: int, d: int) -> np.ndarray:
    """A cloud off the origin whose directions have clearly different variances."""
    return rng.normal(size=(n, d)) * np.geomspace(4, 0.5, d) + 1.5


# --- PCA pictures ---


@pytest.mark.parametrize("widths", [(6, 6, 6), (6, 8, 5)], ids=["one width", "several widths"])
def test_the_origin_of_the_space_is_the_origin_of_the_picture(rng, widths):
    layers = [np.vstack([spread(rng, 40, d), np.zeros(d)]) for d in widths]
    for coordinates in picture(layers).coordinates:
        assert coordinates.shape == (41, 3)
        assert coordinates[-1].tolist() == [0, 0, 0]


def test_layers_of_one_width_share_one_orthonormal_basis(rng):
    layers = [spread(rng, 50, 6), spread(rng, 50, 6) @ rotation(rng, 6)]
    drawn = picture(layers)
    assert drawn.method == "joint PCA"
    bases = [
        np.linalg.lstsq(x, c, rcond=None)[0] for x, c in zip(layers, drawn.coordinates, strict=True)
    ]
    assert bases[0] == pytest.approx(bases[1], abs=1e-5)
    assert bases[0].T @ bases[0] == pytest.approx(np.eye(3), abs=1e-5)


def test_one_centred_layer_is_drawn_as_scikit_learns_pca(rng):
    x = spread(rng, 60, 6)
    x -= x.mean(axis=0)
    drawn, pca = picture([x]), PCA(3).fit(x)
    assert drawn.explained_variance[0] == pytest.approx(pca.explained_variance_ratio_.sum())
    assert np.abs(drawn.coordinates[0]) == pytest.approx(np.abs(pca.transform(x)), abs=1e-4)


def test_no_layer_rules_the_joint_basis_by_its_size(rng):
    layers = [spread(rng, 50, 6), spread(rng, 50, 6) @ rotation(rng, 6)]
    loud = picture([layers[0], 1000 * layers[1]])
    quiet = picture(layers)
    assert loud.coordinates[0] == pytest.approx(quiet.coordinates[0], abs=1e-3)


def test_explained_variance_is_the_share_of_the_variance_that_is_drawn(rng):
    for widths in [(6, 6), (6, 9)]:
        layers = [spread(rng, 50, d) for d in widths]
        drawn = picture(layers)
        for x, c, share in zip(layers, drawn.coordinates, drawn.explained_variance, strict=True):
            assert share == pytest.approx(c.var(axis=0).sum() / x.var(axis=0).sum(), rel=1e-4)
            assert 0 < share < 1


def test_a_rotated_and_padded_copy_is_drawn_as_the_layer_itself(rng):
    x = spread(rng, 40, 5)
    copy = np.hstack([x @ rotation(rng, 5), np.zeros((40, 3))])
    drawn = picture([x, copy])
    assert drawn.method == "PCA per layer, aligned"
    assert drawn.coordinates[1] == pytest.approx(drawn.coordinates[0], abs=1e-4)


def test_each_layer_of_another_width_is_turned_onto_the_one_before(rng):
    layers = [spread(rng, 60, d) @ rotation(rng, d) for d in (6, 8, 5)]
    drawn = picture(layers).coordinates
    for before, after in pairwise(drawn):
        assert procrustes_rotation(after, before) == pytest.approx(np.eye(3), abs=1e-4)


def test_narrow_layers_are_padded_with_zeros(rng):
    x = rng.normal(size=(10, 2))
    drawn = picture([x])
    assert drawn.coordinates[0].shape == (10, 3)
    assert (drawn.coordinates[0][:, 2] == 0).all()
    assert drawn.explained_variance[0] == pytest.approx(1)


def test_layers_of_other_words_are_refused(rng):
    for layers in ([], [np.ones((3, 2)), np.ones((4, 2))]):
        with pytest.raises(ShapeError):
            picture(layers)


def test_procrustes_finds_the_planted_rotation(rng):
    x, planted = spread(rng, 30, 4), rotation(rng, 4)
    assert procrustes_rotation(x, x @ planted) == pytest.approx(planted)


def test_turning_as_a_whole_leaves_no_motion(rng):
    x = spread(rng, 100, 5)
    assert motion_surviving_alignment(x, x @ rotation(rng, 5)) == pytest.approx(0, abs=1e-20)
    assert np.isnan(motion_surviving_alignment(x, x))


def test_independent_noise_leaves_nearly_all_motion(rng):
    a, b = rng.normal(size=(2, 5_000, 4))
    assert 0.95 < motion_surviving_alignment(a, b) <= 1
    assert motion_surviving_alignment(a, 2 * a) == pytest.approx(1)  # growing is no turning


# --- the cone picture ---


@pytest.mark.parametrize("widths", [(6, 6), (6, 9), (2,), (3,)])
def test_cone_picture_shows_the_true_angle_on_the_unit_sphere(rng, widths):
    layers = [spread(rng, 50, d).astype(np.float32) for d in widths]
    for x, placed in zip(layers, cone_layout(layers), strict=True):
        assert np.linalg.norm(placed, axis=1) == pytest.approx(1, abs=1e-6)
        polar = np.degrees(np.arctan2(np.hypot(placed[:, 0], placed[:, 1]), placed[:, 2]))
        assert polar == pytest.approx(angles_to_axis(x), abs=1e-3)


def test_cone_picture_keeps_words_on_the_sphere_that_its_two_directions_do_not_see():
    """Six words around one axis, the last two off it in a third, weakest direction."""
    away = [3, -3, 2, -2, 1, -1]
    x = np.zeros((6, 4))
    x[:, 0] = 3
    x[np.arange(6), [1, 1, 2, 2, 3, 3]] = away
    placed = cone_layout([x])[0]
    assert np.linalg.norm(placed, axis=1) == pytest.approx(1, abs=1e-6)
    polar = np.degrees(np.arctan2(np.hypot(placed[:, 0], placed[:, 1]), placed[:, 2]))
    assert polar == pytest.approx(angles_to_axis(x), abs=1e-3)


def test_angles_to_the_axis_equal_the_definition(rng):
    x = spread(rng, 30, 5)
    axis = np.mean([row / np.linalg.norm(row) for row in x], axis=0)
    expected = np.degrees(np.arccos(cosine_similarity(x, axis[None])[:, 0]))
    assert angles_to_axis(x) == pytest.approx(expected, abs=1e-6)
    assert cone_half_angle(x) == pytest.approx(np.median(expected), abs=1e-6)
    assert cone_half_angle(x, 0.95) == pytest.approx(np.quantile(expected, 0.95), abs=1e-6)


# --- trust and neighbours ---


def test_knn_overlap_equals_brute_force(rng):
    x, drawn, k = spread(rng, 40, 6), rng.normal(size=(40, 3)), 7
    shares = []
    for i in range(40):
        cosines = cosine_similarity(x)[i]
        cosines[i] = -np.inf
        distances = np.linalg.norm(drawn - drawn[i], axis=1)
        distances[i] = np.inf
        shares.append(len(set(np.argsort(-cosines)[:k]) & set(np.argsort(distances)[:k])) / k)
    assert knn_overlap(x, drawn, k=k) == pytest.approx(np.mean(shares))


def test_a_picture_of_directions_in_space_keeps_all_neighbours(rng):
    x = unit(rng.normal(size=(60, 3)))
    assert knn_overlap(x, x @ rotation(rng, 3)) == 1
    assert picture_trustworthiness(x, 5 * x @ rotation(rng, 3)) == pytest.approx(1)


def test_a_random_picture_keeps_as_many_neighbours_as_chance(rng):
    x, drawn = rng.normal(size=(2, 400, 5))
    assert knn_overlap(x, drawn[:, :3], k=10) == pytest.approx(10 / 399, abs=0.012)


def test_a_double_is_a_neighbour_and_never_the_word_itself(rng):
    """Each direction stands twice; on the picture's line 10 of the 20 doubles are side by side."""
    x = np.tile(rng.normal(size=(20, 6)), (2, 1))
    drawn = np.outer(np.arange(40.0), [1, 1, 1])
    drawn[20:30] = drawn[:10] + 0.1
    assert knn_overlap(x, drawn, k=1) == pytest.approx(20 / 40)


def test_trustworthiness_equals_scikit_learns_by_cosine(rng):
    x, drawn = spread(rng, 50, 6), rng.normal(size=(50, 3))
    expected = trustworthiness(x, drawn, n_neighbors=8, metric="cosine")
    assert picture_trustworthiness(x, drawn, k=8) == pytest.approx(expected)


def test_too_few_words_have_no_score(rng):
    x = rng.normal(size=(11, 3))
    assert np.isnan(knn_overlap(x, x, k=10))
    assert np.isnan(picture_trustworthiness(x, x, k=5))


def test_nearest_equals_scikit_learns_neighbours(rng):
    x = spread(rng, 40, 6).astype(np.float32)
    distances, rows = NearestNeighbors(n_neighbors=11, metric="cosine").fit(x).kneighbors(x)
    for row in (0, 17, 39):
        found, cosines = nearest(x, row, k=10)
        assert found.tolist() == rows[row, 1:].tolist()
        assert cosines == pytest.approx(1 - distances[row, 1:], abs=1e-5)


def test_nearest_gives_no_more_than_there_are_and_refuses_rows_that_are_not(rng):
    x = rng.normal(size=(3, 2))
    assert sorted(nearest(x, 1)[0].tolist()) == [0, 2]
    assert nearest(x[:1], 0)[0].tolist() == []
    for row in (3, -1):
        with pytest.raises(ShapeError, match="rows 0 to 2"):
            nearest(x, row)


# --- UMAP ---


def test_umap_refuses_layers_it_could_not_tell_apart(rng):
    for shapes in ([(20, 4), (20, 5)], [(20, 4), (40, 4)], [(3, 4)]):
        with pytest.raises(ShapeError):
            umap_layout([rng.normal(size=shape) for shape in shapes])


@pytest.mark.slow
def test_umap_keeps_planted_clusters_apart_reports_and_repeats(rng):
    labels = np.repeat([0, 1], 40)
    centres = 6 * np.eye(8)[labels]
    layers = [centres + rng.normal(size=(80, 8)) for _ in range(2)]
    epochs: list[tuple[int, int]] = []
    drawn = umap_layout(layers, seed=1, on_epoch=lambda done, total: epochs.append((done, total)))
    for coordinates in drawn:
        assert (coordinates.shape, coordinates.dtype) == ((80, 3), np.float32)
        neighbours = NearestNeighbors(n_neighbors=6).fit(coordinates).kneighbors(coordinates)[1]
        assert (labels[neighbours[:, 1:]] == labels[:, None]).mean() > 0.95
    assert np.concatenate(drawn).mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert epochs == sorted(epochs)
    assert {total for _, total in epochs} == {200}
    again = umap_layout(layers, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(drawn, again, strict=True))


@pytest.mark.slow
def test_umap_stops_when_the_caller_raises(rng):
    def stop(_done, _total):
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        umap_layout([rng.normal(size=(60, 5))], on_epoch=stop)
