"""A figure of a lecture in its file: verdict, picture, caption, and the same as a table."""

from __future__ import annotations

import html

import pandas as pd

from engine.errors import EngineError
from engine.figures.export import to_script
from engine.lectures.blocks import Figure
from engine.lectures.measuring import Views
from engine.views import VIEWS, Shown
from engine.views.claims import Verdict

MAX_ROWS = 30  # of a table; a figure of ten thousand words would be a book


def figure_html(figure: Figure, views: Views) -> str:
    """The figure in the state that is shown first; a sentence where there is none."""
    title = VIEWS[figure.view].title
    try:
        shown = views.show(figure.view, figure.first)
    except EngineError as error:
        return f'<p class="missing"><b>{html.escape(title)}.</b> {html.escape(str(error))}</p>'
    verdict = _verdict(shown.verdict) if shown.verdict else ""
    because = shown.verdict.because if shown.verdict else ""
    told = shown.notice.removeprefix(because).strip()
    notice = f"<p><b>What to notice.</b> {html.escape(told)}</p>" if told else ""
    if shown.figure is None:
        return verdict + notice
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in shown.notes)
    return f"""{verdict}{notice}<figure>
<div class="picture" role="img" aria-label="{html.escape(f"{title}. {shown.notice}")}"></div>
{to_script(shown.figure)}
<figcaption><p>{html.escape(shown.caption)}{_other_states(figure)}</p>{notes}</figcaption>
{_table(shown)}</figure>"""


def _other_states(figure: Figure) -> str:
    """What the reader could choose in the app."""
    said = "; ".join(
        f"{vary.field.removesuffix('_name').replace('_', ' ')} {' or '.join(vary.values[1:])}"
        for vary in figure.vary
    )
    return html.escape(f" · in the app also: {said}") if said else ""


def _table(shown: Shown) -> str:
    table: pd.DataFrame = shown.table
    rows = table.head(MAX_ROWS).to_html(
        index=False, border=0, na_rep="—", float_format="{:.4g}".format
    )
    more = ""
    if len(table) > MAX_ROWS:
        more = f"<p>The first {MAX_ROWS} of {len(table):,} rows; the app has all.</p>"
    return (
        "<details><summary>The same as a table</summary>"
        f'<div class="wide">{rows}</div>{more}</details>'
    )


def _verdict(verdict: Verdict) -> str:
    claim = verdict.claim
    because = verdict.because.removeprefix(f"{verdict.word.capitalize()}: ")
    lines = (
        ("", f"“{claim.quote}” — {claim.source}"),
        (f"{verdict.sign} Verdict: {verdict.word}.", because[:1].upper() + because[1:]),
        ("Taken to mean:", claim.hypothesis),
        ("Tested by:", claim.test),
    )
    told = "".join(f"<p><b>{html.escape(a)}</b> {html.escape(b)}</p>" for a, b in lines)
    return f'<div class="verdict">{told}</div>'
