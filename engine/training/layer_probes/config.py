"""The settings of the layer probes, the same for every model and layer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

RUN_FREE = ("models", "device")  # what differs from line to line


@dataclass(frozen=True)
class LayerProbes:
    """Whose layers are read, and from what."""

    models: tuple[str, ...] = ("awd-lstm", "awd-lstm-untrained")
    seeds: tuple[int, ...] = tuple(range(10))  # of the draw of sentences
    general: str = "wikipedia-excerpt"  # text that words are read from
    reviews: str = "movie-snippets"  # texts whose label is read
    n_classes: int = 20  # words that are told apart
    n_sentences: int = 2_500  # of the general text, at most, in one draw
    longest: int = 60  # words of a sentence that is drawn
    n_words: int = 2_000  # occurrences, in one draw, all parts together
    n_reviews: int = 2_000  # in one draw, all parts together
    shares: tuple[float, float] = (0.6, 0.2)  # of the sentences, to train and to validate on
    device: str = "cpu"

    def settings(self) -> dict[str, Any]:
        """What all lines share; results of other settings must not be mixed with these."""
        return {name: value for name, value in asdict(self).items() if name not in RUN_FREE}
