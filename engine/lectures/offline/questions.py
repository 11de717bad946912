"""Questions of a lecture in its file: the answer is folded, and unfolded on paper."""

from __future__ import annotations

import html

from engine.lectures.answers import Answer, answer_of
from engine.lectures.blocks import Prediction, Quiz
from engine.lectures.offline.figures import figure_html
from engine.lectures.offline.markdown import line_to_html, to_html
from engine.lectures.offline.numbers import Told
from engine.lectures.quoted import FALLING


def prediction_html(asked: Prediction, found: Told) -> str:
    """The question and how to answer; folded, the measured answer and its figure."""
    question = line_to_html(found.text(asked.question))
    return (
        f'<div class="question"><p><b>Predict first.</b> {question}</p>{_ways(asked, found)}'
        f"<details><summary>The measured answer</summary>{_answer(asked, found)}</details></div>"
    )


def _ways(asked: Prediction, found: Told) -> str:
    """What can be answered."""
    if asked.scale:
        what = "Draw a curve" if asked.drawn else "Your guess, a number"
        return f"<p>{what} from {asked.scale.low:g} to {asked.scale.high:g}.</p>"
    told = ""
    if asked.order:
        most = "highest" if asked.order == FALLING else "lowest"
        told = f"<p>Put these in order, the {most} first.</p>"
    options = (line_to_html(found.text(option.text)) for option in asked.options)
    return f"{told}<ul>{''.join(f'<li>{option}</li>' for option in options)}</ul>"


def _answer(asked: Prediction, found: Told) -> str:
    missing = [found.missing[name] for name in asked.numbers if name in found.missing]
    if missing:
        return "".join(f"<p>{html.escape(why)}</p>" for why in dict.fromkeys(missing))
    answer = answer_of(asked, found.lecture.numbers, found.values)
    after = to_html(found.text(asked.after))
    figure = figure_html(asked.figure, found.views) if asked.figure else ""
    return f"{_right(asked, answer, found)}{after}{figure}"


def _right(asked: Prediction, answer: Answer, found: Told) -> str:
    options = [line_to_html(found.text(option.text)) for option in asked.options]
    if answer.order:
        items = "".join(f"<li>{options[place]}</li>" for place in answer.order)
        return f"<ol>{items}</ol><p>Measured: {html.escape(answer.told)}.</p>"
    right = f"<b>{options[answer.option]}</b> " if answer.option is not None else ""
    return f"<p>{right}Measured: {html.escape(answer.told)}.</p>"


def quiz_html(quiz: Quiz, found: Told) -> str:
    """The question and its choices; folded, what is right and why each of the others is not."""
    question = line_to_html(found.text(quiz.question))
    choices = [line_to_html(found.text(choice.text)) for choice in quiz.choices]
    whys = (
        f"<li>{text} <b>{'Right.' if choice.right else 'Not quite.'}</b> "
        f"{line_to_html(found.text(choice.why))}</li>"
        for text, choice in zip(choices, quiz.choices, strict=True)
    )
    return (
        f'<div class="question"><p><b>Check yourself.</b> {question}</p>'
        f"<ul>{''.join(f'<li>{text}</li>' for text in choices)}</ul>"
        f"<details><summary>The answer, and why</summary><ul>{''.join(whys)}</ul></details></div>"
    )
