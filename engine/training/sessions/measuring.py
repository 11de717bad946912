"""A text measured as a run: it can be paused, survives its worker, and waits in the queue.

It trains nothing. A batch is a piece of the text, a checkpoint the sums up to there, which merge
with those of other parts as any saved measures do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.corpora.large_texts import FETCHED, KINDS, find_text
from engine.encoder import ENCODERS, is_registered, load_encoder
from engine.errors import CorruptFile, EngineError, UnknownName
from engine.geometry.frame import Frame
from engine.measuring.job import Job
from engine.measuring.kept import about_job, restore_job, save_job
from engine.measuring.measured import Asked
from engine.measuring.report_json import without_nan
from engine.measuring.text_file import TextFile
from engine.training.events import CosinesMeasured, Event, Finished, PieceMeasured, TextMeasured
from engine.training.session import SESSIONS
from engine.training.ulmfit.settings import Settings, choice, from_settings, number, switch
from engine.training.ulmfit.settings import text as named

UNITS = ("occurrences", "one per sentence")
TYPE_CAP = 20_000  # a checkpoint holds every type at every layer
FIRST, GROWTH = 16, 1.05  # the first so many pieces tell the cosines, then each twentieth more


@dataclass(frozen=True)
class Measuring(Settings):
    """Which text is measured, and how."""

    kind: str = choice(FETCHED, KINDS, "where the text is")
    text: str = named("wikipedia-excerpt", "its name there")
    model: str = named("minilm", "a model of engine/encoders")
    unit: str = choice("occurrences", UNITS, "which words count")
    punctuation: bool = switch(False, "let punctuation count as words")
    min_frequency: int = number(1, 1, about="only words this often in the text")
    split: bool = switch(True, "cut lines into sentences by rules too")
    seed: int = number(0, 0, about="of every random choice")

    @property
    def frame(self) -> Frame:
        """The sampling frame."""
        return Frame(self.unit, self.punctuation, self.min_frequency, seed=self.seed)


@SESSIONS.add("measuring")
class MeasuringSession:
    """Measures a text piece by piece, and tells its mean cosines as their intervals shrink."""

    def __init__(self, settings: Mapping[str, Any], *, device: str) -> None:
        """settings: fields of `Measuring`; what is left out has its default."""
        self.config = from_settings(Measuring, settings)
        if not is_registered(self.config.model):
            raise UnknownName(f"Unknown model {self.config.model!r}. Known: {_known()}.")
        path = find_text(self.config.kind, self.config.text)
        # A fetched text is written a sentence a line: there is nothing left to cut.
        split = self.config.split and self.config.kind != FETCHED
        source = TextFile(path, "The text", split=split)
        encoder = load_encoder(self.config.model, device)
        self._job = Job(source, encoder, Asked(self.config.frame, type_cap=TYPE_CAP))
        self.step = 0
        self.finished = False

    @cached_property
    def facts(self) -> dict[str, str]:
        """What is measured, for the run's label."""
        return {"text": self._job.text.fingerprint, "model": self._job.encoder.card.title}

    def advance(self) -> Iterator[Event]:
        """Measure one piece; the last one brings the report.

        Raises:
            EngineError: everything is measured, or the text holds nothing to measure.
        """
        if self.finished:
            raise EngineError("This text is measured to its end.")
        job = self._job
        job.advance()
        self.step += 1
        n_words, n_sentences = job.measured.stream.n_words, job.measured.tally.n_sentences
        yield PieceMeasured(self.step, n_sentences, n_words, min(job.place.byte, job.end), job.end)
        if job.finished or tells_cosines(self.step):
            yield from self._cosines(n_words)
        if job.finished:
            yield TextMeasured(self.step, without_nan(job.report()))
            self.finished = True
            yield Finished(self.step)

    def _cosines(self, n_words: int) -> Iterator[Event]:
        stream = self._job.measured.stream
        found = [(mean, *interval) for mean, interval in stream.mean_cosines()]
        if found and all(math.isfinite(value) for layer in found for value in layer):
            mean, low, high = (tuple(column) for column in zip(*found, strict=True))
            yield CosinesMeasured(self.step, n_words, stream.layer_names, mean, low, high)

    def save(self, path: Path) -> str:
        """Write the sums; gives the hash of the model's weights."""
        save_job(self._job, path, step=self.step)
        return self._job.encoder.card.sha256

    def restore(self, path: Path) -> None:
        """Be again what was saved.

        Raises:
            CorruptFile: it cannot be read, or belongs to another text, model or frame.
        """
        about = about_job(path)
        try:
            restore_job(self._job, path)
        except CorruptFile:
            raise
        except EngineError as error:
            raise CorruptFile(str(error)) from error
        self.step = about["step"]
        self.finished = self._job.finished


def tells_cosines(step: int) -> bool:
    """After which pieces the cosines are told: often at first, then as their intervals shrink.

    >>> [step for step in range(1, 101) if tells_cosines(step)][-4:]
    [85, 90, 94, 99]
    """
    if step <= FIRST:
        return True
    return int(math.log(step, GROWTH)) > int(math.log(step - 1, GROWTH))


def _known() -> str:
    return ", ".join(name for name in ENCODERS if is_registered(name))
