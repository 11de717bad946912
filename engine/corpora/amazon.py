"""Product reviews of Amazon in four domains, 1, 2, 4 or 5 stars; three stars were left out.

Blitzer et al. (2007), https://aclanthology.org/P07-1056. There is no official split. What `fetch`
brings from the hub where no mirror is at hand is another set, Amazon polarity (Zhang et al.,
2015): it knows whether a review is positive or negative, but neither its stars nor its domain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from engine.corpora.archives import packed_texts
from engine.corpora.files import path_of, records
from engine.corpora.reviews import NEGATIVE, POSITIVE, Review
from engine.errors import CorruptFile, DataUnavailable

ARCHIVE = "amazon-multidomain-reviews.tar.xz"
FROM_HUB = "amazon-polarity.jsonl.xz"
ENDING = ".review"

REVIEW = re.compile(r"<review>\n(.*?)\n</review>", re.DOTALL)
FIELD = re.compile(r"<(unique_id|rating|title|review_text)>\n(.*?)\n?</\1>", re.DOTALL)


def reviews() -> Iterator[Review]:
    """All reviews, by domain and label, read as they are used.

    Raises:
        DataUnavailable: the data set is not on this machine.
        CorruptFile: the file is broken; the message says where.
    """
    try:
        path = path_of("amazon", ARCHIVE)
    except DataUnavailable:
        return _polarity(path_of("amazon", FROM_HUB))
    return _multi_domain(path)


def _multi_domain(path: Path) -> Iterator[Review]:
    for name, text in packed_texts(path):
        if name.endswith(ENDING):
            domain = name.partition("/")[0]
            for number, match in enumerate(REVIEW.finditer(text), 1):
                yield _review(match.group(1), domain, f"{path}, {name}, review {number}")


def _review(markup: str, domain: str, place: str) -> Review:
    # No XML parser can read the files: only & is escaped in them, < is not.
    fields = {match.group(1): html.unescape(match.group(2)) for match in FIELD.finditer(markup)}
    try:
        stars = int(float(fields["rating"]))
        text, title, review_id = fields["review_text"], fields["title"], fields["unique_id"]
    except (KeyError, ValueError) as error:
        raise CorruptFile(f"{place}: lacks or misstates a field ({error}).") from error
    if stars not in (1, 2, 4, 5):
        raise CorruptFile(f"{place}: needs 1, 2, 4 or 5 stars; got {stars}.")
    label = POSITIVE if stars > 3 else NEGATIVE
    return Review(review_id.strip(), text.strip(), label, stars, domain, title.strip())


def _polarity(path: Path) -> Iterator[Review]:
    for record in records(path, "id", "label", "title", "text"):
        if record["label"] not in (POSITIVE, NEGATIVE):
            raise CorruptFile(f"{path}, review {record['id']}: unknown label {record['label']!r}.")
        title, text = str(record["title"]), str(record["text"])
        yield Review(str(record["id"]), text, record["label"], None, "", title)
