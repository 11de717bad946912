"""What a review is, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass

POSITIVE, NEGATIVE = "pos", "neg"


@dataclass(frozen=True)
class Review:
    """One review and what its author gave the product."""

    id: str
    text: str
    label: str  # POSITIVE or NEGATIVE
    rating: int | None  # IMDb: 1 to 10; Amazon: 1 to 5 stars; None where only the label is known
    domain: str  # "films", "books", ...; "" where it is not known
    title: str = ""
