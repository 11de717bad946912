"""Files that come inside gensim's own package, as its test data."""

from __future__ import annotations

from pathlib import Path

from engine.errors import DataUnavailable
from engine.packages import package_folder


def in_gensim(file_name: str) -> Path:
    """A file of gensim's test data.

    Raises:
        DataUnavailable: gensim is not installed, or without it.
    """
    package = package_folder("gensim")
    path = package / "test" / "test_data" / file_name if package else None
    if path is None or not path.is_file():
        raise DataUnavailable(
            f"{file_name} comes with gensim, whose test data are not here: run `make setup`."
        )
    return path
