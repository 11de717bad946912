"""Weights on disk: what ships with the project, and where a training stands.

Shipped weights are one safetensors file: float16, large matrices int8 with a scale a row, and in
its header what the net is built from. Nothing is ever pickled: a file from somewhere else can hold
wrong numbers, but never code.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.corpora.vocabulary import Vocabulary
from engine.errors import CorruptFile, EngineError

SCALE, VOCABULARY, ABOUT = ".scale", "vocabulary.", "about"


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds, ready to rebuild its net."""

    config: dict[str, Any]
    tensors: dict[str, Tensor]  # float32
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)


def save_weights(
    path: Path,
    tensors: Mapping[str, Tensor],
    *,
    kind: str,
    config: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary] | None = None,
    int8: Collection[str] = (),
) -> str:
    """Write weights for shipping and give their sha256.

    Args:
        tensors: float weights by name.
        kind: the net that can be rebuilt from them, such as "awd-lstm".
        config: what the net's config is made of; JSON values.
        vocabularies: by name.
        int8: names of matrices to keep as int8 with one scale a row; the rest is float16.
    """
    arrays: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name in int8:
            arrays[name], arrays[name + SCALE] = _rounded(tensor.detach().float())
        else:
            arrays[name] = tensor.detach().half().contiguous()
    for name, vocabulary in (vocabularies or {}).items():
        text = "\n".join(vocabulary.words).encode()
        arrays[VOCABULARY + name] = torch.frombuffer(bytearray(text), dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, {ABOUT: json.dumps({"kind": kind, "config": dict(config)})})
    return sha256_of(path)


def load_weights(path: Path, *, kind: str, sha256: str = "") -> Weights:
    """Read weights back as float32.

    Args:
        kind: what the caller can rebuild.
        sha256: compared with the file's where given.
    Raises:
        EngineError: there is no such file.
        CorruptFile: truncated, altered, or weights of another kind of net.
    """
    if not path.is_file():
        raise EngineError(f"There are no weights at {path}.")
    if sha256 and (found := sha256_of(path)) != sha256:
        raise CorruptFile(
            f"{path.name} in {path.parent.name} is not the file that was shipped (sha256 "
            f"{found[:12]}…, expected {sha256[:12]}…). Get it again with `git checkout`."
        )
    try:
        with safe_open(path, "pt") as file:
            about = json.loads((file.metadata() or {}).get(ABOUT, "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError, OSError) as error:
        raise CorruptFile(f"{path} cannot be read as weights: {error}.") from error
    if about.get("kind") != kind:
        raise CorruptFile(f"{path} holds weights of {about.get('kind')!r}; needed: {kind!r}.")
    vocabularies = {
        name.removeprefix(VOCABULARY): Vocabulary(tuple(_text(array).split("\n")))
        for name, array in arrays.items()
        if name.startswith(VOCABULARY)
    }
    return Weights(about["config"], _as_float(arrays), vocabularies)


def save_whole(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str]) -> None:
    """Write tensors so that the file is complete or not there at all, whatever happens.

    A net may hold one tensor under two names (tied weights); the file holds each by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, unfinished,
              metadata)  # fmt: skip
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def read_whole(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a file, and its metadata.

    Raises:
        CorruptFile: it cannot be read.
    """
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CorruptFile(f"{path} is not a checkpoint that can be read: {error}.") from error


def sha256_of(path: Path) -> str:
    """The checksum of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rounded(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix as int8 (n, d) and one scale a row (n,), so that matrix = int8 * scale, up to half
    a step of 1/127 of the row's largest value.
    """
    scale = matrix.abs().amax(1).clamp(min=1e-12) / 127  # (n,)
    return (matrix / scale[:, None]).round().to(torch.int8), scale


def _as_float(arrays: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name: array.float() * arrays[name + SCALE][:, None]
        if name + SCALE in arrays
        else array.float()
        for name, array in arrays.items()
        if not name.endswith(SCALE) and not name.startswith(VOCABULARY)
    }


def _text(array: Tensor) -> str:
    return bytes(array.tolist()).decode()
