"""Sentences around a word, found in running text: a concordance to look at a word that nobody
wrote sentences for.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from engine.corpora.wikipedia_excerpt import articles
from engine.errors import WordNotFound
from engine.text import find_word, read_sentences

MOST = 100
LONGEST = 300  # characters of a sentence
EXCERPT = "the excerpt of Wikipedia that comes with gensim (about a hundred articles)"


def concordance(word: str, *, most: int = MOST) -> list[str]:
    """Sentences of the Wikipedia excerpt that hold a word as a word of its own, in their order.

    Raises:
        WordNotFound: fewer than two do.
        DataUnavailable: gensim is not installed with its test data.
    """
    found = list(islice(_sentences(word.strip(), (one.text for one in articles())), most))
    if len(found) < 2:
        raise WordNotFound(
            f"“{word}” stands in {len(found)} sentence(s) of {EXCERPT}. Try a commoner word, or "
            "paste sentences of your own."
        )
    return found


def _sentences(word: str, texts: Iterable[str]) -> Iterable[str]:
    if not word:
        return
    folded = word.casefold()
    for text in texts:
        for paragraph in text.split("\n\n"):
            if folded not in paragraph.casefold():  # cutting it into sentences takes long
                continue
            for sentence in read_sentences(paragraph):
                if len(sentence.text) <= LONGEST and find_word(sentence, word):
                    yield sentence.text
