"""What the views of the lecture's claims share: their state, and how a claim is tested once.

A test may take seconds, and each is asked for twice: by the page that shows it, and by the overview
of all claims. So its outcome is kept, a refusal too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, TypeVar

from engine.encoder import ENCODERS, Progress, is_registered, is_static, registered
from engine.errors import Cancelled, EngineError
from engine.figures.curves import Curve
from engine.geometry.frame import Frame
from engine.vectors.states import RAW
from engine.views import Needs, Shown, Work
from engine.views.build import default_frame
from engine.views.claims import ByModel, Claim, Effect, Verdict, everywhere
from engine.views.kept import Kept
from engine.views.measured import Measured, is_measured, measured
from engine.views.sources import Source, encoder

LECTURE = "the lecture"
NEGLIGIBLE = 0.05  # a mean cosine within ± this is none for practical purposes: 87 to 93 degrees
OVERALL = ""  # in the place of a model: what is measured over all of them
KEPT_TESTS = 64

Answer = TypeVar("Answer")

_tests = Kept(KEPT_TESTS)


@dataclass(frozen=True)
class ClaimState:
    """On which text, models and state of the vectors a claim is tested."""

    source: str = "senses"
    text: str = ""
    models: tuple[str, ...] = ()  # none named: every model that is here
    state: str = RAW

    @property
    def text_source(self) -> Source:
        """The text."""
        return Source(self.source, self.text)

    @property
    def frame(self) -> Frame:
        """The sampling frame of the text: every occurrence, without punctuation."""
        return default_frame(self.source)

    @property
    def named(self) -> tuple[str, ...]:
        """The models, each by its name; static ones first."""
        here = (card.name for card in registered() if ENCODERS[card.name].missing() is None)
        return self.models or tuple(here)

    @property
    def contextual(self) -> tuple[str, ...]:
        """The models that give a word one vector an occurrence.

        Raises:
            EngineError: none of them does.
        """
        return self._some(tuple(model for model in self.named if not is_static(model)))

    @property
    def static(self) -> tuple[str, ...]:
        """The models that give a word one vector.

        Raises:
            EngineError: none of them does.
        """
        return self._some(tuple(model for model in self.named if is_static(model)))

    def _some(self, models: tuple[str, ...]) -> tuple[str, ...]:
        if not models:
            raise EngineError("None of the chosen models is of the kind that this claim is about.")
        return models


class ClaimView(ABC):
    """A view that tests one claim."""

    title: ClassVar[str]
    claim: ClassVar[Claim]
    measure: ClassVar[str]  # what each model's first effect is
    State: ClassVar[type] = ClaimState

    def needs(self, state: ClaimState) -> Needs:
        """Nothing: a model that knows no word of a text is left out, which encoding would stop
        at; `work` encodes.
        """
        return []

    def work(self, state: ClaimState) -> Work | None:
        """Testing the claim, where that takes longer than a click."""
        if self.is_known(state):
            return None
        return Work(f"Testing: {self.claim.name}", partial(self._tested, state))

    def is_known(self, state: ClaimState) -> bool:
        """True if `show` answers at once."""
        return _tests.has(self._key(state)) or self.is_recorded(state)

    def is_recorded(self, state: ClaimState) -> bool:
        """True if nothing but measures that are known is needed."""
        return False

    def show(self, state: ClaimState) -> Shown:
        """The outcome.

        Raises:
            EngineError: the claim cannot be tested on this text, or with these models.
        """
        found = self._tested(state)
        if isinstance(found, EngineError):
            raise found
        return found

    @abstractmethod
    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """Test the claim; progress is called with (models done, of how many)."""

    def _tested(
        self, state: ClaimState, progress: Progress = lambda done, total: None
    ) -> Shown | EngineError:
        found: Shown | EngineError = _tests.get(
            self._key(state), lambda: self._outcome(state, progress), lambda _: 1
        )
        return found

    def _outcome(self, state: ClaimState, progress: Progress) -> Shown | EngineError:
        try:
            return self.test(state, progress)
        except Cancelled:
            raise
        except EngineError as error:
            return error

    def _key(self, state: ClaimState) -> tuple[Any, ...]:
        return type(self), replace(state, models=state.named)


def of_each(
    models: Sequence[str], ask: Callable[[str], Answer], progress: Progress
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """model -> its answer, and what each model says that has none.

    Raises:
        EngineError: none of them has an answer.
    """
    answers: dict[str, Answer] = {}
    refused: list[EngineError] = []
    for number, model in enumerate(models):
        progress(number, len(models))
        try:
            answers[model] = ask(model)
        except Cancelled:
            raise
        except EngineError as error:
            refused.append(error)
    if not answers:
        raise refused[0]
    return answers, tuple(dict.fromkeys(map(str, refused)))


def measures(
    state: ClaimState, models: Sequence[str], progress: Progress
) -> tuple[list[Measured], tuple[str, ...]]:
    """The measures of each model on the text, and why some have none.

    Raises:
        EngineError: no model finds two words of different sentences to compare.
    """
    found, notes = of_each(models, partial(_measured, state), progress)
    return list(found.values()), notes


def are_measured(state: ClaimState, models: Sequence[str]) -> bool:
    """True if `measures` answers at once."""
    return all(is_measured(state.text_source, model, state.state, state.frame) for model in models)


def widths_of(model: str) -> tuple[int, ...]:
    """The width of each of a model's layers."""
    card = ENCODERS[model].card if is_registered(model) else encoder(model).card
    return card.widths or (card.d_model,) * len(card.layer_names)


def curve_of(effects: Sequence[Effect]) -> Curve:
    """A quantity of every layer, as figures take it."""
    low, high = ([getattr(effect, end) for effect in effects] for end in ("low", "high"))
    return Curve([effect.value for effect in effects], low, high)


def short(layer_name: str) -> str:
    """A layer's number.

    >>> short("2 · biLSTM 2")
    '2'
    """
    return layer_name.partition(" ")[0]


def verdict_of(
    claim: Claim, found: Sequence[ByModel], because: str, *, frame: str, on: str = "the model"
) -> Verdict:
    """One verdict from those on several models."""
    word = everywhere({one.model: one.word for one in found}, on)
    effects = tuple(effect for one in found for effect in one.effects)
    return Verdict(claim, word, because, frame, effects, tuple(found))


def _measured(state: ClaimState, model: str) -> Measured:
    found = measured(state.text_source, model, state.state, state.frame)
    if any(layer.mean_cosine != layer.mean_cosine for layer in found.layers):
        raise EngineError(
            f"{found.title} finds too few words here to compare: n = {found.layers[0].n:,}. "
            "Choose a longer text."
        )
    return found
