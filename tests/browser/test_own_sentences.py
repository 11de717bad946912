"""Typed text on its way through browser and server: it is shown, it stays text, it stays one's
own.
"""

import pytest

from engine.views.cloud import neighbours
from engine.views.prepared import CloudState, prepare

PRIVATE = "zebrawood"
TEXT = (
    f"a crane stood by the {PRIVATE} bank\nthe crane lifted a beam over the bank\n"
    "<script>window.hacked=1</script> <img src=x onerror=window.hacked=1> crane\n"
    "הגשר ליד crane 👍"
)


def type_text(visitor, text: str) -> None:
    area = visitor.page.get_by_label("Your text")
    area.fill(text)
    area.press("Control+Enter")


def test_typed_text_becomes_points_stays_text_and_is_seen_by_nobody_else(visit, reader, server):
    reader.go("own-sentences")
    reader.wait_for_cloud()
    first = reader.told()["shown"]
    type_text(reader, TEXT)
    state = CloudState(source="text", text=TEXT)
    prepared = prepare(state)
    n = len(prepared.words)
    assert str(n) != first
    reader.until("cloud && cloud.dataset.shown === arg", str(n))
    reader.wait_for_rest()
    rows = [row for row, s in enumerate(prepared.sentence_ids) if s == 2]
    place = reader.ask(
        "arg.map((row) => [row, ...cloud.conescope.screenPosition(row)])"
        ".find(([row, x, y]) => cloud.conescope.pick(x, y) === row)",
        rows,
    )
    reader.canvas.hover(position={"x": place[1], "y": place[2]})
    note = reader.page.locator(".cs-tooltip", has_text="<script>window.hacked=1</script>")
    note.wait_for()

    search = reader.page.get_by_role("searchbox", name="Search words")
    search.fill("<")
    reader.until("cloud.conescope.state().hits > 0")
    search.fill(PRIVATE)
    reader.until("cloud.conescope.state().hits === 1")
    search.press("Enter")
    row = prepared.words.index(PRIVATE)
    reader.until("cloud.dataset.selected === arg", str(row))
    found = reader.wait_for_neighbours()
    wanted = neighbours(state, row)[0]
    assert [cosine for _, cosine in found] == pytest.approx(
        [entry["cosine"] for entry in wanted], abs=0.006
    )

    for _ in range(2):  # the search, then the selection
        reader.page.keyboard.press("Escape")
    reader.until("cloud.dataset.selected === ''")
    reader.page.get_by_role("searchbox", name="Search words").fill("script")
    reader.page.locator(".cs-panel .cs-entry").first.click()
    reader.page.locator(
        ".cs-panel .cs-sentence", has_text="<script>window.hacked=1"
    ).first.wait_for()
    reader.page.get_by_text("Every word: its pieces", exact=False).click()
    reader.settle()
    assert reader.ask("window.hacked === undefined")
    assert reader.page.locator("img[onerror]").count() == 0

    other = visit()
    other.go("own-sentences")
    other.wait_for_cloud()
    assert PRIVATE not in other.page.content()
    assert PRIVATE not in other.page.get_by_label("Your text").input_value()
    assert other.told()["shown"] == first
    assert PRIVATE not in reader.page.url
    assert PRIVATE not in server.log.read_text()


def test_bad_text_gets_a_sentence_and_good_text_the_picture_again(reader):
    reader.go("own-sentences")
    reader.wait_for_cloud()
    type_text(reader, " ")
    reader.page.get_by_text("There is no word in this text yet").first.wait_for()
    type_text(reader, "word " * 20_500)
    reader.page.get_by_text("this page takes up to 20,000").first.wait_for()
    type_text(reader, "one bank\nanother bank")
    reader.until("cloud && cloud.dataset.shown === '4'")
    assert reader.page.get_by_test_id("stException").count() == 0
    file = {"name": "cv.txt", "mimeType": "text/plain", "buffer": b"%PDF-1.7 ..."}
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.page.get_by_text("is a PDF file, whatever its name says").wait_for()
    assert reader.page.get_by_label("Your text").input_value() == "one bank\nanother bank"
    file |= {"name": "large.txt", "buffer": b"word " * 1_100_000}
    reader.page.locator("input[type=file]").set_input_files(file)
    told = reader.page.get_by_text("must be 5.0MB or smaller")
    told.wait_for()
    assert told.bounding_box()["width"] > 100  # in view, not for a screen reader alone
    file |= {"name": "mine.txt", "buffer": "drei Kräne\nzwei Kräne und".encode()}
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.until("cloud && cloud.dataset.shown === '5'")
