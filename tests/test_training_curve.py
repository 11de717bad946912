"""The curve of a shipped model's training: nothing that was measured is left out or mixed up."""

import pytest

from engine.errors import ShapeError
from engine.figures.training import validation_curve
from engine.model_files import shipped_card
from engine.views.models import about_models

STEPS = [100, 200]


def panels(figure):
    """name of each line -> the title of its axis."""
    return {
        trace.name: figure.layout[f"yaxis{trace.yaxis.removeprefix('y')}"].title.text
        for trace in figure.data
    }


def test_each_kind_of_figure_has_its_own_panel():
    figure = validation_curve(
        STEPS, {"forward_perplexity": [9, 8], "bleu": [1, 2], "backward_perplexity": [7, 6]}, "#000"
    )
    assert panels(figure) == {
        "forward perplexity": "perplexity", "backward perplexity": "perplexity", "bleu": "bleu",
    }  # fmt: skip
    assert (figure.layout.yaxis.type, figure.layout.yaxis2.type) == ("log", None)
    first, second = figure.layout.xaxis.domain, figure.layout.xaxis2.domain
    assert 0 == first[0] < first[1] < second[0] < second[1] == pytest.approx(1)
    lines = {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data}
    assert lines["backward perplexity"] == (STEPS, [7, 6])


def test_lines_of_one_panel_differ():
    names = [f"{name}_perplexity" for name in "abcd"]
    figure = validation_curve(STEPS, {name: [1, 2] for name in names}, "#000")
    assert len({trace.line.dash for trace in figure.data}) == 4


def test_more_lines_than_can_be_told_apart_are_refused():
    with pytest.raises(ShapeError, match="holds 4 lines; got 5 of bleu"):
        validation_curve(STEPS, {f"{name}_bleu": [1, 2] for name in "abcde"}, "#000")


@pytest.mark.parametrize("model", ["word2vec", "cove", "elmo", "awd-lstm"])
def test_the_models_page_draws_all_that_a_card_measured(model):
    (about,) = (about for about in about_models() if about.name == model)
    measured = set(shipped_card(model)["curve"][0]) - {"step"}
    drawn = {trace.name.replace(" ", "_") for trace in about.curve.data}
    assert drawn == {name for name in measured if not name.endswith("_known")} != set()
