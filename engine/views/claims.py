"""A claim and its verdict: a statement about numbers, the numbers, and what follows from them.

A verdict is computed from what was measured and from nothing else. A view that tests a claim gives
it with what it shows; pages lay all of them out alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

HOLDS, FAILS, OPEN, MISSING = "holds", "does not hold", "not decided", "not measured yet"
DEPENDS = "depends on"  # followed by what it depends on

SIGNS = {HOLDS: "✓", FAILS: "✗", OPEN: "?", MISSING: "…", DEPENDS: "↔"}


@dataclass(frozen=True)
class Claim:
    """What somebody says, and the statement about numbers that it is taken for."""

    name: str  # short
    quote: str  # as it is said
    source: str  # who says so
    hypothesis: str
    test: str  # which numbers decide, and how


@dataclass(frozen=True)
class Effect:
    """A measured quantity with its 95 % interval; one without has NaN bounds."""

    what: str  # with its unit
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Three digits each.

        >>> str(Effect("gain", 0.51234, 0.4, math.inf))
        '0.512 [0.4, ∞]'
        """
        return f"{_short(self.value)} [{_short(self.low)}, {_short(self.high)}]"


@dataclass(frozen=True)
class ByModel:
    """What one model's numbers say of a claim."""

    model: str
    title: str
    word: str
    effects: tuple[Effect, ...]  # what decides first


@dataclass(frozen=True)
class Verdict:
    """What the numbers say of a claim."""

    claim: Claim
    # HOLDS, FAILS, OPEN or MISSING, the first three perhaps of some texts only ("holds on IMDb"),
    # or DEPENDS and what it depends on.
    word: str
    because: str  # one sentence with the numbers
    frame: str = ""  # what was measured: models, texts, n, seeds
    effects: tuple[Effect, ...] = ()
    by_model: tuple[ByModel, ...] = ()

    @property
    def sign(self) -> str:
        """A sign for the word, so that no verdict is told by colour alone."""
        return sign_of(self.word)


def sign_of(verdict: str) -> str:
    """A verdict's sign.

    >>> sign_of(HOLDS), sign_of("depends on the model")
    ('✓', '↔')
    """
    return next(sign for word, sign in SIGNS.items() if verdict.startswith(word))


def judged(effect: Effect, threshold: float = 0.0) -> str:
    """Does an effect exceed a threshold? Only where its whole interval lies on one side is this
    decided.

    >>> [judged(Effect("", 1.0, low, high)) for low, high in ((0.5, 2), (-2, -1), (-1, 3))]
    ['holds', 'does not hold', 'not decided']
    """
    if effect.low > threshold:
        return HOLDS
    return FAILS if effect.high < threshold else OPEN


def within(effect: Effect, margin: float) -> str:
    """Is an effect so near 0 that it is none for practical purposes? Holds where its whole
    interval lies within the margin, and does not where the whole interval lies outside.

    >>> [within(Effect("", 0, low, high), 0.05) for low, high in ((-0.01, 0.02), (0.1, 0.2))]
    ['holds', 'does not hold']
    """
    if -margin < effect.low and effect.high < margin:
        return HOLDS
    return FAILS if effect.low > margin or effect.high < -margin else OPEN


def together(words: Mapping[str, str], on: str) -> str:
    """One word for verdicts on several texts, tasks or models: it depends on them where it holds
    for one and does not for another; else whatever was decided counts.

    Args:
        words: by text, task or model.
        on: what these are.

    >>> together({"a": HOLDS, "b": FAILS}, "the text"), together({"a": HOLDS, "b": OPEN}, "it")
    ('depends on the text', 'holds')
    """
    found = set(words.values())
    if {HOLDS, FAILS} <= found:
        return f"{DEPENDS} {on}"
    return next((word for word in (HOLDS, FAILS, OPEN) if word in found), MISSING)


def everywhere(words: Mapping[str, str], on: str) -> str:
    """One word for a claim that is made of every layer, measure or model: where all say the same,
    that; it depends on them where it holds in one and not in another, and is not decided where
    one that could spoil it is not.

    Args:
        words: by layer, measure or model; one may itself depend on something.
        on: what these are.

    >>> everywhere({"a": HOLDS, "b": OPEN}, "it"), everywhere({"a": FAILS, "b": HOLDS}, "the model")
    ('not decided', 'depends on the model')
    """
    found = set(words.values())
    if len(found) == 1:
        return found.pop()
    if {HOLDS, FAILS} <= found or any(word.startswith(DEPENDS) for word in found):
        return f"{DEPENDS} {on}"
    return OPEN if found else MISSING


def _short(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return "?" if math.isnan(value) else f"{value:.3g}"
