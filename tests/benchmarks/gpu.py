"""MiniLM on a CUDA GPU against the processor: speed, and that the numbers are the same."""

from __future__ import annotations

import numpy as np

from engine.encoder import load_encoder
from engine.geometry.moments import Moments
from tests.benchmarks import Row, Skipped
from tests.benchmarks.corpus import sentences
from tests.benchmarks.timing import medians


def run(quick: bool) -> list[Row]:
    """The same sentences on both, in turns; the processor with the threads PyTorch takes."""
    import torch

    if not torch.cuda.is_available():
        raise Skipped("PyTorch sees no CUDA GPU on this machine.")
    read, origin = sentences(200 if quick else 2_000)
    on_gpu, on_cpu = load_encoder("minilm", "cuda"), load_encoder("minilm", "cpu")
    ours, theirs = medians(
        [lambda: on_gpu.encode(read), lambda: on_cpu.encode(read)], 2 if quick else 3
    )
    far = 0.0
    pairs = zip(on_gpu.encode(read).layers, on_cpu.encode(read).layers, strict=True)
    for gpu_layer, cpu_layer in pairs:
        a, b = Moments.of(gpu_layer), Moments.of(cpu_layer)
        for one, other in ((a.sum_unit, b.sum_unit), (a.sum, b.sum), (a.second, b.second)):
            far = max(far, float(np.abs(one - other).max() / np.abs(other).max()))
    words = sum(len(sentence.words) for sentence in read)
    threads = torch.get_num_threads()
    about = f"{len(read):,} sentences, {origin}; the processor with {threads} threads"
    return [
        Row("MiniLM on the GPU", words / ours, "words/s", words / theirs, theirs / ours, "ratio >= 20", about),
        Row("moments, GPU against CPU", far, "relative", wanted="ours <= 0.001"),
    ]  # fmt: skip
