"""A view is a name and a frozen state; from them follow vectors, numbers, figure, table and
caption.

Pages, lectures, links and exports all name a view and a state. This is the only place where
encoder, geometry and figure meet. Adding a file here adds a view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints, runtime_checkable

import pandas as pd

from engine.encoder import Progress
from engine.errors import EngineError
from engine.registry import Registry
from engine.views.claims import Verdict


@dataclass(frozen=True)
class Shown:
    """What a view shows for one state."""

    figure: Any  # a Plotly figure
    table: pd.DataFrame  # the same content as text
    caption: (
        str  # model, layers, state of the vectors, frame, n, seed, and whether live or recorded
    )
    notice: str  # one sentence on what to notice, computed from the numbers
    notes: tuple[str, ...] = ()  # what a reader must know: unknown words, long sentences, ...
    verdict: Verdict | None = None  # where the view tests a claim


Needs = list[tuple[Any, str]]
"""(source, model) pairs whose vectors must be in memory before a view can be shown at once."""


class View(Protocol):
    """A named way of looking at vectors."""

    title: ClassVar[str]
    State: ClassVar[type]

    def needs(self, state: Any) -> Needs:
        """What has to be encoded first, so that a page can show progress meanwhile."""

    def show(self, state: Any) -> Shown:
        """Compute the view for a state. The same state gives the same numbers."""


@dataclass(frozen=True)
class Work:
    """What takes longer than a click, to be done before a view is shown."""

    title: str
    do: Callable[[Progress], object]


@runtime_checkable
class SlowView(View, Protocol):
    """A view that has to compute before it can be shown at once."""

    def work(self, state: Any) -> Work | None:
        """The computation, whose result is kept; None where it is there already, or where `show`
        refuses the state at once.
        """


@runtime_checkable
class GrowingView(SlowView, Protocol):
    """A slow view whose parts can be shown as they come in."""

    def so_far(self, state: Any) -> Any | None:
        """The state of the part that can be shown at once; None while there is none."""


VIEWS: Registry[Any] = Registry("view", package="engine.views")

StateType = TypeVar("StateType")


def state_to_params(state: Any) -> dict[str, str]:
    """The state as link parameters; fields at their default are left out.

    Sequences are joined by commas. The inverse is `state_from_params`.
    """
    params = {}
    for field in fields(state):
        value = getattr(state, field.name)
        if value != field.default:
            params[field.name] = ",".join(value) if isinstance(value, tuple) else str(value)
    return params


def state_from_params(kind: type[StateType], params: Mapping[str, str]) -> StateType:
    """The state that a link names; parameters that are not part of the state are ignored.

    Raises:
        EngineError: a value that is not of its field's type.
    """
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in params:
            values[field.name] = _parsed(field.name, hints[field.name], params[field.name])
    return kind(**values)


def _parsed(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        return text in {"True", "true", "1"}
    if getattr(kind, "__origin__", kind) is tuple:
        return tuple(part for part in text.split(",") if part)
    try:
        return kind(text)
    except ValueError:
        raise EngineError(f"The link says {name}={text!r}, which is not a number.") from None
