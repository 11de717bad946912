"""From starting the app to a picture: in a new server, on a second visit, and our own share."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import Row
from tests.benchmarks.app_server import ROOT, App, running_app
from tests.benchmarks.chromium import chromium

CLOUD = ".conescope[data-ready='1']"
BARE = "import streamlit as st\nst.text('bare')\n"  # the least that Streamlit shows
BARE_TEXT = "[data-testid='stText']"
BESIDE = "reference: a Streamlit page with one word on it, in turns"
WAIT_MS = 60_000
OWN_SHARE = """
import time
import streamlit  # what every Streamlit app pays
started = time.perf_counter()
from engine.views.cloud import packet
from engine.views.prepared import CloudState, prepare
imported = time.perf_counter()
packet(prepare(CloudState()), "bank")
print(imported - started, time.perf_counter() - imported)
"""


def run(quick: bool) -> list[Row]:
    """Starts with warm page cache: the files were read before. Chromium is already running and
    draws WebGL in software.
    """
    health, first, second, idle, bare = [], [], [], [], []
    with chromium() as browser, _bare_app() as other:
        for _ in range(2 if quick else 5):
            started = time.perf_counter()
            with running_app() as app:
                health.append(app.seconds_to_health)
                _visit(browser, app.url)
                first.append(time.perf_counter() - started)
                second.append(_visit(browser, app.url))
                app.wait_until_idle()
                for _ in range(3):
                    idle.append(_visit(browser, app.url))
                    bare.append(_visit(browser, other.url, BARE_TEXT))
    own = [_own_share() for _ in range(3 if quick else 7)]
    imported, packed = (statistics.median(values) for values in zip(*own, strict=True))
    note = f"imports {imported:.2f} s, recorded cloud and its packet {packed:.2f} s"
    loading = "an empty browser cache, page to drawn cloud"
    again = _row("second visit", idle, "ours < 2", "the same, once the models are loaded")
    without = statistics.median(bare)
    return [
        _row("start to health", health, "ours < 3", "process start to /_stcore/health"),
        _row("start to picture", first, "ours < 8", "process start to a drawn cloud in Chromium"),
        Row("our own share of it", imported + packed, "s", wanted="ours < 2", note=note),
        _row("second visit while models load", second, "", loading),
        replace(
            again, reference=without, ratio=again.ours / without, note=f"{again.note}; {BESIDE}"
        ),
    ]


@contextmanager
def _bare_app() -> Iterator[App]:
    """A Streamlit app that shows one word: what every visit to any Streamlit app takes."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf8")
        with running_app(script=str(script)) as app:
            yield app


def _visit(browser, url: str, wanted: str = CLOUD) -> float:
    """Seconds from navigation to a drawn cloud (or what is wanted), with an empty browser cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url)
    page.locator(wanted).wait_for(state="attached", timeout=WAIT_MS)
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def _own_share() -> tuple[float, ...]:
    command = [sys.executable, "-c", OWN_SHARE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


def _row(name: str, seconds: list[float], wanted: str, note: str) -> Row:
    spread = f"{min(seconds):.1f} to {max(seconds):.1f} s in {len(seconds)} starts"
    return Row(name, statistics.median(seconds), "s", wanted=wanted, note=f"{note}; {spread}")
