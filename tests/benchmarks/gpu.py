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
        on_one, on_other = vars(Moments.of(gpu_layer)), vars(Moments.of(cpu_layer))
        for name in ("sum_unit", "sum", "second"):
            one, other = on_one[name], on_other[name]
            far = max(far, float(np.abs(one - other).max() / np.abs(other).max()))
    words = sum(len(sentence.words) for sentence in read)
    threads = torch.get_num_threads()
    about = f"{len(read):,} sentences, {origin}; the processor with {threads} threads"
    a, b = words / ours, words / theirs
    return [
        Row("MiniLM on the GPU", a, "words/s", b, a / b, "ratio >= 20", about),
        Row("moments, GPU against CPU", far, "relative", wanted="ours <= 0.001"),
    ]
