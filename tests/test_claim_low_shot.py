"""The claim of a hundred labels, on planted rows of the low-shot experiment."""

import numpy as np
import pytest

from engine.training.low_shot import results
from engine.training.low_shot.results import Cell, append, as_base64
from engine.views import VIEWS
from engine.views.claims import FAILS, HOLDS, MISSING

N_TEST = 1_000
BASELINE = {100: 0.6, 1_000: 0.7, 10_000: 0.8}  # ten times the labels, a tenth more


@pytest.fixture
def show(tmp_path, monkeypatch):
    """The claim's view of an experiment with these accuracies of the arm fine-tuned on 100."""
    path = tmp_path / "low-shot.csv"
    monkeypatch.setattr(results, "PATH", path)

    def shown(fine_tuned=None, baseline=BASELINE, n_seeds=3, begun=()):
        rows = [("scratch", n, accuracy) for n, accuracy in baseline.items()]
        rows += [("pretrained-fine-tuned", 100, fine_tuned)] if fine_tuned else []
        for arm, n_labels, accuracy in rows:
            of_baseline = 1 if n_labels in begun else 3
            for seed in range(n_seeds if arm == "pretrained-fine-tuned" else of_baseline):
                judged = np.arange(N_TEST) < round(accuracy * N_TEST)
                append(path, Cell(
                    arm, n_labels, seed, accuracy, N_TEST, 0.5, "{}", "", 1.0, "2026-01-01", "s",
                    as_base64(judged),
                ))  # fmt: skip
        view = VIEWS["claim-low-shot"]()
        return view.show(view.State())

    return shown


def test_without_rows_the_command_that_makes_them_is_told(show):
    assert "study low-shot" in show(baseline={}).verdict.because


def test_rows_of_one_arm_decide_nothing(show):
    assert show().verdict.word == MISSING


def test_what_ten_thousand_labels_reach_is_a_hundred_times_more(show):
    verdict = show(fine_tuned=0.8).verdict
    assert verdict.word == HOLDS
    assert verdict.effects[0].value == pytest.approx(100)


@pytest.mark.parametrize("n_seeds", [1, 2])
def test_fewer_than_three_seeds_decide_nothing(show, n_seeds):
    verdict = show(fine_tuned=0.7, n_seeds=n_seeds).verdict
    assert verdict.word == MISSING and "fewer than 3 seeds" in verdict.because


def test_a_number_of_labels_that_is_only_begun_is_drawn_and_does_not_count(show):
    shown = show(fine_tuned=0.7, baseline={**BASELINE, 1_000: 0.9}, begun=(1_000,))
    assert list(shown.figure.data[0].x) == [100, 1_000, 10_000]
    # Straight over log labels from 0.6 with 100 to 0.8 with 10,000: halfway.
    assert shown.verdict.effects[0].value == pytest.approx(10)


def test_the_frame_names_seeds_and_test_texts(show):
    assert "3 seeds · n = 1,000 test texts" in show(fine_tuned=0.7).verdict.frame


def test_what_a_thousand_reach_is_ten_times_more_and_too_little(show):
    verdict = show(fine_tuned=0.7).verdict
    assert verdict.word == FAILS
    assert verdict.effects[0].value == pytest.approx(10)


def test_what_the_fewest_labels_reach_is_said_to_be_at_most_that(show):
    assert "at most 1 [" in show(fine_tuned=0.55).verdict.because


def test_what_no_number_reached_is_said_with_the_most_that_was_tried(show):
    shown = show(fine_tuned=0.75, baseline={100: 0.6, 1_000: 0.7})
    # The arm is right wherever the baseline is, and more: no draw of the texts changes that.
    told = "over 10 (interval from 10.0), not reached with the 1,000 labels tried"
    assert told in shown.notice
    assert "∞" not in shown.table.to_string()
