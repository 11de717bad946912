"""One sentence through MiniLM, all layers to numpy: our encoder against bare transformers."""

from __future__ import annotations

from engine.encoder import load_encoder
from engine.text import Sentence
from tests.benchmarks import Row
from tests.benchmarks.bare_transformers import BareTransformers
from tests.benchmarks.timing import medians, seconds_of

TEXT = "The old bank by the river was closed after the heavy rain"


def run(quick: bool) -> list[Row]:
    """Ours also cuts words, aligns their pieces and takes their means; the reference does not."""
    import torch

    from engine.encoders.minilm import model_folder

    sentence, folder = Sentence(TEXT), str(model_folder())
    bare = BareTransformers(folder)
    encoder = load_encoder("minilm", "cpu")
    rows = []
    default = torch.get_num_threads()
    for threads in dict.fromkeys((default, 1)):
        torch.set_num_threads(threads)
        ours, theirs = medians(
            [lambda: encoder.encode((sentence,)), lambda: bare.states([TEXT])],
            30 if quick else 200,
            warm_up=10,
            pause=0.02,
        )
        rows.append(
            Row(
                f"MiniLM, {len(sentence.words)} words, {threads} thread(s)",
                ours * 1000,
                "ms",
                theirs * 1000,
                ours / theirs,
                "ratio <= 1.3",
                "against AutoTokenizer + AutoModel, hidden states to numpy",
            )
        )
    torch.set_num_threads(default)
    ours, theirs = medians(
        [lambda: load_encoder("minilm", "cpu"), lambda: BareTransformers(folder)], 3 if quick else 7
    )
    rows.append(
        Row(
            "MiniLM, loading (libraries imported)",
            ours * 1000,
            "ms",
            theirs * 1000,
            ours / theirs,
            note=f"ours checks the weights' sha256 ({_hashing(folder) * 1000:.0f} ms of it)",
        )
    )
    return rows


def _hashing(folder: str) -> float:
    from pathlib import Path

    from engine.encoders.minilm import verify

    return min(seconds_of(lambda: verify(Path(folder))) for _ in range(3))
