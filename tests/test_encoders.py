"""The bundled encoders give what their published weights give, and say what they do not know."""

import shutil

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine.encoder import load_encoder
from engine.encoders import minilm
from engine.errors import CorruptFile, EngineError, TextError
from engine.text import Sentence

NASTY = [
    "he sat on the bank of the river and watched the currents",
    "bank",
    "The mouse's “unhappiness” wasn't re-categorised: naïve, 3.5!",
    "<script>alert('bank')</script> & 河岸 ஆறு جلس",
    "A " + "very " * 25 + "long sentence about a bank.",
    "   spaced \t out   ",
    "antidisestablishmentarianism floccinaucinihilipilification",
    "I am ___ excited 👍 to watch",
]
SENTENCES = [Sentence(text) for text in NASTY]


@pytest.fixture(scope="module")
def model(minilm_model):
    return minilm_model


@pytest.fixture(scope="module")
def published():
    """(the bare published net, its tokenizer) as the transformers library loads them."""
    from transformers import AutoModel, AutoTokenizer

    folder = minilm.model_folder()
    net = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    return net.eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)


@pytest.fixture(scope="module")
def encoded(model):
    return model.encode(SENTENCES)


@pytest.fixture(scope="module")
def bare(published):
    """The published net on each sentence alone."""
    return [bare_states(published, text) for text in NASTY]


def bare_states(published, text: str) -> tuple[np.ndarray, list[tuple[int, int]], list[int]]:
    """(all hidden states (n_layers, n_pieces, d), spans, ids) of the pieces, specials left out."""
    net, tokenizer = published
    pieces = tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
    spans = pieces.pop("offset_mapping")[0].tolist()
    with torch.inference_mode():
        states = net(**pieces, output_hidden_states=True).hidden_states
    inner = np.stack([state[0, 1:-1].numpy() for state in states])
    return inner, [tuple(span) for span in spans[1:-1]], pieces["input_ids"][0, 1:-1].tolist()


def pieces_of(word, spans) -> list[int]:
    return [i for i, (a, b) in enumerate(spans) if max(a, word.start) < min(b, word.end)]


@pytest.mark.slow
@pytest.mark.parametrize("pooling", ["mean", "first", "last"])
def test_all_hidden_states_equal_the_bare_transformers(bare, published, pooling):
    """Encoded in one padded batch here, one by one there; words pooled by hand from the spans."""
    vectors = minilm.MiniLM("cpu", pooling).encode(SENTENCES)
    pool = {
        "mean": lambda x: x.mean(axis=1),
        "first": lambda x: x[:, 0],
        "last": lambda x: x[:, -1],
    }
    assert vectors.n_layers == 7
    missing = {(word.sentence_id, word.position) for word in vectors.unknown}
    row = 0
    for number, sentence in enumerate(SENTENCES):
        states, spans, ids = bare[number]
        for position, word in enumerate(sentence.words):
            own = pieces_of(word, spans)
            if all(ids[i] == published[1].unk_token_id for i in own):
                assert (number, position) in missing
                continue
            assert (vectors.sentence_ids[row], vectors.positions[row]) == (number, position)
            assert vectors.n_pieces[row] == len(own)
            ours = np.stack([layer[row] for layer in vectors.layers])
            assert_allclose(ours, pool[pooling](states[:, own]), rtol=0, atol=1e-5)
            row += 1
    assert row == len(vectors)


def test_a_batch_gives_what_each_sentence_gives_alone(model, encoded):
    for number, sentence in enumerate(SENTENCES):
        alone = model.encode([sentence])
        rows = np.flatnonzero(encoded.sentence_ids == number)
        assert alone.words == encoded.select(rows).words
        for layer, batched in zip(alone.layers, encoded.layers, strict=True):
            assert_allclose(layer, batched[rows], rtol=0, atol=1e-5)


def test_order_of_sentences_changes_nothing(model, encoded):
    turned = model.encode(SENTENCES[::-1])
    for number in range(len(SENTENCES)):
        rows = np.flatnonzero(encoded.sentence_ids == number)
        same = np.flatnonzero(turned.sentence_ids == len(SENTENCES) - 1 - number)
        assert_allclose(turned.layers[6][same], encoded.layers[6][rows], rtol=0, atol=1e-5)


def test_layer_0_ignores_context_and_the_top_does_not(model):
    vectors = model.encode([Sentence("bank of the river"), Sentence("bank with a cashier")])
    first, second = vectors.rows_of("bank")
    assert np.array_equal(vectors.layers[0][first], vectors.layers[0][second])
    assert np.abs(vectors.layers[6][first] - vectors.layers[6][second]).max() > 0.1


def test_unknown_words_are_listed_and_never_zero(encoded):
    unknown = {word.text for word in encoded.unknown}
    assert "👍" in unknown
    for word in encoded.unknown:
        assert SENTENCES[word.sentence_id].words[word.position].text == word.text
    n_words = sum(len(sentence.words) for sentence in SENTENCES)
    assert len(encoded) + len(encoded.unknown) == n_words
    assert all(np.linalg.norm(layer, axis=1).min() > 0.1 for layer in encoded.layers)


def test_a_long_sentence_is_read_in_stretches_and_every_word_gets_a_vector(model, published):
    words = [f"river{i % 7}" if i % 3 else "bank" for i in range(600)]
    sentence = Sentence(" ".join(words))
    vectors = model.encode([sentence, Sentence("a short one")])
    assert len(vectors) == 603
    assert "510 pieces" in vectors.notes[0]
    assert all(np.isfinite(layer).all() for layer in vectors.layers)
    tokenizer = published[1]
    ids = tokenizer(sentence.text, add_special_tokens=False, verbose=False)["input_ids"]
    # the second stretch, read by itself between [CLS] and [SEP]
    stretch = torch.tensor([[tokenizer.cls_token_id, *ids[510:1020], tokenizer.sep_token_id]])
    with torch.inference_mode():
        top = published[0](input_ids=stretch).last_hidden_state[0, 1:-1].numpy()
    first_piece = np.r_[0, np.cumsum(vectors.n_pieces[:600])]
    whole = [i for i in range(600) if first_piece[i] >= 510 and first_piece[i + 1] <= 1020]
    assert len(whole) > 100
    for i in whole[::20]:
        own = slice(first_piece[i] - 510, first_piece[i + 1] - 510)
        assert_allclose(vectors.layers[6][i], top[own].mean(axis=0), rtol=0, atol=1e-5)


def test_a_text_of_unknown_words_alone_is_refused(model):
    with pytest.raises(TextError, match="knows none"):
        model.encode([Sentence("👍 🙂")])


def test_progress_counts_to_the_end_and_may_stop_the_work(model):
    seen: list[tuple[int, int]] = []
    model.encode(SENTENCES, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (len(SENTENCES), len(SENTENCES))

    def stop(_done, _total):
        raise EngineError("Enough.")

    with pytest.raises(EngineError, match="Enough"):
        model.encode(SENTENCES, progress=stop)


@pytest.mark.parametrize("name", list(minilm.SHA256))
def test_one_altered_byte_in_the_weights_is_refused(tmp_path, monkeypatch, name):
    for each in minilm.SHA256:
        shutil.copy(minilm.model_folder() / each, tmp_path / each)
    monkeypatch.setattr(minilm, "model_folder", lambda: tmp_path)
    minilm.verify(tmp_path)
    with (tmp_path / name).open("r+b") as file:
        file.seek(-100, 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(CorruptFile, match=f"{name} is not the published file"):
        minilm.MiniLM("cpu")
    (tmp_path / name).unlink()
    with pytest.raises(CorruptFile, match="missing"):
        minilm.MiniLM("cpu")


def test_unknown_pooling_and_device_are_answered_with_the_known_ones():
    with pytest.raises(EngineError, match="mean, first, last"):
        minilm.MiniLM("cpu", "sum")
    with pytest.raises(EngineError, match="auto, cpu, cuda"):
        load_encoder("minilm", "tpu")
