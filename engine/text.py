"""Text -> sentences -> words, with offsets, and words -> a model's sub-word pieces.

Every word keeps its place [start, end) in the user's own characters: nothing is normalised away,
so whatever is shown about a word can be shown on the text that was typed. All offsets count
Unicode code points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex
import sentencex

from engine.errors import TextError

MAX_CHARACTERS = 1_000_000

CLITIC = r"['’](?:s|re|ve|ll|d|m)(?![\p{L}\p{M}\p{N}])"
LETTERS = r"[\p{L}\p{N}--\p{Han}][\p{L}\p{M}\p{N}\u00ad\u200c\u200d--\p{Han}]*"
WORD = regex.compile(
    rf"""(?:\p{{L}}\.){{2,}}                            # an abbreviation: U.S.
      | \d+(?:[.,:]\d+)+[\p{{L}}\p{{M}}]*               # a number with an inner mark: 3.5, 3.5kg
      | {CLITIC}                                        # 's, so that "mouse's" holds "mouse"
      | \p{{Han}}                                       # Chinese puts no spaces between words
      | {LETTERS}(?:(?:[-_]|(?!{CLITIC})['’]){LETTERS})* # well-known, don't
      | _+                                              # a blank to fill in: ___
      | (?=\S)\X                                        # any other symbol, a whole emoji""",
    regex.VERBOSE | regex.IGNORECASE | regex.VERSION1,
)


@dataclass(frozen=True)
class Word:
    """A word occurrence: its characters as typed and where they stand in their sentence."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What makes two occurrences the same word: see `word_key`."""
        return word_key(self.text)

    @property
    def is_punctuation(self) -> bool:
        """True if no character is a letter or a digit."""
        return is_punctuation(self.text)


@dataclass(frozen=True)
class Sentence:
    """A sentence as typed, and its words."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order, punctuation included."""
        return tuple(Word(m.group(), m.start(), m.end()) for m in WORD.finditer(self.text))


class ListedWords(Sentence):
    """A sentence whose words are given, not found: a vocabulary entry such as "u.s"."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(" ".join(words))
        object.__setattr__(self, "_listed", tuple(words))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The given words, one space apart."""
        found, start = [], 0
        for word in self.__dict__["_listed"]:
            found.append(Word(word, start, start + len(word)))
            start += len(word) + 1
        return tuple(found)


def word_key(word: str) -> str:
    """The word as compared: canonical composition (NFC) and case folding, nothing else.

    >>> word_key("Bank") == word_key("BANK"), word_key("banks") == word_key("bank")
    (True, False)
    """
    return unicodedata.normalize("NFC", word).casefold()


@lru_cache(maxsize=2**16)
def is_punctuation(word: str) -> bool:
    """True if no character of the word is a letter, digit or part of one.

    >>> is_punctuation("--"), is_punctuation("'s"), is_punctuation("3")
    (True, False, False)
    """
    return not any(unicodedata.category(c)[0] in "LNM" for c in word)


def find_word(sentence: Sentence, word: str) -> list[int]:
    """Positions of every occurrence of a word: case-insensitive, exact token, never part of
    another word.

    >>> find_word(Sentence("The bank's Bank, a riverbank."), "bank")
    [1, 3]
    """
    wanted = word_key(word)
    return [position for position, found in enumerate(sentence.words) if found.key == wanted]


def read_sentences(text: str, *, max_characters: int = MAX_CHARACTERS) -> list[Sentence]:
    """Split a user's text into sentences: at line breaks, and within a line by sentencex's rules.

    Raises:
        TextError: no word at all, binary content, or more than max_characters.

    >>> [s.text for s in read_sentences("Dr. Lee sat down. She read.\\nA new line")]
    ['Dr. Lee sat down.', 'She read.', 'A new line']
    """
    check_text(text, max_characters=max_characters)
    pieces = (
        piece.strip()
        for line in text.splitlines()
        if line.strip()
        for piece in sentencex.segment("en", line)
    )
    sentences = [Sentence(piece) for piece in pieces if piece]
    if not any(sentence.words for sentence in sentences):
        raise TextError("There is no word in this text yet. Type or paste at least one sentence.")
    return [sentence for sentence in sentences if sentence.words]


def check_text(text: str, *, max_characters: int = MAX_CHARACTERS) -> None:
    """Refuse what is not a text of bearable size, with a sentence that says what to do."""
    if len(text) > max_characters:
        raise TextError(
            f"The text has {len(text):,} characters; the limit here is {max_characters:,}. Take "
            "a part of it, or use `python -m engine measure`, which has no limit."
        )
    if "\0" in text:
        raise TextError(
            "The text contains NUL bytes, so it is not plain text. Save the document as .txt "
            "(UTF-8) first."
        )


def decode_upload(content: bytes, name: str) -> str:
    """The text of an uploaded file.

    Raises:
        TextError: the content is not UTF-8 text, whatever its name says (a PDF renamed
            .txt, for example).
    """
    if content.startswith(b"%PDF"):
        raise TextError(
            f"{name} is a PDF file, whatever its name says. Export its text as .txt (UTF-8) first."
        )
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise TextError(
            f"{name} is not UTF-8 text. Save it as plain text with the encoding UTF-8 first."
        ) from None
    check_text(text)
    return text


def align(words: Sequence[Word], piece_spans: Iterable[tuple[int, int]]) -> list[list[int]]:
    """For each word, the pieces that share a character with it.

    Args:
        words: the words of one sentence, in order.
        piece_spans: [start, end) of each sub-word piece in the same sentence, in order; empty
            spans belong to no word.
    Returns:
        One list of piece indices per word; empty where a model dropped the word's characters.

    >>> align(Sentence("unhappy mice").words, [(0, 2), (2, 7), (7, 12)])
    [[0, 1], [2]]
    """
    spans = list(piece_spans)
    aligned: list[list[int]] = []
    first = 0
    for word in words:
        while first < len(spans) and spans[first][1] <= word.start:
            first += 1
        pieces = []
        for index in range(first, len(spans)):
            if spans[index][0] >= word.end:
                break
            if spans[index][0] < spans[index][1] and spans[index][1] > word.start:
                pieces.append(index)
        aligned.append(pieces)
    return aligned
