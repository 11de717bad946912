"""What the server does for the cockpit: events as packets, controls for a run's owner only, a run
as a table, two runs on one picture.
"""

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route

from engine.corpora import own_texts
from engine.corpora.labelled_csv import LabelledTexts
from engine.corpora.training_texts import text_source
from engine.errors import DataUnavailable, EngineError, TextError, UnknownName
from engine.runs import control, queue
from engine.runs.journal import Journal, Settlement
from engine.runs.process import Owner, mark_of
from engine.runs.rows import EPOCH, FINISHED, PAUSED, RUNNING, STOPPED, Checkpoint
from engine.runs.store import Store
from engine.training.events import Batch, EpochEnded, Validated
from engine.training.ulmfit.config import Ulmfit
from engine.training.ulmfit.planned_runs import planned
from engine.training.ulmfit.settings import from_settings
from engine.views import VIEWS
from engine.views.cockpit import feed, kept_runs
from engine.views.cockpit.about import about_live
from engine.views.cockpit.choices import SHORT, Choices, name_of, settings_of
from engine.views.cockpit.columns import columns
from engine.views.cockpit.epochs import by_epoch
from engine.views.cockpit.feed import live_packet
from engine.views.cockpit.owners import NotYours, is_owner, runs_of, set_owner
from engine.views.cockpit.seeds import spread_over_seeds
from engine.views.cockpit.starting import start_run, start_runs
from engine.views.cockpit.steering import delete_run, steer
from pages._ui import run_routes, serving
from pages._ui.visitor import COOKIE, VisitorCookie, word_in
from tests.fake_runs import fake_events

ME, OTHER = "m" * 32, "o" * 32
EVENTS = list(fake_events())


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    store = Store()
    monkeypatch.setattr(serving, "_store", store)
    return store


def entered(store: Store, visitor: str = ME, **settings) -> str:
    run_id = store.add("ulmfit", settings, name="mine")
    set_owner(store, run_id, visitor)
    return run_id


def told(store: Store, run_id: str, events=EVENTS) -> Journal:
    """The run's log, after these events."""
    me = Owner(os.getpid(), mark_of(os.getpid()))
    assert queue.claim(store, run_id, me)
    journal = Journal(store, run_id, me)
    journal.begin({"data": "films", "hardware": "a small computer"}, "")
    for event in events:
        journal.add(event)
    journal.commit()
    return journal


def packet(store: Store, run_id: str, after: int = 0, revision: int = -1) -> dict:
    return json.loads(live_packet(store, run_id, after, revision))


def number(row) -> int:
    return row[0] if isinstance(row, list) else row["number"]


# --- events -------------------------------------------------------------------------------------


def test_who_asks_again_and_again_gets_every_event_once_and_in_order(store, monkeypatch):
    monkeypatch.setattr(feed, "MOST_ROWS", 40)
    run_id = entered(store)
    told(store, run_id)
    rows, after, more = [], 0, True
    while more:
        found = packet(store, run_id, after, 0)
        rows += found["rows"]
        after, more = number(rows[-1]), found["more"]
        assert len(found["rows"]) <= 40
    assert [number(row) for row in rows] == list(range(1, len(EVENTS) + 1))
    assert packet(store, run_id, after, 0)["rows"] == []


def test_who_followed_a_run_that_was_set_back_hears_where_to_cut_and_what_came_since(store):
    run_id = entered(store)
    journal = told(store, run_id, EVENTS[:20])
    kept = Checkpoint(12, 14, "pretrain", EPOCH, "ab", "file", 1, "", 0.0, 0.0)
    journal.commit(kept)
    for event in EVENTS[20:50]:
        journal.add(event)
    journal.commit()
    last = packet(store, run_id)["rows"][-1]
    assert number(last) == 50
    control.step_back(store, run_id, 12)
    found = packet(store, run_id, 50, 0)
    assert (found["cut"], found["rows"], found["run"]["revision"]) == (14, [], 1)
    assert [one["step"] for one in found["run"]["checkpoints"]] == [12]
    # One who has less than what stayed keeps all of it.
    assert packet(store, run_id, 5, 0)["cut"] == 5
    assert packet(store, run_id, 14, 1)["cut"] is None


def test_the_state_says_how_the_run_stands_and_nothing_of_the_server(store):
    first, second = entered(store), entered(store)
    assert packet(store, second)["run"]["place"] == 2
    told(store, first)
    state = packet(store, first)["run"]
    assert (state["status"], state["hardware"]) == (RUNNING, "a small computer")
    assert state["data"] == "films"
    assert state["started"] > 0
    assert not {"pid", "settings", "device"} & set(state)
    assert str(store.folder) not in json.dumps(packet(store, first))
    with pytest.raises(UnknownName, match="There is no run"):
        live_packet(store, "nothing", 0, -1)


# --- controls -----------------------------------------------------------------------------------


def test_every_control_reaches_the_store(store):
    run_id = entered(store)
    steer(store, run_id, "pause", {}, ME)
    assert store.run(run_id).status == PAUSED
    steer(store, run_id, "resume", {"until": "epoch"}, ME)
    assert (store.run(run_id).want, store.run(run_id).until) == (RUNNING, "epoch")
    steer(store, run_id, "pace", {"seconds": 0.2}, ME)
    assert store.run(run_id).pace == 0.2
    steer(store, run_id, "back", {"step": 0}, ME)
    assert (store.run(run_id).status, store.run(run_id).revision) == (PAUSED, 1)
    steer(store, run_id, "stop", {}, ME)
    assert store.run(run_id).status == STOPPED


@pytest.mark.parametrize(
    ("command", "values", "sentence"),
    [
        ("resume", {"until": "noon"}, "pauses after one of"),
        ("resume", {"until": ["batch"]}, "pauses after one of"),
        ("back", {"step": "3"}, "goes back to a batch"),
        ("back", {"step": -1}, "goes back to a batch"),
        ("back", {"step": True}, "goes back to a batch"),
        ("back", {"step": 7}, "no checkpoint at batch 7"),
        ("pace", {"seconds": 1e9}, "0 to 10 seconds"),
        ("pace", {"seconds": float("nan")}, "0 to 10 seconds"),
        ("delete", {}, "Unknown command 'delete'"),
    ],
)
def test_what_no_control_asks_for_is_refused_in_a_sentence(store, command, values, sentence):
    run_id = entered(store)
    before = store.run(run_id)
    with pytest.raises(EngineError, match=sentence):
        steer(store, run_id, command, values, ME)
    assert store.run(run_id) == before


def test_only_the_visitor_who_started_a_run_steers_and_deletes_it_and_finds_it_in_the_list(store):
    mine, theirs, of_the_command_line = entered(store), entered(store, OTHER), store.add("walk", {})
    for act in (lambda: steer(store, theirs, "stop", {}, ME), lambda: delete_run(store, theirs, ME),
                lambda: steer(store, of_the_command_line, "stop", {}, ME),
                lambda: steer(store, mine, "stop", {}, "")):  # fmt: skip
        with pytest.raises(NotYours):
            act()
    assert {run.id for run in runs_of(store, ME)} == {mine, of_the_command_line}
    delete_run(store, mine, ME)
    assert [run.id for run in runs_of(store, ME)] == [of_the_command_line]
    assert ME not in "".join(path.read_text() for path in (store.folder / "owners").iterdir())


def test_own_texts_go_with_the_last_run_that_learns_from_them(store, tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    sentences = tuple(f"Text number {row} is here." for row in range(40))
    texts = LabelledTexts(sentences, np.arange(40) % 2, ("no", "yes"))
    name = own_texts.keep(texts)
    settings = {"adapt": {"text": name}, "classify": {"text": name, "n_labels": 2}}
    runs = [store.add("walk", settings) for _ in range(2)]
    for run_id in runs:
        set_owner(store, run_id, ME)
    delete_run(store, runs[0], ME)
    assert text_source(name).missing() is None
    delete_run(store, runs[1], ME)
    with pytest.raises(DataUnavailable, match="Upload the file again"):
        text_source(name)


# --- routes -------------------------------------------------------------------------------------


def ask(path: str, method="GET", body=b"", **headers) -> tuple[int, dict, dict[str, str]]:
    """(status, JSON, headers) of a request to the app's routes, without a server."""
    page = Route("/", lambda request: HTMLResponse("<p>page"))
    app = Starlette(routes=[*run_routes.ROUTES, page], middleware=[Middleware(VisitorCookie)])
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "http_version": "1.1", "scheme": "http",
        "server": ("localhost", 80), "client": ("localhost", 1), "root_path": "",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    # In a thread of its own: after browser tests, this one has an event loop that runs already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    is_json = found.get("content-type") == "application/json"
    return sent[0]["status"], json.loads(content) if is_json else {}, found


@pytest.fixture
def quiet_server(monkeypatch):
    """Nothing is trained for what these tests enter."""

    class Quiet:
        def wake(self):
            pass

    monkeypatch.setattr(run_routes, "serve_runs", Quiet)


@pytest.mark.usefixtures("quiet_server")
def test_events_are_for_everybody_with_the_id_and_controls_for_the_owners_browser(store):
    run_id = entered(store)
    cookie = f"{COOKIE}={ME}"
    status, found, headers = ask(f"/api/runs/{run_id}/events?after=0&revision=-1")
    assert (status, found["run"]["status"], headers["cache-control"]) == (200, "queued", "no-store")
    pause = f"/api/runs/{run_id}/pause"
    json_type = "application/json"
    assert ask(pause, "POST", b"{}", content_type=json_type)[0] == 403
    other = f"{COOKIE}={OTHER}"
    assert ask(pause, "POST", b"{}", content_type=json_type, cookie=other)[0] == 403
    # What another site's form can send without asking first.
    for simple in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert ask(pause, "POST", b"{}", content_type=simple, cookie=cookie)[0] == 415
    assert ask(pause, cookie=cookie)[0] == 405
    assert store.run(run_id).status == "queued"
    assert ask(pause, "POST", b"{}", content_type=json_type, cookie=cookie)[:2] == (
        200,
        {"ok": True},
    )
    assert store.run(run_id).status == PAUSED


@pytest.mark.usefixtures("quiet_server")
def test_whatever_is_asked_is_answered_with_a_sentence(store):
    run_id = entered(store)
    mine = {"content_type": "application/json", "cookie": f"{COOKIE}={ME}"}
    for path, body, status in (
        ("/api/runs/nothing/pause", b"{}", 404),
        (f"/api/runs/{run_id}/explode", b"{}", 404),
        (f"/api/runs/{run_id}/resume", b"[]", 400),
        (f"/api/runs/{run_id}/resume", b"{", 400),
        (f"/api/runs/{run_id}/resume", b" " * 2_000, 413),
        (f"/api/runs/{run_id}/back", b'{"step": 5}', 409),
    ):
        found = ask(path, "POST", body, **mine)
        assert found[0] == status
        assert found[1]["error"].endswith(".")
    for path in ("/api/runs/nothing/events", "/api/recorded/..%2f..%2fetc/events"):
        status, found, _ = ask(path)
        assert (status, "no run" in found["error"] or "Unknown" in found["error"]) == (404, True)
    gone, found, _ = ask("/api/runs/nothing/events?after=44&revision=0")  # watched until now
    assert gone == 200
    assert found.keys() == {"gone"}
    assert "There is no run" in found["gone"]
    for query in ("after=x&revision=y", "after=-5", "after=9999999999999999999999", "after=²"):
        assert ask(f"/api/runs/{run_id}/events?{query}")[0] == 200


def test_a_browser_gets_one_word_with_its_first_page_and_keeps_it():
    _, _, headers = ask("/")
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    word = cookie.partition("=")[2].partition(";")[0]
    assert word_in({COOKIE: word}) == word
    assert "set-cookie" not in ask("/", cookie=f"other=1; {COOKIE}={word}")[2]
    assert "set-cookie" in ask("/", cookie=f"{COOKIE}=short")[2]
    assert "set-cookie" not in ask("/api/recorded/none/events")[2]


# --- a run as a table, and its figures ----------------------------------------------------------


def logged(events=EVENTS):
    return [kept_runs.Logged(i, 0.0, 0.0, event) for i, event in enumerate(events, 1)]


def test_the_table_has_a_row_for_each_epoch_with_what_learnt_and_what_came_of_it():
    table = by_epoch(logged())
    epochs = table[~table["epoch"].str.startswith("start")]
    ended = [event for event in EVENTS if isinstance(event, EpochEnded)]
    assert list(zip(epochs["stage"], epochs["epoch"].astype(int) - 1, strict=True)) == [
        (event.stage, event.epoch) for event in ended
    ]
    assert epochs["batches"].sum() == sum(isinstance(event, Batch) for event in EVENTS)
    second = epochs[(epochs["stage"] == "classify") & (epochs["epoch"] == "2")].iloc[0]
    batches = [e for e in EVENTS if isinstance(e, Batch) and (e.stage, e.epoch) == ("classify", 1)]
    assert second["mean loss"] == pytest.approx(sum(e.loss for e in batches) / len(batches))
    assert second["frozen"] == "embedding, LSTM 1, LSTM 2"
    assert second["highest rate"] == max(max(e.rates.values()) for e in batches)
    assert second["lowest rate"] == min(e.rates["LSTM 3"] for e in batches)
    measured = [e.figures for e in EVENTS if isinstance(e, Validated) and e.stage == "classify"]
    assert second["accuracy"] == measured[1]["accuracy"]


def test_an_epoch_that_is_under_way_says_so():
    table = by_epoch(logged(EVENTS[:12]))
    assert table.iloc[-1]["epoch"] == "1, under way"
    assert table.iloc[-1]["batches"] == 10
    assert len(by_epoch([])) == 0


def test_figures_are_the_newest_of_each_kind():
    found = kept_runs.last_figures(logged())
    newest = {}
    for event in EVENTS:
        if isinstance(event, Validated):
            newest |= event.figures
    assert found == newest


def test_two_runs_stand_on_one_picture_with_their_difference(store):
    better = [
        replace(event, figures={"accuracy": event.figures["accuracy"] + 0.1})
        if isinstance(event, Validated) and event.stage == "classify"
        else event
        for event in EVENTS
    ]
    first, second = entered(store), entered(store)
    told(store, first)
    told(store, second, better)
    view = VIEWS["compare-runs"]()
    shown = view.show(view.State(first, second))
    assert "ends at 0.85 ± 0.03; mine ends at 0.95 ± 0.02: a difference of 0.1" in shown.notice
    assert "beyond" in shown.notice
    assert [len(trace.x) for trace in shown.figure.data] == [6, 6]
    assert len(shown.table) == 12
    for measure in ("perplexity", "loss"):
        shown = view.show(view.State(first, second, measure))
        assert shown.notice.endswith("a difference of 0 in " + measure + ".")
    with pytest.raises(EngineError, match="has not told any watched_perplexity"):
        view.show(view.State(first, second, "watched_perplexity"))
    with pytest.raises(EngineError, match="Choose two runs"):
        view.show(view.State(first, first))


# --- a new run ----------------------------------------------------------------------------------


def test_choices_become_settings_that_the_training_takes():
    chosen = Choices("imdb", 100, 300, 7, "both", "none", tricks=("adapt", "triangle"),
                     unfreezing="last", prompt=" The plot ")  # fmt: skip
    settings = settings_of(chosen)
    shown = columns(settings)
    pretrain, adapt, classify = shown["stages"]
    assert "Left out" in pretrain["skipped"]
    assert not adapt["skipped"]
    assert "at one rate" in adapt["changes"]
    assert classify["changes"].startswith("the top layer only")
    assert classify["takes"] == "100 texts with their labels"
    assert settings["sample"]["prompt"] == "The plot"
    assert (settings["seed"], settings["direction"]) == (7, "both")
    assert name_of(chosen) == (
        "IMDb, 100 labels, without pretraining and discriminative rates and gradual unfreezing"
    )


@pytest.mark.parametrize("name", ["imdb", "amazon"])
def test_whole_reviews_are_read_live_in_the_sizes_of_the_recorded_runs(name):
    live = from_settings(Ulmfit, settings_of(Choices(name, n_unlabelled=SHORT[name])))
    recorded = from_settings(Ulmfit, planned(name, "all-tricks", 0).settings)
    assert live.adapt == recorded.adapt
    assert replace(live.classify, n_test=recorded.classify.n_test) == recorded.classify


def test_the_planned_rate_is_the_schedule_of_the_stage():
    everything = columns(settings_of(Choices("imdb")))["stages"][-1]
    shares = [factor for _, factor in everything["plan"]]
    assert max(shares) == 1
    assert shares.index(1) / len(shares) == pytest.approx(0.1, abs=0.01)
    assert shares[0] == pytest.approx(1 / 32, abs=1e-3)
    assert [share for share, _ in everything["plan"]][-1] == 1
    flat = columns(settings_of(Choices("imdb", tricks=("gradual",))))["stages"][-1]
    assert {factor for _, factor in flat["plan"]} == {1.0}
    each = columns({"classify": {"schedule": "slanted triangles", "epochs": 8}})["stages"][-1]
    peaks = [share for share, factor in each["plan"] if factor == 1]
    assert len(peaks) == 5  # one for each of the five groups that thaw


def test_bad_choices_are_a_sentence_and_no_run(store):
    with pytest.raises(TextError, match="NUL"):
        start_run(store, Choices("imdb", prompt="a\0b"), ME)
    with pytest.raises(TextError, match="up to 200"):
        start_run(store, Choices("imdb", prompt="a" * 201), ME)
    with pytest.raises(EngineError, match="direction"):
        start_run(store, Choices("imdb", direction="sideways"), ME)
    assert store.runs() == []


def test_a_visitor_has_a_few_runs_at_once_and_others_have_theirs(store):
    ids = [start_run(store, Choices("imdb", seed=seed), ME) for seed in range(5)]
    assert all(is_owner(store, run_id, ME) for run_id in ids)
    with pytest.raises(EngineError, match="You have 5 runs"):
        start_run(store, Choices("imdb"), ME)
    start_run(store, Choices("imdb"), OTHER)
    control.stop(store, ids[0])
    start_run(store, Choices("imdb"), ME)


def test_three_seeds_are_three_runs_or_none(store):
    ids = start_runs(store, Choices("imdb", seed=4), ME, 3)
    assert [store.run(run_id).settings["seed"] for run_id in ids] == [4, 5, 6]
    with pytest.raises(EngineError, match="You have 3 runs"):
        start_runs(store, Choices("imdb"), ME, 3)
    assert len(store.runs()) == 3


def test_runs_that_differ_in_the_seed_alone_are_told_together(store, monkeypatch):
    ids = start_runs(store, Choices("imdb"), ME, 3)
    other = start_run(store, Choices("imdb", n_labels=50), ME)
    accuracies = dict(zip([*ids, other], [0.5, 0.75, None, 0.9], strict=True))

    def figures(run_id):
        value = accuracies[run_id]
        event = Validated(9, {"accuracy": value}, "classify")
        return [] if value is None else [kept_runs.Logged(1, 0.0, 0.0, event)]

    monkeypatch.setattr(store, "events_after", figures)
    (told,) = spread_over_seeds(store.runs(), store)
    assert told.endswith("accuracy 0.62 on average over 2 seeds, 0.50 to 0.75.")


def test_a_run_is_told_before_its_first_event(store):
    about = about_live(store.run(start_run(store, Choices("imdb"), ME)))
    assert [stage["name"] for stage in about["stages"]] == ["pretrain", "adapt", "classify"]
    assert about["height"] == 5
    assert about["facts"] == "200 labels · forward · seed 0"


def test_a_finished_run_stays_finished_for_its_list(store):
    run_id = entered(store)
    journal = told(store, run_id)
    journal.settle(lambda row: Settlement(FINISHED, FINISHED))
    assert kept_runs.status_in_words(store.run(run_id)) == "finished, batch 130"
