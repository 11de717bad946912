"""A lecture's Markdown as HTML; its TeX as MathML, which browsers set by themselves."""

from __future__ import annotations

import html
import re
from typing import Any
from xml.etree.ElementTree import Element, tostring

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
UNUSED = ("href", "style", "class", "id")  # attributes that TeX can set; no formula needs them


def math(tex: str, options: dict[str, Any]) -> str:
    r"""TeX as MathML; what cannot be read stays as it was written.

    Args:
        tex: without its dollars.
        options: `display_mode`, true for a formula on a line of its own.

    >>> math("a < b", {"display_mode": False}).count("<mo>&lt;</mo>")
    1
    >>> math(r"\frac{", {"display_mode": False})
    '<code>\\frac{</code>'
    """
    from latex2mathml.converter import convert_to_element  # reads a large table of symbols

    try:
        root = convert_to_element(tex, display="block" if options["display_mode"] else "inline")
    except Exception:  # every fault of a formula has a class of its own, which share no other base
        return f"<code>{html.escape(tex)}</code>"
    for element in root.iter():
        _as_text(element)
    return tostring(root, encoding="unicode")


def _as_text(element: Element) -> None:
    """Characters in place of the references that stand in an element's text."""
    if element.text:
        element.text = html.unescape(element.text)
    for name in UNUSED:
        element.attrib.pop(name, None)


_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(dollarmath_plugin, allow_labels=False, renderer=math)
)


def to_html(markdown: str) -> str:
    """Paragraphs, lists, tables. HTML in it stays text."""
    return _MARKDOWN.render(markdown)


def line_to_html(markdown: str) -> str:
    """One line, without a paragraph around it."""
    return _MARKDOWN.renderInline(markdown)


def as_markdown_text(text: str) -> str:
    """Text for Markdown that shows it literally.

    >>> to_html(as_markdown_text("*a* <b>"))
    '<p>*a* &lt;b&gt;</p>\\n'
    """
    return PUNCTUATION.sub(r"\\\1", text)
