"""What a pickle says, without unpickling it.

A pickle is a little program for a machine with a stack; Python's unpickler runs it, and it may name
any function. Here its instructions are only looked at (`pickletools` lists them), by a reader that
knows numbers, text, lists, tuples and dictionaries. Of functions it knows four names, none of which
is called: they stand for a dictionary and for a tensor, which become plain descriptions. Everything
else is refused. So a file from somewhere else can hold wrong numbers, but never act.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar, NamedTuple

from engine.errors import CorruptFile


@dataclass(frozen=True)
class Name:
    """A function or class that the file names; it is never looked up."""

    name: str  # "module name"


class StorageAt(NamedTuple):
    """Where the numbers of tensors lie."""

    kind: str  # such as "torch FloatStorage"
    key: str
    n_values: int


class TensorAt(NamedTuple):
    """A tensor as a place in a storage."""

    storage: StorageAt
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def plain_data(file: BinaryIO) -> Any:
    """What one pickle describes; the file is read up to its end and no further.

    Raises:
        CorruptFile: it is cut short, is no pickle, or asks for more than plain data and tensors.
    """
    reader = _Reader()
    try:
        for instruction, argument, _ in pickletools.genops(file):
            if instruction.name == "STOP":
                return reader.stack.pop()
            reader.follow(instruction.name, argument)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise CorruptFile(f"it is cut short or no list of instructions ({error})") from error
    raise CorruptFile("it is cut short")


class _Reader:
    """A stack of plain values, and how each known instruction changes it."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self._marks: list[int] = []  # heights of the stack
        self._noted: dict[int, Any] = {}

    def follow(self, name: str, argument: Any) -> None:
        """Do what one instruction says."""
        if name in VALUES:
            self.stack.append(argument)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name]())
        elif name in self.STEPS:
            self.STEPS[name](self, argument)
        elif name not in IDLE:
            raise CorruptFile(f"it holds the instruction {name}, which plain data never needs")

    def _marked(self) -> list[Any]:
        """Everything since the last mark, taken off the stack."""
        height = self._marks.pop()
        found, self.stack[height:] = self.stack[height:], []
        return found

    def _mark(self, _: Any) -> None:
        self._marks.append(len(self.stack))

    def _note(self, number: Any) -> None:
        self._noted[len(self._noted) if number is None else number] = self.stack[-1]

    def _recall(self, number: Any) -> None:
        self.stack.append(self._noted[number])

    def _tuple(self, _: Any) -> None:
        self.stack.append(tuple(self._marked()))

    def _short_tuple(self, n: int) -> None:
        self.stack[len(self.stack) - n :] = [tuple(self.stack[len(self.stack) - n :])]

    def _extend(self, values: list[Any]) -> None:
        self.stack[-1].extend(values)

    def _enter(self, values: list[Any]) -> None:
        self.stack[-1].update(zip(values[::2], values[1::2], strict=True))

    def _pop(self, n: int) -> list[Any]:
        return [self.stack.pop() for _ in range(n)][::-1]

    def _name(self, argument: Any) -> None:
        name = argument or " ".join(map(str, self._pop(2)))
        if name not in KNOWN and name not in STORAGES:
            raise CorruptFile(f"it names {name}, which is neither a tensor nor plain data")
        self.stack.append(Name(name))

    def _describe(self, _: Any) -> None:
        """REDUCE, "call this with these": what the call would give, in our own words."""
        function, arguments = self._pop(2)
        self.stack.append(KNOWN[function.name](*arguments))

    def _state(self, _: Any) -> None:
        """BUILD, "give it these attributes": only the version notes of a dictionary of tensors."""
        state = self.stack.pop()
        if not isinstance(self.stack[-1], dict) or not isinstance(state, dict):
            raise CorruptFile("it gives attributes to something that has none")

    def _storage(self, _: Any) -> None:
        kind, storage, key, _, n_values, *view = self.stack.pop()
        if kind != "storage" or not isinstance(storage, Name) or any(view):
            raise CorruptFile("it refers to something outside that is no storage")
        self.stack.append(StorageAt(storage.name, str(key), int(n_values)))

    STEPS: ClassVar[dict[str, Callable[[Any, Any], None]]] = {
        "MARK": _mark,
        **dict.fromkeys(("BINPUT", "LONG_BINPUT", "MEMOIZE"), _note),
        **dict.fromkeys(("BINGET", "LONG_BINGET"), _recall),
        "TUPLE": _tuple,
        "TUPLE1": lambda self, _: self._short_tuple(1),
        "TUPLE2": lambda self, _: self._short_tuple(2),
        "TUPLE3": lambda self, _: self._short_tuple(3),
        "APPEND": lambda self, _: self._extend(self._pop(1)),
        "APPENDS": lambda self, _: self._extend(self._marked()),
        "SETITEM": lambda self, _: self._enter(self._pop(2)),
        "SETITEMS": lambda self, _: self._enter(self._marked()),
        **dict.fromkeys(("GLOBAL", "STACK_GLOBAL"), _name),
        "REDUCE": _describe,
        "BUILD": _state,
        "BINPERSID": _storage,
    }


def _tensor(storage: StorageAt, offset: int, shape: Any, strides: Any, *_: Any) -> TensorAt:
    return TensorAt(storage, offset, tuple(shape), tuple(strides))


VALUES = {
    *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT"),
    *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "SHORT_BINSTRING", "BINSTRING"),
}
CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
}
IDLE = {"PROTO", "FRAME"}
KNOWN: dict[str, Callable[..., Any]] = {
    "collections OrderedDict": lambda *pairs: dict(*pairs),
    "torch._utils _rebuild_tensor_v2": _tensor,
    "torch._utils _rebuild_parameter": lambda tensor, *_: tensor,
}
STORAGES = {f"torch {kind}Storage" for kind in ("Float", "Half", "Double", "Long", "Int", "Bool")}
