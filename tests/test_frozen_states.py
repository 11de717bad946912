"""What the frozen states know, on planted rows of the low-shot experiment."""

import numpy as np
import pytest

from engine.training.low_shot import results
from engine.training.low_shot.results import Cell, append, as_base64
from engine.views import VIEWS

N_TEST = 1_000


@pytest.fixture
def show(tmp_path, monkeypatch):
    """The view of cells (arm, labels, accuracy), three seeds each."""
    path = tmp_path / "low-shot.csv"
    monkeypatch.setattr(results, "PATH", path)

    def shown(*cells, n_test=N_TEST):
        for arm, n_labels, accuracy in cells:
            for seed in range(3):
                judged = np.arange(n_test) < round(accuracy * n_test)
                append(path, Cell(
                    arm, n_labels, seed, accuracy, n_test, 0.5, f'{{"layer": {seed % 2}}}', "", 1.0,
                    "2026-01-01", "s", as_base64(judged),
                ))  # fmt: skip
        view = VIEWS["frozen-states"]()
        return view.show(view.State())

    return shown


def test_without_rows_the_command_is_told(show):
    assert "study low-shot --arms untrained-frozen," in show(("scratch", 100, 0.6)).notice


def test_each_step_is_told_with_the_labels_asked_for_and_the_most(show):
    shown = show(
        ("untrained-frozen", 100, 0.6), ("pretrained-frozen", 100, 0.625),
        ("fine-tuned-frozen", 100, 0.7), ("minilm-probe", 100, 0.8),
        ("untrained-frozen", 1_000, 0.7), ("pretrained-frozen", 1_000, 0.7),
    )  # fmt: skip
    few, many = shown.notice.split("With ")[1:]
    assert few.startswith("100 labels")
    # The same texts are right but for 25, 75 and 100 of 1,000.
    for told in ("Wikipedia +0.025 [", "reviews too +0.075 [", "MiniLM instead +0.100 ["):
        assert told in few
    assert many.startswith("1,000 labels")
    assert "Wikipedia +0.000 [+0.000, +0.000]" in many
    assert "MiniLM" not in many
    assert len(shown.figure.data) == 4


def test_the_layers_that_were_read_and_every_number_of_labels_stand_in_the_table(show):
    table = show(("pretrained-frozen", 100, 0.6), ("pretrained-frozen", 200, 0.65)).table
    assert table["labels"].tolist() == [100, 200]
    assert table["read from layer"].tolist() == ["0, 1", "0, 1"]
    assert table["accuracy"].tolist() == [0.6, 0.65]


def test_arms_that_judged_unlike_many_texts_are_compared_on_those_of_both(show):
    show(("untrained-frozen", 100, 0.5))
    shown = show(("pretrained-frozen", 100, 1.0), n_test=500)
    assert "Wikipedia +0.000 [+0.000, +0.000]" in shown.notice  # the first 500 are right in both
