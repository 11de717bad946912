"""Figures on their way out: larger type for a projector, one offline HTML file for a reader."""

from __future__ import annotations

import html

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

WITH_TEXT = ("bar", "heatmap", "scatter")  # traces that can write into the picture
ROWS_OF_TEXT = "rows of text"  # in a layout's meta
LARGER = 1.4
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding:
0 1rem; }}</style> </head><body><h1>{title}</h1> {figure} <p>{caption}</p> </body></html>
"""


def with_large_type(figure: go.Figure) -> go.Figure:
    """The figure with type of 20 px and more and heavier lines, for a projector."""
    large = go.Figure(figure)
    # Streamlit's theme sets the size of ticks, titles and legend, so each is set here by itself.
    font = {"font": {"size": 20}}
    axis = {"tickfont": {"size": 20}, "title": font}
    height = figure.layout.height or 0
    # A figure of many rows keeps its room; one whose rows are text grows with its type.
    tall = round(height * LARGER) if figure.layout.meta == ROWS_OF_TEXT else max(620, height)
    large.update_layout(font={"size": 20}, hoverlabel=font, legend=font, height=tall)
    if figure.layout.meta != ROWS_OF_TEXT:
        large.update_layout(margin={"l": 96, "r": 24, "t": 32, "b": 84})
    large.update_xaxes(axis)
    large.update_yaxes(axis)
    large.update_annotations(font)
    large.for_each_trace(lambda trace: trace.update(colorbar=axis), {"type": "heatmap"})
    for kind in WITH_TEXT:
        large.update_traces(textfont={"size": 20}, selector={"type": kind})
    return large


def to_html(figure: go.Figure, title: str, caption: str) -> str:
    """One HTML file with the live figure, its caption and a button for SVG; it needs no network."""
    name = "".join(c if c.isalnum() else "-" for c in title.lower()).strip("-")
    config = {"displaylogo": False, "toImageButtonOptions": {"format": "svg", "filename": name}}
    drawn = figure.to_html(full_html=False, include_plotlyjs=True, config=config)
    return PAGE.format(title=html.escape(title), figure=drawn, caption=html.escape(caption))


def plotly_script() -> str:
    """What draws figures, once for all of a page."""
    return str(get_plotlyjs())


def to_script(figure: go.Figure) -> str:
    """The figure as a script element of data, which a page's own script has drawn."""
    white = go.Figure(figure).update_layout(template="plotly_white")
    data = white.to_json().replace("<", "\\u003c")  # nothing in it can end the element
    return f'<script type="application/json">{data}</script>'
