"""The few lines of Python that make a figure again."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def code_behind(name: str, state: Any) -> str:
    """Lines that give what a page shows: figure, table and caption.

    >>> from engine.views.cone import ConeState
    >>> print(code_behind("cone", ConeState(models=("elmo",))))
    from engine.views import VIEWS
    <BLANKLINE>
    view = VIEWS["cone"]()
    shown = view.show(view.State(models=('elmo',)))
    shown.figure.show()  # beside it: shown.table, shown.caption, shown.notice
    """
    chosen = {field.name: getattr(state, field.name) for field in fields(state)}
    changed = [
        f"{field.name}={chosen[field.name]!r}"
        for field in fields(state)
        if chosen[field.name] != field.default
    ]
    return "\n".join(
        [
            "from engine.views import VIEWS",
            "",
            f'view = VIEWS["{name}"]()',
            f"shown = view.show(view.State({', '.join(changed)}))",
            "shown.figure.show()  # beside it: shown.table, shown.caption, shown.notice",
        ]
    )
