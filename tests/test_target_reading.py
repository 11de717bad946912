"""How much of the target is read: small readings for real, and the view on planted lines."""

from dataclasses import replace

import numpy as np
import pytest

from engine.cli import main
from engine.errors import CorruptFile, EngineError, UnknownName
from engine.model_files import shipped_sha256
from engine.training.json_lines import append
from engine.training.low_shot.results import Cell, as_base64
from engine.training.target_reading import results
from engine.training.target_reading import study as studied
from engine.training.target_reading.config import READINGS, TargetReading
from engine.training.target_reading.results import Read
from engine.training.target_reading.study import study
from engine.views import VIEWS
from tests.planted_texts import planted  # noqa: F401
from tests.test_low_shot_ulmfit import films, small_arm  # noqa: F401

SMALL = TargetReading(("shorter", "all"), (20,), (0, 1), "films", valid_tokens=200)
N_TEST = 1_000


@pytest.fixture
def small(monkeypatch, tmp_path) -> None:
    """Readings of a net that trains in a moment."""
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    arm = small_arm(adapts=True)
    monkeypatch.setattr(studied, "FINE_TUNED", arm)
    fast = {"rate": 0.03, "dropout": 0.1, "discriminative": False}
    for name, n_epochs in (("shorter", 1), ("all", 6)):
        changes = {**fast, "epochs": n_epochs}
        monkeypatch.setitem(READINGS, name, replace(READINGS[name], changes=changes))


@pytest.mark.slow
def test_each_reading_is_a_line_and_longer_reading_foretells_better(
    small, films, tmp_path  # noqa: F811
):  # fmt: skip
    path = tmp_path / "reading.jsonl"
    first, second = (e for e in study(SMALL, path, texts=films) if isinstance(e, Read))
    assert first.adaptation["epochs"] == 1 and second.adaptation["epochs"] == 6
    assert second.perplexity < 0.9 * first.perplexity < first.n_words
    assert 0 <= first.unknown_rate < 1
    for read in (first, second):
        assert [(cell.n_labels, cell.seed) for cell in read.cells] == [(20, 0), (20, 1)]
        assert all(cell.n_test == len(films.test) for cell in read.cells)
    assert results.read(path) == [first, second]

    again = [e for e in study(SMALL, path, resume=True, texts=films) if isinstance(e, Read)]
    assert again == []
    with pytest.raises(EngineError, match="--resume"):
        list(study(SMALL, path, texts=films))
    with pytest.raises(EngineError, match="other settings"):
        list(study(replace(SMALL, sizes=(10,)), path, resume=True, texts=films))


@pytest.mark.slow
def test_a_reading_with_other_settings_is_done_again(
    small, films, tmp_path, monkeypatch  # noqa: F811
):  # fmt: skip
    path, one = tmp_path / "reading.jsonl", replace(SMALL, readings=("shorter",))
    list(study(one, path, texts=films))
    monkeypatch.setitem(READINGS, "shorter", replace(READINGS["shorter"], changes={"epochs": 3}))
    (again,) = (
        e for e in study(one, path, resume=True, texts=films) if isinstance(e, Read)
    )  # fmt: skip
    assert again.adaptation["epochs"] == 3
    assert results.read(path) == [again]


def test_unknown_readings_and_broken_lines_are_refused(tmp_path, capsys):
    path = tmp_path / "reading.jsonl"
    with pytest.raises(UnknownName, match="Known: none, 1000"):
        list(study(replace(SMALL, readings=("nothing",)), path))
    path.write_text('{"reading": "all"}\n')
    with pytest.raises(CorruptFile, match="line 1"):
        results.read(path)
    assert main(["study", "layers", "--readings", "all"]) == 2
    assert "means nothing to the study layers" in capsys.readouterr().err


def line(reading: str, perplexity: float, *accuracies: float, weights: str = "") -> Read:
    """A planted line: 100 labels, a seed each; the first texts are right."""
    cells = tuple(
        Cell(reading, 100, seed, accuracy, N_TEST, 0.5, '{"layer": 0}', "", 1.0, "2026-01-01", "s",
             as_base64(np.arange(N_TEST) < round(accuracy * N_TEST)))
        for seed, accuracy in enumerate(accuracies)
    )  # fmt: skip
    return Read(
        reading, {}, perplexity, 0.05, 9_000, cells, {}, weights or shipped_sha256("awd-lstm"), 1.0,
        "2026-01-01",
    )  # fmt: skip


@pytest.fixture
def show(tmp_path, monkeypatch):
    """The view of planted lines."""
    path = tmp_path / "reading.jsonl"
    monkeypatch.setattr(results.read, "__defaults__", (path,))

    def shown(*lines: Read):
        for each in lines:
            append(path, each)
        return VIEWS["target-reading"]().show(VIEWS["target-reading"].State())

    return shown


def test_without_lines_the_command_is_told(show):
    assert "study reading --resume" in show().notice


def test_lines_of_a_language_model_that_no_longer_ships_count_for_nothing(show):
    assert "Not measured yet" in show(line("all", 80.0, 0.7, weights="c" * 64)).notice


def test_readings_stand_from_none_to_all_with_what_each_change_brings(show):
    shown = show(
        line("all", 80.0, 0.7, 0.7), line("none", 180.0, 0.6, 0.6),
        line("discriminative", 104.0, 0.6, 0.65), line("shorter", 81.0, 0.7, 0.75),
    )  # fmt: skip
    titles = [READINGS[name].title for name in ("none", "discriminative", "shorter", "all")]
    assert shown.table["reads"].tolist() == titles
    assert shown.table["accuracy"].tolist() == [0.6, 0.625, 0.725, 0.7]
    (series,) = shown.figure.data
    assert list(series.x) == pytest.approx([0.6, 0.625, 0.725, 0.7])
    assert list(series.error_x.array) == pytest.approx([0, 0.025, 0.025, 0])
    assert "all texts instead of none +0.100 [" in shown.notice
    assert "instead of discriminative ones +0.100 [" in shown.notice
    assert "instead of 3 -0.025 [" in shown.notice
    assert "1,000" not in shown.notice


def test_the_shipped_lines_can_be_read_and_begin_with_the_shipped_language_model():
    for read in results.read():
        assert read.reading in READINGS
        assert {cell.weights for cell in read.cells} == {read.weights}
