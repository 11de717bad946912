"""The cockpit in a real browser, over real trainings of small nets."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlparse

import pytest

from engine.runs import control
from engine.runs.store import Store
from engine.training.events import Batch, StageBegan
from engine.views.cockpit.choices import running_texts
from tests.browser import ulmfit_runs as small
from tests.browser.ulmfit_runs import wait

SLOW = 2.0  # seconds a batch: a run that still trains when a slow machine looks again
SCRIPT = "<script>window.hacked=1</script> this film"


class Pilot:
    """A visitor at the cockpit."""

    def __init__(self, visitor, store: Store) -> None:
        self.visitor, self.page, self.store = visitor, visitor.page, store
        self.run_id = ""

    @property
    def cockpit(self):
        return self.page.locator(".cockpit[data-ready='1']")

    def open(self, run_id: str = "", **params: str) -> "Pilot":
        self.run_id = run_id
        self.visitor.go("ulmfit", **({"run": run_id} if run_id else {}), **params)
        if run_id:
            self.page.locator(f".cockpit[data-ready='1'][data-run='{run_id}']").wait_for()
        return self

    def start(self, **options) -> "Pilot":
        """A small run of this visitor's, on screen."""
        if not self.page.url.startswith(self.visitor.server.url):
            self.visitor.go("ulmfit")
        word = small.visitor_word(self.visitor.context)
        return self.open(small.start(self.store.folder, word, **options))

    def told(self) -> dict[str, str]:
        return self.cockpit.evaluate("(root) => ({...root.dataset})")

    def step(self) -> int:
        return int(self.told()["step"])

    def until(self, condition, seconds: float = 90.0) -> dict[str, str]:
        """Wait until what the cockpit tells fits; what it tells then."""
        return wait(lambda: (found := self.told()) and condition(found) and found, seconds)

    def until_status(self, *wanted: str) -> dict[str, str]:
        return self.until(lambda told: told["status"] in wanted)

    def until_step(self, least: int) -> dict[str, str]:
        return self.until(lambda told: int(told["step"]) >= least)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def click(self, name: str) -> None:
        self.cockpit.get_by_role("button", name=name, exact=True).click()

    def of(self, kind: type) -> list:
        """The events of a kind that the store holds."""
        events = [one.event for one in self.store.events_after(self.run_id)]
        return [event for event in events if isinstance(event, kind)]

    def batches(self) -> list[int]:
        """Steps of the batches that the store holds."""
        return [event.step for event in self.of(Batch)]


@pytest.fixture
def store(server) -> Iterator[Store]:
    """The server's runs; none is left behind."""
    store = Store(server.runs)
    yield store
    for run in store.runs():
        control.delete(store, run.id)


@pytest.fixture
def pilot(reader, store) -> Pilot:
    return Pilot(reader, store)


def test_a_run_pauses_does_one_batch_goes_back_and_goes_on(pilot):
    pilot.start(pace=SLOW)
    pilot.until_step(2)
    pilot.click("Pause")
    pilot.until_status("paused")
    step = pilot.step()
    pilot.page.wait_for_timeout(1_000 * (SLOW + 1))
    assert pilot.step() == step
    assert pilot.batches() == list(range(1, step + 1))

    weights = pilot.store.checkpoints(pilot.run_id)[-1].weights
    pilot.click("Batch")
    pilot.until_step(step + 1)
    pilot.until_status("paused")
    assert pilot.batches() == list(range(1, step + 2))
    assert pilot.store.checkpoints(pilot.run_id)[-1].weights != weights

    pilot.cockpit.get_by_label("Back to a checkpoint", exact=True).select_option(str(step))
    pilot.until(lambda told: int(told["step"]) == step)
    wait(lambda: pilot.batches() == list(range(1, step + 1)))
    pilot.until_status("paused")
    pilot.click("Play")
    pilot.until_step(step + 2)


def test_the_keyboard_drives_it_and_typing_does_not(pilot):
    pilot.start(pace=SLOW)
    pilot.until_step(1)
    pilot.page.locator("h1").click()
    pilot.press(" ")
    step = int(pilot.until_status("paused")["step"])
    pilot.press(".")
    pilot.until(lambda told: int(told["step"]) == step + 1 and told["status"] == "paused")
    small.set_pace(pilot.store.folder, pilot.run_id, 0)
    pilot.press("s")
    told = pilot.until(lambda told: int(told["step"]) > step + 1 and told["status"] == "paused")
    (began,) = pilot.of(StageBegan)
    assert int(told["step"]) == began.n_batches
    assert told["stage"] == "pretrain"
    pilot.press("b")
    pilot.until(lambda told: int(told["step"]) < began.n_batches)

    pilot.page.get_by_text("Start a live run").click()
    prompt = pilot.page.get_by_label("Prompt, from which the model writes on")
    prompt.fill("")
    prompt.press_sequentially("x e.s ub")
    assert prompt.input_value() == "x e.s ub"
    pilot.page.wait_for_timeout(800)
    assert pilot.told()["status"] == "paused"
    pilot.page.get_by_text("Start a live run").click()  # keys go to a cockpit that is in sight
    pilot.page.locator("h1").click()
    pilot.press("?")
    pilot.cockpit.get_by_role("dialog", name="Keys").wait_for()
    pilot.press("Escape")
    pilot.press("x")
    pilot.until_status("stopped")


def test_locks_open_one_by_one_and_are_told_in_words(pilot):
    pilot.start(pretrain={"start": "none"}, adapt={"on": False}, pace=SLOW)
    pilot.until_step(1)
    pilot.click("Pause")
    frozen = [pilot.until_status("paused")["frozen"]]
    small.set_pace(pilot.store.folder, pilot.run_id, 0)
    pilot.page.locator("h1").click()
    while frozen[-1]:
        pilot.press("u")
        told = pilot.until(lambda told: told["status"] == "paused" and told["frozen"] != frozen[-1])
        frozen.append(told["frozen"])
    assert [groups.count(",") + 1 for groups in frozen[:-1]] == [4, 3, 2, 1]
    pilot.click("Play")
    pilot.until_status("finished")
    assert pilot.told()["frozen"] == ""
    column = pilot.cockpit.get_by_role("region", name="Stage 3: Fine-tune a classifier")
    assert pilot.cockpit.locator("[data-lock='open']").count() >= 5
    assert column.locator(".ck-layer[data-lock='closed']").count() == 0
    assert "Left out in this run" in pilot.cockpit.inner_text()


def test_reloading_keeps_the_run_and_a_second_viewer_sees_the_same_and_only_watches(pilot, visit):
    pilot.start(pace=SLOW)
    pilot.until_step(1)
    pilot.click("Pause")
    step = int(pilot.until_status("paused")["step"])
    pilot.page.reload()
    assert int(pilot.until_status("paused")["step"]) == step
    assert parse_qs(urlparse(pilot.page.url).query)["run"] == [pilot.run_id]

    other = Pilot(visit(), pilot.store).open(pilot.run_id)
    assert int(other.until_status("paused")["step"]) == step
    other.page.get_by_text("You are watching").wait_for()
    assert other.cockpit.get_by_role("button", name="Play", exact=True).is_disabled()
    other.page.locator("h1").click()
    other.press(".")
    answer = other.page.request.post(
        f"{other.visitor.server.url}/api/runs/{pilot.run_id}/resume",
        data="{}", headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status == 403
    other.page.wait_for_timeout(600)
    assert pilot.batches()[-1] == step
    pilot.click("Batch")
    other.until_step(step + 1)
    pilot.until_step(step + 1)


def test_runs_wait_in_a_queue_and_a_stopped_one_makes_room(pilot):
    first = pilot.start(pace=SLOW, name="First").run_id
    pilot.until_step(1)
    second = pilot.start(name="Second", pace=SLOW).run_id
    pilot.until_status("queued")
    pilot.cockpit.get_by_text("waiting: next in the queue", exact=True).wait_for()
    pilot.start(name="Third", pace=SLOW)
    pilot.cockpit.get_by_text("waiting: number 2 in the queue", exact=True).wait_for()
    pilot.open(first)
    pilot.click("Stop")
    pilot.until_status("stopped")
    pilot.open(second).until_step(1)
    assert pilot.store.run(first).status == "stopped"
    for name in ("First", "Second", "Third"):
        pilot.page.get_by_text(f"{name} ·").first.wait_for()


def test_a_run_that_is_over_plays_again_on_the_same_controls(pilot):
    pilot.start(pretrain={"start": "none"}, adapt={"on": False})
    pilot.until_status("finished")
    end = pilot.step()
    before = pilot.batches()
    pilot.click("Replay")
    pilot.until(lambda told: told["mode"] == "recorded" and told["playing"] == "true")
    pilot.page.locator("h1").click()
    pilot.press(" ")
    pilot.until(lambda told: told["playing"] == "false")
    pilot.press("0")
    pilot.until(lambda told: told["step"] == "0")
    pilot.press(".")
    told = pilot.until(lambda told: told["step"] == "1")
    assert told["frozen"] == "embedding,LSTM 1,LSTM 2,LSTM 3"
    pilot.press("u")
    told = pilot.until(lambda told: told["playing"] == "false" and int(told["step"]) > 1)
    assert told["frozen"] == "embedding,LSTM 1,LSTM 2"
    pilot.press(",")
    pilot.until(lambda now: int(now["step"]) == int(told["step"]) - 1)
    pilot.press("s")
    pilot.until(lambda told: int(told["step"]) == end)
    pilot.cockpit.get_by_text("REPLAY of").wait_for()
    pilot.click("Back to the run")
    pilot.until(lambda told: told["mode"] == "live")
    assert pilot.batches() == before


def test_a_script_in_the_prompt_stays_text(pilot):
    pilot.start(sample={"prompt": SCRIPT}, name=SCRIPT)
    pilot.cockpit.get_by_text(SCRIPT, exact=False).first.wait_for()
    pilot.cockpit.locator(".ck-written b", has_text="<script>").first.wait_for()
    pilot.page.get_by_text("The same as a table, and downloads").first.click()
    pilot.page.get_by_text("All events (CSV)").wait_for()
    assert pilot.page.evaluate("window.hacked === undefined")


def test_the_form_starts_a_run_that_the_link_names(pilot):
    pilot.open()
    form = pilot.page.get_by_text("Start a live run")
    form.wait_for()
    pilot.visitor.settle()  # it closes by itself where there is a run to look at
    prompt = pilot.page.get_by_label("Prompt, from which the model writes on")
    if not prompt.is_visible():
        form.click()
    prompt.fill("The plot")
    pilot.page.get_by_label("Seed").fill("7")
    pilot.page.get_by_label("Seed").press("Tab")
    pilot.visitor.settle()
    pilot.page.get_by_role("button", name="Start", exact=True).click()
    pilot.visitor.until("new URLSearchParams(location.search).get('run')")
    (run,) = pilot.store.runs()
    assert parse_qs(urlparse(pilot.page.url).query)["run"] == [run.id]
    assert (run.settings["seed"], run.settings["sample"]["prompt"]) == (7, "The plot")
    pilot.run_id = run.id
    pilot.until(lambda told: told["run"] == run.id)
    pilot.click("Stop")
    pilot.until_status("stopped")
    assert "The plot" not in pilot.visitor.server.log.read_text()


def test_a_run_is_deleted_only_after_a_second_click_and_its_link_says_so(pilot):
    pilot.start(pretrain={"start": "none"}, adapt={"on": False}, name="To be deleted")
    pilot.until_status("finished")
    pilot.page.get_by_role("button", name="Delete").first.click()
    assert pilot.store.run(pilot.run_id)
    pilot.page.get_by_role("button", name="Delete this run").click()
    wait(lambda: not pilot.store.runs())
    pilot.visitor.go("ulmfit", run=pilot.run_id)
    pilot.page.get_by_text("There is no run").first.wait_for()


def test_a_run_is_asked_for_ones_own_review_and_its_words_are_a_cloud(pilot):
    general = next(iter(running_texts()), "")
    pilot.start(pretrain={"start": "none", "text": general}, name=SCRIPT)
    pilot.until_status("finished")
    pilot.visitor.go("ulmfit", run=pilot.run_id, ulmfit_part="Ask it")
    page = pilot.page
    page.get_by_label("Your review").fill(f"A fine story. {SCRIPT}")
    page.get_by_label("Your review").press("Control+Enter")
    page.locator(".js-plotly-plot .textpoint", has_text="story").first.wait_for()
    page.get_by_text("Only stage 3 can say what the text is").wait_for()
    assert page.evaluate("window.hacked === undefined")
    if not general:
        return
    page.get_by_role("radio", name="Its words").click()
    pilot.visitor.wait_for_cloud()
    page.get_by_text("the median way of a word").wait_for()
    pilot.visitor.canvas.focus()
    page.keyboard.press(".")
    pilot.visitor.until("cloud.dataset.layer === '1'")
    pilot.visitor.wait_for_link(layer="1", ulmfit_part="Its words", run=pilot.run_id)


def test_a_file_of_ones_own_is_refused_in_words_or_trained_on(pilot, tmp_path):
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("text,label\n" + f"{SCRIPT},good\n" * 3 + ",bad\n")
    rows = [f"film {i} was {word},{label}" for i in range(12)
            for word, label in (("fine 😀", "חיובי"), (SCRIPT, "<b>bad</b>"))]  # fmt: skip
    good.write_text("\n".join(["text,label", *rows]), encoding="utf8")
    page = pilot.open().page
    page.get_by_text("Start a live run").click()
    pilot.visitor.choose("Texts with labels", "your own CSV file")
    upload = page.locator("input[type=file]")
    upload.set_input_files(bad)
    page.get_by_text("row 5: the text is empty").wait_for()
    start = page.get_by_role("button", name="Start", exact=True)
    assert start.is_disabled()
    upload.set_input_files(good)
    page.get_by_text("24 rows;").wait_for()
    start.click()
    pilot.visitor.until("new URLSearchParams(location.search).get('run')")
    (run,) = pilot.store.runs()
    assert run.settings["adapt"]["text"] == run.settings["classify"]["text"]
    pilot.run_id = run.id
    pilot.until_step(1)
    pilot.click("Stop")
    pilot.until_status("stopped")
    assert page.evaluate("window.hacked === undefined")


# Colours change no size, so that each is looked at once.
@pytest.mark.parametrize(("scheme", "presenter"), [("light", "false"), ("dark", "true")])
def test_it_fits_the_screen_in_light_and_dark_and_on_a_projector(visit, store, scheme, presenter):
    pilot = Pilot(visit(color_scheme=scheme, viewport={"width": 1280, "height": 720}), store)
    pilot.start(pretrain={"start": "none"}, adapt={"on": False})
    pilot.open(pilot.run_id, presenter=presenter)
    pilot.until_status("finished")
    width = pilot.visitor.ask("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    sizes = pilot.cockpit.evaluate(
        """(root) => [...root.querySelectorAll("*")]
          .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3
            && n.data.trim()))
          .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.textContent.slice(0, 30)])"""
    )
    least = 18 if presenter == "true" else 12
    assert [found for found in sizes if found[0] < least] == []
    cut = pilot.cockpit.evaluate(
        """(root) => [...root.querySelectorAll(".ck-name, .ck-value, .ck-number, h3, .ck-quiet")]
          .filter((e) => e.checkVisibility() && e.scrollWidth > e.parentElement.clientWidth + 1)
          .map((e) => e.textContent)"""
    )
    assert cut == []
    assert json.loads(json.dumps(pilot.told()))["ready"] == "1"
