"""Sentences found in running text hold the word, as a word of its own."""

import pytest

from engine.corpora.wikipedia import Article
from engine.errors import WordNotFound
from engine.text import Sentence, find_word
from engine.views import concordance as found_in
from engine.views.concordance import LONGEST, concordance

TEXT = (
    "Rivers\n\nThe bank is steep. A riverbank is not. The Bank of England, however, is.\n\n"
    "Nothing here.\n\n" + "The bank " * LONGEST + ".\n\nOne more bank."
)


@pytest.fixture
def excerpt(monkeypatch):
    monkeypatch.setattr(found_in, "articles", lambda: (Article("1", "Rivers", TEXT),) * 2)


def test_whole_words_of_short_sentences_are_found_in_their_order(excerpt):
    expected = ["The bank is steep.", "The Bank of England, however, is.", "One more bank."]
    assert concordance("bank") == expected * 2
    assert concordance(" BANK ", most=2) == expected[:2]


@pytest.mark.parametrize("word", ["", "nowhere", "<script>"])
def test_a_word_that_stands_nowhere_is_told(excerpt, word):
    with pytest.raises(WordNotFound, match="stands in 0 sentence"):
        concordance(word)


@pytest.mark.slow
def test_the_excerpt_that_ships_with_gensim_holds_sentences_of_a_common_word():
    lines = concordance("state")
    assert len(lines) > 20
    assert all(find_word(Sentence(line), "state") for line in lines)
