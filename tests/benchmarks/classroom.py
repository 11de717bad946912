"""A hundred students in one room: how long after the lecturer's move does each of them have it?

The students are real HTTP clients, each with an event stream of its own to a server in a process of
its own; they run on the same processors as the server, which therefore looks slower than it is.
Then the same students also open the page, as Streamlit sessions over real websockets, and draw it
anew at each move: what a whole class costs that really follows. A move is from the lecturer's
request to the student's message, or to the end of the student's page.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from engine.classroom import polls
from engine.classroom.rooms import Rooms
from engine.classroom.rows import Question
from engine.lectures.shelf import shelf
from tests.benchmarks import Row
from tests.benchmarks.app_server import App, running_app
from tests.benchmarks.follower import Follower, Page, post

DRIVER = "d" * 32
STUDENTS, FEW = 100, 30
MOVE_SECONDS, DRAG_SECONDS = 1.0, 0.15  # between two moves: steps, and a camera that is dragged
STEP_SECONDS = 10.0  # between two steps of a lecture, where a hundred pages are drawn anew
MEDIAN, TAIL = "ours < 1000", "ours < 3000"  # milliseconds


def run(quick: bool) -> list[Row]:
    """One server, a room, and as many students as the issue asks for."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONESCOPE_RUNS"] = folder
        with running_app() as app:
            app.wait_until_idle()
            store = Rooms(Path(folder))
            return asyncio.run(_measure(app, store, quick))


async def _measure(app: App, store: Rooms, quick: bool) -> list[Row]:
    code, n = store.open(DRIVER), FEW if quick else STUDENTS
    students = [Follower(app.url, code, f"{number:032}") for number in range(n)]
    await asyncio.gather(*(student.open() for student in students))
    rows = await _moves(app, code, students, MOVE_SECONDS, 5 if quick else 30, "a move a second")
    rows += await _moves(app, code, students, DRAG_SECONDS, 20 if quick else 100, "camera dragged")
    rows += await _votes(app, store, code, students)
    rows += await _pages(app, code, students, 3 if quick else 5)
    for student in students:
        student.close()
    return rows


async def _moves(
    app: App, code: str, students: Sequence[Follower], pause: float, n: int, what: str
) -> list[Row]:
    """Move often; each student notes when each move came."""
    sent: list[float] = []
    for number in range(n):
        sent.append(time.perf_counter())
        state = {"page": "clouds", "query": f"n={number}", "view": {"layer": number}}
        await post(app.url, f"/api/rooms/{code}/state", state, DRIVER)
        await asyncio.sleep(pause)
    await asyncio.sleep(1)
    # A slow browser skips moves on purpose; what counts for one that it skipped is the next.
    lags = [
        1000 * (min(at for m, at in student.moves.items() if m >= number) - sent[number])
        for student in students
        for number in range(n)
    ]
    for student in students:
        student.moves.clear()
    return _rows(f"{len(students)} students, {what}", lags)


async def _votes(app: App, store: Rooms, code: str, students: Sequence[Follower]) -> list[Row]:
    """All vote in the same moment."""
    polls.ask(store, code, DRIVER, "benchmark", Question("Which?", ("a", "b", "c")))
    started = time.perf_counter()

    async def vote(number: int, student: Follower) -> float:
        await post(app.url, f"/api/rooms/{code}/vote", {"round": 1, "choice": number % 3},
                   student.word)  # fmt: skip
        return 1000 * (time.perf_counter() - started)

    lags = list(await asyncio.gather(*(vote(*one) for one in enumerate(students))))
    kept = polls.poll_of(store, store.room(code))
    assert kept is not None
    assert len(kept.votes[0]) == len(students)
    polls.put_away(store, code, DRIVER)
    return _rows(f"{len(students)} votes in one moment, all kept", lags)


async def _pages(app: App, code: str, students: Sequence[Follower], n: int) -> list[Row]:
    """All students also have the page open, and draw it anew at each step of a lecture."""
    lecture = shelf()[0][0]
    queries = [f"lecture={lecture.slug}&step={step.id}" for step in lecture.steps]
    pages = [Page(app.url, "lectures", queries[0]) for _ in students]
    started = time.perf_counter()
    await asyncio.gather(*(page.open() for page in pages))
    opened = 1000 * (time.perf_counter() - started)
    messages, drawn, used = [], [], app.processor_seconds()
    for number in range(1, n + 1):
        query = queries[number % len(queries)]
        for student in students:
            student.moves.clear()
        at = time.perf_counter()
        state = {"page": "lectures", "query": f"{query}&n={number}", "view": None}
        sending = asyncio.create_task(post(app.url, f"/api/rooms/{code}/state", state, DRIVER))
        ends = await asyncio.gather(
            *(_followed(student, page, number, query)
              for student, page in zip(students, pages, strict=True))
        )  # fmt: skip
        await sending
        messages += [1000 * (student.moves[number] - at) for student in students]
        drawn += [1000 * (end - at) for end in ends]
        await asyncio.sleep(max(0.0, STEP_SECONDS - (time.perf_counter() - at)))
    used = 1000 * (app.processor_seconds() - used) / (n * len(pages))
    for page in pages:
        await page.close()
    name = f"{len(pages)} students with the page open"
    return [
        Row(f"{name}: all have opened it", opened, "ms", note=f"in one moment, {queries[0]}"),
        *_rows(f"{name}, a step: message", messages),
        *_rows(f"{name}, a step: page drawn", drawn, wanted=False),
        Row(f"{name}, a step: server's processor time a student", used, "ms"),
    ]


async def _followed(student: Follower, page: Page, number: int, query: str) -> float:
    """When the student's page was complete."""
    await student.until(number)
    await page.go(query)
    return time.perf_counter()


def _rows(name: str, lags: list[float], *, wanted: bool = True) -> list[Row]:
    ordered = sorted(lags)
    tail = ordered[int(0.95 * (len(ordered) - 1))]
    note = f"{len(lags)} times, slowest {ordered[-1]:.0f} ms"
    return [
        Row(f"{name}: median", statistics.median(lags), "ms", wanted=MEDIAN * wanted, note=note),
        Row(f"{name}: 95 %", tail, "ms", wanted=TAIL * wanted, note=note),
    ]
