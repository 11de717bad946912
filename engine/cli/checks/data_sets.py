"""Which data sets for training and evaluation are here? The app needs none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cli.checks import Check
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.files import mirror_folder
from engine.corpora.inventory import find


def data_sets() -> Iterator[Check]:
    """Every data set: in the mirror, in the cache, or not here."""
    for name in DATA_SETS:
        found = find(name)
        mend = f"python -m engine fetch {name}"
        if found is None:
            yield Check("data", name, False, "not here", mend, needed=False)
            continue
        where = "mirror" if found.place == mirror_folder() else "cache"
        about = f"{where}, {found.size}"
        if found.altered:
            names = ", ".join(path.name for path in found.altered)
            about += f"; altered or cut short: {names}"
        yield Check("data", name, not found.altered, about, mend, needed=False)
