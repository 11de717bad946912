"""The sampling frame takes in what it says; planted clouds give the numbers worked out by hand."""

import numpy as np
import pytest

from engine.errors import EngineError, UnknownName
from engine.geometry.frame import Frame, priority, rows_in_frame
from engine.geometry.pairs import mean_random_pair_cosine
from engine.geometry.stream import GeometryStream, measure
from engine.text import Sentence

SENTENCES = [["The", "bank", ",", "the", "bank"], ["!", "a", "Bank"], ["the", "river", "."]]


@pytest.fixture
def story(plant, rng):
    return plant(SENTENCES, rng.normal(size=(11, 4)))


def chosen(vectors, frame: Frame, **options) -> list[str]:
    return [vectors.keys[row] for row in rows_in_frame(vectors, frame, **options)]


def test_punctuation_is_left_out_unless_asked_for(story):
    assert chosen(story, Frame()) == ["the", "bank", "the", "bank", "a", "bank", "the", "river"]
    assert chosen(story, Frame(punctuation=True)) == list(story.keys)


def test_frequency_band_counts_words_in_any_case(story):
    assert set(chosen(story, Frame(min_frequency=3))) == {"the", "bank"}
    assert set(chosen(story, Frame(max_frequency=1))) == {"a", "river"}
    assert chosen(story, Frame(min_frequency=2, max_frequency=2)) == []


def test_frequencies_of_the_whole_corpus_rule_over_those_of_the_part(story):
    whole = {"the": 9, "bank": 1, "a": 5, "river": 0}
    whole |= {",": 1, "!": 1, ".": 1}
    band = Frame(min_frequency=5)
    assert chosen(story, band, frequencies=whole) == ["the", "the", "a", "the"]


def test_one_per_sentence_takes_one_random_word_of_each(story):
    seen = [set() for _ in SENTENCES]
    for seed in range(60):
        rows = rows_in_frame(story, Frame("one per sentence", seed=seed))
        assert story.sentence_ids[rows].tolist() == [0, 1, 2]
        for sentence, row in zip(seen, rows.tolist(), strict=True):
            sentence.add(story.positions[row])
    assert [sorted(places) for places in seen] == [[0, 1, 3, 4], [1, 2], [0, 1]]


def test_one_per_type_takes_one_random_occurrence_of_each(story):
    seen = set()
    for seed in range(60):
        rows = rows_in_frame(story, Frame("one per type", seed=seed))
        assert sorted(story.keys[row] for row in rows) == ["a", "bank", "river", "the"]
        seen |= {int(row) for row in rows if story.keys[row] == "bank"}
    assert seen == set(story.rows_of("bank").tolist())


@pytest.mark.parametrize("unit", ["one per sentence", "one per type"])
def test_same_seed_same_sample_and_other_seeds_other_samples(story, unit):
    samples = [tuple(rows_in_frame(story, Frame(unit, seed=seed))) for seed in range(10)]
    assert samples == [tuple(rows_in_frame(story, Frame(unit, seed=seed))) for seed in range(10)]
    assert len(set(samples)) > 1


@pytest.mark.parametrize(
    "frame",
    [
        Frame("one per sentence", seed=3),
        Frame("one per type", seed=3),
        Frame("one per type", min_frequency=12),
        Frame(max_frequency=25),
    ],
    ids=lambda frame: frame.describe(),
)
def test_a_frame_takes_the_same_words_however_the_corpus_is_cut(random_corpus, cut, frame):
    vectors = random_corpus()
    frequencies = {word: vectors.keys.count(word) for word in vectors.keys}
    rows = rows_in_frame(vectors, frame)
    assert 1 < len(rows) < len(vectors)
    expected = mean_random_pair_cosine(
        vectors.layers[0][rows], vectors.types[1][rows], vectors.sentence_ids[rows]
    )
    for cuts in ([], [7], list(range(1, 40))):
        parts = [part for _, part in cut(vectors, cuts)]
        found = measure(parts, frame, frequencies=frequencies)[0]
        assert found.n == len(rows)
        assert found.mean_cosine == pytest.approx(expected, abs=1e-12)


def test_a_frequency_band_over_pieces_needs_the_corpus_counts_and_says_so(plant, rng):
    """A word once in each of two pieces is seen twice; no piece can know that by itself."""
    pieces = [plant([["bank", word]], rng.normal(size=(2, 3))) for word in ("a", "the")]
    counts = {"bank": 2, "a": 1, "the": 1}
    assert measure(pieces, Frame(min_frequency=2), frequencies=counts)[0].n == 2
    with pytest.raises(EngineError):
        measure(pieces, Frame(min_frequency=2))


def test_priorities_look_uniform_and_depend_on_place_and_seed_alone():
    sentence_ids, positions = np.divmod(np.arange(40_000), 40)
    numbers = priority(sentence_ids, positions, seed=0)
    assert len(np.unique(numbers)) == len(numbers)
    shares = np.bincount((numbers >> np.uint64(60)).astype(int), minlength=16) / 40_000
    assert shares == pytest.approx(1 / 16, abs=5 * np.sqrt(1 / 16 / 40_000))
    assert np.array_equal(priority(sentence_ids[100:], positions[100:], 0), numbers[100:])
    other = priority(sentence_ids, positions, seed=1)
    assert abs(np.corrcoef(numbers.astype(float), other.astype(float))[0, 1]) < 0.02


def test_an_unknown_unit_is_answered_with_the_known_ones():
    with pytest.raises(UnknownName, match="one per type"):
        Frame("tokens")


def test_a_frame_is_described_in_words():
    assert Frame().describe() == "occurrences, without punctuation"
    band = Frame("one per type", punctuation=True, min_frequency=5, max_frequency=1000)
    assert band.describe() == "one per type, with punctuation, words seen 5 to 1,000 times"
    assert Frame(min_frequency=5).describe().endswith("words seen at least 5 times")


# --- planted clouds ---


def each_its_own(plant, x: np.ndarray):
    """Every row a word of its own in a sentence of its own."""
    return plant([[f"w{i}"] for i in range(len(x))], x)


def test_isotropic_cloud_has_no_cone(plant, rng):
    n, d = 2_000, 64
    found = measure([each_its_own(plant, rng.normal(size=(n, d)))])[0]
    assert abs(found.mean_cosine) < 4 * np.sqrt(2 / (n * (n - 1) * d))
    # the mean direction leans to every word by about 1 / sqrt(n): 1.3 degrees here
    assert found.cone_half_angle_median_deg == pytest.approx(90 - np.degrees(n**-0.5), abs=0.5)
    low, high = found.mean_cosine_interval
    assert low < 0.002 and high > -0.002


def test_planted_cone_is_measured_as_planted(plant):
    theta, around = np.radians(35), np.concatenate([np.eye(8), -np.eye(8)])
    x = np.hstack([np.full((16, 1), np.cos(theta)), np.sin(theta) * around])
    found = measure([each_its_own(plant, 7 * x)])[0]
    assert found.mean_cosine == pytest.approx(np.cos(theta) ** 2 - np.sin(theta) ** 2 / 15)
    assert found.cone_half_angle_median_deg == pytest.approx(35, abs=0.01)
    assert found.cone_half_angle_p95_deg == pytest.approx(35, abs=0.01)


def test_one_direction_gives_one_everywhere(plant, rng):
    x = np.outer(rng.lognormal(size=6), rng.normal(size=5))
    found = measure([plant([["a", "b"], ["a", "c"], ["a", "b"]], x)])[0]
    for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
        assert getattr(found, name) == pytest.approx(1, abs=1e-6), name
    assert found.mean_cosine_interval == pytest.approx((1, 1), abs=1e-6)
    assert found.cone_half_angle_p95_deg == pytest.approx(0, abs=0.05)
    assert found.adjusted_self_similarity == pytest.approx(0, abs=1e-6)


def test_a_layer_that_ignores_context_has_self_similarity_one(fake_static):
    sentences = [Sentence("the bear ate"), Sentence("a bear"), Sentence("the bee and the bear")]
    found = measure([fake_static.encode(sentences)])[0]
    assert found.self_similarity == pytest.approx(1, abs=1e-6)
    assert found.n_self_similarity_types == 2
    assert found.mean_cosine < 0.999


def test_rotation_and_scale_change_no_measure(random_corpus, plant, rng):
    vectors = random_corpus()
    rotations = [np.linalg.qr(rng.normal(size=(d, d)))[0] for d in (6, 4)]
    words = [[w.text for w in s.words] for s in vectors.sentences]
    turned = plant(words, *(5 * x @ r for x, r in zip(vectors.layers, rotations, strict=True)))
    for a, b in zip(measure([vectors]), measure([turned]), strict=True):
        for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
            assert getattr(b, name) == pytest.approx(getattr(a, name), abs=1e-6), name
        assert b.cone_half_angle_median_deg == pytest.approx(a.cone_half_angle_median_deg, abs=0.01)
        assert b.mean_cosine_interval == pytest.approx(a.mean_cosine_interval, abs=1e-6)


def test_a_stream_of_pieces_refuses_one_per_type_which_only_measure_can_resolve(random_corpus, cut):
    stream = GeometryStream(Frame("one per type"))
    with pytest.raises(EngineError):
        for first, part in cut(random_corpus(), [20]):
            stream.update(part, first_sentence=first)
