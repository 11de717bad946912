"""Named arrays in a safetensors file, written and read a block at a time, so that arrays which lie
on disk need not fit in memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import CorruptFile

CODES = {"F64": np.float64, "F32": np.float32, "I64": np.int64, "U64": np.uint64, "U8": np.uint8}
NAMES = {np.dtype(kind): code for code, kind in CODES.items()}
BLOCK_BYTES = 2**24
LARGEST_HEADER = 100 * 10**6  # bytes, as safetensors has it
ABOUT = "about"


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
    """Write arrays and what is to be known of them; the file is complete or not there at all.

    Args:
        path: the file, of the format of https://github.com/huggingface/safetensors.
        arrays: float64, float32, int64, uint64 or uint8; of any shape, also without dimensions.
        about: JSON values.
    """
    header: dict[str, Any] = {"__metadata__": {ABOUT: json.dumps(dict(about))}}
    end = 0
    for name, array in arrays.items():
        start, end = end, end + array.nbytes
        shape = list(array.shape)
        header[name] = {
            "dtype": NAMES[array.dtype], "shape": shape, "data_offsets": [start, end]
        }  # fmt: skip
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)  # arrays begin at a multiple of 8 bytes
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(struct.pack("<Q", len(encoded)) + encoded)
            for array in arrays.values():
                _write(file, array)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(file: Any, array: np.ndarray) -> None:
    flat = array.reshape(-1)
    step = max(1, BLOCK_BYTES // array.itemsize)
    for start in range(0, flat.size, step):
        file.write(flat[start : start + step].tobytes())


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays, memory-mapped and not to be written to, and what is known of them.

    Raises:
        CorruptFile: it is no such file, or is cut short.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(size - 8, LARGEST_HEADER):
                raise ValueError("its header is cut off")
            header = json.loads(file.read(length))
        about = json.loads(header.pop("__metadata__")[ABOUT])
        arrays = {name: _read(path, entry, 8 + length, size) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise CorruptFile(f"{path} is not a complete file of arrays ({error}).") from error
    return arrays, about


def _read(path: Path, entry: Mapping[str, Any], origin: int, size: int) -> np.ndarray:
    kind, shape = np.dtype(CODES[entry["dtype"]]), tuple(entry["shape"])
    start, end = (origin + offset for offset in entry["data_offsets"])
    n_bytes = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    if not origin <= start <= end <= size or end - start != n_bytes:
        raise ValueError("an array is cut off")
    if not n_bytes:
        return np.empty(shape, kind)
    if not shape:  # an array without dimensions cannot be mapped
        return np.fromfile(path, kind, 1, offset=start)[0:1].reshape(())
    return np.memmap(path, kind, "r", start, shape)
