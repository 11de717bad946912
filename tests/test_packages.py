"""Where packages lie: found once, and known from then on."""

import importlib.util
from pathlib import Path

import numpy as np

from engine.packages import package_folder


def test_a_package_lies_where_python_imports_it_from():
    assert package_folder("numpy") == Path(np.__file__).parent


def test_a_package_that_is_not_installed_has_no_folder():
    assert package_folder("no_such_package") is None


def test_what_was_found_is_not_overlooked_later(monkeypatch):
    assert package_folder("numpy")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert package_folder("numpy") == Path(np.__file__).parent
    assert package_folder("no_such_package") is None
