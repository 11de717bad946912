"""Every page in light and dark, on a projector, and as files to take away."""

import csv
import re
from pathlib import Path

import pytest

from engine.views.measured import default_frame, measured
from engine.views.sources import Source
from pages._ui.style import page_title
from tests.browser.accessible import findings

PAGES = Path(__file__).parents[2] / "pages"
PATHS = {
    page_title(file).lower().replace(" ", "-"): page_title(file)
    for file in sorted(PAGES.glob("[0-9]*.py"))
}
HOME = next(iter(PATHS))
WITH_CLOUD = (HOME, "clouds")
SMALL_TEXT = """(() => {
  const found = [];
  const seek = (node) => {
    for (const element of node.querySelectorAll("*")) {
      if (element.shadowRoot) seek(element.shadowRoot);
      const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      const typed = element.matches("input:not([type=range]):not([type=file]), textarea, select");
      const shown = element.checkVisibility() && !element.closest("style, script, header");
      if (!shown || !(own || typed && element.value)) continue;
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < 18) found.push(`${size} ${element.tagName} ${element.getAttribute("class")}: `
        + (element.value || element.textContent).trim().slice(0, 40));
    }
  };
  seek(document.querySelector("[data-testid=stMain]"));
  return found;
})()"""

TRAVEL_MS = 300  # points that travel are on their way by then
# Those in a closed expander cannot be seen, and so are not waited for.
FIGURES_ARE_DRAWN = """[...document.querySelectorAll("[data-testid=stPlotlyChart]")].every(
  (chart) => !chart.checkVisibility()
    || [...chart.querySelectorAll("svg text")].some((text) => text.checkVisibility()))"""


def luminance(css: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", css)[:3])) / 3 / 255


def assert_no_point_travels(visitor) -> None:
    """To another layer, for a reader who asked for less motion: all points are there at once."""
    visitor.ask(
        """new MutationObserver(() => { cloud.travelled = true; })
          .observe(cloud, { attributeFilter: ["data-morph"] })"""
    )
    layer = visitor.told()["layer"]
    visitor.canvas.focus()
    visitor.page.keyboard.press(".")
    visitor.until("cloud.dataset.layer !== arg", layer)
    visitor.page.wait_for_timeout(TRAVEL_MS)
    assert visitor.ask("cloud.travelled ?? false") is False


def assert_opens(visitor, path: str, title: str, *, dark: bool, **params: str) -> None:
    """The page opens without an error, in its colours, no wider than the window."""
    visitor.go("" if path == HOME else path, **params)
    page = visitor.page
    assert page.locator("h1").count() == 1
    if path != HOME:
        assert page.locator("h1").inner_text() == title
    assert page.get_by_test_id("stException").count() == 0
    background = page.get_by_test_id("stApp").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert (luminance(background) < 0.5) == dark
    width = visitor.ask("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], path
    if path in WITH_CLOUD:  # it comes a moment after the page's script
        visitor.wait_for_cloud()
        assert visitor.ask("cloud.classList.contains('cs-dark')") == dark


def test_every_page_opens_in_the_dark_and_with_less_motion(visit):
    visitor = visit(color_scheme="dark", reduced_motion="reduce")
    for path, title in PATHS.items():
        assert_opens(visitor, path, title, dark=True)
        assert findings(visitor.page, "color-contrast") == [], path  # in light every rule, below
        if path == "clouds":
            assert_no_point_travels(visitor)


def test_every_page_opens_on_a_projector_with_large_type_and_is_accessible(visit):
    visitor = visit(color_scheme="light", viewport={"width": 1280, "height": 720})
    for path, title in PATHS.items():
        assert_opens(visitor, path, title, dark=False, presenter="true")
        visitor.until("parseFloat(getComputedStyle(document.documentElement).fontSize) >= 18")
        visitor.until(FIGURES_ARE_DRAWN)
        assert visitor.ask(SMALL_TEXT) == [], path
        assert findings(visitor.page) == [], path


def test_the_table_of_a_figure_is_a_file_with_its_numbers_and_the_figure_one_offline_page(
    visit, tmp_path
):
    visitor = visit(accept_downloads=True)
    visitor.go("anisotropy")
    visitor.page.locator(".js-plotly-plot").first.wait_for()
    visitor.page.get_by_text("The same as a table, and downloads").first.click()
    table = visitor.download("Table (CSV)", tmp_path)
    with table.open(newline="", encoding="utf8") as file:
        rows = list(csv.DictReader(file))
    layers = measured(Source("senses"), "minilm", "raw", default_frame("senses")).layers
    mine = [row for row in rows if row["model"] == "MiniLM"]
    assert [row["layer"] for row in mine] == [layer.layer for layer in layers]
    assert [float(row["mean cosine"]) for row in mine] == pytest.approx(
        [layer.mean_cosine for layer in layers]
    )
    figure = visitor.download("Figure (one offline HTML file)", tmp_path)
    reader = visit(offline=True)
    reader.page.goto(figure.as_uri())
    reader.page.locator(".js-plotly-plot .scatterlayer").first.wait_for()
    assert "seed 0" in reader.page.locator("body").inner_text()


def test_the_cloud_is_one_offline_file_that_draws_and_its_table_holds_every_word(visit, tmp_path):
    visitor = visit(accept_downloads=True)
    visitor.go("own-sentences")
    visitor.wait_for_cloud()
    n = int(visitor.told()["shown"])
    visitor.page.get_by_text("The same as a table, and downloads").first.click()
    table = visitor.download("Table (CSV)", tmp_path)
    with table.open(newline="", encoding="utf8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n
    assert rows[0]["word"] == "he"
    assert all(-1 <= float(row["cosine to the axis"]) <= 1 for row in rows)

    saved = visitor.download("Cloud (one offline HTML file)", tmp_path)
    reader = visit(offline=True)
    reader.page.goto(saved.as_uri())
    reader.wait_for_cloud()
    assert reader.told()["shown"] == str(n)
    picture = reader.picture().reshape(-1, 3)
    assert (abs(picture - picture[0]).max(axis=1) > 40).sum() > 500
    reader.canvas.focus()
    reader.page.keyboard.press(".")
    reader.until("cloud.dataset.layer === '1'")
    assert "MiniLM" in reader.page.locator(".cs-caption").inner_text()
