"""One run of the study: train a net of some depth, and measure it beside what it was at first."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import torch

from engine.corpora.senses import polysemous_words, sentences_of
from engine.geometry.senses import sense_separation
from engine.nets.device import pick_device
from engine.nets.elmo import Elmo
from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.nets.elmo_reader import ElmoReader
from engine.text import word_key
from engine.training.depth.config import DepthStudy
from engine.training.depth.results import DepthRun
from engine.training.events import Event, Step, Validated
from engine.training.loop import iterate
from engine.training.recipes.elmo import ElmoObjective
from engine.training.written_batches import perplexities
from engine.training.written_text import WrittenText


@dataclass(frozen=True)
class Texts:
    """What the nets read; what they foretell is the vocabulary of `train`."""

    train: WrittenText
    valid: WrittenText
    test: WrittenText


def run(
    config: DepthStudy, texts: Texts, *, n_layers: int, seed: int
) -> Iterator[Event | DepthRun]:
    """Train and measure; the last thing that comes is the run itself."""
    training, device = config.training(n_layers, seed), pick_device(config.device)
    torch.manual_seed(seed)
    objective = ElmoObjective(training, texts.train, texts.valid, device)
    net = cast(ElmoLanguageModel, objective.net)
    words, untrained = sense_auc(net.elmo, device)
    n_tokens, curve, start = 0, [], time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for event in iterate(objective, training, Path(folder)):
            match event:
                case Step():
                    n_tokens += event.n_tokens // 2  # counted once for each direction
                case Validated():
                    curve.append({"step": event.step, **_rounded(event.figures)})
            yield event
    seconds = time.process_time() - start
    yield DepthRun(
        n_layers=n_layers,
        seed=seed,
        n_parameters=sum(weight.numel() for weight in net.parameters()),
        validation=_rounded(perplexities(net, texts.valid)),
        test=_rounded(perplexities(net, texts.test)),
        curve=curve,
        words=words,
        auc=sense_auc(net.elmo, device)[1].round(4).tolist(),
        untrained_auc=untrained.round(4).tolist(),
        n_tokens=n_tokens,
        seconds=round(seconds, 1),
        settings=config.settings(),
        device=device.type,
        date=datetime.now(UTC).date().isoformat(),
    )


def sense_auc(net: Elmo, device: torch.device) -> tuple[tuple[str, ...], np.ndarray]:
    """How often two occurrences of one sense are closer than two of different senses.

    Every sentence is read from a state of zeros, as the app reads it; no word is unknown to a net
    that reads characters.

    Returns:
        The words of the sense corpus, and their AUC at every layer, (n_words, n_layers + 1).
    """
    was_training = net.training
    reader = ElmoReader(net, device)  # switches dropout off
    found = [_auc_of(word, reader) for word in polysemous_words()]
    net.train(was_training)
    return polysemous_words(), np.array(found)


def _auc_of(word: str, reader: ElmoReader) -> list[float]:
    labelled = sentences_of(word)
    words = [[w.text for w in sentence.words] for _, sentence in labelled]
    layers = reader.read(words)
    owners = [number for number, sentence in enumerate(words) for _ in sentence]
    keys = [word_key(w) for sentence in words for w in sentence]
    rows = [row for row, key in enumerate(keys) if key == word]
    sentence_ids = np.array(owners)[rows]
    senses = np.array([sense for sense, _ in labelled])[sentence_ids]
    return [sense_separation(layer[rows], senses, sentence_ids).auc for layer in layers]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}
