"""A stream of measures as a file: what was summed up to here, to go on with or to merge elsewhere.

Numbers are kept as they are, so that a stream which was saved and read again goes on as one that
was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import CorruptFile
from engine.geometry.frame import Frame
from engine.geometry.layer_sums import LayerSums
from engine.geometry.stream import GeometryStream
from engine.geometry.type_counts import TypeCounts
from engine.geometry.word_sample import Sampler, WordSample
from engine.vectors.array_file import read_arrays, write_arrays

FORMAT = 1
# Arrays with a row for each word type; only the rows of types that occurred are written.
BY_TYPE: dict[type, tuple[str, ...]] = {
    LayerSums: ("type_sums", "type_squares", "type_within_sentences"),
    TypeCounts: ("n", "within_sentences", "replicate_n", "replicate_within"),
}
TYPES, COUNTS, LAYER = "types", "counts.", "layer_{}."


def save_stream(stream: GeometryStream, path: Path, about: Mapping[str, Any]) -> None:
    """Write a stream and whatever else is to be known of it; the file is complete or not there.

    Args:
        path: safetensors, 8 (d + 5) bytes for each word type and layer and 3,200 for each type.
        about: JSON values; `load_stream` gives them back.
    """
    n_types = len(stream.types)
    words = json.dumps(list(stream.types), ensure_ascii=False).encode("utf8", "surrogatepass")
    arrays = {TYPES: np.frombuffer(words, np.uint8)}
    arrays |= dict(_arrays(stream.counts, COUNTS, n_types))
    for number, sums in enumerate(stream.layers):
        arrays |= dict(_arrays(sums, LAYER.format(number), n_types))
    own = {
        "format": FORMAT, "frame": stream.frame.as_dict(), "shape": stream.shape,
        "type_cap": stream.type_cap, "n_words": stream.n_words, "n_types": n_types,
        "n_beyond_cap": stream.n_beyond_cap, "layer_names": list(stream.layer_names),
        "rank_bounds": list(stream.rank_bounds),
        "widths": [len(sums.sum_unit) for sums in stream.layers],
    }  # fmt: skip
    write_arrays(path, arrays, {"stream": own, "about": dict(about)})


def load_stream(path: Path) -> tuple[GeometryStream, dict[str, Any]]:
    """What `save_stream` wrote.

    Raises:
        CorruptFile: the file is something else, of another version, or damaged.
    """
    arrays, told = read_arrays(path)
    try:
        own = told["stream"]
        if own["format"] != FORMAT:
            raise ValueError(f"format {own['format']}, known is {FORMAT}")
        stream = GeometryStream(Frame(**own["frame"]), type_cap=own["type_cap"], shape=own["shape"])
        words = json.loads(arrays[TYPES].tobytes().decode("utf8", "surrogatepass"))
        stream.types = {word: number for number, word in enumerate(words)}
        stream.n_words, stream.n_beyond_cap = own["n_words"], own["n_beyond_cap"]
        stream.layer_names = tuple(own["layer_names"])
        stream.rank_bounds = tuple(own["rank_bounds"])
        n_types = len(stream.types)
        _put(stream.counts, COUNTS, n_types, arrays)
        for number, width in enumerate(own["widths"]):
            stream.layers.append(LayerSums(width, stream.type_cap, shape=stream.shape))
            _put(stream.layers[-1], LAYER.format(number), n_types, arrays)
        return stream, told["about"]
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptFile(f"{path} holds no measures to go on with ({error}).") from error


def about_stream(path: Path) -> dict[str, Any]:
    """What was written about a stream: its own "stream", and "about" of whoever saved it.

    Raises:
        CorruptFile: the file is something else.
    """
    told = read_arrays(path)[1]
    if not isinstance(told, dict) or not {"stream", "about"} <= set(told):
        raise CorruptFile(f"{path} holds no measures.")
    return told


def _fields(holder: Any) -> list[tuple[str, Any]]:
    if isinstance(holder, Sampler):
        return list(holder.settle()._asdict().items())
    return list(vars(holder).items())


def _arrays(holder: Any, prefix: str, n_types: int) -> Iterator[tuple[str, np.ndarray]]:
    """Everything that a holder of sums has, numbers as arrays without dimensions."""
    for name, value in _fields(holder):
        if isinstance(value, np.ndarray):
            by_type = name in BY_TYPE.get(type(holder), ())
            yield prefix + name, value[:n_types] if by_type else value
        elif isinstance(value, int | np.integer):
            yield prefix + name, np.array(value, np.int64)
        elif isinstance(value, float):
            yield prefix + name, np.array(value, np.float64)
        elif value is not None:
            yield from _arrays(value, f"{prefix}{name}.", n_types)


def _put(holder: Any, prefix: str, n_types: int, arrays: Mapping[str, np.ndarray]) -> None:
    """The inverse, into a holder of which nothing is known yet."""
    for name, value in _fields(holder):
        key = prefix + name
        if isinstance(value, Sampler):
            parts = (np.array(arrays[f"{key}.{part}"]) for part in WordSample._fields)
            value.restart(WordSample(*parts))
        elif isinstance(value, np.ndarray):
            (value[:n_types] if name in BY_TYPE.get(type(holder), ()) else value)[...] = arrays[key]
        elif isinstance(value, int | float | np.number):
            setattr(holder, name, arrays[key].item())
        elif value is not None:
            _put(value, f"{key}.", n_types, arrays)
