"""Fixtures shared by all tests: seeded randomness, planted vectors, fake encoders, and a locked
network.
"""

import os
import socket
from dataclasses import asdict, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from engine.encoder import ModelCard, load_encoder
from engine.errors import TextError
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord

os.environ.setdefault("OMP_NUM_THREADS", "1")  # each core has a worker of its own
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", ""}

# Imported by workers only: it puts planted texts in the place of the real ones.
collect_ignore = ["planted_sessions.py"]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def network_attempts(monkeypatch) -> list[str]:
    """The hosts that were asked for; asking for one fails, as on a machine without a network."""
    attempts: list[str] = []

    def refuse(host, *_args, **_kwargs):
        if host in LOCAL_HOSTS or host is None:
            return []
        attempts.append(str(host))
        raise socket.gaierror("The tests have no network.")

    def connect(_socket, address):
        refuse(address[0] if isinstance(address, tuple) else None)
        raise OSError("The tests have no network.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", connect)
    return attempts


@pytest.fixture
def data_folder() -> Path:
    """Corpora that are too large to ship."""
    if "CONESCOPE_DATA" not in os.environ:
        pytest.skip("CONESCOPE_DATA is not set: it names the folder with the large corpora.")
    return Path(os.environ["CONESCOPE_DATA"])


@pytest.fixture
def plant():
    """Build LayeredVectors from sentences of single-token words and the layers' rows."""

    def build(sentences: list[list[str]], *layers: np.ndarray) -> LayeredVectors:
        places = [(s, p) for s, words in enumerate(sentences) for p in range(len(words))]
        sentence_ids, positions = np.array(places, np.int64).reshape(-1, 2).T.copy()
        vectors = LayeredVectors(
            model="planted",
            sentences=tuple(Sentence(" ".join(words)) for words in sentences),
            sentence_ids=sentence_ids,
            positions=positions,
            layers=tuple(np.asarray(layer, np.float32) for layer in layers),
            layer_names=tuple(map(str, range(len(layers)))),
        )
        assert list(vectors.words) == [word for words in sentences for word in words]
        return vectors

    return build


@pytest.fixture
def sample_of():
    """Make the sample of a layer of all these vectors, each of a type and a sentence of its own."""
    from engine.geometry.word_sample import WordSample

    def build(x: np.ndarray) -> WordSample:
        numbers = np.arange(len(x))
        return WordSample(numbers.astype(np.uint64), x, numbers, numbers)

    return build


@pytest.fixture
def random_corpus(plant, rng):
    """Sentences of 1 to 9 words drawn from few types (so words repeat, also within a sentence) and
    random vectors with a cone, two layers of different widths.
    """

    def build(n_sentences: int = 40, n_types: int = 12) -> LayeredVectors:
        types = [*(f"w{i}" for i in range(n_types - 2)), "!", ","]
        sentences = [
            rng.choice(types, size=rng.integers(1, 10)).tolist() for _ in range(n_sentences)
        ]
        n_words = sum(map(len, sentences))
        return plant(
            sentences, rng.normal(size=(n_words, 6)) + 0.7, rng.normal(size=(n_words, 4)) * 3
        )

    return build


@pytest.fixture
def cut():
    """Cut a corpus before these sentences: (number of the first sentence, part) in order."""

    def pieces(vectors: LayeredVectors, cuts: list[int]) -> list[tuple[int, LayeredVectors]]:
        parts = []
        for first, end in zip([0, *cuts], [*cuts, len(vectors.sentences)], strict=True):
            inside = (vectors.sentence_ids >= first) & (vectors.sentence_ids < end)
            part = vectors.select(np.flatnonzero(inside))
            sentences, ids = vectors.sentences[first:end], part.sentence_ids - first
            parts.append((first, replace(part, sentences=sentences, sentence_ids=ids)))
        return parts

    return pieces


@pytest.fixture
def show_planted(monkeypatch):
    """Put planted vectors in the place of a model's, and nothing in memory."""
    from engine.views import isotropic, measured, shaped
    from engine.views.kept import Kept

    def put(vectors: LayeredVectors) -> str:
        monkeypatch.setattr(measured, "_measured", Kept(measured.KEPT_BYTES))
        for kept in ("_shaped", "_single"):
            monkeypatch.setattr(shaped, kept, Kept(shaped.KEPT_BYTES))
        for module in (measured, shaped):
            monkeypatch.setattr(module, "vectors_of", lambda *_, **__: vectors)
        widths = tuple(layer.shape[1] for layer in vectors.layers)
        monkeypatch.setattr(isotropic, "widths_of", lambda _model: widths)
        return "\n".join(sentence.text for sentence in vectors.sentences)

    return put


@pytest.fixture(scope="session")
def minilm_model():
    """The bundled contextual model, loaded once."""
    import torch

    torch.set_num_threads(1)  # two threads on busy cores wait for each other
    return load_encoder("minilm", "cpu")


@pytest.fixture(scope="session")
def glove_model():
    """The bundled static model, loaded once."""
    return load_encoder("glove")


class FakeStatic:
    """A word's vector is (its length, how many e's it has, 1); words with an x are unknown."""

    card: ClassVar[ModelCard] = ModelCard(
        name="fake-static",
        title="Fake static",
        family="static",
        about="Counts letters.",
        layer_names=("0 · letters",),
        d_model=3,
        source="tests/conftest.py",
        licence="MIT",
    )
    device = "cpu"
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None: ...

    @classmethod
    def missing(cls) -> str | None:
        return None

    def encode(self, sentences, *, progress=None) -> LayeredVectors:
        found = [(s, p, w) for s, text in enumerate(sentences) for p, w in enumerate(text.words)]
        known = [(s, p, w.key) for s, p, w in found if "x" not in w.key]
        if not known:
            raise TextError("The fake model knows none of the words in this text.")
        counts = np.array([[len(k), k.count("e"), 1] for *_, k in known], np.float32)
        sentence_ids = np.array([s for s, *_ in known], np.int64)
        if progress:
            progress(len(sentences), len(sentences))
        return LayeredVectors(
            model=self.card.name,
            sentences=tuple(sentences),
            sentence_ids=sentence_ids,
            positions=np.array([p for _, p, _ in known], np.int64),
            layers=self.layers(counts, sentence_ids),
            layer_names=self.card.layer_names,
            unknown=tuple(UnknownWord(w.text, s, p) for s, p, w in found if "x" in w.key),
        )

    def layers(self, counts: np.ndarray, sentence_ids: np.ndarray) -> tuple[np.ndarray, ...]:
        return (counts,)


class FakeContextual(FakeStatic):
    """Layer 0 as FakeStatic; layer 1 adds the mean of the sentence's known words."""

    card: ClassVar[ModelCard] = ModelCard(
        name="fake-contextual",
        title="Fake contextual",
        family="contextual",
        about="Counts letters, then looks at the sentence.",
        layer_names=("0 · letters", "1 · top"),
        d_model=3,
        source="tests/conftest.py",
        licence="MIT",
    )

    def layers(self, counts: np.ndarray, sentence_ids: np.ndarray) -> tuple[np.ndarray, ...]:
        means = {s: counts[sentence_ids == s].mean(axis=0) for s in set(sentence_ids.tolist())}
        return counts, counts + np.array([means[s] for s in sentence_ids.tolist()], np.float32)


@pytest.fixture
def write_records(tmp_path, monkeypatch):
    """Write records of a module into a file of their own, where the module then looks for them."""
    from engine.cli.record import rounded, write

    def into(module, *kept) -> None:
        path = tmp_path / module.PATH.name
        monkeypatch.setattr(module, "PATH", path)
        for record in kept:
            write(path, rounded(asdict(record)), module.KEY)

    return into


@pytest.fixture
def fake_static() -> FakeStatic:
    return FakeStatic()


@pytest.fixture
def fake_contextual() -> FakeContextual:
    return FakeContextual()
