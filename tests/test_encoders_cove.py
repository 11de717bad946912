"""CoVe as an encoder: GloVe below, two layers above, unknown words listed, bad files refused."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine import model_files
from engine.checkpoints import save_weights
from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.encoder import load_encoder
from engine.encoders import cove as encoders
from engine.errors import Cancelled, CorruptFile, EngineError, TextError, WordNotFound
from engine.nets.cove import CoveConfig, untrained
from engine.nets.translation import END, GO
from engine.nets.translator import Translator, TranslatorConfig
from engine.text import Sentence

TEXTS = [
    "he sat on the bank of the river",
    "bank",
    "",
    "She doesn't know the zzxqj, does she?",
    "The " + "very " * 30 + "long street",
    "zzxqj qqvvk",
]
SENTENCES = [Sentence(text) for text in TEXTS]
GERMAN = Vocabulary((*SPECIAL, "ein", "mann", "schläft", "."))


@pytest.fixture(scope="module")
def model():
    torch.set_num_threads(1)
    return load_encoder("cove-untrained", "cpu")


@pytest.fixture(scope="module")
def encoded(model):
    return model.encode(SENTENCES)


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A small CoVe and its decoder, shipped to a folder of their own."""
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    model_files.shipped_card.cache_clear()
    torch.manual_seed(0)
    encoder, decoder = CoveConfig(d_direction=8), TranslatorConfig(len(GERMAN), 16, 12, 5)
    save_weights(
        tmp_path / "cove" / "weights.safetensors", untrained(encoder, 5).state_dict(),
        kind="cove", config=dataclasses.asdict(encoder),
    )  # fmt: skip
    save_weights(
        tmp_path / "cove" / "decoder.safetensors", Translator(decoder).state_dict(),
        kind="cove-decoder", config=dataclasses.asdict(decoder), vocabularies={"german": GERMAN},
    )  # fmt: skip
    yield tmp_path / "cove"
    model_files.shipped_card.cache_clear()


def test_a_batch_gives_what_each_sentence_gives_alone(model, encoded):
    for number in (0, 1, 3, 4):
        alone = model.encode([SENTENCES[number]])
        rows = np.flatnonzero(encoded.sentence_ids == number)
        assert alone.words == encoded.select(rows).words
        for layer, batched in zip(alone.layers, encoded.layers, strict=True):
            assert_allclose(layer, batched[rows], rtol=0, atol=1e-5)


def test_layer_0_is_glove_and_the_others_are_as_wide_as_two_directions(encoded, glove_model):
    glove = glove_model.encode(SENTENCES)
    assert np.array_equal(encoded.layers[0], glove.layers[0])
    assert encoded.words == glove.words
    assert np.array_equal(encoded.n_pieces, glove.n_pieces)
    assert [layer.shape[1] for layer in encoded.layers] == [50, 600, 600]
    assert encoded.layer_names == ("0 · GloVe", "1 · biLSTM 1", "2 · biLSTM 2")


def test_unknown_words_are_listed_and_never_a_row(encoded):
    unknown = [(word.text, word.sentence_id, word.position) for word in encoded.unknown]
    assert unknown == [("zzxqj", 3, 4), ("zzxqj", 5, 0), ("qqvvk", 5, 1)]
    assert len(encoded) == sum(len(sentence.words) for sentence in SENTENCES) - 3
    assert all(np.linalg.norm(layer, axis=1).min() > 0 for layer in encoded.layers)


def test_an_unknown_word_still_takes_its_place_before_the_net(model):
    """The net reads zeros there, so it moves its neighbours' states, whatever its letters are."""
    one, other, without = (
        model.encode([Sentence(text)]).layers[2][-1]
        for text in ("a zzxqj bank", "a qqvvk bank", "a bank")
    )
    assert np.array_equal(one, other)
    assert np.abs(one - without).max() > 1e-3


def test_a_text_without_known_words_is_refused(model):
    with pytest.raises(TextError, match="English"):
        model.encode([Sentence("zzxqj"), Sentence("")])


def test_progress_counts_every_sentence_and_may_stop_the_work(model):
    seen: list[tuple[int, int]] = []
    model.encode(SENTENCES, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(SENTENCES), len(SENTENCES))

    def stop(_done, _total):
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        model.encode(SENTENCES, progress=stop)


def test_shipped_weights_come_back_to_half_precision(shipped):
    vectors = load_encoder("cove", "cpu").encode([Sentence("a bank")])
    weights = untrained(CoveConfig(d_direction=8), 5).half().float()
    with torch.inference_mode():
        expected = weights(torch.from_numpy(vectors.layers[0])[None], torch.tensor([2]))
    for found, layer in zip(vectors.layers, expected, strict=True):
        assert_allclose(found, layer[0], atol=1e-6)


@pytest.mark.parametrize("cut", [0, 100, 3000])
def test_truncated_weights_are_refused_with_a_sentence(shipped, cut):
    for name, load in (
        ("weights.safetensors", lambda: load_encoder("cove", "cpu")),
        ("decoder.safetensors", lambda: encoders.load_interpreter("cpu")),
    ):
        path = shipped / name
        whole = path.read_bytes()
        path.write_bytes(whole[:cut])
        with pytest.raises(CorruptFile):
            load()
        path.write_bytes(whole)


def test_weights_of_something_else_are_refused(shipped):
    shutil.copy(shipped / "decoder.safetensors", shipped / "weights.safetensors")
    with pytest.raises(CorruptFile, match="cove-decoder"):
        load_encoder("cove", "cpu")


def test_missing_weights_are_said_with_the_command_that_makes_them(shipped):
    (shipped / "decoder.safetensors").unlink()
    assert encoders.Cove.missing() is None
    assert "engine train cove" in encoders.missing_interpreter()
    (shipped / "weights.safetensors").unlink()
    with pytest.raises(EngineError, match="engine train cove"):
        load_encoder("cove", "cpu")


def test_one_word_at_a_time_says_what_greedy_says(shipped):
    interpreter = encoders.load_interpreter("cpu")
    sentence = Sentence("A man sleeps .")
    whole = interpreter.translate(sentence, width=1)
    so_far = interpreter.begin(sentence)
    assert so_far.words == (GO,)
    log_probability = 0.0
    for word, row in zip(whole.words, whole.attention, strict=True):
        assert so_far.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
        assert so_far.attention.sum() == pytest.approx(1.0, abs=1e-5)
        assert_allclose(so_far.attention, row, atol=1e-6)
        sayable = [pair for pair in interpreter.likeliest(so_far, 6) if pair[0] != "<unk>"]
        assert sayable[0][0] == word
        log_probability += np.log(sayable[0][1])
        so_far = interpreter.extend(so_far, word)
    assert so_far.words == (GO, *whole.words)
    assert whole.log_probability == pytest.approx(log_probability, abs=1e-3)
    assert whole.attention.shape == (len(whole.words), 4)


def test_a_word_the_translator_cannot_say_is_refused(shipped):
    interpreter = encoders.load_interpreter("cpu")
    so_far = interpreter.begin(Sentence("A zzxqj sleeps"))
    assert so_far.unseen == (1,)
    with pytest.raises(WordNotFound, match="hund"):
        interpreter.extend(so_far, "hund")
    with pytest.raises(WordNotFound, match="ended"):
        interpreter.extend(interpreter.extend(so_far, END), "ein")
    with pytest.raises(TextError):
        interpreter.begin(Sentence("  "))


@pytest.mark.skipif(encoders.missing_interpreter() is not None, reason="CoVe is not shipped")
def test_the_shipped_translator_translates_a_caption_and_looks_at_the_words_it_says():
    translation = encoders.load_interpreter("cpu").translate(Sentence("Two dogs run in the snow."))
    assert translation.words[:2] == ("zwei", "hunde")
    assert translation.words[-2:] == (".", END)
    assert "schnee" in translation.words
    assert translation.attention[:2].argmax(axis=1).tolist() == [0, 1]
    assert translation.attention[translation.words.index("schnee")].argmax() in (4, 5)
    assert_allclose(translation.attention.sum(axis=1), 1.0, atol=1e-5)
