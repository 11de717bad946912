"""From starting the app to a picture: in a new server, on a second visit, and our own share."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import Row, Skipped
from tests.benchmarks.app_server import ROOT, App, running_app

FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # fmt: skip
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
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise Skipped("Chromium is not installed: `apt-get install chromium` brings it.")
    from playwright.sync_api import sync_playwright

    health, first, second, idle, bare = [], [], [], [], []
    with sync_playwright() as playwright, _bare_app() as other:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
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
        browser.close()
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
