"""What the views of the lecture's claims share: their state, and how a claim is tested once.

A test may take seconds, and each is asked for twice: by the page that shows it, and by the overview
of all claims. So its outcome is kept, a refusal too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from engine.encoder import ENCODERS, Progress, is_static, registered
from engine.errors import Cancelled, EngineError
from engine.geometry.frame import Frame
from engine.vectors.states import RAW
from engine.views import Needs, Shown, Work
from engine.views.build import default_frame
from engine.views.claims import Claim
from engine.views.kept import Kept
from engine.views.sources import Source

LECTURE = "the lecture"
NEGLIGIBLE = 0.05  # a mean cosine within ± this is none for practical purposes: 87 to 93 degrees
OVERALL = ""  # in the place of a model: what is measured over all of them
KEPT_TESTS = 64

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
