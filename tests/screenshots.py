"""Pictures of every page for the README: `make screenshots`.

Each page in light; some in dark, in presenter mode, and steps of a lecture. Small WebP files in
docs/screenshots, which `python -m tests.screenshots NAME ...` makes anew one by one.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pages._ui.style import page_title
from tests.benchmarks.app_server import running_app
from tests.browser.conftest import FIND_CLOUD, FLAGS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 1050}
QUALITY = 72  # of WebP: letters stay sharp
WAIT_MS, REST_MS, N_LOOKS = 120_000, 1_500, 3
CONES = "lectures?lecture=geometry-spheres-and-cones"

DRAWN = """() => {
  const cloud = window.cloudRoot();
  const isRunning = document.querySelector("[data-testid=stApp][data-test-script-state=running], "
    + "[data-testid=stMain] [data-testid=stSkeleton], [data-testid=stSpinner]");
  const charts = [...document.querySelectorAll("[data-testid=stPlotlyChart]")];
  return !isRunning && charts.every((chart) => chart.querySelector("svg text"))
    && (!cloud || cloud.dataset.ready === "1" && cloud.dataset.morph === undefined);
}"""


class Shot(NamedTuple):
    """One picture."""

    link: str
    scheme: str = "light"
    scroll: int = 0  # pixels, to what is worth seeing


def shots() -> dict[str, Shot]:
    """File name -> picture: every page, and some of them otherwise."""
    files = sorted((ROOT / "pages").glob("[0-9]*.py"))
    links = [page_title(file).lower().replace(" ", "-") for file in files]
    found = {link: Shot("" if n == 0 else link) for n, link in enumerate(links)}
    return found | {
        "clouds-dark": Shot("clouds?color_by=sense&layer=5", "dark", 330),
        "ulmfit-dark": Shot("ulmfit", "dark", 350),
        "lecture-predict": Shot(f"{CONES}&step=cone-by-layer", scroll=230),
        "lecture-presenter": Shot(f"{CONES}&step=all-cones&presenter=true"),
        "lecture-speaker": Shot(f"{CONES}&step=frame&speaker=true"),
    }


def take(page: Page, url: str, shot: Shot) -> bytes:
    """The picture as WebP."""
    page.goto(f"{url}/{shot.link}")
    page.locator("h1").first.wait_for()
    for _ in range(N_LOOKS):  # what is drawn may be followed by more
        page.wait_for_timeout(REST_MS)
        page.wait_for_function(DRAWN, polling=100)
    page.get_by_test_id("stMain").evaluate("(main, y) => main.scrollTo(0, y)", shot.scroll)
    page.wait_for_timeout(REST_MS)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    packed = io.BytesIO()
    picture.save(packed, "WEBP", quality=QUALITY, method=6)
    return packed.getvalue()


def take_all(browser: Browser, url: str, wanted: dict[str, Shot]) -> None:
    """Write every picture, and say how large it is."""
    for name, shot in wanted.items():
        context = browser.new_context(viewport=SIZE, color_scheme=shot.scheme)
        context.add_init_script(FIND_CLOUD)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        content = take(page, url, shot)
        (FOLDER / f"{name}.webp").write_bytes(content)
        print(f"{name}.webp: {len(content) / 1024:.0f} KiB")
        context.close()


def main() -> None:
    """All pictures, or those that are named."""
    named = sys.argv[1:]
    wanted = {name: shot for name, shot in shots().items() if not named or name in named}
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as runs, sync_playwright() as playwright:
        os.environ["CONESCOPE_RUNS"] = runs
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with running_app() as app:
            take_all(browser, app.url, wanted)
        browser.close()


if __name__ == "__main__":
    main()
