"""A lecture's Markdown as plain text, for where no Markdown is shown."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token


def plain(markdown: str) -> str:
    """The text of Markdown without its marks; paragraphs and items on lines of their own.

    >>> plain("Is *bank* in [a](b) and in **c** alike?")
    'Is bank in a and in c alike?'
    """
    return "\n".join(
        text
        for token in MarkdownIt().parse(markdown)
        if token.children and (text := "".join(_texts(token.children)).strip())
    )


def _texts(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline"):
            yield token.content
