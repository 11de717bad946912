"""A reader's own sentences around a word, with or without its senses: one sentence a line, or
`sense TAB sentence`. The first line of a saved set names the word: `# word: spring`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import TextError
from engine.text import Sentence, check_text, is_punctuation, read_sentences, word_key

HEADER = "# word:"
MAX_CHARACTERS = 1_000_000
MOST_WORDS = 30  # offered to choose from
LONGEST_SENSE = 40  # characters


@dataclass(frozen=True)
class SenseSet:
    """Sentences, and the sense that somebody gave the word in each; "" where nobody did."""

    word: str  # "" where the text names none
    sentences: tuple[Sentence, ...]
    senses: tuple[str, ...]  # (n_sentences,)


@lru_cache(maxsize=4)
def read_sense_set(text: str) -> SenseSet:
    """Parse a set; what stands twice is kept once.

    A line with a TAB is one sentence with its sense; one without may hold several sentences.

    Raises:
        TextError: no sentence, binary content, too long, or a sense without a sentence; the
            message names the line.

    >>> found = read_sense_set("# word: bat\\nanimal\\tA bat flew.\\nShe swung the bat.")
    >>> found.word, found.senses, [s.text for s in found.sentences]
    ('bat', ('animal', ''), ['A bat flew.', 'She swung the bat.'])
    """
    check_text(text, max_characters=MAX_CHARACTERS)
    word, kept = "", dict[str, tuple[str, Sentence]]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(HEADER):
            word = line.removeprefix(HEADER).strip()
        elif line.strip():
            for sense, sentence in _of_line(line, number):
                kept.setdefault(word_key(sentence.text), (sense, sentence))
    if not kept:
        raise TextError("There is no sentence in this text yet. Type or paste one a line.")
    senses, sentences = zip(*kept.values(), strict=True)
    return SenseSet(word, sentences, senses)


def _of_line(line: str, number: int) -> list[tuple[str, Sentence]]:
    sense, tab, sentence = line.partition("\t")
    if not tab:
        try:
            return [("", found) for found in read_sentences(line)]
        except TextError:  # a line of blanks and controls
            return []
    if not sentence.strip():
        raise TextError(f"Line {number} has a sense and a TAB, but no sentence: {line[:60]!r}.")
    return [(sense.strip()[:LONGEST_SENSE], Sentence(sentence.strip()))]


def write_sense_set(word: str, sentences: Sequence[Sentence], senses: Sequence[str]) -> str:
    """The set as `read_sense_set` reads it.

    >>> write_sense_set("bat", [Sentence("A bat flew.")], ["animal"])
    '# word: bat\\nanimal\\tA bat flew.\\n'
    """
    lines = [f"{HEADER} {word}"] if word else []
    for sentence, sense in zip(sentences, senses, strict=True):
        lines.append(f"{sense}\t{sentence.text}" if sense else sentence.text)
    return "\n".join(lines) + "\n"


def words_to_choose(sentences: Sequence[Sentence], common: frozenset[str]) -> list[str]:
    """The words that stand in several sentences, in most of them first; function words last.

    Args:
        common: the words that stand everywhere, by key.
    """
    counts: Counter[str] = Counter()
    for sentence in sentences:
        found = (word.key for word in sentence.words if not is_punctuation(word.text))
        counts.update(dict.fromkeys(found, 1))
    several = [word for word, n in counts.most_common() if n > 1] or list(counts)
    return sorted(several, key=lambda word: word in common)[:MOST_WORDS]
