"""Our MiniLM net in PyTorch against the same net in ONNX Runtime, neither of which is required.

It was not adopted: a sentence takes a few milliseconds less and a corpus as long as before, for two
more packages to run and export it, a 90 MB file to make and keep in step with the weights, and a
second way of computing every number. The other nets need PyTorch anyway.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoder import load_encoder
from tests.benchmarks import Row, Skipped
from tests.benchmarks.timing import medians, seconds_of

SHAPES = {"one sentence": (1, 14), "32 sentences": (32, 25)}  # (batch, tokens)
SESSION = """
import time
started = time.perf_counter()
import onnxruntime
onnxruntime.InferenceSession({path!r}, providers=["CPUExecutionProvider"])
print(time.perf_counter() - started)
"""
TORCH = """
import time
started = time.perf_counter()
from engine.encoder import load_encoder
load_encoder("minilm", "cpu")
print(time.perf_counter() - started)
"""


def run(quick: bool) -> list[Row]:
    """The same token ids through both; the states must be equal."""
    missing = [name for name in ("onnx", "onnxruntime") if not importlib.util.find_spec(name)]
    if missing:
        raise Skipped(f"It needs {' and '.join(missing)}: `pip install onnx onnxruntime`.")
    import onnxruntime
    import torch

    net = load_encoder("minilm", "cpu")._reader._forward  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minilm.onnx"
        export_seconds = seconds_of(lambda: export(net, path))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        rows = [_row(net, session, label, quick) for label in SHAPES]
        size = path.stat().st_size / 1e6
        fresh = [
            np.median([_fresh(code.format(path=str(path))) for _ in range(3)])
            for code in (TORCH, SESSION)
        ]
    note = f"import included; the .onnx is {size:.0f} MB, exported in {export_seconds:.0f} s"
    ours, theirs = map(float, fresh)
    rows.append(Row("MiniLM ready in a new process", ours, "s", theirs, ours / theirs, note=note))
    return rows


def export(net: Any, path: Path) -> None:
    """Our net as an ONNX graph with free batch size and length."""
    import torch

    class WithMask(torch.nn.Module):
        """The net without its short cut for unpadded batches, which a graph cannot hold."""

        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(self, token_ids, mask):
            states = [self.net.embeddings(token_ids)]
            for layer in self.net.layers:
                states.append(layer(states[-1], mask[:, None, None, :]))
            return tuple(states)

    free = {0: "batch", 1: "tokens"}
    example = torch.ones(2, 9, dtype=torch.int64), torch.ones(2, 9, dtype=torch.bool)
    with warnings.catch_warnings():  # this exporter is the older one, which needs one package less
        warnings.simplefilter("ignore")
        torch.onnx.export(
            WithMask().eval(), example, str(path), dynamo=False, opset_version=17,
            input_names=["token_ids", "mask"], output_names=[f"layer_{i}" for i in range(7)],
            dynamic_axes={"token_ids": free, "mask": free},
        )  # fmt: skip


def _row(net: Any, session: Any, label: str, quick: bool) -> Row:
    import torch

    batch, n_tokens = SHAPES[label]
    token_ids = torch.from_numpy(np.random.default_rng(0).integers(1000, 20000, (batch, n_tokens)))
    mask = torch.ones(batch, n_tokens, dtype=torch.bool)
    mask[batch // 2 :, n_tokens - 3 :] = False
    feed = {"token_ids": token_ids.numpy(), "mask": mask.numpy()}

    def ours() -> list[np.ndarray]:
        with torch.inference_mode():
            return [state.numpy() for state in net(token_ids, mask)]

    def theirs() -> list[np.ndarray]:
        return session.run(None, feed)

    far = max(np.abs((a - b)[feed["mask"]]).max() for a, b in zip(ours(), theirs(), strict=True))
    assert far < 1e-4, far
    rounds = (20 if quick else 100) if batch == 1 else (3 if quick else 15)
    a, b = medians([ours, theirs], rounds, warm_up=3, pause=0.05)
    note = f"{n_tokens} tokens each, all layers; states differ by at most {far:.0e}"
    name = f"MiniLM net, {label}, against ONNX Runtime"
    return Row(name, a * 1000, "ms", b * 1000, a / b, note=note)


def _fresh(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])
