"""An EngineError is a sentence for the user: shown as it is, never as a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from engine.errors import EngineError


@contextmanager
def plain_errors(*, then_stop: bool = False) -> Iterator[None]:
    """Show the engine's sentence in place of what could not be shown, and nothing after it if told
    to stop; all other errors are defects and propagate.
    """
    try:
        yield
    except EngineError as error:
        st.warning(sentence_as_markdown(str(error)), icon=":material/info:")
        if then_stop:
            st.stop()


def sentence_as_markdown(message: str) -> str:
    """The message as Markdown that shows it literally, except for its `commands`."""
    parts = message.split("`")
    escaped = [
        as_markdown_text(part) if i % 2 == 0 else f"`{part}`" for i, part in enumerate(parts)
    ]
    return "".join(escaped)


def as_markdown_text(text: str) -> str:
    """User text for Markdown: every character that could mean something is escaped."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:&" else c for c in text)
