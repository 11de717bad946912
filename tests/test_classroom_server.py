"""A class's rooms on the server: who may move one, what a stream brings and to whom."""

import asyncio
import json
from contextlib import aclosing

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.classroom import polls
from engine.classroom.rooms import Rooms
from engine.classroom.rows import Measured, Place, Question
from engine.errors import EngineError
from pages._ui import room_hub, room_serving
from pages._ui.room_hub import Hub, TooMany
from pages._ui.room_routes import ROOM_ROUTES
from pages._ui.visitor import COOKIE

ME, OTHER = "m" * 32, "o" * 32
STUDENTS = [f"{number:032}" for number in range(8)]
WHICH = Question("Which bank is it?", ("river", "money"))
STATE = {"page": "lectures", "query": "lecture=a&step=b", "view": None}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def store(tmp_path, monkeypatch):
    store = Rooms(tmp_path)
    monkeypatch.setattr(room_serving, "_store", store)
    monkeypatch.setattr(room_serving, "_hub", None)
    return store


@pytest.fixture
def code(store):
    return store.open(ME)


@pytest.fixture
def client():
    return TestClient(Starlette(routes=ROOM_ROUTES))


def post(client, path: str, values, word: str = ME):
    headers = {"cookie": f"{COOKIE}={word}"} if word else {}
    answer = client.post(f"/api/rooms/{path}", json=values, headers=headers)
    return answer.status_code, answer.json()


# --- commands -----------------------------------------------------------------------------------


def test_the_lecturer_moves_the_room_and_nobody_else(client, store, code):
    for word in (OTHER, ME[:-2]):
        status, found = post(client, f"{code}/state", STATE, word)
        assert (status, "may follow" in found["error"]) == (403, True)
    assert post(client, f"{code}/state", STATE, "")[0] == 409  # no cookie at all
    # What another site's form can send without asking first.
    for simple in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {"content-type": simple, "cookie": f"{COOKIE}={ME}"}
        answer = client.post(f"/api/rooms/{code}/state", content=b"{}", headers=headers)
        assert answer.status_code == 415
    assert store.room(code).place is None
    assert post(client, f"{code}/state", STATE) == (200, {"ok": True})
    assert store.room(code).place == Place("lectures", "lecture=a&step=b")
    for word in (OTHER, ""):
        for do in ("close", "show", "again", "away"):
            assert post(client, f"{code}/poll", {"do": do}, word)[0] in (403, 409)


def test_whoever_takes_the_room_over_moves_it_from_then_on(client, store, code):
    store.take_over(code, store.hand_over(code, ME), OTHER)
    assert post(client, f"{code}/state", STATE, ME)[0] == 403
    assert post(client, f"{code}/state", STATE, OTHER)[0] == 200


def test_votes_are_taken_from_every_browser_once(client, store, code):
    assert post(client, f"{code}/vote", {"round": 1, "choice": 0}, STUDENTS[0])[0] == 409
    polls.ask(store, code, ME, "step", WHICH)
    for word in STUDENTS:
        assert post(client, f"{code}/vote", {"round": 1, "choice": 0}, word)[0] == 200
    assert post(client, f"{code}/vote", {"round": 1, "choice": 1}, STUDENTS[0])[0] == 200
    assert post(client, f"{code}/vote", {"round": 1, "choice": 1}, "")[0] == 409
    assert [len(votes) for votes in polls.poll_of(store, store.room(code)).votes] == [8]
    client.cookies.set(COOKIE, STUDENTS[0])
    assert client.get(f"/api/rooms/{code}").json() == {"code": code, "closed": False, "voted": 1.0}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("ABCDEF/state", STATE, 404),
        ("x/state", STATE, 404),
        ("{code}/state", {}, 409),
        ("{code}/state", STATE | {"page": "../../etc"}, 409),
        ("{code}/state", STATE | {"page": SCRIPT}, 409),
        ("{code}/state", STATE | {"query": "a" * 9_000}, 409),
        ("{code}/state", STATE | {"query": "a" * 90_000}, 413),
        ("{code}/state", [], 400),
        ("{code}/vote", {"round": "1", "choice": 0}, 409),
        ("{code}/vote", {"round": 1, "choice": True}, 409),
        ("{code}/vote", {"round": 1, "choice": SCRIPT}, 409),
        ("{code}/vote", {"round": 1, "choice": 9}, 409),
        ("{code}/poll", {"do": "explode"}, 409),
        ("{code}/poll", {}, 409),
    ],
)
def test_whatever_is_sent_is_answered_with_a_sentence(client, store, code, path, body, status):
    polls.ask(store, code, ME, "step", WHICH)
    answer = post(client, path.replace("{code}", code), body)
    assert answer[0] == status
    assert answer[1]["error"].endswith(".")
    assert store.room(code).place is None


def test_who_asks_for_a_room_that_is_not_there_or_over_is_told(client, store, code):
    for path in ("ABCDEF", "ABCDEF/events", "nothing/events", "%3Cscript%3E"):
        answer = client.get(f"/api/rooms/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"].endswith(".")
    store.close(code, ME)
    assert client.get(f"/api/rooms/{code}").json()["closed"]
    assert post(client, f"{code}/state", STATE)[0] == 410
    assert post(client, f"{code}/vote", {"round": 1, "choice": 0}, OTHER)[0] == 410


def test_markup_in_a_link_stays_the_text_of_a_link(client, store, code):
    state = STATE | {"query": f"text={SCRIPT}&room=AAAAAA", "view": {"layout": SCRIPT}}
    assert post(client, f"{code}/state", state)[0] == 200
    place = store.room(code).place
    assert place.query == "text=%3Cscript%3Ealert%281%29%3C%2Fscript%3E"
    assert json.loads(place.view)["layout"] == SCRIPT


# --- streams ------------------------------------------------------------------------------------


def data_of(event: bytes) -> dict:
    assert event.startswith(b"data: ")
    assert event.endswith(b"\n\n")
    return json.loads(event[6:])


async def next_room(stream) -> dict:
    while True:
        event = await asyncio.wait_for(anext(stream), 10)
        if event.startswith(b"data: "):
            return data_of(event)


def in_a_loop(test, store) -> None:
    asyncio.run(test(Hub(lambda: store)))


def test_who_comes_late_begins_with_where_the_class_is(store, code):
    store.move(code, ME, Place("lectures", "step=first"))
    store.move(code, ME, Place("lectures", "step=second"))

    async def test(hub: Hub) -> None:
        async with aclosing(hub.follow(code)) as stream:
            assert (await next_room(stream))["place"]["query"] == "step=second"
            store.move(code, ME, Place("clouds", "layer=3"))
            hub.notify(code)
            assert (await next_room(stream))["place"]["page"] == "clouds"

    in_a_loop(test, store)


def test_a_vote_wakes_the_lecturer_and_shows_the_class_nothing(store, code, monkeypatch):
    monkeypatch.setattr(room_hub, "ALIVE_SECONDS", 0.3)
    polls.ask(store, code, ME, "step", WHICH)

    async def test(hub: Hub) -> None:
        async with (
            aclosing(hub.follow(code)) as student,
            aclosing(hub.follow(code, to_driver=True)) as lecturer,
        ):
            found = await next_room(student)
            assert "counts" not in found["poll"]
            assert "viewers" not in found
            while (await next_room(lecturer)).get("viewers") != 1:
                pass
            polls.vote(store, code, STUDENTS[0], 1, 1)
            hub.notify(code)
            assert (await next_room(lecturer))["poll"]["voted"] == [1]
            assert await anext(student) == b": alive\n\n"
            polls.tell_measured(store, code, ME, Measured("river", 0))
            hub.notify(code)
            shown = (await next_room(student))["poll"]
            assert (shown["counts"], shown["measured"]["told"]) == ([[0, 1]], "river")

    in_a_loop(test, store)


def test_who_is_slow_to_read_skips_to_the_newest(store, code, monkeypatch):
    monkeypatch.setattr(room_hub, "BETWEEN_SECONDS", 0.0)

    async def test(hub: Hub) -> None:
        async with aclosing(hub.follow(code)) as slow, aclosing(hub.follow(code)) as quick:
            await next_room(slow)
            await next_room(quick)
            for number in range(20):
                store.move(code, ME, Place("clouds", f"layer={number}"))
                hub.notify(code)
                assert (await next_room(quick))["place"]["query"] == f"layer={number}"
            assert (await next_room(slow))["place"]["query"] == "layer=19"

    in_a_loop(test, store)


def test_a_room_is_read_once_for_all_who_follow_it(store, code, monkeypatch):
    reads = []
    read = store.room
    monkeypatch.setattr(store, "room", lambda code: reads.append(code) or read(code))

    async def test(hub: Hub) -> None:
        streams = [hub.follow(code) for _ in range(50)]
        for stream in streams:
            await next_room(stream)
        reads.clear()
        store.move(code, ME, Place("clouds"))
        n_own = len(reads)  # those of the change itself
        hub.notify(code)
        for stream in streams:
            assert (await next_room(stream))["place"]["page"] == "clouds"
        assert len(reads) - n_own <= 3  # not 50
        for stream in streams:
            await stream.aclose()
        assert hub._rooms == {}

    in_a_loop(test, store)


def test_a_room_takes_so_many_and_the_server_can_end_while_they_follow(store, code, monkeypatch):
    monkeypatch.setattr(room_hub, "MOST_FOLLOWERS", 1)

    async def test(hub: Hub) -> None:
        stream = hub.follow(code)
        await next_room(stream)
        with pytest.raises(TooMany):
            await anext(hub.follow(code))
        hub.close()
        rest = [event async for event in stream]
        assert all(event.startswith(b"data") for event in rest)

    in_a_loop(test, store)


def test_a_message_from_a_thread_after_the_servers_end_is_no_error(store, code):
    hub = Hub(lambda: store)

    async def once() -> None:
        async with aclosing(hub.follow(code)) as stream:
            await next_room(stream)

    asyncio.run(once())
    hub.notify(code)  # its loop is closed
    hub.close()


def test_the_stream_of_the_route_says_what_it_is(client, store, code):
    store.move(code, ME, Place("clouds"))

    async def first_events(cookie: str, path: str) -> tuple[dict, list[bytes]]:
        app = Starlette(routes=ROOM_ROUTES)
        path, _, query = path.partition("?")
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "http_version": "1.1", "scheme": "http",
            "server": ("localhost", 80), "client": ("localhost", 1), "root_path": "",
            "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())],
        }  # fmt: skip
        sent, enough = [], asyncio.Event()

        async def receive():
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)
            if sum(m.get("body", b"").startswith(b"data") for m in sent) == 1:
                enough.set()

        await asyncio.wait_for(app(scope, receive, send), 10)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return headers, [message["body"] for message in sent[1:] if message.get("body")]

    headers, (retry, event, *_) = asyncio.run(first_events(OTHER, f"/api/rooms/{code}/events"))
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert retry == b"retry: 1000\n\n"
    assert data_of(event)["place"]["page"] == "clouds"
    as_driver = f"/api/rooms/{code}/events?as=driver"
    assert "viewers" not in data_of(asyncio.run(first_events(OTHER, as_driver))[1][1])
    assert "viewers" in data_of(asyncio.run(first_events(ME, as_driver))[1][1])


def test_a_server_whose_store_cannot_be_used_says_so(client, monkeypatch):
    def broken() -> Rooms:
        raise EngineError("The folder for rooms cannot be used.")

    monkeypatch.setattr("pages._ui.room_routes.room_store", broken)
    assert client.get("/api/rooms/ABCDEF").json() == {
        "error": "The folder for rooms cannot be used."
    }
    assert client.get("/api/rooms/ABCDEF/events").status_code == 409
