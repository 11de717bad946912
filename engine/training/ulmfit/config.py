"""Everything that a run of ULMFiT can be told: its data, its sizes, and each trick of the paper as
a switch, so that each of its ablations can be run again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import EngineError
from engine.nets.both_directions import DIRECTIONS
from engine.training.ulmfit.groups import CHAIN_THAW, UNFREEZING
from engine.training.ulmfit.settings import Settings, choice, number, switch, text

STAGES = PRETRAIN, ADAPT, CLASSIFY = ("pretrain", "adapt", "classify")
SHIPPED, SHIPPED_ON, SCRATCH, NONE = (
    "shipped", "shipped, trained on", "scratch, trained", "none"
)  # fmt: skip
STARTS = (SHIPPED, SHIPPED_ON, SCRATCH, NONE)
MIXED, BY_LENGTH = ORDERS = ("mixed", "by length")
TRIANGLE, TRIANGLES, COSINE, FLAT = "slanted triangle", "slanted triangles", "cosine", "flat"
SCHEDULES = (TRIANGLE, TRIANGLES, COSINE, FLAT)


@dataclass(frozen=True)
class Stage(Settings):
    """What all stages share."""

    epochs: int = number(1, 1, 1000, "times that all texts are read")
    rate: float = number(1e-3, 1e-7, 1.0, "learning rate of the top group, at its highest")
    schedule: str = choice(
        TRIANGLE, SCHEDULES, "of the rate: one triangle over the stage, one for each step of the "
        "unfreezing, half a cosine, or flat",
    )  # fmt: skip
    discriminative: bool = switch(True, "each group learns 2.6 times as slowly as the one above")
    unfreezing: str = choice("all", UNFREEZING, "which groups learn, epoch after epoch")
    dropout: float = number(1.0, 0.0, 1.9, "factor on all of the paper's dropouts")
    clip_norm: float = number(0.25, 1e-3, 1e6, "of the gradient, for each direction")


@dataclass(frozen=True)
class LanguageStage(Stage):
    """A stage that learns to foretell words."""

    text: str = text("wikipedia-excerpt", "the text that is read")
    n_texts: int = number(0, 0, about="texts that are read, 0 = all")
    n_streams: int = number(32, 1, 1024, "streams of text that are read side by side")
    window: int = number(70, 10, 1000, "mean number of tokens the gradient flows through")
    n_sampled: int = number(2048, 0, 100_000, "words drawn for each softmax, 0 = all words")
    valid_tokens: int = number(10_000, 100, about="of the validation text, each time")
    validate_every: int = number(0, 0, about="batches, 0 = at the end of each epoch")


@dataclass(frozen=True)
class Pretrain(LanguageStage):
    """Stage 1: a language model of general text. One rate for all groups, as in the paper."""

    start: str = choice(SHIPPED, STARTS, "where stage 1 gets its weights from")
    discriminative: bool = switch(False, "each group learns 2.6 times as slowly as the one above")
    rate: float = number(3e-3, 1e-7, 1.0, "learning rate at its highest")
    dropout: float = number(0.3, 0.0, 1.9, "factor on all of the paper's dropouts")


@dataclass(frozen=True)
class Adapt(LanguageStage):
    """Stage 2: the language model learns the words and the style of the target text."""

    on: bool = switch(True, "off = the classifier starts from stage 1's language model")
    text: str = text("movie-snippets", "the text that is read")
    rate: float = number(4e-3, 1e-7, 1.0, "learning rate of the top group, at its highest")
    dropout: float = number(0.5, 0.0, 1.9, "factor on all of the paper's dropouts")


@dataclass(frozen=True)
class Classify(Stage):
    """Stage 3: the language model becomes a classifier."""

    text: str = text("movie-snippets", "the labelled texts")
    n_labels: int = number(200, 4, about="labelled texts that are learnt from")
    epochs: int = number(10, 1, 1000, "times that all texts are read")
    rate: float = number(1e-2, 1e-7, 1.0, "learning rate of the head, at its highest")
    unfreezing: str = choice("gradual", UNFREEZING, "which groups learn, epoch after epoch")
    batch_size: int = number(32, 2, 1024, "texts")
    order: str = choice(
        MIXED, ORDERS, "of the texts: long and short ones in each batch, or like ones together, "
        "which is faster, but then each batch is normalised by what is typical of its length",
    )  # fmt: skip
    window: int = number(70, 1, 1000, "tokens that are read at a time")
    n_windows: int = number(20, 1, 1000, "last windows that are pooled, and that learn")
    d_hidden: int = number(50, 1, 10_000, "units between the two blocks of the head")
    n_valid: int = number(500, 2, about="texts that validation measures on")
    validate_epochs: int = number(1, 1, 1000, "epochs between validations; the last always has one")
    n_test: int = number(0, 0, about="texts of the test split, measured once, at the very end")
    keep_best: bool = switch(False, "end with the weights of the epoch that validation liked best")


@dataclass(frozen=True)
class Net(Settings):
    """Sizes of a language model that starts from scratch; a shipped one brings its own."""

    shipped: str = text("awd-lstm", "the shipped language model")
    d_embedding: int = number(200, 1, 4096, "width of a word vector")
    d_hidden: int = number(400, 1, 4096, "width of all LSTM layers but the last")
    n_layers: int = number(3, 1, 8, "LSTM layers")


@dataclass(frozen=True)
class Words(Settings):
    """The vocabulary, always of training text only."""

    size: int = number(16_000, 10, 1_000_000, "words at most")
    least: int = number(2, 1, about="times that a word of the target text must occur")


@dataclass(frozen=True)
class Sample(Settings):
    """What the language model is asked to write on."""

    prompt: str = text("This film", "how the text begins")
    n_words: int = number(20, 0, 500, "words that are written; 0 = none")
    every: int = number(0, 0, about="batches, beside the borders of stages; 0 = only there")
    temperature: float = number(0.8, 0.0, 10.0, "0 = always the likeliest word")


@dataclass(frozen=True)
class Ulmfit(Settings):
    """A whole run."""

    seed: int = number(0, 0, 2**63 - 1, "of every random choice")
    direction: str = choice("forward", (*DIRECTIONS, "both"), "in which the text is read")
    net: Net = field(default_factory=Net)
    words: Words = field(default_factory=Words)
    pretrain: Pretrain = field(default_factory=Pretrain)
    adapt: Adapt = field(default_factory=Adapt)
    classify: Classify = field(default_factory=Classify)
    sample: Sample = field(default_factory=Sample)
    watch: str = text("", "another text whose perplexity is measured, to see what is forgotten")

    def directions(self) -> tuple[str, ...]:
        """The directions that are read in."""
        return DIRECTIONS if self.direction == "both" else (self.direction,)

    def stages(self) -> tuple[str, ...]:
        """The stages that have a language model or a classifier to show, in order."""
        first = () if self.pretrain.start == NONE else (PRETRAIN,)
        return (*first, *((ADAPT,) if self.adapt.on else ()), CLASSIFY)


def check(config: Ulmfit) -> None:
    """Refuse settings that do not go together.

    Raises:
        EngineError: they do not.
    """
    n_layers = config.net.n_layers
    for name, n_groups in (
        (PRETRAIN, n_layers + 1),
        (ADAPT, n_layers + 1),
        (CLASSIFY, n_layers + 2),
    ):
        stage: Stage = getattr(config, name)
        if stage.unfreezing == CHAIN_THAW and stage.epochs <= n_groups:
            raise EngineError(
                f"{CHAIN_THAW} needs an epoch for each of the {n_groups} groups and one for all: "
                f"{name}.epochs must be at least {n_groups + 1}; got {stage.epochs}."
            )
