"""LayeredVectors on disk: a folder with `vectors.safetensors`, `words.parquet` (the table) and
`about.json`.

Large files are memory-mapped on loading: the operating system reads only the rows that are looked
at.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from engine.errors import CorruptFile, ShapeError
from engine.text import ListedWords, Sentence
from engine.vectors import LayeredVectors, UnknownWord

MEMORY_MAP_BYTES = 64 * 2**20
# what reading a damaged file raises, besides the formats' own errors
DAMAGE = (OSError, ValueError, KeyError, TypeError, struct.error, ShapeError)


def save(vectors: LayeredVectors, folder: Path) -> None:
    """Write the vectors into a folder, which is created; an older save in it is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = {f"layer_{i}": np.ascontiguousarray(layer) for i, layer in enumerate(vectors.layers)}
    save_file(layers, folder / "vectors.safetensors")
    table = {
        "word": list(vectors.words),
        "sentence_id": vectors.sentence_ids,
        "position": vectors.positions,
        "n_pieces": vectors.n_pieces,
        "weight": vectors.weights,
    }
    pq.write_table(pa.table(table), folder / "words.parquet")
    about = {
        "model": vectors.model,
        "state": vectors.state,
        "layer_names": vectors.layer_names,
        "rank_bounds": vectors.rank_bounds,
        "sentences": [_saved_sentence(sentence) for sentence in vectors.sentences],
        "unknown": [asdict(word) for word in vectors.unknown],
        "notes": vectors.notes,
        "device": vectors.device,
        "dtype": vectors.dtype,
    }
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf8")


def load(folder: Path) -> LayeredVectors:
    """Read what `save` wrote.

    Raises:
        CorruptFile: a part is missing, truncated, or does not fit the others.
    """
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf8"))
        table = pq.read_table(folder / "words.parquet")
        arrays = _load_arrays(folder / "vectors.safetensors")
        return LayeredVectors(
            model=about["model"],
            sentences=tuple(map(_loaded_sentence, about["sentences"])),
            sentence_ids=table["sentence_id"].to_numpy(),
            positions=table["position"].to_numpy(),
            n_pieces=table["n_pieces"].to_numpy(),
            # Older folders have no weights: each word stands for itself.
            weights=table["weight"].to_numpy() if "weight" in table.column_names else np.empty(0),
            layers=tuple(arrays[f"layer_{i}"] for i in range(len(arrays))),
            layer_names=tuple(about["layer_names"]),
            rank_bounds=tuple(about["rank_bounds"]),
            state=about["state"],
            unknown=tuple(UnknownWord(**word) for word in about["unknown"]),
            notes=tuple(about["notes"]),
            device=about["device"],
            dtype=about["dtype"],
        )
    except (*DAMAGE, SafetensorError, pa.ArrowException) as error:
        raise CorruptFile(
            f"{folder} does not hold a complete set of saved vectors ({error})."
        ) from error


def _saved_sentence(sentence: Sentence) -> str | list[str]:
    """The text; or the words where these were given and cannot be found again in the text."""
    listed = isinstance(sentence, ListedWords)
    return [word.text for word in sentence.words] if listed else sentence.text


def _loaded_sentence(saved: str | list[str]) -> Sentence:
    return Sentence(saved) if isinstance(saved, str) else ListedWords(saved)


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    if path.stat().st_size < MEMORY_MAP_BYTES:
        return load_file(path)
    with path.open("rb") as file:
        (header_length,) = struct.unpack("<Q", file.read(8))
        if header_length > path.stat().st_size:
            raise ValueError("the header of vectors.safetensors is cut off")
        header = json.loads(file.read(header_length))
    start = 8 + header_length
    return {
        name: np.memmap(
            path, np.float32, "r", start + entry["data_offsets"][0], tuple(entry["shape"])
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }
