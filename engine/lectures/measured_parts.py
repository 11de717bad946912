"""The parts of a lecture that name a view: checked against the registry and the view's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.errors import EngineError
from engine.lectures.blocks import Claim, Figure, Vary
from engine.lectures.fields import Fault, Fields
from engine.lectures.quoted import HIGHEST, LOWEST, VERDICT, Number
from engine.views import VIEWS, state_from_params
from engine.views.claims import Claim as TestedClaim

NUMBER_FIELDS = {"view", "state", "column", "row", HIGHEST, LOWEST, "by", "format"}


def figure(view: str, given: Fields) -> Figure:
    """A live figure: `state` and `vary`.

    Raises:
        Fault: no such view, field or value.
    """
    return _figure(Figure, view, given)


def claim(view: str, given: Fields) -> Figure:
    """A figure with a verdict.

    Raises:
        Fault: as for a figure; or the view tests no claim.
    """
    found = _figure(Claim, view, given)
    if not isinstance(getattr(VIEWS[view], "claim", None), TestedClaim):
        raise Fault(given.line, f"The view {view!r} tests no claim; write `figure`.")
    return found


def _figure(kind: type[Figure], view: str, given: Fields) -> Figure:
    line = given.line_of("state")
    written = given.take("state", dict, {})
    state = state_of(view, written, line)
    vary = []
    for name, values in given.take("vary", dict, {}).items():
        at = given.line_of("vary")
        if name in written:
            raise Fault(at, f"{name!r} is varied, so `state` does not give it; the first is shown.")
        if not isinstance(values, list) or len(values) < 2:
            raise Fault(at, f"{name!r} needs a list of at least two values to vary over.")
        options = tuple(map(as_param, values))
        for option in options:
            state_of(view, {**written, name: option}, at)
        vary.append(Vary(name, options))
    return kind(view, state, tuple(vary), given.line)


def number(name: str, written: Any, line: int) -> Number:
    """A number of the front matter.

    Raises:
        Fault: it is not said, or not rightly, where it stands.
    """
    if not isinstance(written, Mapping):
        raise Fault(line, f"The number {name!r} must be a mapping with `view` and `column`.")
    if unknown := sorted(set(written) - NUMBER_FIELDS):
        raise Fault(line, f"{unknown[0]!r} does not belong to the number {name!r}.")
    for needed in ("view", "column"):
        if not isinstance(written.get(needed), str):
            raise Fault(line, f"The number {name!r} needs a {needed!r}.")
    row, form = written.get("row", {}), written.get("format", "")
    if not isinstance(row, Mapping):
        raise Fault(line, f"The row of {name!r} must be a mapping from column to content.")
    try:
        format(0.5, form)
    except (ValueError, TypeError):
        raise Fault(line, f"{form!r} is no format of a number, as `.2f` is.") from None
    pick, by = _pick(name, written, line), str(written.get("by", ""))
    if written["column"] == VERDICT and (row or pick or by):
        raise Fault(line, f"{name!r} is a verdict, which has no row.")
    state = state_of(written["view"], written.get("state", {}), line)
    where = tuple((str(column), str(content)) for column, content in row.items())
    return Number(name, written["view"], state, written["column"], where, pick, by, form, line)


def _pick(name: str, written: Mapping[str, Any], line: int) -> tuple[str, str] | None:
    found = [(which, str(written[which])) for which in (HIGHEST, LOWEST) if which in written]
    if len(found) > 1:
        raise Fault(line, f"{name!r} cannot be {HIGHEST} and {LOWEST}.")
    if found and "by" in written:
        raise Fault(line, f"{name!r} is a curve (`by`), which takes all rows.")
    return found[0] if found else None


def state_of(view: str, written: Any, line: int) -> Any:
    """The state that fields describe, as a link would.

    Raises:
        Fault: no such view, field, or a value that is not of the field's type.
    """
    try:
        kind = VIEWS[view].State
    except EngineError as error:
        raise Fault(line, str(error)) from None
    if not isinstance(written, Mapping):
        raise Fault(line, "`state` must be a mapping from field to value.")
    known = [field.name for field in fields(kind)]
    for name in written:
        if name not in known:
            raise Fault(line, f"The view {view!r} has no {name!r}. It has: {', '.join(known)}.")
    try:
        return state_from_params(kind, {name: as_param(v) for name, v in written.items()})
    except EngineError:
        raise Fault(line, f"The view {view!r} cannot be in the state {dict(written)}.") from None


def as_param(value: Any) -> str:
    """A value as a link writes it.

    >>> as_param(["minilm", "glove"]), as_param(5), as_param(True)
    ('minilm,glove', '5', 'True')
    """
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
