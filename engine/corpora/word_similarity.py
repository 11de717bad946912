"""Word pairs with the similarity that people gave them, and Google's analogies.

SimLex-999 (Hill et al., 2015), WordSim-353 (Finkelstein et al., 2002; its split into similarity
and relatedness by Agirre et al., 2009), RG-65 (Rubenstein and Goodenough, 1965), analogies
(Mikolov et al., 2013). SimLex-999, WordSim-353 and the analogies also come with gensim.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.corpora.files import numbered_lines, path_of
from engine.corpora.gensim_files import in_gensim
from engine.errors import CorruptFile, DataUnavailable, UnknownName

FILES = {
    "simlex-999": "EN-SIMLEX-999.txt",
    "wordsim-353": "EN-WS-353-ALL.txt",
    "wordsim-353-similarity": "EN-WS-353-SIM.txt",
    "wordsim-353-relatedness": "EN-WS-353-REL.txt",
    "rg-65": "EN-RG-65.txt",
}
IN_GENSIM = {"simlex-999": "simlex999.txt", "wordsim-353": "wordsim353.tsv"}
ANALOGIES = "questions-words.txt"


@dataclass(frozen=True)
class ScoredPair:
    """Two words and the mean score that people gave them: 0 to 10, in RG-65 0 to 4."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class Analogy:
    """a is to b as c is to d; the section says by which relation."""

    section: str
    words: tuple[str, str, str, str]  # a, b, c, d


def scored_pairs(name: str) -> tuple[ScoredPair, ...]:
    """The pairs of one set, in the file's order.

    Args:
        name: "simlex-999", "wordsim-353", "wordsim-353-similarity", "wordsim-353-relatedness" or
            "rg-65".
    Raises:
        UnknownName: no such set.
        DataUnavailable: it is not on this machine.
        CorruptFile: a line is not WORD TAB WORD TAB SCORE; the message names it.
    """
    if name not in FILES:
        raise UnknownName(f"Unknown word pairs {name!r}. Known: {', '.join(FILES)}.")
    try:
        path = path_of("word-similarity", FILES[name])
    except DataUnavailable:
        if name not in IN_GENSIM:
            raise
        path = in_gensim(IN_GENSIM[name])
    pairs = []
    for number, line in numbered_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            first, second, score = line.split("\t")
            pairs.append(ScoredPair(first.strip(), second.strip(), float(score)))
        except ValueError as error:
            raise CorruptFile(
                f"{path}, line {number}: needs two words and a score with TABs between; "
                f"got {line[:60]!r}."
            ) from error
    return tuple(pairs)


def analogies() -> tuple[Analogy, ...]:
    """Google's 19,544 analogies, in the file's order, as they come with gensim.

    Raises:
        DataUnavailable: gensim is not installed with its test data.
        CorruptFile: a line does not hold four words; the message names it.
    """
    path, section, found = in_gensim(ANALOGIES), "", []
    for number, line in numbered_lines(path):
        if line.startswith(":"):
            section = line[1:].strip()
            continue
        words = tuple(line.split())
        if len(words) != 4:
            raise CorruptFile(f"{path}, line {number}: needs four words; got {line[:60]!r}.")
        found.append(Analogy(section, words))
    return tuple(found)
