"""The tensors of a file that `torch.save` wrote, read without unpickling: today's format, a zip
archive, and the one before 2020, in which fastai published its weights.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from engine.errors import CorruptFile
from engine.nets.pickled_data import TensorAt, plain_data

MAGIC_NUMBER, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001  # how the older format begins
DTYPES = {
    "torch FloatStorage": torch.float32,
    "torch HalfStorage": torch.float16,
    "torch DoubleStorage": torch.float64,
    "torch LongStorage": torch.int64,
    "torch IntStorage": torch.int32,
    "torch BoolStorage": torch.bool,
}


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor by name; where the file holds dictionaries within each other, those of the one
    named "model", or of the whole.

    Raises:
        CorruptFile: the file is cut short or altered, or holds more than tensors and plain data.
    """
    try:
        with path.open("rb") as file:
            described, storages = _zipped(path) if zipfile.is_zipfile(path) else _in_order(file)
        found = described.get("model", described)
        return {
            name: _tensor(value, storages)
            for name, value in found.items()
            if isinstance(value, TensorAt)
        }
    except CorruptFile as error:
        raise CorruptFile(f"{path} is no file of tensors that can be read: {error}.") from error
    except (OSError, KeyError, AttributeError, TypeError, ValueError, RuntimeError) as error:
        raise CorruptFile(f"{path} is no file of tensors that can be read ({error}).") from error


def read_words(path: Path) -> tuple[str, ...]:
    """A list of text that Python pickled, such as a vocabulary.

    Raises:
        CorruptFile: it is something else.
    """
    try:
        with path.open("rb") as file:
            words = plain_data(file)
    except (OSError, CorruptFile) as error:
        raise CorruptFile(f"{path} is no list of words that can be read: {error}.") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise CorruptFile(f"{path} is no list of words.")
    return tuple(words)


def _zipped(path: Path) -> tuple[Any, Mapping[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            (pickled,) = (name for name in names if name.endswith("/data.pkl"))
            root = pickled.removesuffix("data.pkl")
            if root + "byteorder" in names and archive.read(root + "byteorder") != b"little":
                raise CorruptFile("its numbers are big-endian")
            described = plain_data(io.BytesIO(archive.read(pickled)))
            keys = (name for name in names if name.startswith(root + "data/"))
            storages = {name.removeprefix(root + "data/"): archive.read(name) for name in keys}
    except zipfile.BadZipFile as error:
        raise CorruptFile(str(error)) from error
    return described, storages


def _in_order(file: BinaryIO) -> tuple[Any, Mapping[str, bytes]]:
    """Five pickles (a magic number, a version, the machine, the object, the storages' keys), then
    each storage: its number of values and the values.
    """
    if plain_data(file) != MAGIC_NUMBER or plain_data(file) != PROTOCOL:
        raise CorruptFile("it does not begin as such a file does")
    if not plain_data(file)["little_endian"]:
        raise CorruptFile("its numbers are big-endian")
    described = plain_data(file)
    widths = {at.storage.key: DTYPES[at.storage.kind].itemsize for at in _places(described)}
    storages = {}
    for key in plain_data(file):
        n_bytes = int.from_bytes(file.read(8), "little") * widths[key]
        storages[key] = file.read(n_bytes)
        if len(storages[key]) != n_bytes:
            raise CorruptFile("it is cut short")
    return described, storages


def _places(described: Any) -> Iterator[TensorAt]:
    if isinstance(described, TensorAt):
        yield described
    elif isinstance(described, dict):
        for value in described.values():
            yield from _places(value)
    elif isinstance(described, list | tuple):
        for value in described:
            yield from _places(value)


def _tensor(at: TensorAt, storages: Mapping[str, bytes]) -> Tensor:
    # A copy of its own: bytes may not be written to, and views may share them.
    values = torch.frombuffer(bytearray(storages[at.storage.key]), dtype=DTYPES[at.storage.kind])
    return values.as_strided(at.shape, at.strides, at.offset).clone()
