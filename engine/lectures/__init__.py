"""Lectures: one Markdown file each, whose figures, numbers and answers come from views.

A file starts with front matter in YAML: title, order, minutes, goals, sources, and `numbers`, which
names what the text quotes. Then directives in colon fences, with Markdown between them:

    :::step The cone by layer        a step; its `id` is its link
    :::figure cones                  a view, its state, and which fields the reader may change
    :::claim claim-isotropic         the same, of a view with a verdict
    :::predict                       a question whose answer a view computes: a number is guessed
                                     (`guess`), a curve drawn (`draw`), an option chosen or all put
                                     in order (`options`, with `right` or `order` by their numbers)
    :::quiz                          a question whose choices explain themselves
    :::notes                         for the speaker
    :::solution                      of an exercise

A number has `view`, `column` and `row`, or `highest` or `lowest` in a column; a curve takes all
rows, each at its `by`. In the text it is written {number}`its name`. Adding a file to `lectures/`
adds a lecture.
"""

from engine.lectures.blocks import (
    Block,
    Claim,
    Figure,
    Lecture,
    Notes,
    Option,
    Prediction,
    Prose,
    Quiz,
    Solution,
    Step,
)
from engine.lectures.quoted import Number, Text

__all__ = [
    "Block",
    "Claim",
    "Figure",
    "Lecture",
    "Notes",
    "Number",
    "Option",
    "Prediction",
    "Prose",
    "Quiz",
    "Solution",
    "Step",
    "Text",
]
