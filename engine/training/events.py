"""What a training says of itself. The same stream feeds the command line, a page and a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Started:
    """The net is built and the data is there."""

    n_parameters: int
    first_step: int  # 0, or where a resumed run goes on
    n_steps: int
    device: str


@dataclass(frozen=True)
class Step:
    """One batch has changed the weights."""

    step: int  # batches so far, this one included
    loss: float  # of this batch before the change: nats per token, and what regularisation adds
    rate: float  # learning rate of this step
    n_tokens: int  # of this batch
    gradient_norm: float  # before clipping


@dataclass(frozen=True)
class Validated:
    """The net was measured on the validation text."""

    step: int
    figures: dict[str, float]  # such as {"perplexity": 91.2}
    stage: str = ""  # where the training has stages


@dataclass(frozen=True)
class CheckpointWritten:
    """From here the run can be taken up again, exactly."""

    step: int
    path: Path
    weights: str = ""  # hash of the net's weights, where the training works it out


@dataclass(frozen=True)
class StageBegan:
    """A stage of a training in several stages: its net is built and its data is there."""

    step: int  # batches so far, over all stages
    stage: str  # "pretrain", "adapt", "classify"
    groups: tuple[str, ...]  # the net's layer groups, bottom to top
    n_batches: int  # of the whole stage
    n_epochs: int
    weights: str  # hash of the weights that the stage starts from


@dataclass(frozen=True)
class Batch:
    """One batch of a stage has changed the weights; every mapping is by layer group."""

    step: int  # batches so far, over all stages, this one included
    stage: str
    epoch: int  # from 0, within the stage
    loss: float  # nats, of a token or of a text, before the change
    n_tokens: int
    rates: dict[str, float]  # learning rates; 0 where frozen
    frozen: tuple[str, ...]  # groups that this batch could not change
    gradient_norms: dict[str, float]  # before clipping; 0 where frozen
    weight_changes: dict[str, float]  # norm of what was added to the weights


@dataclass(frozen=True)
class Unfrozen:
    """From the next batch on, these groups can change."""

    step: int
    stage: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class EpochEnded:
    """All texts of the stage were seen once more."""

    step: int
    stage: str
    epoch: int  # from 0


@dataclass(frozen=True)
class SampleText:
    """What the language model writes now."""

    step: int
    stage: str
    prompt: str
    text: str  # what it wrote, without the prompt


@dataclass(frozen=True)
class WordPlaces:
    """Where words stand now, on a unit sphere whose pole is their mean direction."""

    step: int
    words: tuple[str, ...]
    places: tuple[float, ...]  # x, y, z of the first word, then of the second, and so on


@dataclass(frozen=True)
class StageEnded:
    """All epochs of a stage are done."""

    step: int
    stage: str
    weights: str  # hash of the weights that the stage ends with


@dataclass(frozen=True)
class PieceMeasured:
    """One piece of a text was encoded and measured: the batch of a run that trains nothing."""

    step: int  # pieces so far, this one included
    n_sentences: int  # so far
    n_words: int  # so far, in the frame
    n_bytes: int  # of the text, so far
    of_bytes: int  # that the text has


@dataclass(frozen=True)
class CosinesMeasured:
    """The mean cosine of every layer so far."""

    step: int
    n_words: int
    layers: tuple[str, ...]
    mean: tuple[float, ...]  # of random pairs, one a layer
    low: tuple[float, ...]  # of its 95 % interval
    high: tuple[float, ...]


@dataclass(frozen=True)
class TextMeasured:
    """A text is measured to its end."""

    step: int
    report: dict[str, Any]  # every measure with its frame, as `measure --json` prints it


@dataclass(frozen=True)
class Finished:
    """All steps are done."""

    step: int
    path: Path | None = None  # of the last checkpoint, where the training itself writes it


Event = (
    Started
    | Step
    | StageBegan
    | Batch
    | Unfrozen
    | EpochEnded
    | SampleText
    | WordPlaces
    | StageEnded
    | Validated
    | CheckpointWritten
    | PieceMeasured
    | CosinesMeasured
    | TextMeasured
    | Finished
)
