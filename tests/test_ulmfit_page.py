"""The ULMFiT page without a browser: what it offers, what it lists, what it says when it cannot."""

import os
import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.runs import queue
from engine.runs.journal import Journal, Settlement
from engine.runs.process import Owner, mark_of
from engine.runs.rows import FINISHED
from engine.runs.store import Store
from engine.training.ulmfit.config import Ulmfit
from engine.training.ulmfit.settings import from_settings
from engine.training.ulmfit.texts import running_text
from engine.views.asked_states import places
from engine.views.cockpit.choices import Choices, settings_of
from engine.views.cockpit.owners import set_owner
from pages._ui import run_list, serving
from pages._ui.ulmfit_parts import CLAIMS
from tests.fake_runs import fake_events
from tests.planted_texts import planted, settings  # noqa: F401
from tests.runs_harness import Desk

pytestmark = pytest.mark.slow  # every test opens pages

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
    # The text it writes and its perplexity are told at the same batches.
    told = {"prompt": "The plot", "every": run.settings["adapt"]["validate_every"]}
    assert run.settings["sample"] == told
    assert run.settings["seed"] == 3
    assert run.settings["classify"]["unfreezing"] == "all"
    assert run.settings["classify"]["discriminative"] is False
    assert run.settings["adapt"]["schedule"] == "slanted triangle"
    assert "without discriminative rates" in run.name
    assert len(cockpits(at)) == 1


def test_three_seeds_are_three_runs_of_which_the_first_is_shown(store):
    at = page()
    at.selectbox(key="run_n_seeds").set_value(3).run()
    at.button(key="start run").click().run()
    assert not at.exception
    runs = sorted(store.runs(), key=lambda run: run.settings["seed"])
    assert [run.settings["seed"] for run in runs] == [0, 1, 2]
    assert at.query_params["run"] in (runs[0].id, [runs[0].id])


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
    refs = a_run(store, "First"), a_run(store, "Second")
    at = page()
    for key, ref in zip(("compare_first", "compare_second"), refs, strict=True):
        at.selectbox(key=key).set_value(ref).run()
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


PARTS = ("Ask it", "Its words", "What is forgotten", "The claims")


def settled(at: AppTest) -> AppTest:
    """The page once nothing is computed in the background any more."""
    deadline = time.monotonic() + 60
    while any(button.label == "Stop" for button in at.button) and time.monotonic() < deadline:
        time.sleep(0.1)
        at.run()
    return at


@pytest.fixture
def trained(store, planted):  # noqa: F811
    """A finished run of this visitor's, with its checkpoints."""
    desk = Desk(store.folder, checkpoint_batches=1_000)
    run_id = store.add("ulmfit", settings(), device="cpu", name="Small <b>run</b>")
    set_owner(store, run_id, ME)
    assert desk.work(run_id).status == FINISHED
    return run_id


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("run", ["", "nothing", "recorded-nothing", "<script>"])
def test_every_part_opens_without_a_run_and_with_a_link_to_none(store, part, run):
    at = page(ulmfit_part=part, **({"run": run} if run else {}))
    assert not at.exception
    assert at.segmented_control(key="ulmfit_part").value in at.query_params or at.title
    assert "not kept" in text_of(at)


def test_without_a_live_run_the_shipped_model_answers_and_it_is_said_why(store):
    told = text_of(page(ulmfit_part="Ask it"))
    assert "Only live runs can be asked for a label" in told
    assert "recorded runs keep numbers" in told.replace("\n", " ")
    told = text_of(page(ulmfit_part="Its words"))
    assert "recorded runs keep numbers, no weights" in told


def test_a_review_is_asked_of_any_checkpoint_and_outlives_a_look_elsewhere(store, trained):
    at = page(ulmfit_part="Ask it")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 2
    at.text_area(key="review").set_value("A good, fine film. <script>").run()
    assert not at.exception
    told = text_of(at)
    assert "with a chance of" in told
    assert "Only stage 3 can say what the text is" in told
    steps = at.selectbox(key=f"checkpoint {trained}")
    first = next(place for place in places(trained, store))
    steps.set_value(first.step).run()
    assert "it has no labels to give" in text_of(at)
    at.segmented_control(key="ulmfit_part").set_value("forgotten").run()
    at.segmented_control(key="ulmfit_part").set_value("ask").run()
    assert at.text_area(key="review").value == "A good, fine film. <script>"


@pytest.mark.parametrize(
    ("text", "said"), [("", "no word"), ("word " * 6_000, "6,000 words"), ("a\0b", "NUL")]
)
def test_what_is_no_review_is_told_in_a_sentence(store, trained, text, said):
    at = page(ulmfit_part="Ask it")
    at.text_area(key="review").set_value(text).run()
    assert not at.exception
    assert not at.get("plotly_chart")
    assert all(said in warning.value.replace("\\", "") for warning in at.warning)
    assert at.warning


def test_the_words_of_a_run_are_a_cloud_with_its_notice(store, trained):
    at = settled(page(ulmfit_part="Its words"))
    assert not at.exception
    assert not at.warning
    assert len(cockpits(at)) == 1
    assert "the median way of a word, in lengths of a word vector, is" in text_of(at)


def test_the_words_stand_below_the_cockpit_for_whoever_asks(store, trained):
    at = settled(page(run=trained))
    way = "the median way of a word, in lengths of a word vector, is"
    assert way not in text_of(at)
    at.toggle(key="watch_words").set_value(True).run()
    at = settled(at)
    assert not at.exception
    assert way in text_of(at)
    recorded = settled(page(run="recorded-amazon-all-tricks-0"))
    assert len(cockpits(recorded)) == 1
    assert "watch_words" not in [toggle.key for toggle in recorded.toggle]


def test_every_claim_says_who_says_so_how_it_is_tested_and_its_verdict_in_words(store):
    at = settled(page(ulmfit_part="The claims"))
    assert not at.exception
    for name, claim in CLAIMS.items():
        at.segmented_control(key="ulmfit_claim").set_value(name).run()
        at = settled(at)
        assert not at.exception
        told = text_of(at)
        words = "(holds|does not hold|not decided)( on [^.]*)?|not measured yet|depends on [^.]*"
        assert re.search(rf"Verdict: ({words})\.", told), claim
        assert "Taken to mean:" in told and "Tested by:" in told
        assert re.search(rf"{claim}:\*\* ({words})", told)
        if "Verdict: not measured yet" in told:
            assert "python -m engine" in told


def test_own_texts_are_checked_previewed_and_start_a_run(store, tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    at = page()
    at.selectbox(key="run_text").set_value("own").run()
    assert at.button(key="start run").disabled
    rows = [f"a {word} film number {i},{label}" for i in range(20)
            for word, label in (("good", "up"), ("bad <script>", "down"))]  # fmt: skip
    at.file_uploader(key="own_csv").upload("own.csv", "\n".join(["words,mark", *rows]).encode())
    at.run()
    assert at.button(key="start run").disabled  # no column is called text or label
    header = ("words", "mark")
    at.selectbox(key=f"texts {header}").set_value("words").run()
    at.selectbox(key=f"labels {header}").set_value("mark").run()
    assert not at.exception
    assert "28 texts of the file are to learn from" in text_of(at)
    at.button(key="start run").click().run()
    (run,) = store.runs()
    assert run.settings["classify"]["n_labels"] == 28
    assert run.settings["adapt"]["text"] == run.settings["classify"]["text"]
    config = from_settings(Ulmfit, run.settings)
    counts = running_text(config.adapt.text, "train", 0)
    assert len(counts.ids) >= config.adapt.n_streams * (config.adapt.window + 3)


BAD_FILES = {
    "empty": (b"", "is empty"),
    "no header": (b"good,1\nbad,0\n", "first row"),
    "one label": (b"text,label\n" + b"".join(b"a%d,x\n" % i for i in range(30)), "only one label"),
    "latin-1": ("text,label\ncaf\xe9,a\n".encode("latin-1"), "row 2: holds a byte"),
    "pdf": (b"%PDF-1.4", "is a PDF file"),
    "too large": (b"text,label\n" + b"x" * 5_000_001, "the limit is 5 MB"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_says_why_and_starts_nothing(store, name):
    content, said = BAD_FILES[name]
    at = page()
    at.selectbox(key="run_text").set_value("own").run()
    at.file_uploader(key="own_csv").upload("bad.csv", content)
    at.run()
    assert not at.exception
    assert said in text_of(at)
    assert at.button(key="start run").disabled


def test_what_needs_a_restart_and_what_the_limits_are_is_said(store):
    told = text_of(page())
    assert "A run that is under way keeps what it was started with" in told
    assert "ends by itself after 2 hours" in told
    assert run_list.MOST_LISTED >= 10
