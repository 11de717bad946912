"""The sixteen traps of measuring vectors in context, each with a control whose answer is known.

Most of these numbers are tested in more places and more closely; here each trap stands beside the
error that it would cause.
"""

import json

import numpy as np
import pytest

from engine.corpora.training_texts import labelled_source
from engine.encoder import ENCODERS, load_encoder
from engine.geometry.basis import motion_surviving_alignment, picture
from engine.geometry.frame import Frame
from engine.geometry.moments import Moments, unit
from engine.geometry.pairs import mean_pair_cosine, mean_random_pair_cosine
from engine.geometry.senses import sense_separation
from engine.geometry.spectrum import (
    iso_score,
    isotropic_variances,
    participation_ratio,
    participation_ratio_corrected,
    variances,
)
from engine.geometry.static_vector import static_share
from engine.geometry.stream import measure
from engine.model_files import FOLDER as MODELS
from engine.text import Sentence, read_sentences
from engine.training.schedules import slanted_triangular
from engine.training.ulmfit.groups import rates
from engine.vectors.states import STATES
from engine.views.frame_switches import FrameSwitchesState, FrameSwitchesView

D = 64


def cone(rng, n, cosine, d=D):
    """Random vectors of length 1 whose mean cosine is `cosine`: a common direction and noise."""
    noise = rng.normal(size=(n, d))
    noise[:, 0] = 0
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return np.sqrt(1 - cosine) * noise + np.sqrt(cosine) * np.eye(d)[0]


@pytest.mark.slow
def test_1_the_frame_alone_moves_glove_from_a_half_to_almost_nothing(glove_model):
    shown = FrameSwitchesView().show(FrameSwitchesState("text", "a bank\nthe river", "glove"))
    values = shown.table.set_index("frame")["mean cosine"]
    for n in (1_000, 50_000):
        by_hand = mean_pair_cosine(glove_model.words(n).layers[0])
        assert values[f"its {n:,} most frequent words"] == pytest.approx(by_hand, abs=1e-6)
    assert values["its 1,000 most frequent words"] > 10 * values["its 50,000 most frequent words"]


def test_2_pairs_of_one_word_or_one_sentence_would_pass_for_anisotropy():
    # Words are orthogonal, but each sentence repeats its word, and each word comes twice.
    x = np.repeat(np.eye(4), 4, axis=0)
    types, sentences = np.repeat(np.arange(4), 4), np.repeat(np.arange(8), 2)
    assert mean_pair_cosine(x) == pytest.approx(0.2)
    assert mean_random_pair_cosine(x, types, sentences) == 0


def test_3_how_pieces_become_words_is_a_choice_and_the_share_of_such_words_is_told(minilm_model):
    sentence = (Sentence("The unflappable anthropomorphism of transmogrification."),)
    pooled = {
        pooling: ENCODERS["minilm"]("cpu", pooling).encode(sentence)
        for pooling in ("first", "last")
    } | {"mean": minilm_model.encode(sentence)}
    long_words = pooled["mean"].n_pieces > 1
    assert pooled["mean"].multi_piece_share == long_words.mean() > 0
    first, last, mean = (pooled[name].layers[3] for name in ("first", "last", "mean"))
    np.testing.assert_allclose(first[~long_words], mean[~long_words], atol=1e-5)
    assert np.abs(first - last)[long_words].max() > 0.1


def test_4_layer_0_is_what_stands_before_any_context(minilm_model):
    a, b = (
        minilm_model.encode((Sentence(text),)) for text in ("The bank closed.", "The bank flooded.")
    )
    row = 1  # bank, at the same position
    np.testing.assert_allclose(a.layers[0][row], b.layers[0][row], atol=1e-6)
    assert all(
        np.abs(x[row] - y[row]).max() > 1e-2
        for x, y in zip(a.layers[1:], b.layers[1:], strict=True)
    )


def test_5_a_raw_self_similarity_rises_while_what_is_the_words_own_falls(plant, rng):
    sentences = [[f"w{i % 10}"] for i in range(100)]
    own = np.eye(D)[1 + np.arange(100) % 10]
    layers = [
        np.sqrt(share) * np.eye(D)[0] + np.sqrt(1 - share) * (weight * own + other)
        for share, weight in ((0.1, 1.0), (0.8, 0.3))
        for other in [rng.normal(size=(100, D)) * 0.06]
    ]
    low, high = measure([plant(sentences, *layers)])
    assert high.self_similarity > low.self_similarity
    assert high.adjusted_self_similarity < low.adjusted_self_similarity


def test_6_one_rogue_dimension_makes_the_cosine_and_leaves_with_it(rng):
    x = rng.normal(size=(2_000, D))
    x[:, 5] += 20
    assert mean_pair_cosine(x) > 0.8
    for state in ("rogue-3 dropped", "standardised", "centred", "top-1 removed"):
        assert abs(mean_pair_cosine(STATES[state](x.astype(np.float32)))) < 0.02, state


def test_7_few_words_look_anisotropic_and_the_corrected_number_does_not(rng):
    d = 200
    few, many = (rng.normal(size=(n, d)) for n in (200, 20_000))
    of_few, of_many = (variances(Moments.of(x)) for x in (few, many))
    assert participation_ratio(of_few) == pytest.approx(d / (1 + d / 200), rel=0.03)
    assert participation_ratio(of_many) == pytest.approx(d / (1 + d / 20_000), rel=0.03)
    assert participation_ratio_corrected(of_few, 200) == pytest.approx(d, rel=0.03)
    assert participation_ratio(isotropic_variances(d, 200)) == pytest.approx(100, rel=0.03)


def test_8_a_layer_that_only_turned_has_not_moved(rng):
    a = rng.normal(size=(500, 6)) * [3, 2, 1, 1, 1, 1]
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    assert motion_surviving_alignment(a, a @ turn) < 1e-9
    still = picture([a.astype(np.float32)] * 2).coordinates  # one basis for all layers
    np.testing.assert_allclose(still[0], still[1], atol=1e-5)


def test_9_three_definitions_of_one_word_s_explained_variance_differ_a_hundredfold(rng):
    d, n = 768, 5
    x = cone(rng, 200 * n, 0.75, d).reshape(200, n, d)
    shares = np.array([static_share(word) for word in x]).mean(axis=0)
    assert shares[0] == pytest.approx((1 + 0.75 * (n - 1)) / n, abs=0.01)  # uncentred
    assert shares[1] > 1 / (n - 1)  # a PCA of 5 points cannot explain less
    assert shares[2] < 0.01


@pytest.mark.slow
def test_10_elmo_reads_a_sentence_alike_alone_in_a_batch_and_twice():
    elmo = load_encoder("elmo", "cpu")
    sentences = tuple(read_sentences("The bank closed.\nA much longer sentence stands beside it."))
    alone, batch = elmo.encode(sentences[:1]), elmo.encode(sentences * 3)
    for one, several in zip(alone.layers, batch.layers, strict=True):
        np.testing.assert_allclose(one, several[: len(one)], atol=1e-5)
    bound = batch.rank_bounds[0]
    layer = batch.layers[0]
    assert bound == layer.shape[1] // 2  # the character vector stands there twice
    np.testing.assert_array_equal(layer[:, :bound], layer[:, bound:])


@pytest.mark.parametrize("model", ["elmo", "awd-lstm"])
def test_11_no_perplexity_stands_without_vocabulary_unknown_words_and_bits(model):
    quality = json.loads((MODELS / model / "card.json").read_text(encoding="utf8"))["quality"]
    for of_text in quality.values():
        n_bits = of_text["tokens"] * np.log2(of_text["forward_perplexity"])
        n_characters = n_bits / of_text["forward_bits_per_character"]
        assert 3 < n_characters / of_text["tokens"] < 8  # letters a word, blank included
        assert 0 < of_text["unknown_rate"] < 0.2
        assert of_text["vocabulary"] > 1_000


@pytest.mark.parametrize("name", ["movie-snippets", "amazon-snippets"])
def test_12_no_text_that_is_measured_on_was_learnt_from(name):
    source = labelled_source(name)
    if reason := source.missing():
        pytest.skip(reason)
    splits = {split: set(source.labelled(split)[0]) for split in ("train", "valid", "test")}
    for a, b in (("train", "valid"), ("train", "test"), ("valid", "test")):
        assert not splits[a] & splits[b]


def test_13_the_triangle_counts_batches_and_the_lowest_layer_learns_slowest():
    factors = [slanted_triangular(t, 100) for t in range(100)]
    assert np.argmax(factors) == 10  # a tenth of the batches, whatever the epochs
    of_groups = rates(("embedding", "lstm-1", "head"), 0.01, discriminative=True)
    assert list(of_groups.values()) == sorted(of_groups.values())
    assert of_groups["head"] / of_groups["lstm-1"] == pytest.approx(2.6)


def test_14_guessing_the_common_sense_is_worth_nothing(rng):
    senses = np.array(["finance"] * 95 + ["river"] * 5)
    found = sense_separation(rng.normal(size=(100, D)), senses, np.arange(100))
    assert np.mean(senses == "finance") == 0.95  # what plain accuracy would give
    assert found.knn_accuracy_balanced == pytest.approx(0.5, abs=0.2)
    same = sense_separation(np.ones((100, D)), senses, np.arange(100))
    assert (same.auc, same.knn_accuracy_balanced) == (0.5, 0.5)


@pytest.mark.slow
def test_15_an_isotropic_cloud_can_know_less(rng):
    """Two senses lie along one long direction: whitening makes all directions alike, and drowns
    them.
    """
    senses = np.repeat([0, 1], 200)
    x = rng.normal(size=(400, D))
    x[:, 0] += np.where(senses, 12.0, -12.0)
    white = STATES["whitened"](x.astype(np.float32))
    raw_score, white_score = (iso_score(variances(Moments.of(each))) for each in (x, white))
    assert white_score > raw_score + 0.3
    before, after = (sense_separation(each, senses, np.arange(400)).auc for each in (x, white))
    assert before > 0.95 > 0.75 > after


def test_16_known_clouds_give_known_numbers(plant, rng):
    isotropic = rng.normal(size=(4_000, D))
    assert mean_pair_cosine(isotropic) == pytest.approx(0, abs=0.005)
    assert mean_pair_cosine(cone(rng, 2_000, 0.6)) == pytest.approx(0.6, abs=0.01)
    u = unit(isotropic[:300])
    brute = (u @ u.T)[np.triu_indices(300, 1)].mean()
    assert mean_pair_cosine(isotropic[:300]) == pytest.approx(brute, abs=1e-12)
    # A layer that gives each word one vector: like itself everywhere, exactly.
    sentences = [[f"w{i % 7}"] for i in range(70)]
    identity = measure([plant(sentences, rng.normal(size=(7, D))[np.arange(70) % 7])], Frame())[0]
    assert identity.self_similarity == pytest.approx(1)
    # Two planted senses, d' apart: AUC of same against different by the shuffled null is a half.
    senses = np.repeat([0, 1], 50)
    shuffled = [
        sense_separation(isotropic[:100], rng.permutation(senses), np.arange(100)).auc
        for _ in range(20)
    ]
    assert np.mean(shuffled) == pytest.approx(0.5, abs=0.02)
