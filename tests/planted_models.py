"""Models whose geometry is planted: isotropic noise, cones, senses, people's judgements."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.corpora import CORPORA
from engine.encoder import ENCODERS, ModelCard
from engine.text import ListedWords
from engine.vectors import LayeredVectors

D = 32


@dataclass(frozen=True)
class Plant:
    """A layer: every word is word * (its type's direction) + sense * (its sense's) + context * (one
    of its own) + cone * (one for all), each of variance 1 a dimension.
    """

    word: float = 1.0
    sense: float = 0.0
    context: float = 0.0
    cone: float = 0.0
    stretch: float = 1.0  # of the first dimension
    vector: Callable[[str], np.ndarray] | None = None  # of a word type, instead of a random one


NOISE = Plant(word=0.0, context=1.0)


def direction(name: str, d: int = D) -> np.ndarray:
    """The same random direction for the same name."""
    return np.random.default_rng(zlib.crc32(name.encode())).normal(size=d)


def register(monkeypatch, name: str, plants: list[Plant], *, static: bool = False, d: int = D):
    """Make a model of these layers known under a name that no other test uses."""
    names = tuple(f"{i} · planted" for i in range(len(plants)))

    class Planted:
        card = ModelCard(
            name=name, title=name.capitalize(), family="static" if static else "contextual",
            about="Planted.", layer_names=names, d_model=d, source="tests", licence="MIT",
        )  # fmt: skip
        device, dtype = "cpu", "float32"

        def __init__(self, device: str = "auto") -> None: ...

        @classmethod
        def missing(cls) -> None:
            return None

        def encode(self, sentences, *, progress=None) -> LayeredVectors:
            return encoded(name, sentences, plants, d)

        def words(self, n: int) -> LayeredVectors:
            return self.encode([ListedWords([f"w{i}"]) for i in range(n)])

    monkeypatch.setitem(ENCODERS._plugins, name, Planted)
    return name


def encoded(name: str, sentences, plants: list[Plant], d: int) -> LayeredVectors:
    """Every word of every sentence, in each layer."""
    places = [(s, p) for s, one in enumerate(sentences) for p in range(len(one.words))]
    keys = [sentences[s].words[p].key for s, p in places]
    types, type_ids = np.unique(keys, return_inverse=True)
    rng = np.random.default_rng(0)
    senses = sense_directions(sentences, d)
    own = [senses.get((sentences[s].text, key)) for (s, _), key in zip(places, keys, strict=True)]
    of_sense = np.array([np.zeros(d) if one is None else one for one in own])
    axis = np.ones(d)
    layers = []
    for plant in plants:
        vector = plant.vector or (lambda key: direction(key, d))
        x = plant.word * np.array([vector(key) for key in types])[type_ids]
        x = x + plant.sense * of_sense + plant.cone * axis
        x += plant.context * rng.normal(size=x.shape)
        x[:, 0] *= plant.stretch
        layers.append(x.astype(np.float32))
    sentence_ids, positions = np.array(places, np.int64).reshape(-1, 2).T.copy()
    return LayeredVectors(
        model=name, sentences=tuple(sentences), sentence_ids=sentence_ids, positions=positions,
        layers=tuple(layers), layer_names=tuple(f"{i} · planted" for i in range(len(plants))),
    )  # fmt: skip


def sense_directions(sentences, d: int) -> dict[tuple[str, str], np.ndarray]:
    """(sentence, word) -> the direction of the sense that the word has there."""
    corpus = CORPORA["senses"]()
    labelled = zip(corpus.sentences, corpus.target_words, corpus.senses, strict=True)
    asked = {sentence.text for sentence in sentences}
    return {
        (sentence.text, word): direction(f"{word}: {sense}", d)
        for sentence, word, sense in labelled
        if word and sentence.text in asked
    }
