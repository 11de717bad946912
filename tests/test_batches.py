"""Sentences in batches: each once, none too many, none too long together."""

import random

from engine.nets.batches import BATCH_SENTENCES, BATCH_TOKENS, of_like_length


def test_each_sentence_that_has_words_comes_once():
    lengths = [random.Random(0).randint(0, 60) for _ in range(1_000)]
    numbers = [i for batch in of_like_length(lengths) for i in batch]
    assert sorted(numbers) == [i for i, n in enumerate(lengths) if n]


def test_a_padded_batch_stays_within_its_tokens_unless_it_is_one_sentence():
    draw = random.Random(1)
    lengths = [draw.choice([3, 20, 70, 600, 9_000]) for _ in range(500)]
    for batch in of_like_length(lengths):
        padded = len(batch) * max(lengths[i] for i in batch)
        assert len(batch) <= BATCH_SENTENCES
        assert padded <= BATCH_TOKENS or len(batch) == 1


def test_nothing_gives_no_batch():
    assert list(of_like_length([])) == list(of_like_length([0, 0])) == []
