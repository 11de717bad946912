"""How a reader answers a prediction: a number, a choice, a curve point by point, or an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.figures.drawn_guess import drawn_guess
from engine.lectures import Prediction
from engine.lectures.answers import off_told
from engine.lectures.blocks import Scale
from engine.lectures.quoted import FALLING, Number
from pages._ui.errors import as_markdown_text
from pages._ui.kept_widgets import keep, kept_or

POINT_WIDTH = 130  # pixels: of one point's slider

Points = Sequence[tuple[str, float]]  # what stands at a point, and what was measured there


def ask(asked: Prediction, told: Mapping[str, str], place: str) -> Any:
    """The controls; what the reader says, None while that is not all of it.

    Args:
        asked: the question: a number, or one of its options.
        told: numbers of the step's text, as Markdown.
        place: unique to the question.
    """
    if asked.scale:
        return st.number_input(
            "Your guess", asked.scale.low, asked.scale.high, None, asked.scale.step,
            key=f"guess {place}", width=260,
            placeholder=f"from {asked.scale.low:g} to {asked.scale.high:g}",
        )  # fmt: skip
    if asked.order:
        return _ask_order(asked, told, place)
    return st.radio(
        "Your guess", range(len(asked.options)), index=None, key=f"guess {place}",
        format_func=lambda number: asked.options[number].text.told(told),
    )  # fmt: skip


def draw(number: Number, points: Points, scale: Scale, place: str) -> tuple[float, ...]:
    """A slider a point, and the curve that they make."""
    middle = scale.low + round((scale.high - scale.low) / 2 / scale.step) * scale.step
    guess = []
    with st.container(horizontal=True, key=f"draw {place}"):
        for point, _ in points:
            key = f"draw {place} {point}"
            kept_or(key, middle)
            value = st.slider(
                f"{number.by} {as_markdown_text(point)}", scale.low, scale.high,
                st.session_state[key], scale.step, key=key, width=POINT_WIDTH,
            )  # fmt: skip
            guess.append(keep(key, value))
    _show_curves(number, points, guess, scale, place, measured=False)
    return tuple(guess)


def lay_over(
    number: Number, points: Points, guess: Sequence[float], scale: Scale, place: str
) -> None:
    """The measured curve over the guess, in one figure and as a table."""
    _show_curves(number, points, guess, scale, place, measured=True)
    form = number.form or ".3g"
    rows = [
        f"| {as_markdown_text(point)} | {mine:g} | {value:{form}} |"
        for (point, value), mine in zip(points, guess, strict=True)
    ]
    off = sum(abs(value - mine) for (_, value), mine in zip(points, guess, strict=True))
    most = max(abs(value) for _, value in points)
    told = off_told(number, off / len(guess), most)
    st.markdown(f"On average your curve is off by **{told}**.")
    with st.expander("Both curves as a table"):
        head = f"| {as_markdown_text(number.by)} | your guess | measured |\n|---|---|---|"
        st.markdown("\n".join([head, *rows]))


def _show_curves(
    number: Number, points: Points, guess: Sequence[float], scale: Scale, place: str,
    *, measured: bool,
) -> None:  # fmt: skip
    figure = drawn_guess(
        [point for point, _ in points], guess, [value for _, value in points] if measured else None,
        (scale.low, scale.high), (number.by, number.column),
    )  # fmt: skip
    told = "Your curve, and the measured one over it" if measured else "Your curve"
    st.plotly_chart(figure, key=f"curves {place}", alt=f"{told}: {number.column} by {number.by}.")


def _ask_order(asked: Prediction, told: Mapping[str, str], place: str) -> tuple[int, ...] | None:
    """Which option comes first, second, ...: their places in order; None while two share one."""
    most = "highest" if asked.order == FALLING else "lowest"
    st.markdown(f"Put them in order: place 1 is the {most}.")
    ranks = range(1, len(asked.options) + 1)
    found: list[int | None] = []
    for number, option in enumerate(asked.options):
        key = f"order {place} {number}"
        kept_or(key, None)
        found.append(keep(key, st.segmented_control(option.text.told(told), ranks, key=key)))
    chosen = [rank for rank in found if rank is not None]
    if len(set(chosen)) < len(chosen):
        st.caption("Each place can be taken once.")
    if sorted(chosen) != list(ranks):
        return None
    return tuple(sorted(range(len(found)), key=chosen.__getitem__))


def tell_order(
    asked: Prediction, guess: Sequence[int], right: Sequence[int], told: Mapping[str, str]
) -> None:
    """The reader's order and the measured one, side by side.

    Args:
        asked: the question.
        guess: the options' places, in the reader's order.
        right: the same as measured.
        told: numbers of the step's text and of the options, as Markdown.
    """
    yours, measured = st.columns(2)
    for column, title, order in ((yours, "Your order", guess), (measured, "Measured", right)):
        lines = [f"**{title}**", ""]
        for place, number in enumerate(order):
            option = asked.options[number]
            line = f"{place + 1}. {option.text.told(told)}"
            if order is right:
                line += f": {told[option.number]}"
                line += "  ✓" if guess[place] == number else ""
            lines.append(line)
        column.markdown("\n".join(lines))
    hits = sum(a == b for a, b in zip(guess, right, strict=True))
    st.markdown(
        "**You were right.**" if tuple(guess) == tuple(right)
        else f"**Not what was measured:** {hits} of {len(right)} stand in their place."
    )  # fmt: skip
