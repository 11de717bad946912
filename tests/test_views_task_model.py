"""The views of the task-model study, on planted results."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataUnavailable, EngineError
from engine.training.json_lines import append
from engine.training.task import results
from engine.training.task.results import FROZEN, RANDOM, Block, Run, as_hexadecimal
from engine.views.task_blocks import TaskBlocksView
from engine.views.task_model import TaskModelView
from engine.views.task_runs import TaskState, recorded_inputs

N_TEST = 400
RANDOM_BLOCKS = (Block("embedding", RANDOM, 900), Block("LSTM", RANDOM, 90), Block("c", RANDOM, 10))
FROZEN_BLOCKS = (Block("encoder", FROZEN, 9_900), *RANDOM_BLOCKS[1:])


def planted_run(name: str, n_labels: int, seed: int, accuracy: float) -> Run:
    right = round(accuracy * N_TEST)
    settings = {"d_hidden": 64, "n_words": 100, "n_validation": 500}
    return Run(
        name, n_labels, seed, accuracy, 0.02, N_TEST, as_hexadecimal(np.arange(N_TEST) < right),
        0.5, 10, 20, 1.0, 1.0, RANDOM_BLOCKS if name == "random" else FROZEN_BLOCKS,
        settings, "", "cpu", "2026-01-02",
    )  # fmt: skip


@pytest.fixture
def results_file(tmp_path, monkeypatch):
    """Random vectors, and MiniLM with at each size what those have with ten times the labels."""
    path = tmp_path / "task-model.jsonl"
    monkeypatch.setattr(results, "PATH", path)
    monkeypatch.setattr(results.read, "__defaults__", (path,))
    for n_labels, accuracies in {100: (0.5, 0.6), 1000: (0.6, 0.7), 10_000: (0.7, 0.8)}.items():
        for name, accuracy in zip(("random", "minilm-frozen"), accuracies, strict=True):
            for seed in range(3):
                append(path, planted_run(name, n_labels, seed, accuracy))
    return path


def test_a_planted_tenth_of_the_labels_stands_in_the_notice_and_the_table(results_file):
    shown = TaskModelView().show(TaskState())
    assert re.search(r"10,000 labels.*0\.700.*MiniLM, frozen 1,000 \[", shown.notice)
    assert len(shown.figure.data) == 2
    needed = dict(zip(shown.table["input"], shown.table["labels for equal accuracy"], strict=True))
    assert needed["random"] == "10,000 [10,000, 10,000]"
    for part in ("n = 400", "3 seed(s)", "2026-01-02", "python -m engine study"):
        assert part in shown.caption


def test_fewer_labels_of_random_vectors_can_be_matched_or_the_next_fewer_that_were_tried(
    results_file,
):
    for matched in (1_000, 9_999):
        shown = TaskModelView().show(TaskState(matched=matched))
        assert re.search(r"1,000 labels.*0\.600.*MiniLM, frozen at most 100 \[100", shown.notice)
        assert shown.figure.layout.shapes[0].y0 == pytest.approx(0.6)
    assert "With 100 labels" in TaskModelView().show(TaskState(matched=7)).notice


def test_an_input_whose_curve_ends_early_or_is_missing_is_named(results_file):
    append(results_file, planted_run("cove-tuned", 100, 0, 0.6))
    (note,) = (note for note in TaskModelView().show(TaskState()).notes if "fewer labels" in note)
    assert "GloVe + CoVe, tuned up to 100;" in note and "ELMo's mix, tuned not at all" in note
    assert "MiniLM, frozen" not in note and "random" not in note


def test_blocks_add_up_to_what_the_notice_says(results_file):
    shown = TaskBlocksView().show(TaskState())
    assert "of 10,000 weights, 100 start at random" in shown.notice
    assert shown.notice.endswith("on random vectors it is all 1,000.")
    assert set(shown.table["weights from"]) == {"random", "frozen"}
    assert len(shown.figure.layout.shapes) == 6 + 4  # boxes and what links them


def test_only_the_chosen_inputs_are_drawn_but_all_are_compared_with_random(results_file):
    shown = TaskModelView().show(TaskState(("minilm-frozen",)))
    assert [trace.name for trace in shown.figure.data] == ["MiniLM, frozen"]
    assert "1,000 [" in shown.notice
    with pytest.raises(EngineError, match="Recorded: random, minilm-frozen"):
        TaskModelView().show(TaskState(("elmo-tuned",)))


def test_a_size_that_lacks_a_seed_is_drawn_but_not_compared(results_file):
    append(results_file, replace(planted_run("minilm-frozen", 30, 0, 0.9)))
    shown = TaskModelView().show(TaskState())
    assert 30 in shown.figure.data[1].x
    assert "MiniLM, frozen 1,000 [" in shown.notice


def test_more_labels_of_random_vectors_alone_do_not_put_all_others_out_of_reach(results_file):
    for seed in range(3):
        append(results_file, planted_run("random", 30_000, seed, 0.95))
    shown = TaskModelView().show(TaskState())
    assert 30_000 in shown.figure.data[0].x
    assert re.search(r"10,000 labels.*0\.700.*MiniLM, frozen 1,000 \[", shown.notice)
    for seed in range(3):
        append(results_file, planted_run("minilm-frozen", 30_000, seed, 0.96))
    assert re.search(
        r"30,000 labels.*0\.950.*MiniLM, frozen", TaskModelView().show(TaskState()).notice
    )


def test_of_one_number_of_labels_accuracies_are_told_and_nothing_is_said_to_be_replaced(
    results_file,
):
    results_file.unlink()
    for seed in range(3):
        append(results_file, planted_run("random", 100, seed, 0.5))
        append(results_file, planted_run("minilm-frozen", 100, seed, 0.6))
    append(results_file, planted_run("minilm-frozen", 300, 0, 0.9))  # one seed of three
    told = TaskModelView().show(TaskState()).notice
    assert told.startswith("Accuracy with 100 labels: MiniLM, frozen 0.600; random 0.500.")
    assert told.endswith("cannot be told yet.")


def test_without_results_the_command_that_makes_them_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(results.read, "__defaults__", (tmp_path / "none.jsonl",))
    assert recorded_inputs() == {}
    for view in (TaskModelView(), TaskBlocksView()):
        with pytest.raises(DataUnavailable, match="`python -m engine study task-model --resume`"):
            view.show(TaskState())
