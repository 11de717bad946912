"""The fields of a directive: YAML whose every key knows its line."""

from __future__ import annotations

from typing import Any

import yaml

REQUIRED: Any = object()
KINDS = {str: "text", int: "a whole number", float: "a number", list: "a list", dict: "a mapping",
         bool: "true or false"}  # fmt: skip


class Fault(Exception):
    """What is wrong at a line of the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class Fields:
    """A mapping that is taken apart field by field; what is left over is a fault."""

    def __init__(self, source: str, line: int) -> None:
        """Read YAML.

        Args:
            source: the YAML.
            line: of its first line, in the file.
        """
        self.line = line
        self._lines: dict[str, int] = {}
        self._values: dict[str, Any] = {}
        try:
            node = yaml.compose(source, yaml.SafeLoader)
            found = yaml.safe_load(source)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            told = getattr(error, "problem", None) or "it cannot be read"
            raise Fault(line + (mark.line if mark else 0), f"This is no YAML: {told}.") from None
        if node is None:
            return
        if not isinstance(found, dict):
            raise Fault(line, "Here fields are expected, each as `name: value`.")
        for key, _ in node.value:
            at = line + key.start_mark.line
            if key.value in self._lines:
                raise Fault(at, f"{key.value!r} stands here twice.")
            self._lines[key.value] = at
        self._values = {str(key): value for key, value in found.items()}

    def line_of(self, name: str) -> int:
        """Where a field stands; the first line where it does not."""
        return self._lines.get(name, self.line)

    def take(self, name: str, kind: type, default: Any = REQUIRED) -> Any:
        """The value of a field, which is then taken out.

        Raises:
            Fault: it is missing, or of another kind.
        """
        if name not in self._values:
            if default is REQUIRED:
                raise Fault(self.line, f"{name!r} is missing.")
            return default
        value = self._values.pop(name)
        if kind is float and type(value) is int:
            value = float(value)
        if kind is str and type(value) in (int, float):
            value = str(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Fault(self.line_of(name), f"{name!r} must be {KINDS[kind]}.")
        return value

    def texts(self, name: str, default: Any = REQUIRED) -> list[str]:
        """A list of texts.

        Raises:
            Fault: it is missing, or holds something else.
        """
        found = self.take(name, list, default)
        if not all(isinstance(one, str) for one in found):
            raise Fault(self.line_of(name), f"{name!r} must be a list of texts.")
        return list(found)

    def end(self) -> None:
        """Nothing may be left.

        Raises:
            Fault: a field that does not belong here.
        """
        for name in self._values:
            raise Fault(self.line_of(name), f"{name!r} does not belong here.")
