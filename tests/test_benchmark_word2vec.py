"""Both sides of the comparison of word2vec's programs, on a text of two topics."""

import numpy as np
import pytest

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.training.prepared_text import PreparedText
from engine.training.recipes import word2vec_torch
from tests.benchmarks import word2vec_quality

TOPICS = (("cat", "dog", "cow", "hen"), ("bank", "loan", "cash", "debt"))


@pytest.fixture
def text():
    """Sentences of one topic each, the topics in turns."""
    words = (*SPECIAL, *TOPICS[0], *TOPICS[1])
    vocabulary, rng = Vocabulary(words), np.random.default_rng(0)
    sentences = [
        [*(words.index(word) for word in rng.choice(topic, 8)), vocabulary.boundary_id]
        for _ in range(1_500)
        for topic in TOPICS
    ]
    ids = np.array(sentences, np.int32).ravel()
    return PreparedText(ids, np.array([0, len(ids)]), 0, vocabulary)


@pytest.mark.parametrize("name", ["in_torch", "in_gensim"])
def test_words_of_one_topic_come_together(text, name, monkeypatch):
    monkeypatch.setattr(word2vec_torch, "word_pair_scores", lambda _vectors: {})
    vectors = getattr(word2vec_quality, name)(text, 0, 80)
    assert set(vectors.index_to_key) == {*TOPICS[0], *TOPICS[1]}
    for topic in TOPICS:
        for word in topic:
            nearest = {found for found, _ in vectors.most_similar(word, topn=3)}
            assert nearest == {*topic} - {word}
