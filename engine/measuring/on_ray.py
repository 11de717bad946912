"""A text measured on a Ray cluster: read and encoded by actors, merged here.

Ray Data (https://docs.ray.io/en/latest/data/data.html) hands blocks of the text to a pool of
actors, each of which holds the model. A block's sums depend on the block alone, so the work of an
actor that dies is done again by another, and comes out the same.

The only file that imports ray, which is optional, and only once it is asked to.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import engine
from engine.encoder import Encoder, load_encoder
from engine.errors import EngineError
from engine.geometry.stream_file import load_stream, save_stream
from engine.measuring.measured import Asked, Measured, Part
from engine.measuring.special_tokens import encoder_for
from engine.measuring.tally import Tally
from engine.measuring.text_file import Place, TextFile

LOCAL = "local"
BLOCK_BYTES = 2**20  # of text: about a minute of a small transformer's time
ROOT = str(Path(engine.__file__).parents[1])
MISSING = (
    "Ray is not installed here. `pip install -r requirements-ray.txt` brings it (80 MB); without "
    "it, --part and --merge share a text out by hand."
)


class Block(NamedTuple):
    """Consecutive pieces of a text, which one actor measures at a time."""

    begin: Place
    end: int  # byte from which on no piece of it begins


@dataclass(frozen=True)
class Work:
    """What every actor is told.

    Args:
        text: a file that lies at the same path on every machine.
        model: by name, here on every machine too.
        device: "auto", "cpu" or "cuda".
        frequencies: of words in the whole text, where the frame asks.
    """

    text: TextFile
    model: str
    device: str
    asked: Asked
    frequencies: Mapping[str, int] | None = None


def missing() -> str | None:
    """Why nothing can be measured on Ray, or None."""
    return None if importlib.util.find_spec("ray") else MISSING


def blocks_of(text: TextFile, part: Part, n_bytes: int = BLOCK_BYTES) -> list[Block]:
    """A text, or a part of it, cut where pieces end, which also reads it once.

    Raises:
        TextError: it is no text, so that this is said before a cluster starts to work.
    """
    first, end = text.part(*part)
    blocks, begin = [], first
    for piece in text.pieces(first, end):
        if piece.end.byte - begin.byte >= n_bytes:
            blocks.append(Block(begin, piece.end.byte))
            begin = piece.end
    if begin.byte < end:
        blocks.append(Block(begin, end))
    return blocks


def measure_on_ray(
    work: Work,
    blocks: list[Block],
    *,
    address: str,
    n_actors: int | None = None,
    told: Callable[[int, Measured], None] = lambda n_done, measured: None,
) -> Measured:
    """All blocks, measured by the actors of a cluster.

    Args:
        work: what to do with each.
        blocks: in their order.
        address: of the cluster, as `ray.init` takes it; "local" for one on this machine.
        n_actors: as many as the cluster has processors (GPUs, on "cuda") where left out.
        told: called after each block, in their order, with the number done and all of it so far.
    Raises:
        EngineError: Ray is not here, the cluster does not answer, or an actor cannot do its work.
    """
    measured = Measured.nothing(work.asked)
    with _cluster(address, n_actors) as ray:
        for n_done, row in enumerate(_results(ray, work, blocks, n_actors), 1):
            if row["error"]:
                raise EngineError(row["error"])
            measured = _joined(measured, row["state"])
            told(n_done, measured)
    return measured


class BlockActor:
    """Measures blocks with the model that it holds."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._encoder: Encoder | None = None

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The sums of one block, as the bytes of a file; or why there are none."""
        try:
            state, error = self._measure(Place(*map(int, batch["begin"][0])), batch["end"][0]), ""
        except EngineError as why:
            state, error = b"", str(why)
        return {"state": np.array([state], object), "error": np.array([error], object)}

    def _measure(self, begin: Place, end: int) -> bytes:
        work = self._work
        if self._encoder is None:
            self._encoder = encoder_for(load_encoder(work.model, work.device), work.asked.frame)
        measured = Measured.nothing(work.asked)
        for piece in work.text.pieces(begin, int(end)):
            measured.add(piece, self._encoder, work.frequencies)
        with tempfile.TemporaryDirectory(prefix="conescope-") as folder:
            path = Path(folder) / "block.safetensors"
            save_stream(measured.stream, path, {"tally": measured.tally.as_record()})
            return path.read_bytes()


def _results(
    ray: Any, work: Work, blocks: list[Block], n_actors: int | None
) -> Iterator[dict[str, Any]]:
    resource = "GPU" if work.device == "cuda" else "CPU"
    size = n_actors or max(1, int(ray.cluster_resources().get(resource, 1)))
    rows = [{"begin": list(block.begin), "end": block.end} for block in blocks]
    data = ray.data.from_items(rows, override_num_blocks=max(1, len(rows)))
    return data.map_batches(
        BlockActor,
        fn_constructor_args=(work,),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=min(size, max(1, len(rows)))),
        num_cpus=1,
        num_gpus=1 if resource == "GPU" else None,
    ).iter_rows()


def _joined(measured: Measured, state: bytes) -> Measured:
    with tempfile.TemporaryDirectory(prefix="conescope-") as folder:
        path = Path(folder) / "block.safetensors"
        path.write_bytes(state)
        stream, about = load_stream(path)
    measured.tally.merge(Tally.from_record(about["tally"]))
    return measured.with_stream(stream)


@contextmanager
def _cluster(address: str, n_cpus: int | None) -> Iterator[Any]:
    """A connection to a cluster, or a cluster of one's own, as long as it is needed."""
    if why := missing():
        raise EngineError(why)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    import ray
    import ray.data

    own: dict[str, Any] = {"include_dashboard": False, "num_cpus": n_cpus}
    where = own if address == LOCAL else {"address": address}
    try:
        ray.init(
            **where, log_to_driver=False, logging_level=logging.ERROR,
            runtime_env={"env_vars": {"PYTHONPATH": ROOT}},
        )  # fmt: skip
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        raise EngineError(f"No Ray cluster at {address!r} ({error}).") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)  # progress is told by the caller
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True  # so that words are numbered as in one pass
    context.enable_progress_bars = False
    try:
        yield ray
    finally:
        ray.shutdown()
