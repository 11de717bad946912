"""One running app and one real Chromium for all browser tests."""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # fmt: skip
START_SECONDS = 60
WAIT_MS = 60_000
LIST_MS = 3_000  # for a list to open and an answer to be clicked
POLLING_MS = 60  # animation frames are too rare in a software renderer to wait on
LOCAL = ("http://localhost", "ws://localhost", "data:", "blob:", "file:", "about:")

# The viewer lives in a shadow root, which document.querySelector does not see into.
FIND_CLOUD = """
window.cloudRoot = () => {
  const seek = (node) => {
    for (const element of node.querySelectorAll("*")) {
      if (element.matches(".conescope") && element.conescope) return element;
      const found = element.shadowRoot && seek(element.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  return seek(document);
};
"""


def pytest_collection_modifyitems(items) -> None:
    """Whatever stands in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running app."""

    url: str
    log: Path
    runs: Path  # the folder of its runs


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """The app as `make app` starts it, on a free port, but answering nothing ahead: that would take
    a core from the tests.
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    runs = tmp_path_factory.mktemp("runs")
    environment = {
        **os.environ, "PYTHONUNBUFFERED": "1", "CONESCOPE_WARM_UP": "models",
        "CONESCOPE_RUNS": str(runs),
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://localhost:{port}"
    try:
        _wait_until_healthy(url, process, log)
        yield Server(url, log, runs)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not start.\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """Debian's Chromium, drawing WebGL in software."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        sentence = "Chromium is not installed: `apt-get install chromium` brings it."
        if os.environ.get("CONESCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What went wrong on a page that nobody would see."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def listen(self, page) -> None:
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))

    def _request(self, request) -> None:
        if not request.url.startswith(LOCAL):
            self.outside.append(request.url)

    def _failed(self, request) -> None:
        # Leaving a page calls its requests off; that is no failure.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.errors.append(f"request failed: {request.url} {request.failure}")

    def _console(self, message) -> None:
        where = message.location.get("url", "")
        # Streamlit looks for its server below each page's path first.
        probe = "404" in message.text and "/_stcore/" in where
        if message.type == "error" and not probe:
            self.errors.append(f"console: {message.text} ({where})")


class Visitor:
    """One reader with a browser of their own, and what they see of the cloud."""

    def __init__(self, server: Server, context, watched: Watched) -> None:
        self.server, self.context, self.watched = server, context, watched
        context.add_init_script(FIND_CLOUD)
        self.page = self._new_page()

    def _new_page(self):
        page = self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        self.watched.listen(page)
        return page

    def go(self, path: str, **params: str) -> None:
        """Open a page of the app and wait until its script has run."""
        query = "&".join(f"{key}={value}" for key, value in params.items())
        self.open(f"{self.server.url}/{path}" + (f"?{query}" if query else ""))

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.locator("h1").first.wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until the page's script rests."""
        self.until("!document.querySelector('[data-testid=stApp][data-test-script-state=running]')")

    def choose(self, label: str, name: str) -> None:
        """Choose from a list as a reader does: a list that closes because the page was drawn
        anew under it is opened again.
        """
        from playwright.sync_api import TimeoutError as NotThere

        box = self.page.get_by_label(label)
        option = self.page.get_by_role("option", name=name)
        deadline = time.monotonic() + WAIT_MS / 1_000
        while True:
            box.click()
            try:
                return option.click(timeout=LIST_MS)
            except NotThere:
                if time.monotonic() > deadline:
                    raise

    def until(self, script: str, arg=None) -> None:
        """Wait until a JavaScript expression holds; `cloud` is the viewer's root, `arg` the
        argument.
        """
        self.page.wait_for_function(
            f"(arg) => {{ const cloud = window.cloudRoot(); return {script}; }}",
            arg=arg,
            polling=POLLING_MS,
        )

    def ask(self, script: str, arg=None):
        """The value of a JavaScript expression, as in `until`."""
        return self.page.evaluate(
            f"(arg) => {{ const cloud = window.cloudRoot(); return {script}; }}", arg
        )

    def wait_for_cloud(self) -> None:
        self.until("cloud && cloud.dataset.ready === '1'")
        self.wait_for_rest()

    def wait_for_rest(self) -> None:
        """Until no point travels."""
        self.until("cloud && cloud.dataset.ready === '1' && cloud.dataset.morph === undefined")

    def told(self) -> dict[str, str]:
        """The viewer's state as its root tells it."""
        return self.ask("({...cloud.dataset})")

    def wait_for_link(self, **params: str) -> None:
        """Until the page's address holds these parameters."""
        self.until(
            "Object.entries(arg).every(([k, v]) => "
            "new URLSearchParams(location.search).get(k) === v)",
            params,
        )

    @property
    def canvas(self):
        return self.page.locator("canvas.cs-points")

    def picture(self) -> np.ndarray:
        """The stage as pixels, (height, width, 3)."""
        content = self.page.locator(".cs-stage").screenshot()
        return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)

    def a_point(self) -> tuple[int, float, float]:
        """(id, x, y) of a point that nothing covers, in the canvas's pixels."""
        return tuple(
            self.ask(
                """(() => {
                  const canvas = cloud.querySelector("canvas.cs-points");
                  const taken = [...cloud.querySelectorAll(".cs-corner, .cs-legend, .cs-panel")]
                    .filter((e) => !e.hidden).map((e) => e.getBoundingClientRect());
                  const box = canvas.getBoundingClientRect();
                  for (let y = 60; y < box.height - 60; y += 7) {
                    for (let x = 60; x < box.width - 60; x += 7) {
                      const [px, py] = [box.left + x, box.top + y];
                      if (taken.some((t) => px > t.left - 4 && px < t.right + 4
                        && py > t.top - 4 && py < t.bottom + 4)) continue;
                      const id = cloud.conescope.pick(x, y);
                      if (id >= 0) return [id, x, y];
                    }
                  }
                  return [-1, 0, 0];
                })()"""
            )
        )

    def click_a_point(self) -> int:
        """Select some point with the mouse, once the page stands still; its id."""
        self.canvas.scroll_into_view_if_needed()
        box = None
        while box != (box := self.canvas.bounding_box()):
            self.page.wait_for_timeout(200)
        self.wait_for_rest()
        row, x, y = self.a_point()
        self.canvas.click(position={"x": x, "y": y})
        self.until("cloud.dataset.selected === arg", str(row))
        return row

    def neighbours(self) -> list[tuple[str, float]]:
        """(word, cosine) as the panel lists them."""
        labels = self.page.locator(".cs-panel .cs-entry").evaluate_all(
            "(entries) => entries.map((e) => e.getAttribute('aria-label'))"
        )
        pairs = [label.rsplit(", cosine ", 1) for label in labels]
        return [(word, float(cosine)) for word, cosine in pairs]

    def wait_for_neighbours(self) -> list[tuple[str, float]]:
        self.page.locator(".cs-panel .cs-entry").first.wait_for()
        return self.neighbours()

    def download(self, label: str, folder: Path) -> Path:
        """Click a download button and keep its file."""
        with self.page.expect_download() as started:
            self.page.get_by_role("button", name=label, exact=True).first.click()
        path = folder / started.value.suggested_filename
        started.value.save_as(path)
        return path


@pytest.fixture
def visit(server, chromium) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: each has cookies and text of their own. Whatever goes wrong on any of their
    pages, or asks anything outside this machine, fails the test.
    """
    made: list[Visitor] = []
    logged = server.log.stat().st_size

    def visitor(**options) -> Visitor:
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        made.append(Visitor(server, chromium.new_context(**options), Watched()))
        return made[-1]

    yield visitor
    for one in made:
        one.context.close()
    for one in made:
        assert one.watched.outside == []
        assert one.watched.errors == []
    assert "Traceback" not in server.log.read_text()[logged:]


@pytest.fixture
def reader(visit) -> Visitor:
    """One visitor."""
    return visit()
