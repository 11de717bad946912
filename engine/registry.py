"""Plug-ins found by name: one file in a package is one plug-in, imported when the first name is
asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from engine.errors import UnknownName

Plugin = TypeVar("Plugin")


class Registry(Mapping[str, Plugin]):
    """A read-only mapping from name to plug-in, filled by the modules of one package.

    >>> colours: Registry[str] = Registry("colour")
    >>> colours.add("cone")("orange")
    'orange'
    >>> colours["cone"], list(colours)
    ('orange', ['cone'])
    >>> colours["ball"]
    Traceback (most recent call last):
    engine.errors.UnknownName: Unknown colour 'ball'. Known: cone.
    """

    def __init__(self, kind: str, package: str | None = None) -> None:
        self.kind = kind
        self._package = package
        self._plugins: dict[str, Plugin] = {}

    def add(self, name: str) -> Callable[[Plugin], Plugin]:
        """Decorator that registers a plug-in under a name; a name is given once."""

        def register(plugin: Plugin) -> Plugin:
            if name in self._plugins:
                raise ValueError(f"Two {self.kind}s are called {name!r}.")
            self._plugins[name] = plugin
            return plugin

        return register

    def __getitem__(self, name: str) -> Plugin:
        if name not in self._plugins:
            self._discover()
        if name not in self._plugins:
            raise UnknownName(
                f"Unknown {self.kind} {name!r}. Known: {', '.join(sorted(self._plugins))}."
            )
        return self._plugins[name]

    def __contains__(self, name: object) -> bool:
        self._discover()
        return name in self._plugins

    def __iter__(self) -> Iterator[str]:
        self._discover()
        return iter(sorted(self._plugins))

    def __len__(self) -> int:
        self._discover()
        return len(self._plugins)

    def _discover(self) -> None:
        """Import every module of the package; cheap after the first time, since Python keeps
        imported modules.
        """
        name = self._package  # another thread may be through with it in the middle of this
        if name is None:
            return
        package = importlib.import_module(name)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{name}.{module.name}")
        self._package = None
