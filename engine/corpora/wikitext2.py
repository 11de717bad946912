"""WikiText-2's valid and test split, on which language models are compared.

Its rare words are `<unk>` in the text itself: every model must predict that token for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.corpora.files import numbered_lines, of_split
from engine.corpora.wikipedia import Article
from engine.corpora.wikitext import natural, split_articles

FILES = {"valid": "valid.txt.xz", "test": "test.txt.xz"}
UNKNOWN = "<unk>"


def lines(split: str, *, raw: bool = False) -> Iterator[str]:
    """The non-empty lines of "valid" or "test": headings with their = marks, and paragraphs.

    Args:
        split: "valid" or "test".
        raw: leave the published tokenisation as it is; otherwise it is undone, as
            `wikitext.natural` says.
    Raises:
        UnknownName: no such split.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: the file is broken; the message names the line.
    """
    path = of_split("wikitext-2", split, FILES)
    found = (line.strip() for _, line in numbered_lines(path))
    return (line if raw else natural(line) for line in found if line)


def articles(split: str) -> Iterator[Article]:
    """The articles of "valid" or "test", their tokenisation undone, headings without = marks.

    Raises: as `lines`.
    """
    path = of_split("wikitext-2", split, FILES)
    texts = split_articles(line for _, line in numbered_lines(path))
    return (Article(str(number), title, text) for number, (title, text) in enumerate(texts))
