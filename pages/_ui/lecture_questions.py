"""Questions of a lecture: predict, then look; and quizzes that explain each choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from engine.lectures import Figure, Lecture, Prediction, Quiz
from engine.lectures.answers import Answer, answer_of, off_told
from pages._ui.errors import as_markdown_text, sentence_as_markdown
from pages._ui.lecture_guess import ask, draw, lay_over, tell_order
from pages._ui.lecture_numbers import bold, numbers_told, values_of
from pages._ui.room_polls import offer_vote, tell_class

KEPT, QUIZZES = "lecture_answers", "lecture_quizzes"


def show_prediction(
    lecture: Lecture, asked: Prediction, numbers: Mapping[str, str], place: str,
    show_figure: Callable[[Figure, str], None],
) -> None:  # fmt: skip
    """The question; once the reader has committed, the measured answer beside the guess."""
    kept: dict[str, Any] = st.session_state.setdefault(KEPT, {})
    with st.container(border=True, key=f"predict {place}"):
        st.markdown(f"**Predict first.** {asked.question.told(numbers)}")
        if place not in kept:
            _ask(lecture, asked, numbers, place)
            offer_vote(lecture, asked, numbers, place)
            return
        values, missing = values_of(lecture, asked.numbers, f"{place} answer")
        for reason in dict.fromkeys(missing.values()):
            st.warning(sentence_as_markdown(reason), icon=":material/info:")
        measured = len(values) == len(asked.numbers)
        if measured and asked.drawn and len(kept[place]) != len(values[asked.answer]):
            del kept[place]  # of an earlier visit, when the curve had other points
            _ask(lecture, asked, numbers, place)
            return
        if measured:
            answer = answer_of(asked, lecture.numbers, values)
            told = {**numbers, **bold(lecture, {name: values[name] for name in asked.numbers})}
            _beside(lecture, asked, answer, kept[place], told, place)
            tell_class(asked, answer, place)
        if measured and asked.after.source:
            told, _ = numbers_told(lecture, asked.after.numbers, f"{place} after")
            st.markdown(asked.after.told(told))
        st.button("Guess again", key=f"again {place}", type="tertiary",
                  on_click=kept.pop, args=(place, None))  # fmt: skip
    if measured and asked.figure:
        show_figure(asked.figure, f"{place} figure")


def _ask(lecture: Lecture, asked: Prediction, numbers: Mapping[str, str], place: str) -> None:
    if asked.drawn and asked.scale:
        # Which points there are is known once the curve is; its values are not told yet.
        values, missing = values_of(lecture, asked.numbers, f"{place} points")
        for reason in missing.values():
            st.warning(sentence_as_markdown(reason), icon=":material/info:")
        if not values:
            return
        found: Any = draw(lecture.numbers[asked.answer], values[asked.answer], asked.scale, place)
    else:
        found = ask(asked, numbers, place)
    st.button("Commit, and measure", key=f"commit {place}", type="primary",
              disabled=found is None, on_click=_commit, args=(place, found))  # fmt: skip


def _commit(place: str, guess: Any) -> None:
    st.session_state[KEPT][place] = guess


def _beside(
    lecture: Lecture, asked: Prediction, answer: Answer, guess: Any, numbers: Mapping[str, str],
    place: str,
) -> None:  # fmt: skip
    """The guess and what was measured."""
    if asked.drawn and asked.scale:
        lay_over(lecture.numbers[asked.answer], answer.value, guess, asked.scale, place)
        return
    if asked.order:
        tell_order(asked, guess, answer.order, numbers)
        return
    if asked.scale:
        yours, measured, off = st.columns(3)
        yours.metric("Your guess", f"{guess:,.10g}")
        measured.metric("Measured", answer.told)
        if isinstance(answer.value, float):
            number = lecture.numbers[asked.answer]
            off.metric("Off by", off_told(number, abs(answer.value - guess), answer.value))
        return
    _beside_options(asked, answer, guess, numbers)


def _beside_options(
    asked: Prediction, answer: Answer, guess: int, numbers: Mapping[str, str]
) -> None:
    lines = []
    for number, option in enumerate(asked.options):
        marks = ["✓ **measured**"] if number == answer.option else []
        marks += ["your guess"] if number == guess else []
        told = option.text.told(numbers)
        lines.append(f"- {told}" + (f"  ← {', '.join(marks)}" if marks else ""))
    st.markdown("\n".join(lines))
    verdict = "You were right." if guess == answer.option else "Not what was measured."
    if answer.option is None:
        verdict = "None of these is what was measured."
    st.markdown(f"**{verdict}** Measured: {as_markdown_text(answer.told)}.")


def _choose(place: str) -> None:
    st.session_state[QUIZZES][place] = st.session_state[f"choose {place}"]


def show_quiz(quiz: Quiz, numbers: Mapping[str, str], place: str) -> None:
    """The question, and feedback on whatever is chosen."""
    kept: dict[str, int | None] = st.session_state.setdefault(QUIZZES, {})
    with st.container(border=True, key=f"quiz {place}"):
        st.markdown(f"**Check yourself.** {quiz.question.told(numbers)}")
        found = st.radio(
            "Your answer", range(len(quiz.choices)), index=kept.get(place), key=f"choose {place}",
            format_func=lambda number: quiz.choices[number].text.told(numbers),
            label_visibility="collapsed", on_change=_choose, args=(place,),
        )  # fmt: skip
        if found is None:
            return
        choice = quiz.choices[found]
        told = choice.why.told(numbers)
        if choice.right:
            st.success(f"Right. {told}", icon=":material/check:")
        else:
            st.warning(f"Not quite. {told}", icon=":material/close:")
