"""How good a language model must be, on planted rows of two of them."""

import numpy as np
import pytest

from engine.training.low_shot import results
from engine.training.low_shot.results import Cell, append, as_base64
from engine.views import VIEWS, language_model_quality

N_TEST = 1_000
SHORT, LONG = "a" * 64, "b" * 64


def card(checksum, perplexity, hours, before=None):
    """As much of a model card as the view reads."""
    quality = {"wikipedia_test": {"forward_perplexity": perplexity}}
    kept = {"sha256": {"weights.safetensors": checksum}, "quality": quality, "hours": hours}
    return kept | ({"before": before} if before else {})


def plant(path, arm, accuracy, weights, *, n_labels=100, seeds=range(3)):
    """Cells of one arm, whose first texts are the ones that are judged rightly."""
    for seed in seeds:
        judged = np.arange(N_TEST) < round(accuracy * N_TEST)
        append(path, Cell(
            arm, n_labels, seed, accuracy, N_TEST, 0.5, "{}", weights, 1.0, "2026-01-01", "s",
            as_base64(judged),
        ))  # fmt: skip


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The rows with the model that ships, LONG, which went on from SHORT."""
    monkeypatch.setattr(results, "PATH", tmp_path / "low-shot.csv")
    monkeypatch.setattr(results, "EARLIER", tmp_path / "earlier")
    shipped = card(LONG, 60.0, 3.0, before=card(SHORT, 90.0, 1.0))
    monkeypatch.setattr(language_model_quality, "shipped_card", lambda _name: shipped)
    return tmp_path / "low-shot.csv"


def earlier(path, checksum=SHORT):
    return path.parent / "earlier" / f"{checksum[:12]}.csv"


def show(**state):
    view = VIEWS["language-model-quality"]()
    return view.show(view.State(**state))


def test_without_rows_the_command_is_told(path):
    plant(path, "scratch", 0.6, "")
    assert "study low-shot --resume" in show().notice


def test_each_arm_has_a_point_a_language_model_and_the_gain_is_told(path):
    plant(path, "pretrained", 0.7, LONG)
    plant(path, "pretrained-frozen", 0.65, LONG)
    plant(earlier(path), "pretrained", 0.6, SHORT)
    plant(path, "scratch", 0.55, "")
    shown = show()
    both, one = shown.figure.data
    assert (both.x, one.x) == ((90.0, 60.0), (60.0,))
    assert [*both.y, *one.y] == pytest.approx([0.6, 0.7, 0.65])
    assert shown.figure.layout.annotations[0].text == "from scratch 0.550"
    assert "From perplexity 90.0 (1.0 hours) to 60.0 (3.0 hours)" in shown.notice
    assert "pretrained +0.100 [" in shown.notice  # 100 of 1,000 texts more
    assert "frozen" not in shown.notice  # there is nothing to compare with
    assert shown.table["perplexity"].tolist() == [90.0, 60.0, 60.0]


def test_better_language_models_stand_further_to_the_right(path):
    plant(path, "pretrained", 0.7, LONG)
    plant(earlier(path), "pretrained", 0.6, SHORT)
    left, right = show().figure.layout.xaxis.range
    assert left > 90 > 60 > right


def test_rows_of_weights_that_no_card_knows_count_for_nothing(path):
    plant(path, "pretrained", 0.7, "c" * 64)
    plant(path, "pretrained-frozen", 0.65, LONG)
    shown = show()
    assert [line.name for line in shown.figure.data] == ["frozen, after Wikipedia"]
    assert "Only one language model" in shown.notice


def test_only_rows_with_the_labels_asked_for_are_drawn(path):
    plant(path, "pretrained", 0.7, LONG)
    plant(path, "pretrained", 0.8, LONG, n_labels=200)
    assert show(n_labels=200).figure.data[0].y == pytest.approx((0.8,))
    assert show(n_labels=500).figure is None


def test_models_are_compared_by_the_recipe_that_both_were_tried_with(path):
    plant(earlier(path), "pretrained", 0.6, SHORT)
    plant(path, "pretrained", 0.7, LONG)
    assert not any("earlier recipe" in note for note in show().notes)
    plant(earlier(path, LONG), "pretrained", 0.625, LONG)
    plant(earlier(path, LONG), "scratch", 0.55, "")
    plant(path, "scratch", 0.65, "")
    shown = show()
    assert shown.figure.data[0].y == pytest.approx((0.6, 0.625))
    assert "pretrained +0.025 [" in shown.notice
    assert shown.figure.layout.annotations[0].text == "from scratch 0.550"
    assert any("earlier recipe" in note for note in shown.notes)
