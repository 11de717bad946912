"""Sentences with "keyboard" and with "cat", in none of which a mouse stands; written for this
project, as partners of the two mice of the sense corpus.
"""

from __future__ import annotations

from functools import cache

from engine.corpora.senses import FOLDER, read_labelled
from engine.text import Sentence

WORD = "mouse"
PARTNERS = {"computer": "keyboard", "animal": "cat"}  # sense of the word -> its partner
FILE = FOLDER / "mouse_partners.tsv"


@cache
def partner_sentences() -> tuple[tuple[str, Sentence], ...]:
    """(partner, sentence), 15 sentences a partner."""
    return read_labelled(FILE.read_text(encoding="utf8"), FILE.name)
