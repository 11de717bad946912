"""The cloud viewer in a real browser: it draws, it keeps the camera, it talks to the server."""

import urllib.parse

import numpy as np
import pytest

from engine.views.cloud import neighbours
from engine.views.prepared import CloudState, prepare


def coloured(picture: np.ndarray) -> int:
    """How many pixels are not the background, which is the commonest colour."""
    flat = picture.reshape(-1, 3)
    colours, counts = np.unique(flat, axis=0, return_counts=True)
    return int((np.abs(flat - colours[counts.argmax()]).max(axis=1) > 40).sum())


def changed(before: np.ndarray, after: np.ndarray) -> int:
    return int((np.abs(before - after).max(axis=2) > 40).sum())


def test_the_first_page_shows_a_cloud_that_moves_with_its_layers(reader):
    reader.go("")
    reader.wait_for_cloud()
    told = reader.told()
    assert told["layer"] == "4"
    assert told["color"] == "sense"
    assert told["layout"] == "pca"
    assert told["selected"] == ""
    assert len(told["camera"].split(",")) == 3
    before = reader.picture()
    assert coloured(before) > 3_000

    slider = reader.page.get_by_role("slider", name="Layer", exact=True)
    slider.focus()
    slider.press("ArrowRight")
    reader.until("cloud.dataset.layer === '5'")
    reader.wait_for_rest()
    by_slider = reader.picture()
    assert changed(before, by_slider) > 1_000

    reader.canvas.focus()
    for _ in range(3):
        reader.page.keyboard.press(",")
    reader.until("cloud.dataset.layer === '2'")
    reader.wait_for_rest()
    assert changed(by_slider, reader.picture()) > 1_000
    assert reader.told()["camera"] == told["camera"]
    reader.wait_for_link(layer="2")
    # The sentence below the picture follows the layer.
    reader.page.get_by_text("At layer 2 half of all words").wait_for()


def test_the_camera_stays_through_layer_layout_colour_and_rerun_and_the_link_holds_all(
    visit, reader
):
    reader.go("clouds", cloud_model="minilm")
    reader.wait_for_cloud()
    home = reader.told()["camera"]
    box = reader.canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + 90, y + 40, steps=4)
    reader.page.mouse.up()
    reader.until("cloud.dataset.camera !== arg", home)
    camera = reader.told()["camera"]

    reader.page.get_by_role("button", name="Cone", exact=True).click()
    reader.until("cloud.dataset.layout === 'cone'")
    reader.wait_for_rest()
    cone = reader.picture()
    assert reader.told()["camera"] == camera

    reader.page.get_by_role("button", name="UMAP", exact=True).click()
    reader.until("cloud.dataset.layout === 'umap'")
    reader.wait_for_rest()
    assert changed(cone, reader.picture()) > 1_000
    assert reader.told()["camera"] == camera

    reader.page.locator("select.cs-select").select_option("position")
    reader.until("cloud.dataset.color === 'position'")
    reader.canvas.focus()
    reader.page.keyboard.press(".")
    reader.until("cloud.dataset.layer === '1'")
    reader.wait_for_rest()
    reader.wait_for_link(layer="1", layout="umap", color_by="position")

    reader.page.get_by_text("Presenter", exact=True).click()  # reruns the whole page
    reader.wait_for_link(presenter="true")
    reader.settle()
    told = reader.told()
    assert told["camera"] == camera
    assert (told["layer"], told["layout"], told["color"]) == ("1", "umap", "position")

    reader.click_a_point()
    reader.until("new URLSearchParams(location.search).get('selected') === cloud.dataset.selected")
    reader.settle()
    told = reader.told()
    other = visit()
    other.open(reader.page.url)
    other.wait_for_cloud()
    again = other.told()
    for name in ("layer", "layout", "color", "selected", "camera"):
        assert again[name] == told[name], name


def test_a_click_brings_the_true_neighbours_and_isolating_does_not_change_them(reader):
    state = CloudState(model="glove")
    prepared = prepare(state)
    reader.go("clouds", cloud_model="glove")
    reader.wait_for_cloud()
    n = len(prepared.words)
    assert reader.told()["shown"] == str(n)

    row, x, y = reader.a_point()
    place = reader.ask("cloud.conescope.screenPosition(arg)", row)
    assert np.hypot(place[0] - x, place[1] - y) < 12
    row = reader.click_a_point()
    found = reader.wait_for_neighbours()
    wanted = neighbours(state, row)[0]
    assert [word for word, _ in found] == [prepared.words[entry["id"]] for entry in wanted]
    assert [cosine for _, cosine in found] == pytest.approx(
        [entry["cosine"] for entry in wanted], abs=0.006
    )
    assert reader.page.locator(".cs-panel h3").inner_text() == prepared.words[row]

    search = reader.page.get_by_role("searchbox", name="Search words")
    search.fill("bank")
    reader.until("cloud.conescope.state().hits > 0")
    hits = [word for word in prepared.words if "bank" in word.lower()]
    assert reader.ask("cloud.conescope.state().hits") == len(hits)
    search.press("Enter")
    reader.until("cloud.dataset.selected !== arg", str(row))
    chosen = int(reader.told()["selected"])
    assert prepared.words[chosen].lower() == "bank"
    wanted = neighbours(state, chosen)[0]
    reader.page.locator(".cs-panel h3", has_text=prepared.words[chosen]).wait_for()
    before = reader.wait_for_neighbours()
    assert [word for word, _ in before] == [prepared.words[entry["id"]] for entry in wanted]

    reader.canvas.focus()
    reader.page.keyboard.press("i")
    reader.until("cloud.dataset.shown === '11'")
    assert reader.neighbours() == before
    reader.page.keyboard.press("a")
    reader.until("cloud.dataset.shown === arg", str(n))
    assert reader.neighbours() == before
    for _ in range(2):
        reader.page.keyboard.press("Escape")
    reader.until("cloud.dataset.selected === ''")


def test_a_nonsense_link_shows_the_page_as_it_starts(reader):
    nonsense = {
        "layer": "²", "layout": "nonsense", "color_by": "nonsense", "selected": "99999999",
        "camera": "nan,inf,1e999", "cloud_state": "nonsense", "cloud_source": "../../etc",
    }  # fmt: skip
    reader.go("clouds", **{key: urllib.parse.quote(value) for key, value in nonsense.items()})
    reader.wait_for_cloud()
    told = reader.told()
    assert (told["layer"], told["layout"], told["selected"]) == ("0", "pca", "")
    assert coloured(reader.picture()) > 3_000
    assert reader.page.get_by_test_id("stException").count() == 0


def test_without_webgl2_a_sentence_and_a_still_picture_stand_in(visit):
    visitor = visit()
    visitor.context.add_init_script(
        "const original = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind === 'webgl2' ? null : original.call(this, kind, ...rest);"
        "};"
    )
    visitor.go("clouds", layer="6", layout="cone")
    visitor.page.get_by_text("This browser offers no WebGL2").wait_for()
    visitor.page.locator(".js-plotly-plot").first.wait_for()
    visitor.page.get_by_text("raw vectors").first.wait_for()
    visitor.page.get_by_text(
        "along the axis"
    ).first.wait_for()  # the layout that the link asked for
