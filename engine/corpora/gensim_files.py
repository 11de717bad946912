"""Files that come inside gensim's own package, as its test data."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from engine.errors import DataUnavailable


def in_gensim(file_name: str) -> Path:
    """A file of gensim's test data.

    Raises:
        DataUnavailable: gensim is not installed, or without it.
    """
    spec = importlib.util.find_spec("gensim")  # finds the folder without importing gensim
    folder = Path(spec.origin).parent / "test" / "test_data" if spec and spec.origin else Path()
    if not spec or not (folder / file_name).is_file():
        raise DataUnavailable(
            f"{file_name} comes with gensim, whose test data are not here: run `make setup`."
        )
    return folder / file_name
