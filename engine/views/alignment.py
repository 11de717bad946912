"""The lecture's Tamil sentence and its English translation, aligned by hand: what attention has to
find out.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from engine.corpora.tamil_example import Alignment, alignment, alignments
from engine.figures.attention import attention
from engine.views import VIEWS, Needs, Shown

DEFAULT = "with the name"


@dataclass(frozen=True)
class AlignmentState:
    """Which of the two."""

    name: str = DEFAULT


def names() -> list[str]:
    """The alignments by name."""
    return list(alignments())


@VIEWS.add("alignment")
class AlignmentView:
    """A row an English word, a column a Tamil one, as the translator's attention is drawn."""

    title = "Tamil and English, aligned by hand"
    State = AlignmentState

    def needs(self, state: AlignmentState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: AlignmentState) -> Shown:
        """The alignment as a table of shares.

        Raises:
            UnknownName: there is none of this name.
        """
        found = alignment(state.name)
        columns = [
            f"{latin} {script}"
            for script, latin in zip(found.tamil_script, found.tamil, strict=True)
        ]
        glosses = [
            f"{latin} = {gloss}" for latin, gloss in zip(found.tamil, found.glosses, strict=True)
        ]
        figure = attention(found.matrix(), columns, found.english)
        caption = (
            f"Made by hand, no model · n = {len(found.tamil)} Tamil and {len(found.english)} "
            "English words · each English word's row is shared equally by the Tamil words it "
            "stands for"
        )
        notes = (found.label, found.transliteration, "; ".join(glosses) + ".")
        return Shown(figure, _table(found), caption, _notice(found), notes)


def _table(found: Alignment) -> pd.DataFrame:
    rows = [
        {
            "Tamil": found.tamil[t],
            "script": found.tamil_script[t],
            "parts": found.glosses[t],
            "English": found.english[e],
        }
        for t, e in found.links
    ]
    return pd.DataFrame(rows)


def _notice(found: Alignment) -> str:
    pairs = [(a, b) for a in found.links for b in found.links if a < b]
    n_crossed = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in pairs)
    return (
        f"Tamil says the verb last: of the {len(pairs)} pairs of links {n_crossed} cross, so that "
        f"a translator that goes word by word from the left is wrong. “{found.tamil[-1]}” is one "
        "word for a verb, its past and its subject."
    )
