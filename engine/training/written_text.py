"""Wikipedia as it is written: what a net that reads characters is trained on.

Its input is the word as it stands, "Bank" or "xqzzt"; what it foretells is the same closed
vocabulary as that of any other language model here, so that perplexities can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.corpora.vocabulary import BOUNDARY, Vocabulary
from engine.corpora.wikipedia import articles
from engine.text import word_key
from engine.training.prepared_text import (
    PreparedText,
    cached_file,
    wikipedia_vocabulary,
    write_arrays,
    written_tokens,
)


@dataclass(frozen=True)
class WrittenText:
    """A text as numbers of written forms."""

    text: PreparedText  # its ids are places in `forms`
    forms: tuple[str, ...]  # each different word as written, the boundary among them
    word_ids: np.ndarray  # int64, (n_forms,): each form's id in the vocabulary

    @property
    def target_ids(self) -> np.ndarray:
        """The text as ids of the vocabulary, int64, (n_tokens,)."""
        return self.word_ids[self.text.ids]


def wikipedia_as_written(split: str, vocab_size: int) -> WrittenText:
    """A split of the Wikipedia articles; what is foretold is the vocabulary of its train split.

    Raises:
        DataUnavailable: the articles are not on this machine.
    """
    path = cached_file(f"{split}-written.npz")
    if not path.exists():
        written = as_written((a.text for a in articles(split)), wikipedia_vocabulary(vocab_size))
        letters = np.frombuffer("\n".join(written.forms).encode(), np.uint8)
        text = written.text
        n = np.array(text.n_characters)
        write_arrays(path, ids=text.ids, starts=text.starts, n=n, forms=letters)
    with np.load(path) as kept:
        forms = tuple(kept["forms"].tobytes().decode().split("\n"))
        vocabulary = wikipedia_vocabulary(vocab_size)
        text = PreparedText(kept["ids"], kept["starts"], int(kept["n"]), vocabulary)
    return WrittenText(text, forms, _word_ids(forms, vocabulary))


def as_written(texts: Iterable[str], vocabulary: Vocabulary) -> WrittenText:
    """Texts as numbers of their written forms; each text is an article.

    >>> vocabulary = Vocabulary(("<unk>", "<eos>", "the"))
    >>> written = as_written(["The cat. the Cat"], vocabulary)
    >>> written.forms, written.text.ids.tolist()
    (('The', 'cat', '.', '<eos>', 'the', 'Cat'), [0, 1, 2, 3, 4, 5, 3])
    >>> written.target_ids.tolist()
    [2, 0, 0, 1, 2, 0, 1]
    """
    numbers: dict[str, int] = {}
    parts, n_characters = [], 0
    for text in texts:
        words = list(written_tokens(text))
        # One character stands between words; the boundary is a single one.
        n_characters += sum(1 if word == BOUNDARY else len(word) + 1 for word in words)
        ids = (numbers.setdefault(word, len(numbers)) for word in words)
        parts.append(np.fromiter(ids, np.int32, len(words)))
    starts = np.cumsum([0, *map(len, parts)])
    text_of_forms = PreparedText(np.concatenate(parts), starts, n_characters, vocabulary)
    return WrittenText(text_of_forms, tuple(numbers), _word_ids(tuple(numbers), vocabulary))


def _word_ids(forms: tuple[str, ...], vocabulary: Vocabulary) -> np.ndarray:
    return np.array(vocabulary.ids(map(word_key, forms)), np.int64)
