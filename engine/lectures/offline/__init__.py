"""A lecture as one HTML file that needs no network, no server and no click to be read.

Formulas are MathML, figures are drawn by the Plotly that travels with them, answers and what
explains them are folded, and unfolded on paper. Everything is measured while the file is made.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from engine.encoder import Progress
from engine.errors import EngineError
from engine.figures.export import plotly_script
from engine.figures.scripts import script, style_sheet
from engine.lectures.blocks import Figure, Lecture, Notes, Prediction, Prose, Quiz, Solution, Step
from engine.lectures.measuring import Views, values_of
from engine.lectures.offline.figures import figure_html
from engine.lectures.offline.markdown import line_to_html, to_html
from engine.lectures.offline.numbers import Told, where_from
from engine.lectures.offline.questions import prediction_html, quiz_html
from engine.views.sources import device_in_use

# Nothing may be asked for, whatever stands in the file. What draws many points in WebGL makes code.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data: blob:"
)


def offline_page(lecture: Lecture, *, notes: bool = False, progress: Progress | None = None) -> str:
    """The lecture as HTML.

    Args:
        lecture: which one.
        notes: with the speaker's, folded.
        progress: called with how many views are computed, and of how many.

    A figure or number that cannot be computed here is told in a sentence in its place.
    """
    views = Views()
    _compute(lecture, views, progress)
    values, missing = values_of(lecture, views)
    told = Told(lecture, views, values, missing)
    steps = [_step(step, number, told, notes) for number, step in enumerate(lecture.steps, start=1)]
    return "\n".join([_head(lecture), *steps, *_end(lecture, told)])


def _compute(lecture: Lecture, views: Views, progress: Progress | None) -> None:
    """Every view that the lecture shows or quotes."""
    numbers = [(number.view, number.state) for number in lecture.numbers.values()]
    figures = [(figure.view, figure.first) for figure in lecture.figures()]
    wanted = list(dict.fromkeys([*numbers, *figures]))
    for done, (view, state) in enumerate(wanted):
        if progress:
            progress(done, len(wanted))
        try:
            views.show(view, state)
        except EngineError:
            continue  # told where it is missing


def _head(lecture: Lecture) -> str:
    title = html.escape(lecture.title)
    contents = "\n".join(
        f'<li><a href="#{step.id}">{html.escape(step.title)}</a></li>' for step in lecture.steps
    )
    made = datetime.now(UTC).strftime("%d %B %Y")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style_sheet("lecture")}</style>
<script>{plotly_script()}</script>
</head><body><main>
<h1>{title}</h1>
<p class="about">About {lecture.minutes} minutes. A lecture of Conescope; every number and figure
was measured while this file was made, on {made} (device: {html.escape(device_in_use())}, float32).
Answers are folded: say first what you expect.</p>
<h2>You will be able to</h2>
{_listed(line_to_html(goal.source) for goal in lecture.goals)}
<nav aria-label="Contents"><h2>Contents</h2><ol>{contents}</ol></nav>"""


def _listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _step(step: Step, number: int, told: Told, notes: bool) -> str:
    blocks = [_block(block, told) for block in step.blocks if notes or not isinstance(block, Notes)]
    title = f"<h2>{number} · {html.escape(step.title)}</h2>"
    return "\n".join([f'<section id="{step.id}">', title, *blocks, "</section>"])


def _block(block: object, told: Told) -> str:
    match block:
        case Prose(text=text):
            return to_html(told.text(text))
        case Figure():
            return figure_html(block, told.views)
        case Notes(text=text):
            return _folded("Speaker notes", to_html(told.text(text)), "notes")
        case Solution(title=title, text=text):
            return _folded(html.escape(title), to_html(told.text(text)), "solution")
        case Prediction():
            return prediction_html(block, told)
        case Quiz():
            return quiz_html(block, told)
    raise TypeError(f"A lecture has no {type(block).__name__}.")


def _folded(title: str, content: str, kind: str) -> str:
    return f'<details class="{kind}"><summary>{title}</summary>{content}</details>'


def _end(lecture: Lecture, told: Told) -> Iterator[str]:
    if lecture.sources:
        yield "<section><h2>Further reading</h2>"
        yield _listed(line_to_html(source.source) for source in lecture.sources) + "</section>"
    yield _folded("Where the numbers in the text come from", where_from(told), "numbers")
    yield f"</main><script>{script('lecture')}</script></body></html>"
