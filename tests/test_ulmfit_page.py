"""The ULMFiT page without a browser: what it offers, what it lists, what it says when it cannot."""

import os
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.runs import queue
from engine.runs.journal import Journal, Settlement
from engine.runs.process import Owner, mark_of
from engine.runs.rows import FINISHED
from engine.runs.store import Store
from engine.views.cockpit.choices import Choices, settings_of
from engine.views.cockpit.owners import set_owner
from pages._ui import run_list, serving
from tests.fake_runs import fake_events

PAGES = Path(__file__).parents[1] / "pages"
ME = "m" * 32


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A folder of runs in which nothing is trained."""
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")
    store = Store()

    class Quiet:
        def __init__(self):
            self.store = store

        def start(self):
            return self

        def wake(self):
            pass

    monkeypatch.setattr(serving, "_store", store)
    monkeypatch.setattr(serving, "_supervisor", None)
    monkeypatch.setattr(serving, "Supervisor", Quiet)
    return store


def a_run(store: Store, name: str, **choices) -> str:
    """A finished run of this visitor's."""
    run_id = store.add("ulmfit", settings_of(Choices("imdb", **choices)), name=name)
    set_owner(store, run_id, ME)
    me = Owner(os.getpid(), mark_of(os.getpid()))
    assert queue.claim(store, run_id, me)
    journal = Journal(store, run_id, me)
    journal.begin({}, "")
    for event in fake_events():
        journal.add(event)
    journal.settle(lambda row: Settlement(FINISHED, FINISHED))
    return run_id


def page(**params: str) -> AppTest:
    at = AppTest.from_file(str(PAGES / "70_ulmfit.py"), default_timeout=120)
    at.session_state["visitor"] = ME
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def text_of(at: AppTest) -> str:
    words = [element.value for element in [*at.markdown, *at.caption, *at.warning]]
    return re.sub(r"\\(.)", r"\1", "\n".join(words))


def cockpits(at: AppTest) -> list:
    return at.get("bidi_component")


def test_a_run_of_the_link_is_on_screen_with_its_list_and_its_table(store):
    run_id = a_run(store, "Mine")
    at = page(run=run_id)
    assert not at.exception
    assert not at.warning
    assert len(cockpits(at)) == 1
    told = text_of(at)
    assert "finished, batch 130" in told
    assert "accuracy 0.85, perplexity 130" in told
    assert not at.dataframe
    at.session_state["table cockpit"] = True
    at.run()
    (table,) = at.dataframe
    assert len(table.value) == 3 + 9  # starts of stages, epochs


def test_start_enters_a_run_that_is_this_visitors_and_that_the_link_names(store):
    at = page()
    if (
        "imdb" not in at.selectbox(key="run_text").options
        and len(at.selectbox(key="run_text").options) == 1
    ):
        pytest.skip("No labelled texts are here.")
    at.text_input(key="run_prompt").set_value("The plot").run()
    at.number_input(key="run_seed").set_value(3).run()
    at.pills(key="run_tricks").set_value(["adapt", "triangle"]).run()
    at.button(key="start run").click().run()
    assert not at.exception
    (run,) = store.runs()
    assert at.query_params["run"] in (run.id, [run.id])
    assert run.settings["sample"] == {"prompt": "The plot"}
    assert run.settings["seed"] == 3
    assert run.settings["classify"]["unfreezing"] == "all"
    assert run.settings["classify"]["discriminative"] is False
    assert run.settings["adapt"]["schedule"] == "slanted triangle"
    assert "without discriminative rates" in run.name
    assert len(cockpits(at)) == 1


def test_too_many_runs_are_refused_in_one_sentence(store):
    for seed in range(5):
        run_id = store.add("ulmfit", settings_of(Choices("imdb", seed=seed)))
        set_owner(store, run_id, ME)
    at = page()
    at.button(key="start run").click().run()
    assert not at.exception
    assert [w.value for w in at.warning if "You have 5 runs" in w.value]
    assert len(store.runs()) == 5


def test_two_runs_are_compared_with_their_difference_in_words(store):
    a_run(store, "First"), a_run(store, "Second")
    at = page()
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    assert "a difference of 0 in accuracy" in text_of(at)


def test_a_run_is_deleted_by_its_owner_and_somebody_elses_is_not_in_the_list(store):
    run_id = a_run(store, "Mine")
    theirs = a_run(store, "Theirs")
    set_owner(store, theirs, "o" * 32)
    at = page()
    assert "Theirs" not in text_of(at)
    at.button(key=f"delete {run_id}").click().run()
    assert not at.exception
    assert [run.id for run in store.runs()] == [theirs]


@pytest.mark.parametrize("run_id", ["nothing", "recorded-nothing", "<script>", "²"])
def test_a_link_to_a_run_that_is_not_there_is_told_in_a_sentence(store, run_id):
    at = page(run=run_id)
    assert not at.exception
    assert len(at.warning) == 1
    assert not cockpits(at)


def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path / "file" / "runs"))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")
    monkeypatch.setattr(serving, "_store", None)
    at = page()
    assert not at.exception
    assert "cannot be used" in text_of(at)


def test_what_needs_a_restart_and_what_the_limits_are_is_said(store):
    told = text_of(page())
    assert "A run that is under way keeps what it was started with" in told
    assert "ends by itself after 2 hours" in told
    assert run_list.MOST_LISTED >= 10
