"""Where installed packages lie: several bring data that is read without importing them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_folders: dict[str, Path] = {}


def package_folder(name: str) -> Path | None:
    """The folder of an installed package; None where it is not installed.

    What was found is kept. Looking again is not only slow: a thread that looks while another
    changes `sys.path`, as whoever runs a page's script does, may overlook a package.
    """
    if name not in _folders:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return None
        _folders[name] = Path(spec.origin).parent
    return _folders[name]
