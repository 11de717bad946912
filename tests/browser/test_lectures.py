"""A lecture by hand: keys, links, predictions, two windows, one file, and back again."""

import json

from engine.lectures.offline import offline_page
from engine.lectures.reader import read_lecture
from tests.browser.accessible import findings

LECTURE, BANKS = "geometry-spheres-and-cones", "how-different-are-the-two-banks"
SMALL = """---
title: A small one
order: 1
minutes: 5
goals: [Know it]
sources: [Someone (2000)]
numbers:
  top: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, highest: mean cosine}
---

:::step First
id: first
:::

$$A = \\frac{1}{n}$$

:::predict
question: How high?
answer: top
guess: {from: 0, to: 1, step: 0.1}
figure: anisotropy
:::
"""


def heading(reader):
    return reader.page.locator("h2").first


def press(reader, key: str, title: str) -> None:
    reader.settle()
    reader.page.keyboard.press(key)
    reader.page.get_by_role("heading", name=title, exact=True).wait_for()
    reader.settle()


def test_a_reader_goes_by_keys_commits_sees_the_answer_and_finds_it_again(reader):
    page = reader.page
    reader.go("lectures", lecture=LECTURE)
    page.get_by_role("button", name="Next: Isotropy").wait_for()  # the last of the page
    reader.settle()
    assert heading(reader).inner_text() == "Two pictures"
    press(reader, "ArrowRight", "Isotropy, and a number for it")
    reader.wait_for_link(lecture=LECTURE, step="isotropy")

    # A key pressed while typing belongs to the field.
    guess = page.get_by_label("Your guess")
    guess.fill("0.5")
    guess.press("ArrowLeft")
    guess.press("Enter")
    reader.settle()
    assert heading(reader).inner_text() == "Isotropy, and a number for it"
    assert page.get_by_test_id("stPlotlyChart").count() == 0
    page.get_by_role("button", name="Commit, and measure").click()
    page.get_by_test_id("stPlotlyChart").wait_for()
    reader.settle()
    told = page.get_by_test_id("stMetric").all_inner_texts()
    assert told[0].split() == ["Your", "guess", "0.5"]
    assert "Measured" in told[1]
    assert findings(page) == []

    page.locator("h2").first.click()  # no button holds the focus
    press(reader, "Space", "Why a cone was taken for a ball")
    page.get_by_text("Whether the mean was taken off").click()
    page.get_by_text("Ask where the origin of the raw vectors lies").wait_for()
    reader.settle()
    assert findings(page) == []
    page.locator("h2").first.click()
    press(reader, "ArrowLeft", "Isotropy, and a number for it")
    assert page.get_by_test_id("stMetric").all_inner_texts() == told  # the answer stayed
    press(reader, "End", "Summary and exercises")
    press(reader, "Home", "Two pictures")

    page.get_by_role("button", name="Next", exact=False).first.click()
    page.get_by_role("heading", name="Isotropy, and a number for it", exact=True).wait_for()
    reader.settle()
    press(
        reader, "Space", "Why a cone was taken for a ball"
    )  # one step, though a button is focused
    link = page.url
    page.reload()
    page.get_by_role("heading", name="Why a cone was taken for a ball", exact=True).wait_for()
    reader.go("lectures")
    reader.open(link)
    assert heading(reader).inner_text() == "Why a cone was taken for a ball"


def test_a_figure_leads_to_its_lab_in_the_same_state(reader):
    page = reader.page
    reader.go("lectures", lecture=LECTURE, step="close-up")
    page.get_by_test_id("stPlotlyChart").wait_for()
    page.get_by_role("radio", name="4").or_(
        page.get_by_role("button", name="4", exact=True)
    ).click()
    page.get_by_text("In layer 4 of MiniLM").wait_for()
    reader.settle()
    # A key that moves within a control does not turn the page.
    layers = page.get_by_role("radiogroup", name="Layer")
    layers.get_by_role("radio", name="4").focus()
    for key in ("ArrowRight", "End", "Space"):
        page.keyboard.press(key)
    page.get_by_text("In layer 5 of MiniLM").wait_for()
    reader.settle()
    assert heading(reader).inner_text() == "One layer up close"
    layers.get_by_role("radio", name="4").click()
    page.get_by_text("In layer 4 of MiniLM").wait_for()
    reader.settle()
    page.get_by_text("Open in its lab: Anisotropy").click()
    page.get_by_role("heading", name="Anisotropy").wait_for()
    page.get_by_text("In layer 4 of MiniLM").wait_for()
    page.get_by_role("link", name="5.7 One layer up close").click()  # and back
    reader.wait_for_link(lecture=LECTURE, step="close-up")


def test_two_windows_turn_together_and_answers_outlast_the_visit(visit, tmp_path):
    reader = visit(accept_downloads=True)
    page = reader.page
    reader.go("lectures", lecture=LECTURE, step="frame", presenter="true")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Speaker's window").click()
    speaker = opened.value
    reader.watched.listen(speaker)
    speaker.get_by_text("Leave the figure on the screen").wait_for()  # the notes
    speaker.get_by_text("of 25 minutes").wait_for()
    assert findings(speaker) == []
    page.keyboard.press("q")  # nothing hears this one
    press(reader, "PageDown", "The cone, layer by layer")  # as a remote control does
    speaker.get_by_role("heading", name="5 · The cone, layer by layer").wait_for()
    speaker.get_by_role("button", name="Previous").click()
    page.get_by_role("heading", name="Which words count", exact=True).wait_for()
    speaker.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="The cone, layer by layer", exact=True).wait_for()
    speaker.close()

    slider = page.get_by_role("slider", name="layer 6")
    slider.focus()
    slider.press("ArrowRight")  # the slider's
    reader.settle()
    assert heading(reader).inner_text() == "The cone, layer by layer"
    assert findings(page) == []
    page.get_by_role("button", name="Commit, and measure").click()
    page.get_by_text("On average your curve is off by").wait_for()
    reader.settle()

    reader.go("lectures", lecture=BANKS, step="order")
    orders = page.get_by_role("radiogroup")
    for number in range(3):
        orders.nth(number).get_by_role("radio").nth(number).click()
        reader.settle()
    page.get_by_role("button", name="Commit, and measure").click()
    page.get_by_text("Your order").wait_for()
    reader.settle()
    assert findings(page) == []

    reader.go("lectures")
    page.get_by_text("2 of 15 steps seen, 1 of 10 questions answered").wait_for()
    kept = json.loads(reader.download("Save it as a file (JSON)", tmp_path).read_text())
    assert kept[BANKS]["answers"] == {f"{BANKS} order 1": [0, 1, 2]}
    reader.go("lectures", lecture=BANKS, step="order")  # a new visit of the same browser
    page.get_by_text("Your order").wait_for()
    reader.go("lectures")
    page.get_by_role("button", name="Forget it").click()
    page.get_by_text("How far you are").wait_for(state="detached")
    reader.settle()


def test_a_lecture_is_one_file_that_asks_nobody_and_unfolds_on_paper(visit, tmp_path):
    source, path = tmp_path / "01_small.md", tmp_path / "small.html"
    source.write_text(SMALL, encoding="utf8")
    path.write_text(offline_page(read_lecture(source)), encoding="utf8")
    page = visit(offline=True).page
    page.goto(path.as_uri())
    assert page.locator("math mfrac").count() == 1
    answer = page.get_by_text("Measured: 0.2")
    assert not answer.is_visible()
    assert findings(page) == []
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.locator(".picture .scatterlayer").first.wait_for()
    assert answer.is_visible()
    page.get_by_role("cell", name="MiniLM").first.wait_for()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not answer.is_visible()
