"""A visitor's own text is measured while they watch, by whoever has the link, and goes with its
run.
"""

import json
import random

WORDS = ("bank", "river", "tree", "money", "house", "walk", "check", "along", "need", "went")


N_LINES = 60_000  # enough for a moment of watching on a fast machine


def text_of(n_lines: int) -> bytes:
    chance = random.Random(0)
    lines = [" ".join(chance.choices(WORDS, k=12)) for _ in range(n_lines)]
    return "\n".join(["<script>window.hacked=1</script>", *lines]).encode()


def test_an_own_text_is_measured_live_watched_by_another_and_deleted(visit):
    reader = visit()
    reader.go("large-texts")
    page = reader.page
    page.get_by_text("Your own file").click()
    page.get_by_text("GloVe", exact=True).first.click()
    page.locator("input[type=file]").set_input_files(
        [{"name": "<b>mine</b>.txt", "mimeType": "text/plain", "buffer": text_of(N_LINES)}]
    )
    page.get_by_text("mine</b>.txt").first.wait_for()
    reader.settle()
    page.get_by_role("button", name="Start").first.click()
    page.get_by_text("words/s").first.wait_for()
    link = page.url
    assert "run=" in link

    watcher = visit()
    watcher.open(link)
    watcher.page.get_by_role("heading", name="GloVe on <b>mine</b>.txt").wait_for()
    controls = [
        each.page.get_by_test_id("stMain").get_by_role("button", name="Pause", exact=True)
        for each in (reader, watcher)
    ]
    assert [control.count() for control in controls] == [1, 0]

    for each in (reader, watcher):
        each.page.get_by_text("finished · 100.0% of the text").first.wait_for()
    page.reload()
    page.get_by_role("button", name="Everything measured (JSON)").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Everything measured (JSON)").click()
    report = json.loads(download.value.path().read_text(encoding="utf8"))
    assert report["frame"]["n_sentences"] == N_LINES + 1
    (layer,) = report["layers"]
    page.get_by_text(f"highest mean cosine is {layer['mean_cosine']:.3f}").first.wait_for()
    assert reader.ask("window.hacked === undefined")

    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("You have measured no text yet").wait_for()
    watcher.page.reload()
    watcher.page.get_by_text("There is no run").wait_for()
