"""The one-pass measures equal their definitions, however the corpus is cut."""

import gc
import tracemalloc

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from engine.errors import ShapeError
from engine.geometry import word_sample
from engine.geometry.cone import angles_to_axis
from engine.geometry.frame import Frame
from engine.geometry.measurements import LayerGeometry
from engine.geometry.pairs import mean_random_pair_cosine
from engine.geometry.stream import GeometryStream, measure
from engine.vectors import LayeredVectors

NUMBERS = (
    "n",
    "mean_cosine",
    "cone_half_angle_median_deg",
    "cone_half_angle_p95_deg",
    "self_similarity",
    "n_self_similarity_types",
    "min_count",
    "intra_sentence_similarity",
    "n_intra_sentences",
)
INTERVALS = ("mean_cosine_interval", "self_similarity_interval", "intra_sentence_interval")
EVERYTHING = Frame(punctuation=True)


def brute_force(x: np.ndarray, types: np.ndarray, sentences: np.ndarray, min_count: int) -> dict:
    """Every measure by its definition, pair by pair."""
    x = x.astype(np.float64)
    cosines = cosine_similarity(x)
    i, j = np.triu_indices(len(x), 1)
    random = (types[i] != types[j]) & (sentences[i] != sentences[j])
    by_type = [
        cosines[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)].mean()
        for rows in (np.flatnonzero(types == t) for t in np.unique(types))
        if len(rows) >= min_count
    ]
    intra = [
        cosine_similarity(x[rows].mean(axis=0, keepdims=True), x[rows]).mean()
        for rows in (np.flatnonzero(sentences == s) for s in np.unique(sentences))
        if len(rows) > 1
    ]
    axis = (x / np.linalg.norm(x, axis=1, keepdims=True)).mean(axis=0, keepdims=True)
    angles = np.degrees(np.arccos(cosine_similarity(axis, x)[0]))
    return {
        "n": len(x),
        "mean_cosine": cosines[i[random], j[random]].mean(),
        "cone_half_angle_median_deg": np.median(angles),
        "cone_half_angle_p95_deg": np.quantile(angles, 0.95),
        "self_similarity": np.mean(by_type),
        "n_self_similarity_types": len(by_type),
        "min_count": min_count,
        "intra_sentence_similarity": np.mean(intra),
        "n_intra_sentences": len(intra),
    }


def streamed(parts, frame: Frame = EVERYTHING, **options) -> GeometryStream:
    stream = GeometryStream(frame, **options)
    for first, part in parts:
        stream.update(part, first_sentence=first)
    return stream


def assert_same(ours: list[LayerGeometry], theirs: list[LayerGeometry]) -> None:
    assert len(ours) == len(theirs) > 0
    for a, b in zip(ours, theirs, strict=True):
        for name in (*NUMBERS, *INTERVALS):
            assert getattr(a, name) == pytest.approx(getattr(b, name), rel=1e-12, nan_ok=True), name
        assert np.sort(a.angles_deg) == pytest.approx(np.sort(b.angles_deg), abs=1e-5)


@pytest.mark.parametrize("min_count", [2, 5])
def test_every_measure_equals_its_definition(random_corpus, min_count):
    vectors = random_corpus()
    found = measure([vectors], EVERYTHING, min_count=min_count)
    for geometry, x in zip(found, vectors.layers, strict=True):
        expected = brute_force(x, vectors.types[1], vectors.sentence_ids, min_count)
        for name, value in expected.items():
            # angles are kept in float32
            within = 1e-3 if name.endswith("_deg") else 1e-10
            assert getattr(geometry, name) == pytest.approx(value, abs=within), name


def test_angles_of_all_words_are_kept_exactly_while_they_are_few(random_corpus):
    vectors = random_corpus()
    found = measure([vectors], EVERYTHING)
    for geometry, x in zip(found, vectors.layers, strict=True):
        assert np.sort(geometry.angles_deg) == pytest.approx(np.sort(angles_to_axis(x)), abs=1e-3)


def test_the_sample_of_angles_does_not_depend_on_the_cuts(random_corpus, cut, monkeypatch):
    monkeypatch.setattr(word_sample, "SAMPLE", 64)
    vectors = random_corpus()
    everyone = angles_to_axis(vectors.layers[0])
    sample = streamed(cut(vectors, [13, 14, 30])).result()[0].angles_deg
    assert len(sample) == 64 < len(everyone)
    uncut = streamed([(0, vectors)]).result()[0].angles_deg
    assert np.sort(sample) == pytest.approx(np.sort(uncut), abs=1e-5)
    nearest = np.abs(sample[:, None] - everyone).argmin(axis=1)
    assert len(set(nearest)) == 64  # 64 different words
    assert np.median(nearest) == pytest.approx(len(everyone) / 2, rel=0.3)  # from everywhere
    assert sample == pytest.approx(everyone[nearest], abs=1e-3)


def test_mean_cosine_equals_the_function_on_the_whole(random_corpus):
    vectors = random_corpus()
    for geometry, x in zip(measure([vectors], EVERYTHING), vectors.layers, strict=True):
        expected = mean_random_pair_cosine(x, vectors.types[1], vectors.sentence_ids)
        assert geometry.mean_cosine == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("cuts", [[1], [13, 14, 30], list(range(1, 40))])
def test_cutting_the_corpus_into_pieces_changes_nothing(random_corpus, cut, cuts):
    vectors = random_corpus()
    whole = streamed([(0, vectors)]).result()
    assert_same(streamed(cut(vectors, cuts)).result(), whole)
    assert_same(measure([part for _, part in cut(vectors, cuts)], EVERYTHING), whole)


def test_merged_parts_equal_the_whole_in_any_order(random_corpus, cut):
    vectors = random_corpus()
    whole = streamed([(0, vectors)]).result()
    for order in ([0, 1, 2], [2, 0, 1]):
        first, *others = [streamed([part]) for part in cut(vectors, [9, 25])]
        streams = [first, *others]
        merged = streams[order[0]].merge(streams[order[1]]).merge(streams[order[2]])
        assert merged.n_words == len(vectors)
        assert_same(merged.result(), whole)


def test_streams_of_other_frames_or_models_do_not_merge(random_corpus, plant, rng):
    vectors = random_corpus()
    other = streamed([(0, plant([["a", "b"]], rng.normal(size=(2, 3))))])
    with pytest.raises(ShapeError):
        streamed([(0, vectors)]).merge(other)
    with pytest.raises(ShapeError):
        streamed([(0, vectors)]).merge(streamed([(0, vectors)], Frame(seed=1, punctuation=True)))
    with pytest.raises(ShapeError, match="holds the layers"):
        streamed([(0, vectors), (40, other_layers(vectors))])


def other_layers(vectors: LayeredVectors) -> LayeredVectors:
    other = vectors.select(np.arange(len(vectors)))
    object.__setattr__(other, "layer_names", ("other", "names"))
    return other


def test_words_beyond_the_type_cap_are_counted_and_each_a_type_of_its_own(random_corpus, cut):
    vectors = random_corpus()
    type_ids = vectors.types[1].copy()  # numbered by first appearance, as the stream does
    beyond = type_ids >= 3
    type_ids[beyond] = 1000 + np.arange(beyond.sum())
    for cuts in ([], [10, 20]):
        stream = streamed(cut(vectors, cuts), type_cap=3)
        assert stream.n_beyond_cap == beyond.sum() > 0
        for geometry, x in zip(stream.result(min_count=2), vectors.layers, strict=True):
            expected = brute_force(x, type_ids, vectors.sentence_ids, 2)
            assert geometry.mean_cosine == pytest.approx(expected["mean_cosine"], abs=1e-12)
            assert geometry.self_similarity == pytest.approx(expected["self_similarity"])
            assert geometry.n_self_similarity_types == 3


def test_merging_more_types_than_the_cap_is_one_stream_with_that_cap(random_corpus, cut):
    vectors = random_corpus(30, 40)
    parts = cut(vectors, list(range(1, 30)))  # no part reaches the cap by itself
    whole, merged = streamed(parts, type_cap=12, shape=True), None
    for part in parts:
        alone = streamed([part], type_cap=12, shape=True)
        assert not alone.n_beyond_cap
        merged = merged.merge(alone) if merged else alone
    assert merged.n_beyond_cap == whole.n_beyond_cap > 0
    assert merged.types == whole.types
    for one, other in zip(merged.result(), whole.result(), strict=True):
        for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12)
        assert one.mean_cosine_interval == pytest.approx(other.mean_cosine_interval, abs=1e-12)
        # Parts of one sentence each: what a type has within its sentences is its square.
        assert one.shape.contributions == pytest.approx(other.shape.contributions, abs=1e-12)


def test_nothing_to_measure_is_said():
    with pytest.raises(ShapeError, match="no sentence"):
        measure([])
    with pytest.raises(ShapeError, match="no sentence"):
        measure([], Frame("one per type"))


def test_measures_without_enough_words_are_nan_not_zero(plant, rng):
    alone = measure([plant([["bank"]], rng.normal(size=(1, 3)))])[0]
    assert alone.n == 1
    for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
        assert np.isnan(getattr(alone, name)), name
    assert np.isnan([*alone.mean_cosine_interval, *alone.self_similarity_interval]).all()
    silent = measure([plant([["!"], ["?"]], rng.normal(size=(2, 3)))])[0]
    assert silent.n == 0
    assert np.isnan(silent.cone_half_angle_median_deg)


def test_published_threshold_is_used_where_a_word_reaches_it(plant, rng):
    often = plant([["a"]] * 5 + [["b"]] * 4, rng.normal(size=(9, 3)))
    assert measure([often])[0].min_count == 5
    assert measure([often])[0].n_self_similarity_types == 1
    seldom = measure([often.select(np.arange(1, 9))])[0]
    assert (seldom.min_count, seldom.n_self_similarity_types) == (2, 2)


def kept_bytes(stream: GeometryStream) -> int:
    holders = [stream.counts, *stream.layers]
    arrays = [v for holder in holders for v in vars(holder).values() if isinstance(v, np.ndarray)]
    samples = [part for layer in stream.layers for part in layer.sample]
    return sum(array.nbytes for array in [*arrays, *samples])


def test_ten_times_the_corpus_takes_no_more_memory(random_corpus, monkeypatch):
    monkeypatch.setattr(word_sample, "SAMPLE", 64)
    monkeypatch.setattr(word_sample, "MOST_WAITING", 64)
    vectors = random_corpus(n_sentences=300)
    stream = streamed([(0, vectors)], type_cap=50)
    before = kept_bytes(stream)
    tracemalloc.start()
    try:
        stream.update(vectors, first_sentence=300)
        gc.collect()  # sparse matrices wait for it
        after_one = tracemalloc.get_traced_memory()[0]
        for number in range(2, 12):
            stream.update(vectors, first_sentence=300 * number)
        gc.collect()
        growth = tracemalloc.get_traced_memory()[0] - after_one
    finally:
        tracemalloc.stop()
    assert stream.n_words == 12 * len(vectors)
    assert kept_bytes(stream) == before
    assert growth < vectors.layers[0].nbytes  # one kept copy of one chunk's layer would show


def test_the_sample_of_a_layer_is_its_own_also_while_it_waits(plant, rng):
    """Layers are read into the same place one after another; none may see the next one's."""
    sentences = [["one", ",", "two"], ["three", "four", "!"]]
    layers = [rng.normal(size=(6, 5)).astype(np.float32) for _ in range(3)]
    stream = GeometryStream(shape=True).update(plant(sentences, *layers))
    words = [0, 2, 3, 4]  # the others are punctuation
    for sums, layer in zip(stream.layers, layers, strict=True):
        drawn = sums.sample.vectors
        assert sorted(map(tuple, drawn)) == sorted(map(tuple, layer[words]))
