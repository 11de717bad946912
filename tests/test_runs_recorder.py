"""Runs that ship are done once, go on where they were stopped, and hold no text of anybody."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.cli import main
from engine.corpora import training_texts
from engine.corpora.training_texts import TEXTS
from engine.errors import EngineError, TextError
from engine.runs import recorder
from engine.runs.pool import ServerSettings
from engine.runs.recorded import recording, recordings
from engine.runs.recorder import LeftOut, Listed, Recorded, Recorder, Trained
from engine.runs.store import Store
from engine.training.events import Batch
from engine.training.ulmfit.config import Ulmfit
from engine.training.ulmfit.copied import copied_passage, passage_in
from engine.training.ulmfit.planned_runs import TEXTS as PLANNED_TEXTS
from engine.training.ulmfit.planned_runs import VARIANTS, WATCHED, planned, planned_runs
from engine.training.ulmfit.settings import from_settings
from engine.training.ulmfit.texts import numbered
from tests.planted_texts import planted, settings  # noqa: F401
from tests.runs_harness import SESSIONS, until


@dataclass(frozen=True)
class Walk:
    """A run of the small session `walk`, to be recorded."""

    name: str
    settings: dict = field(default_factory=dict)
    kind: str = "walk"
    data: str = "random points"
    why_missing: str | None = None
    passage: str = ""

    @property
    def title(self) -> str:
        return self.name.capitalize()

    def missing(self) -> str | None:
        return self.why_missing

    def copied(self, written) -> str:
        assert all(text.startswith("the number") for text in written)
        return self.passage


@pytest.fixture
def make(tmp_path):
    """A recorder of such runs, as a new process would make it."""

    def make() -> Recorder:
        server = ServerSettings(standby=False, nice=0, sessions=SESSIONS, checkpoint_batches=3)
        return Recorder("record", Store(tmp_path / "runs"), server, tmp_path / "assets")

    return make


def files(folder: Path) -> set[str]:
    return {label.name for label in recordings(folder)}


@pytest.mark.slow
def test_every_run_is_recorded_once_and_again_when_it_is_planned_otherwise(make):
    both = [Walk("one", {"seed": 1}), Walk("two", {"seed": 2})]
    first = list(make().record_all(both))
    assert first[0] == Listed(2, 0)
    written = [event for event in first if isinstance(event, Recorded)]
    assert [event.name for event in written] == ["one", "two"]
    assert written[1].n_bytes_of_all == written[0].n_bytes + written[1].n_bytes
    folder = make().folder
    label = recording("two", folder).label
    assert (label.title, label.seed, label.command) == ("Two", 2, "record two")
    assert (label.data, label.n_steps) == ("random points", 24)
    assert make().store.runs() == []  # its weights are not kept
    assert list(make().record_all(both)) == [Listed(2, 2)]
    changed = [both[0], Walk("two", {"seed": 3}), Walk("one", {"seed": 1}, data="other points")]
    again = list(make().record_all(changed))
    assert again[0] == Listed(3, 1)
    assert recording("two", folder).label.seed == 3


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_from_its_checkpoint(make):
    slow = [Walk("slow", {"seconds": 0.1})]
    events = make().record_all(slow)
    assert next(events) == Listed(1, 0)
    assert isinstance(next(events), Trained)
    store = make().store
    step = until(lambda: (done := store.runs()[0].step) >= 5 and done)
    events.close()
    (run,) = make().store.runs()
    assert 5 <= step <= run.step < 24
    rest = list(make().record_all(slow))
    assert isinstance(rest[-1], Recorded)
    told = recording("slow", make().folder).events
    assert [one.number for one in told] == list(range(1, len(told) + 1))
    batches = [one.event.step for one in told if isinstance(one.event, Batch)]
    assert batches == list(range(1, 25))


@pytest.mark.slow
def test_what_cannot_be_done_is_left_out_with_the_reason(make):
    runs = [
        Walk("gone", why_missing="The texts are not here."),
        Walk("broken", {"break_at": 3}),
        Walk("fine"),
    ]
    told = {event.name: event for event in make().record_all(runs) if not isinstance(event, Listed)}
    assert told["gone"] == LeftOut("gone", "The texts are not here.")
    assert "unexpected error (ZeroDivisionError)" in told["broken"].why
    assert isinstance(told["fine"], Recorded)
    assert files(make().folder) == {"fine"}


@pytest.mark.slow
def test_neither_copied_text_nor_too_many_bytes_ship(make, monkeypatch):
    with pytest.raises(TextError, match=r"wrote a passage of its training text.*'word by word'"):
        list(make().record_all([Walk("parrot", passage="word by word")]))
    assert files(make().folder) == set()
    monkeypatch.setattr(recorder, "LARGEST", 100)
    with pytest.raises(EngineError, match=r"100 are the most that ship. Make large shorter"):
        list(make().record_all([Walk("large")]))
    assert files(make().folder) == set()


# --- passages -----------------------------------------------------------------------------------


def test_a_passage_is_found_across_sentences_and_only_whole():
    texts = numbered(["A b c. D e f g!", "h i j"])
    assert passage_in(texts, ["x y c . d e"], 4) == "c . d e"
    assert passage_in(texts, ["x y c . d e"], 5) == ""
    assert passage_in(texts, ["c d e f"], 4) == ""
    assert passage_in(texts, ["", "b"], 1) == "b"
    assert passage_in(texts, ["i j"], 2) == "i j"


@pytest.mark.usefixtures("planted")
def test_a_run_is_held_against_every_text_that_it_read():
    config = from_settings(Ulmfit, settings())
    for text in ("general", "films"):
        read = training_texts.TEXTS[text].documents("train")[0].lower().replace(".", " .")
        assert copied_passage(config, [read], 4)
    assert copied_passage(config, ["the good the good the good"], 4) == ""


# --- what is planned ----------------------------------------------------------------------------


def test_planned_runs_are_about_thirty_have_their_own_names_and_settings_that_can_be_had():
    runs = planned_runs()
    assert 25 <= len(runs) <= 35
    assert len({run.name for run in runs}) == len(runs) == len({run.title for run in runs})
    for run in runs:
        config = from_settings(Ulmfit, run.settings)
        assert {config.adapt.text, config.classify.text, config.watch} <= set(TEXTS)
        assert config.watch == WATCHED
        assert str(config.classify.n_labels) in run.data


@pytest.mark.parametrize("text", PLANNED_TEXTS)
def test_a_variant_changes_nothing_but_its_trick(text):
    def flat(variant: str) -> dict:
        settings = planned(text, variant, 1).settings
        return {
            (stage, name): value
            for stage, values in settings.items()
            if isinstance(values, dict)
            for name, value in values.items()
        }

    whole = flat("all-tricks")
    for variant, (_, changes) in VARIANTS.items():
        changed = flat(variant)
        named = {(stage, name) for stage, values in changes.items() for name in values}
        assert {key for key in changed if changed[key] != whole.get(key)} == named
        assert set(whole) <= set(changed)


def test_the_command_lists_what_is_to_do(capsys, tmp_path):
    command = ["runs", "record-all", "--list", "--folder", str(tmp_path), "--only", "imdb-*"]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 7  # two of three variants with three seeds
    assert all(line.startswith("imdb-") and line.endswith("to do") for line in lines[1:])
    assert main(["runs", "record-all", "--only", "nothing"]) == 1
    assert "No run that ships is named 'nothing'" in capsys.readouterr().err
