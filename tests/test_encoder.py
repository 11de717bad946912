"""The contract of every encoder, and reading a corpus in pieces."""

import numpy as np
import pytest

from engine.encoder import (
    ENCODERS,
    HUB,
    Encoder,
    StaticEncoder,
    encode_in_chunks,
    load_encoder,
    registered,
)
from engine.errors import Cancelled
from engine.geometry.stream import measure
from engine.text import Sentence
from engine.vectors import concatenate
from engine.vectors.vocabulary import vocabulary_vectors

SENTENCES = [Sentence(text) for text in ("the bee", "a tree fell", "see", "the xylem", "an eel")]


def test_cards_list_static_models_first_and_say_what_a_student_needs():
    cards = registered()
    assert HUB not in [card.name for card in cards]
    families = [card.family for card in cards]
    assert families == sorted(families, key=lambda family: family != "static")
    for card in cards:
        assert card.about.endswith(".")
        assert card.source and card.licence
        if not card.name.endswith("-untrained") and not ENCODERS[card.name].missing():
            assert len(card.sha256) == 64
        assert card.layer_names and card.d_model > 0


@pytest.mark.parametrize("name", [card.name for card in registered()])
def test_every_registered_model_keeps_the_contract(name):
    if why := ENCODERS[name].missing():
        pytest.skip(why)
    sentences = [Sentence("The bank of the river."), Sentence("A bank closed")]
    encoder: Encoder = load_encoder(name)
    vectors = encoder.encode(sentences)
    assert vectors.model == encoder.card.name == name
    assert vectors.layer_names == encoder.card.layer_names
    widths = tuple(layer.shape[1] for layer in vectors.layers)
    assert widths == (encoder.card.widths or (encoder.card.d_model,) * len(widths))
    assert widths[-1] == encoder.card.d_model
    assert vectors.sentences == tuple(sentences)
    assert vectors.words == tuple(word.text for s in sentences for word in s.words)
    assert vectors.state == "raw"
    assert isinstance(encoder, StaticEncoder) == (encoder.card.family == "static")


@pytest.mark.parametrize("chunk", [1, 2, 5, 100])
def test_a_corpus_in_pieces_equals_the_whole(fake_contextual, chunk):
    whole = fake_contextual.encode(SENTENCES)
    parts = list(encode_in_chunks(fake_contextual, SENTENCES, chunk=chunk))
    assert {len(part.sentences) for part in parts[:-1]} <= {chunk}
    assert 1 <= len(parts[-1].sentences) <= chunk
    together = concatenate(parts)
    assert together.sentence_ids.tolist() == whole.sentence_ids.tolist()
    assert together.words == whole.words
    assert together.unknown == whole.unknown
    assert np.array_equal(together.layers[1], whole.layers[1])


def test_a_piece_without_a_known_word_does_not_lose_the_corpus(fake_static):
    """One unknown sentence in a million must not stop the measuring of the rest."""
    sentences = [Sentence("the bee"), Sentence("xxx xx"), Sentence("a tree")]
    whole = fake_static.encode(sentences)
    pieces = list(encode_in_chunks(fake_static, sentences, chunk=1))
    assert sum(len(piece) for piece in pieces) == len(whole) == 4
    assert measure(pieces)[0].mean_cosine == pytest.approx(measure([whole])[0].mean_cosine)


def test_progress_counts_through_the_whole_corpus_and_may_cancel(fake_static):
    seen: list[int] = []
    parts = encode_in_chunks(fake_static, SENTENCES, chunk=2, progress=seen.append)
    assert len(list(parts)) == 3
    assert seen == [2, 4, 5]

    def stop(_done):
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        next(encode_in_chunks(fake_static, SENTENCES, progress=stop))


def test_pieces_are_encoded_only_when_asked_for(fake_static, monkeypatch):
    encoded = []
    original = fake_static.encode
    monkeypatch.setattr(
        fake_static, "encode", lambda part, progress: encoded.append(part) or original(part)
    )
    next(encode_in_chunks(fake_static, SENTENCES, chunk=2))
    assert len(encoded) == 1


def test_vocabulary_entries_stay_whole_words():
    entries = ["--", "u.s.", "bank's", "new york"]
    vectors = vocabulary_vectors("fake", entries, np.eye(4), "0", notes=("Noted.",))
    assert list(vectors.words) == entries
    assert vectors.sentence_ids.tolist() == [0, 1, 2, 3]
    assert vectors.rows_of("U.S.").tolist() == [1]
    assert vectors.notes == ("Noted.",)
