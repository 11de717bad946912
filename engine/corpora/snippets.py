"""Sentences of film and product reviews, each scored by about 20 people from -4 to 4.

Hutto and Gilbert (2014), https://doi.org/10.1609/icwsm.v8i1.14550. The film sentences are those
of Pang and Lee (2005), the product reviews those of Hu and Liu (2004), cut into sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.corpora.archives import packed_text, packed_texts
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.files import path_of
from engine.corpora.inventory import checksum
from engine.errors import CorruptFile

ARCHIVE = "hutto_ICWSM_2014.tar.gz"
FILES = {
    "films": "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt",
    "products": "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
}


@dataclass(frozen=True)
class Snippet:
    """One sentence and the mean of its scores."""

    id: str
    review: str  # films: the sentence's own id; products: the review that it was cut from
    text: str
    score: float  # -4 (most negative) to 4 (most positive)


def path() -> Path:
    """Where the archive lies.

    Raises:
        DataUnavailable: it is not on this machine.
    """
    return path_of("snippets", ARCHIVE)


def snippets(kind: str) -> list[Snippet]:
    """The sentences of "films" or "products" in the file's order.

    Raises:
        DataUnavailable: the archive is not on this machine.
        CorruptFile: it is not the published one, or a line of it is not ID TAB SCORE TAB TEXT.
    """
    where = path()
    if checksum(where) != DATA_SETS["snippets"].files[ARCHIVE]:
        raise CorruptFile(
            f"{where} is altered or cut short. Delete it, then run "
            "`python -m engine fetch snippets`."
        )
    return parsed(packed_text(dict(packed_texts(where, [FILES[kind]])), FILES[kind], where), where)


def parsed(text: str, where: Path) -> list[Snippet]:
    """The lines of a file; two straight single quotes become a double one, as they were meant."""
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        try:
            snippet_id, score, sentence = line.split("\t")
            sentence = sentence.replace("''", '"').strip()
            found.append(Snippet(snippet_id, snippet_id.partition("_")[0], sentence, float(score)))
        except ValueError as error:
            raise CorruptFile(
                f"{where}, line {number}: needs an id, a score and a text with TABs between; "
                f"got {line[:60]!r}."
            ) from error
    return found
