"""Guessing words: distributions that are distributions, and sides that see only their side."""

import numpy as np
import pytest
import torch

from engine import model_files
from engine.checkpoints import save_weights
from engine.corpora.vocabulary import build_vocabulary
from engine.language_model import Predictions, drawn, most_likely
from engine.nets.both_directions import both_directions, shared
from engine.predictors.awd_lstm import AwdLstmPredictor
from engine.text import Sentence

WORDS = "the cat sat on a mat and went to bank".split()  # noqa: SIM905


@pytest.fixture
def predictor(tmp_path, monkeypatch):
    torch.manual_seed(0)
    vocabulary = build_vocabulary(WORDS, 40)
    config = {
        "vocab_size": len(vocabulary),
        "d_embedding": 6,
        "d_hidden": 8,
        "n_layers": 2,
    }
    net = both_directions(config)
    with torch.no_grad():
        net.forward_lm.embedding.mul_(20)  # far from uniform
    tensors = {**shared(net), "log_unigram": torch.full((len(vocabulary),), -np.log(12))}
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    model_files.shipped_card.cache_clear()
    save_weights(
        tmp_path / "awd-lstm" / "weights.safetensors", tensors, kind="awd-lstm", config=config,
        vocabularies={"words": vocabulary},
    )  # fmt: skip
    yield AwdLstmPredictor("cpu")
    model_files.shipped_card.cache_clear()


def test_every_row_is_a_distribution_over_the_vocabulary(predictor):
    found = predictor.predictions(Sentence("the cat sat"))
    for rows in (found.forward, found.backward, found.combined(1)[None]):
        np.testing.assert_allclose(np.exp(rows).sum(-1), 1, atol=1e-5)
    assert found.forward.shape == found.backward.shape == (4, 12)


def test_the_forward_model_has_not_seen_the_word_nor_what_follows(predictor):
    before = predictor.predictions(Sentence("the cat sat on a mat"))
    after = predictor.predictions(Sentence("the cat went to bank"))
    np.testing.assert_allclose(before.forward[:3], after.forward[:3], atol=1e-6)
    assert np.abs(before.forward[3] - after.forward[3]).max() > 1e-4


def test_the_backward_model_has_not_seen_the_word_nor_what_stands_before(predictor):
    before = predictor.predictions(Sentence("the cat sat on a mat"))
    after = predictor.predictions(Sentence("bank went to a mat"))
    np.testing.assert_allclose(before.backward[4:6], after.backward[3:5], atol=1e-6)
    assert np.abs(before.backward[2] - after.backward[1]).max() > 1e-4


def test_a_blank_is_predicted_as_if_any_word_stood_there(predictor):
    blank = predictor.predictions(Sentence("the cat ___ on a mat"))
    word = predictor.predictions(Sentence("the cat sat on a mat"))
    np.testing.assert_allclose(blank.combined(2), word.combined(2), atol=1e-5)


def test_both_sides_combine_by_bayes():
    vocabulary = build_vocabulary(["a", "b"], 4)
    forward = np.log([[0.1, 0.1, 0.6, 0.2], [0.25] * 4])
    backward = np.log([[0.1, 0.1, 0.4, 0.4], [0.25] * 4])
    unigram = np.log([0.1, 0.1, 0.5, 0.3])
    found = Predictions(("a",), np.array([2]), vocabulary, unigram, forward, backward)
    weights = np.array([0.1, 0.1, 0.6 * 0.4 / 0.5, 0.2 * 0.4 / 0.3])
    np.testing.assert_allclose(np.exp(found.combined(0)), weights / weights.sum())


def test_perplexity_is_that_of_the_words_and_the_end():
    vocabulary = build_vocabulary(["a", "b"], 4)
    rows = np.log([[0.1, 0.1, 0.6, 0.2], [0.1, 0.5, 0.2, 0.2]])
    found = Predictions(("a",), np.array([2]), vocabulary, np.zeros(4), rows, rows)
    assert found.perplexity("forward") == pytest.approx((0.6 * 0.5) ** -0.5)


def test_a_continuation_at_temperature_0_takes_the_likeliest_known_word(predictor):
    sentence = Sentence("the cat")
    rows = predictor.predictions(sentence).forward[2].copy()
    rows[predictor.vocabulary.unknown_id] = -np.inf
    likeliest = predictor.vocabulary.words[int(rows.argmax())]
    found = predictor.continuation(sentence, 5, temperature=0)
    assert len(found) <= 5 and "<unk>" not in found
    if likeliest != "<eos>":
        assert found[0] == likeliest
        longer = Sentence(f"the cat {found[0]}")
        assert predictor.continuation(longer, 4, temperature=0) == found[1:5]


def test_the_same_seed_draws_the_same_words(predictor):
    sentence = Sentence("the")
    first = predictor.continuation(sentence, 8, temperature=2, seed=3)
    assert predictor.continuation(sentence, 8, temperature=2, seed=3) == first
    others = [predictor.continuation(sentence, 8, temperature=2, seed=s) for s in range(5)]
    assert any(other != first for other in others)


def test_words_are_drawn_as_often_as_they_are_likely():
    rng = np.random.default_rng(0)
    scores = np.log([0.5, 0.3, 0.2])
    draws = [drawn(scores, rng, temperature=1, never=[2]) for _ in range(3000)]
    assert np.mean(np.array(draws) == 0) == pytest.approx(0.5 / 0.8, abs=0.03)
    assert 2 not in draws


def test_the_most_likely_words_come_first_with_their_probability():
    assert most_likely(np.log([0.2, 0.5, 0.3]), 2) == [(1, 0.5), (2, 0.3)]


def test_a_model_without_weights_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    assert "git checkout" in (AwdLstmPredictor.missing() or "")
