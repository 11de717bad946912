"""The excerpt of the English Wikipedia that comes inside gensim's own package, as running text.

Pages and wiki markup are read by the functions that gensim's WikiCorpus is made of
(`extract_pages`, `filter_wiki`), not by WikiCorpus itself: that lower-cases, drops punctuation and
short words, and starts processes of its own.
"""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from engine.corpora.gensim_files import in_gensim
from engine.corpora.wikipedia import Article
from engine.errors import CorruptFile

FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
SHORTEST = 50  # words of a page; fewer are a redirect or a list of meanings
SHORTEST_LINE = 5  # words; fewer are a cell of a table or an entry of a list

HEADING = re.compile(r"=+ *(.*?) *=+")
QUOTES = re.compile(r"'{2,}")  # wiki markup for italic and bold
LIST_MARK = re.compile(r"^[*#:;]+ *")
TABLE_OR_PICTURE = re.compile(r"^[!{}]|^(?:File|Image):|\|")
LEFT_OVER = re.compile(r"<[^<>]*>|\[\[|\]\]|\{\{|\}\}|\[https?:[^\]]*\]|https?://\S+|__[A-Z]+__")
EMPTY_BRACKETS = re.compile(r"\(\s*[,;:]?\s*\)")
STRAY_BLANK = re.compile(r"(?<=\()(?:\s*[,;:])?\s+|\s+(?=[,;.)])")  # where a template stood
SPACES = re.compile(r"[ \t\u00a0]+")
BACK_MATTER = (
    *("bibliography", "citations", "external links", "footnotes", "further reading", "literature"),
    *("notes", "notes and references", "references", "references and notes", "see also"),
    *("sources", "works cited"),
)  # headings, in small letters, of what ends an article


def path() -> Path:
    """Where the excerpt lies.

    Raises:
        DataUnavailable: gensim is not installed with its test data.
    """
    return in_gensim(FILE)


def pages() -> Iterator[tuple[str, str, str]]:
    """(title, text with its wiki markup, id) of every page, redirects included.

    Raises:
        DataUnavailable: gensim is not installed with its test data.
        CorruptFile: the file cannot be read.
    """
    from xml.etree.ElementTree import ParseError

    from gensim.corpora.wikicorpus import extract_pages

    where = path()
    try:
        with bz2.open(where) as file:
            yield from extract_pages(file)
    except (OSError, EOFError, ParseError, ValueError) as error:
        raise CorruptFile(
            f"{where} is broken or cut short ({error}). Install gensim again: remove .venv, then "
            "run `make setup`."
        ) from error


def articles() -> tuple[Article, ...]:
    """The articles in the file's order: title, headings and paragraphs, separated by empty lines.

    Left out are redirects, pages about Wikipedia itself, pages of fewer than 50 words, pictures,
    footnotes, formulas, lines of fewer than 5 words that are no heading (most cells of tables), and
    what stands at the end of an article (references, links, literature).

    Raises: as `pages`.
    """
    return _articles(path())


@lru_cache(maxsize=1)  # seconds to read
def _articles(_where: Path) -> tuple[Article, ...]:
    from gensim.corpora.wikicorpus import IGNORED_NAMESPACES

    ignored = tuple(f"{space}:" for space in IGNORED_NAMESPACES)
    found = (
        Article(page_id, title, f"{title}\n\n{text}")
        for title, markup, page_id in pages()
        if not title.startswith(ignored) and len((text := running_text(markup)).split()) >= SHORTEST
    )
    return tuple(found)


def running_text(markup: str) -> str:
    """Wiki markup as paragraphs and headings with capitals and punctuation, as a reader sees it.

    >>> running_text("'''Albedo''' is [[light|light]] sent back.{{fact}}\\n== Notes ==\\nOne.")
    'Albedo is light sent back.'
    """
    from gensim.corpora.wikicorpus import filter_wiki

    kept: list[str] = []
    heading, at_end = "", False
    # The filter expects a paragraph's start after a line break, for pictures at the very top.
    for line in filter_wiki("\n" + markup).splitlines():
        line = line.strip()
        if found := HEADING.fullmatch(line):
            heading, at_end = _clean(found.group(1)), found.group(1).casefold() in BACK_MATTER
        elif not at_end and (text := _paragraph(line)):
            kept += [heading, text] if heading else [text]
            heading = ""  # a heading without text under it is left out
    return "\n\n".join(kept)


def _paragraph(line: str) -> str:
    if TABLE_OR_PICTURE.search(line):
        return ""
    text = _clean(LIST_MARK.sub("", line))
    return text if len(text.split()) >= SHORTEST_LINE else ""


def _clean(line: str) -> str:
    line = LEFT_OVER.sub("", QUOTES.sub("", line))
    line = STRAY_BLANK.sub("", EMPTY_BRACKETS.sub("", line))
    line = SPACES.sub(" ", line).strip()
    return line if any(c.isalnum() for c in line) else ""
