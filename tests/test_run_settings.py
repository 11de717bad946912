"""A run's folder keeps its settings: a resumed run goes on with them, and a command tells them."""

import dataclasses

import pytest

from engine.cli import program
from engine.errors import EngineError
from engine.training import loop, run_settings
from engine.training.recipes.awd_lstm import AwdLstmTraining
from engine.training.recipes.elmo import ElmoTraining
from engine.training.run_settings import command, read_settings, write_settings

CHANGED = AwdLstmTraining(
    seed=7, n_sampled=64, loop=dataclasses.replace(AwdLstmTraining().loop, n_steps=2_000)
)


@pytest.fixture
def trained(monkeypatch):
    """What the command line asks the loop for, in place of a training."""
    asked = []

    def no_events(recipe, config, folder, *, device, resume):
        asked.append((recipe, config, resume))
        yield from ()

    monkeypatch.setattr(loop, "train", no_events)
    return asked


def train(folder, *options, recipe="awd-lstm"):
    return program.main(["train", recipe, "--folder", str(folder), "--device", "cpu", *options])


def test_settings_come_back_as_they_were(tmp_path):
    write_settings("awd-lstm", CHANGED, tmp_path)
    assert read_settings(tmp_path) == ("awd-lstm", CHANGED)


def test_settings_of_an_older_version_are_read_without_what_is_gone(tmp_path):
    write_settings("awd-lstm", CHANGED, tmp_path)
    path = tmp_path / run_settings.CONFIG
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 7, "gone": 1'))
    assert read_settings(tmp_path)[1] == CHANGED


@pytest.mark.parametrize("text", [None, "", "[]", "{}"])
def test_a_folder_without_a_run_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / run_settings.CONFIG).write_text(text)
    with pytest.raises(EngineError, match="not the folder of a run"):
        read_settings(tmp_path)


def test_a_resumed_run_keeps_its_settings(tmp_path, trained):
    write_settings("awd-lstm", CHANGED, tmp_path)
    assert train(tmp_path, "--resume") == 0
    assert trained == [("awd-lstm", CHANGED, True)]


def test_a_change_is_made_to_the_settings_of_the_run(tmp_path, trained):
    write_settings("awd-lstm", CHANGED, tmp_path)
    train(tmp_path, "--resume", "--set", "loop.n_steps=3000")
    longer = dataclasses.replace(CHANGED, loop=dataclasses.replace(CHANGED.loop, n_steps=3_000))
    assert trained == [("awd-lstm", longer, True)]


def test_a_run_that_is_not_there_yet_begins_with_the_recipe(tmp_path, trained):
    train(tmp_path / "new", "--resume")
    assert trained == [("awd-lstm", AwdLstmTraining(), True)]


def test_the_run_of_another_recipe_is_not_resumed(tmp_path, trained, capsys):
    write_settings("elmo", ElmoTraining(), tmp_path)
    assert train(tmp_path, "--resume") != 0
    assert "a run of elmo, not of awd-lstm" in capsys.readouterr().err
    assert trained == []


def test_the_command_of_a_run_names_what_differs_from_the_recipe():
    settings = dataclasses.asdict(CHANGED)
    assert command("awd-lstm", settings) == (
        "python -m engine train awd-lstm --folder runs/awd-lstm --set seed=7 --set n_sampled=64 "
        "--set loop.n_steps=2000"
    )
    plain = dataclasses.asdict(AwdLstmTraining())
    assert "--set" not in command("awd-lstm", plain)


def test_the_command_names_no_place_of_one_machine():
    settings = dataclasses.asdict(AwdLstmTraining(start_from="/home/someone/weights.safetensors"))
    assert command("awd-lstm", settings).endswith("--set start_from=FILE")


def test_the_command_makes_the_same_settings_again(tmp_path, trained):
    flags = command("awd-lstm", dataclasses.asdict(CHANGED)).split()[7:]
    train(tmp_path, *flags)
    assert trained == [("awd-lstm", CHANGED, False)]
