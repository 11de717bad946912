"""The form in which WikiText comes: one paragraph a line, tokenised, `= Title =` as headings.

Merity et al. (2017), https://arxiv.org/abs/1609.07843.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

HEADING = re.compile(r"((?:= )+)(.+?)((?: =)+)")
JOINING_MARK = re.compile(r" @([-,.])@(?: |$)")  # tokenisation of "two-part", "10,000", "0.7"
CLITIC = re.compile(r"(?<=[\w>]) (?='(?:s|t|re|ve|ll|d|m)\b)", re.IGNORECASE)
BEFORE_MARK = re.compile(r" (?=[,.;:!?%)\]](?: |$))")
AFTER_MARK = re.compile(r"((?:^| )[(\[$£€]) ")
QUOTED = re.compile(r'" ([^"]*?) "')


def heading(line: str) -> tuple[int, str] | None:
    """(level from 1, text) of a line that is a heading.

    >>> heading(" = = Early life = = "), heading(" a = b ")
    ((2, 'Early life'), None)
    """
    match = HEADING.fullmatch(line.strip())
    if not match or match.group(1).count("=") != match.group(3).count("="):
        return None
    return match.group(1).count("="), match.group(2)


def natural(line: str) -> str:
    """A tokenised line as it would be typed; `<unk>` stays.

    Undone are the marks @-@, @,@ and @.@, the spaces before clitics ("don 't"), before closing
    and after opening marks, and inside a pair of straight double quotes. Not undone, because it
    cannot be told what stood there: the space on both sides of dashes, slashes and a lone quote.

    >>> natural('He said : " I don \\'t know the two @-@ part <unk> ( 1 @,@ 000 m ) . "')
    'He said: "I don\\'t know the two-part <unk> (1,000 m)."'
    """
    line = JOINING_MARK.sub(r"\1", line.strip())
    line = CLITIC.sub("", line)
    line = QUOTED.sub(r'"\1"', line)
    return BEFORE_MARK.sub("", AFTER_MARK.sub(r"\1", line)).replace(' ."', '."')


def split_articles(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(title, text) of each article; in the text the title, the headings without their = marks
    and the paragraphs follow each other, separated by empty lines.

    A title is a level-1 heading between two empty lines: formulas in an article ("= 1 m / s =")
    may look like one, but have neighbours.
    """
    title, parts = "", list[str]()
    for before, line, after in _with_neighbours(lines):
        found = heading(line)
        if found and found[0] == 1 and not before and not after:
            if parts:
                yield title, "\n\n".join(parts)
            title, parts = natural(found[1]), []
        if line:
            parts.append(natural(found[1] if found else line))
    if parts:
        yield title, "\n\n".join(parts)


def _with_neighbours(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(line before, line, line after), stripped, for every line."""
    before, line = "", ""
    first = True
    for after in map(str.strip, lines):
        if not first:
            yield before, line, after
            before = line
        line, first = after, False
    if not first:
        yield before, line, ""
