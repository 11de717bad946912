"""The view of the depth study, on planted results."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataUnavailable, EngineError
from engine.geometry.seeds import mean_and_interval, resampled_mean
from engine.training.depth import results
from engine.training.depth.results import DepthRun
from engine.training.json_lines import append
from engine.views.depth import DepthState, DepthView

WORDS = ("bank", "bass", "crane", "seal")
SCATTER = (-0.01, 0.0, 0.01)  # of each seed, on the scale of surprise


def planted(n_layers: int, seed: int) -> DepthRun:
    """Ten per cent less perplexity a layer, in each seed; sense AUC .1 more than the twin's at each
    layer, but none at layer 0.
    """
    perplexity = 200 * 0.9**n_layers * math.exp(SCATTER[seed])
    figures = {"tokens": 9_000.0, "vocabulary": 8_000.0, "unknown_rate": 0.1}
    for direction, factor in (("forward", 1.0), ("backward", 0.95)):
        figures[f"{direction}_perplexity"] = factor * perplexity
        figures[f"{direction}_bits_per_character"] = 1.4
    untrained = np.full((len(WORDS), n_layers + 1), 0.5)
    gains = 0.1 * np.arange(n_layers + 1)
    return DepthRun(
        n_layers, seed, 900_000 + 300_000 * n_layers, figures, figures, [], WORDS,
        (untrained + gains).tolist(), untrained.tolist(), 1_100_000, 300.0,
        {"d_projection": 64, "d_cell": 256}, "cpu", "2026-01-02",
    )  # fmt: skip


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "depth.jsonl"
    monkeypatch.setattr(results.read, "__defaults__", (path,))
    return path


@pytest.fixture
def recorded(path):
    for n_layers in (1, 2, 3):
        for seed in range(3):
            append(path, planted(n_layers, seed))


def test_a_planted_tenth_a_layer_stands_in_the_notice_with_no_width(recorded):
    """The seeds scatter, but each is compared with itself."""
    shown = DepthView().show(DepthState())
    step = "forward -10.0 % [-10.0, -10.0] and backward -10.0 % [-10.0, -10.0]"
    assert f"from 1 to 2 layers {step}; from 2 to 3 layers {step}" in shown.notice
    for part in ("8,000 words", "10.0% unknown", "n = 9,000", "3 seed(s)", "2026-01-02", "recorded",
                 "python -m engine study depth", "1.1 M tokens"):  # fmt: skip
        assert part in shown.caption


def test_every_seed_is_a_point_and_the_interval_is_around_their_mean(recorded):
    figure = DepthView().show(DepthState()).figure
    means, each = figure.data[:2]
    assert "forward" in means.name and len(each.x) == 9
    found = mean_and_interval([math.log(180) + step for step in SCATTER])
    assert means.y[0] == pytest.approx(math.exp(found[0]))
    assert means.error_y.array[0] == pytest.approx(math.exp(found[2]) - means.y[0])
    assert sorted(each.y[:3]) == pytest.approx([180 * math.exp(step) for step in SCATTER])


def test_layers_gain_what_was_planted_and_are_named(recorded):
    shown = DepthView().show(DepthState("senses"))
    assert re.search(r"\+0\.100 \[\+0\.100, \+0\.100\] at layer 1 of 1", shown.notice)
    assert "+0.300 [+0.300, +0.300] at layer 3 of 3" in shown.notice
    assert list(shown.figure.layout.xaxis.ticktext)[::3] == ["0 · characters", "3 · biLM 3"]
    table = shown.table
    assert len(table) == 2 + 3 + 4
    assert (table["sense AUC"] - table["untrained"]).tolist() == pytest.approx(table["gain"])
    assert "n = 4 words" in shown.caption


def test_a_gain_that_may_be_none_is_said(path):
    for seed, sign in enumerate((-1, 1, 1)):
        run = planted(1, seed)
        auc = np.array(run.untrained_auc) + sign * 0.05
        append(path, replace(run, auc=auc.tolist()))
    assert "not clear of 0" in DepthView().show(DepthState("senses")).notice


def test_only_seeds_that_every_depth_has_are_compared(recorded, path):
    append(path, replace(planted(1, 0), seed=7))
    assert "3 seed(s)" in DepthView().show(DepthState()).caption


def test_one_depth_and_one_seed_are_shown_without_an_interval(path):
    append(path, planted(1, 0))
    shown = DepthView().show(DepthState())
    assert "1 layer" in shown.notice and len(shown.table) == 2
    append(path, planted(2, 0))
    shown = DepthView().show(DepthState())
    assert "(one seed)" in shown.notice and "nan" not in shown.notice
    assert "NaN" not in shown.figure.to_json()


def test_without_runs_the_command_is_told(path):
    with pytest.raises(DataUnavailable, match="`python -m engine study depth --resume`"):
        DepthView().show(DepthState())
    with pytest.raises(EngineError, match="Unknown measure"):
        DepthView().show(DepthState("loss"))


def test_the_interval_of_few_seeds_holds_the_truth_as_often_as_it_says(rng):
    held = 0
    for _ in range(1_000):
        _, low, high = mean_and_interval(rng.normal(3.0, 2.0, 3))
        held += low < 3.0 < high
    assert 930 < held < 970


def test_resampling_seeds_and_words_gives_the_standard_error_of_both(rng):
    seeds, words = rng.normal(0, 0.3, (20, 1)), rng.normal(0, 0.5, (1, 30))
    mean, low, high = resampled_mean(1.0 + seeds + words)
    error = math.sqrt(seeds.var() / 20 + words.var() / 30)
    assert mean == pytest.approx(1.0 + seeds.mean() + words.mean())
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.1)
