"""Where a view's vectors come from: a bundled corpus, a vocabulary, or the user's own text;
encoded once, then kept.

What is kept is found by its content (model and a hash of the text), lives in memory only, and is
bounded: the least recently used goes first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from engine.corpora import CORPORA, Corpus
from engine.encoder import Encoder, Progress, StaticEncoder, is_static, load_encoder, title_of
from engine.errors import EngineError, TextError
from engine.geometry.frame import Frame
from engine.measuring.special_tokens import encoder_for
from engine.text import Sentence, read_sentences
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views.kept import Kept

FREQUENT = "frequent"
TEXT = "text"
N_FREQUENT = 10_000
MAX_WORDS = 20_000
SMALL_WORDS = 300
KEPT_BYTES = 1_200 * 2**20


@dataclass(frozen=True)
class Source:
    """A bundled corpus by its name, the frequent words of a static model, or a text."""

    name: str = "senses"
    text: str = ""  # of a text; of the frequent words their number, N_FREQUENT unless said

    @property
    def title(self) -> str:
        """For captions."""
        if self.name == TEXT:
            return "own text"
        if self.name == FREQUENT:
            return f"{self.n_frequent:,} most frequent words"
        return CORPORA[self.name]().title.lower()

    @property
    def n_frequent(self) -> int:
        """How many frequent words are taken."""
        return int(self.text) if self.text.isdecimal() else N_FREQUENT

    @property
    def fingerprint(self) -> str:
        """Hash of the sentences, which names what was encoded."""
        if self.name == FREQUENT and self.n_frequent != N_FREQUENT:
            return f"{FREQUENT}-{self.n_frequent}"
        lines = "\n".join(sentence.text for sentence in self.corpus().sentences)
        return hashlib.sha256(lines.encode()).hexdigest()

    def corpus(self) -> Corpus:
        """The sentences, with their senses where these are known.

        Raises:
            TextError: own text that is empty, binary or too long.
            UnknownName: no such corpus.
        """
        if self.name == FREQUENT:
            return Corpus(FREQUENT, self.title, (), (), ())
        if self.name != TEXT:
            return CORPORA[self.name]()
        return _own_corpus(self.text)


def _own_corpus(text: str) -> Corpus:
    sentences = tuple(read_sentences(text))
    n_words = sum(len(sentence.words) for sentence in sentences)
    if n_words > MAX_WORDS:
        raise TextError(
            f"The text has {n_words:,} words; this page takes up to {MAX_WORDS:,}. Take a part "
            "of it, or use `python -m engine measure`, which has no limit."
        )
    nothing = (None,) * len(sentences)
    return Corpus(TEXT, "Own text", sentences, nothing, nothing)


_encoders = Kept(max_bytes=8)
_vectors = Kept(KEPT_BYTES)


def _device() -> str:
    return os.environ.get("CONESCOPE_DEVICE", "auto")


def encoder(model: str) -> Encoder:
    """The encoder of a model, loaded once; a few are kept. CONESCOPE_DEVICE chooses the device,
    `auto` by default.
    """
    device = _device()
    return _encoders.get((model, device), lambda: load_encoder(model, device), lambda _: 1)


def vectors_of(
    source: Source,
    model: str,
    state: str = RAW,
    *,
    progress: Progress | None = None,
    special_tokens: bool = False,
) -> LayeredVectors:
    """The vectors of a source under a model, in a state; encoded on first use.

    Args:
        special_tokens: those that the net reads around a sentence are words too.
    """
    key: tuple[str, ...] = (source.name, source.fingerprint, model)
    if special_tokens:
        key = (*key, "special tokens")
    raw = _vectors.get(key, lambda: _encode(source, model, progress, special_tokens), _n_bytes)
    if state == RAW:
        return raw
    return _vectors.get((*key, state), lambda: raw.view(state), _n_bytes)


def list_unknown(title: str, words: Sequence[str], most: int = 12) -> list[str]:
    """A sentence that lists the words a model does not know; none if it knows them all."""
    if not words:
        return []
    listed = ", ".join(words[:most]) + (", …" if len(words) > most else "")
    return [f"{title} does not know {len(words):,} of these words: {listed}"]


def is_ready(source: Source, model: str) -> bool:
    """True if the raw vectors are in memory, so that nothing needs to be encoded."""
    return _vectors.has((source.name, source.fingerprint, model))


def is_loaded(model: str) -> bool:
    """True if the model's weights are in memory."""
    return _encoders.has((model, _device()))


def device_in_use() -> str:
    """The device of the loaded models, or the one that was asked for while none is loaded."""
    loaded = {found.device for found in _encoders.values() if not is_static(found.card.name)}
    return ", ".join(sorted(loaded)) or _device()


def is_small(source: Source, model: str) -> bool:
    """True if encoding takes no longer than a click: a short text, and a model that is loaded or
    has nothing to load.
    """
    if source.name == FREQUENT or is_static(model):
        return True
    n_words = sum(len(sentence.words) for sentence in source.corpus().sentences)
    return n_words <= SMALL_WORDS and is_loaded(model)


def _encode(
    source: Source, model: str, progress: Progress | None, special_tokens: bool
) -> LayeredVectors:
    chosen = encoder_for(encoder(model), Frame(special_tokens=special_tokens))
    if source.name != FREQUENT:
        return chosen.encode(source.corpus().sentences, progress=progress)
    if not isinstance(chosen, StaticEncoder):
        raise EngineError(
            f"{title_of(model)} has no vector for a word without a sentence. Choose a static "
            "model, or a corpus of sentences."
        )
    return chosen.words(source.n_frequent)


def _n_bytes(vectors: LayeredVectors) -> int:
    return sum(layer.nbytes for layer in vectors.layers)


@cache
def sentences_with(word: str, corpus: str = "senses") -> tuple[Sentence, ...]:
    """The sentences of a bundled corpus that were written for a word."""
    bundled = CORPORA[corpus]()
    pairs = zip(bundled.target_words, bundled.sentences, strict=True)
    return tuple(sentence for target, sentence in pairs if target == word)
