"""The packet a browser gets is the cloud that was computed, and only its owner can fetch it."""

import json
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from starlette.testclient import TestClient

from engine.figures.packet import MAGIC, Cloud, Colouring, Layout, pack, quantised
from engine.figures.viewer import cloud_page
from engine.views import packets
from engine.views.cloud import packet
from engine.views.prepared import CloudState, prepare

ROOT = Path(__file__).parents[1]
NASTY = ["bank", "<script>alert(1)</script>", "two\nlines", "👍🏽", "בנק", "a\u2028b", "\0", '"\\']


def read(content: bytes):
    """(header, body) of a packet."""
    assert content[:4] == MAGIC
    (length,) = struct.unpack_from("<I", content, 4)
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def offsets(node) -> list[int]:
    if isinstance(node, dict):
        inside = [offset for value in node.values() for offset in offsets(value)]
        return inside + ([node["offset"]] if "offset" in node else [])
    return [offset for value in node for offset in offsets(value)] if isinstance(node, list) else []


def places_of(header, body: bytes, name: str) -> np.ndarray:
    layout = header["layouts"][name]
    shape = (len(header["layers"]), header["n_points"], 3)
    stored = np.frombuffer(body, "<u2", np.prod(shape), layout["offset"]).reshape(shape)
    return (stored / 65535 * 2 - 1) * layout["scale"]


def lines_of(body: bytes, block) -> list[str]:
    return body[block["offset"] : block["offset"] + block["length"]].decode().split("\n")


@pytest.fixture
def coordinates(rng):
    return [rng.normal(size=(len(NASTY), 3)), 4 * rng.normal(size=(len(NASTY), 3)) + 1]


@pytest.fixture
def cloud(coordinates) -> Cloud:
    """Two layers of words that look like anything but words."""
    n = len(NASTY)
    places, scale = quantised(coordinates)
    layout = Layout("Shared PCA", "linear", places, scale, "careful", ({"note": "a"}, {}))
    return Cloud(
        title="A model",
        badge="raw",
        caption="n = 8",
        layer_names=("0 · input", "1 · top"),
        layouts={"pca": layout},
        colourings={
            "cosine": Colouring("cosine", np.linspace(-1, 1, 2 * n).reshape(2, n)),
            "constant": Colouring("constant", np.full(n, 3.0)),
            "sense": Colouring("sense", np.arange(n) % 2, ("other", "money"), True),
        },
        words=NASTY,
        sentences=["one line", "two\nlines"],
        sentence_ids=np.arange(n) % 2,
        spans=np.stack([np.arange(n), np.arange(n) + 1], axis=1),
    )


def test_coordinates_come_back_to_a_65536th_of_their_range(cloud, coordinates):
    header, body = read(pack(cloud))
    step = 2 * header["layouts"]["pca"]["scale"] / 65535
    assert_allclose(places_of(header, body, "pca"), np.stack(coordinates), atol=0.51 * step)


def test_one_scale_serves_all_layers_so_that_growth_between_layers_is_seen(coordinates):
    places, scale = quantised(coordinates)
    assert scale == pytest.approx(np.abs(np.stack(coordinates)).max())
    assert_array_equal(quantised([*coordinates[::-1]])[0], places[::-1])


def test_coordinates_that_are_all_zero_stay_at_the_origin():
    places, scale = quantised([np.zeros((3, 3))])
    assert_allclose((places / 65535 * 2 - 1) * scale, 0, atol=1e-10)


def test_every_array_starts_at_a_multiple_of_4_bytes(cloud):
    for n in range(1, len(NASTY) + 1):
        layout = cloud.layouts["pca"]
        shorter = replace(
            cloud,
            words=NASTY[:n],
            layouts={"pca": replace(layout, places=layout.places[:, :n])},
            colourings={"sense": Colouring("sense", np.zeros(n, int), ("other",))},
            sentence_ids=cloud.sentence_ids[:n],
            spans=cloud.spans[:n],
        )
        content = pack(shorter)
        header, body = read(content)
        starts = offsets(header)
        assert len(starts) == 6
        assert all(offset % 4 == 0 and offset <= len(body) for offset in starts)
        assert (len(content) - len(body)) % 4 == 0


def test_words_and_sentences_are_one_line_each_whatever_they_hold(cloud):
    header, body = read(pack(cloud))
    assert lines_of(body, header["words"]) == [word.replace("\n", " ") for word in NASTY]
    assert lines_of(body, header["contexts"]) == ["one line", "two lines"]
    ids = np.frombuffer(body, "<u4", len(NASTY), header["context_ids"]["offset"])
    assert_array_equal(ids, cloud.sentence_ids)
    spans = np.frombuffer(body, "<u4", 2 * len(NASTY), header["positions"]["offset"])
    assert_array_equal(spans.reshape(-1, 2), cloud.spans)


def test_numbers_to_colour_by_come_back_to_half_a_255th_of_their_range(cloud):
    header, body = read(pack(cloud))
    told = header["attributes"]["cosine"]
    stored = np.frombuffer(body, "u1", 2 * len(NASTY), told["offset"]).reshape(2, -1)
    back = told["min"] + stored / 255 * (told["max"] - told["min"])
    assert_allclose(back, cloud.colourings["cosine"].values, atol=0.51 * 2 / 255)
    assert told["per_layer"]
    constant = header["attributes"]["constant"]
    assert constant["min"] == constant["max"] == 3.0


def test_categories_keep_their_codes_and_their_background(cloud):
    header, body = read(pack(cloud))
    told = header["attributes"]["sense"]
    codes = np.frombuffer(body, "<u2", len(NASTY), told["offset"])
    assert [told["names"][code] for code in codes] == ["other", "money"] * 4
    assert told["has_background"]


def test_words_that_stand_alone_have_no_sentences(cloud):
    header, _ = read(pack(replace(cloud, sentences=[])))
    assert header["contexts"] is None
    assert header["context_ids"] is None
    assert header["positions"] is None


def test_the_shipped_cloud_of_the_first_page_is_what_its_packet_holds():
    prepared = prepare(CloudState())
    header, body = read(packet(prepared, "bank"))
    assert header["n_points"] == len(prepared.words) > 20_000
    assert len(header["layers"]) == 7
    assert sorted(header["layouts"]) == ["cone", "pca", "umap"]
    assert lines_of(body, header["words"]) == prepared.words
    for name, layout in prepared.layouts.items():
        recorded = (layout.places / 65535.0 * 2 - 1) * layout.scale
        assert_allclose(places_of(header, body, name), recorded, atol=1e-6)
    for offset in offsets(header):
        assert offset % 4 == 0
    sense = header["attributes"]["sense"]
    assert {name.removeprefix("bank · ") for name in sense["names"]} == {
        "other words", "finance", "river",
    }  # fmt: skip


def test_the_words_of_a_packet_stand_where_its_spans_say():
    prepared = prepare(CloudState(source="senses", model="glove"))
    header, body = read(packet(prepared, "bank"))
    words, sentences = lines_of(body, header["words"]), lines_of(body, header["contexts"])
    n = header["n_points"]
    ids = np.frombuffer(body, "<u4", n, header["context_ids"]["offset"])
    spans = np.frombuffer(body, "<u4", 2 * n, header["positions"]["offset"]).reshape(-1, 2)
    for row in range(0, n, 97):
        start, end = spans[row]
        assert sentences[ids[row]][start:end] == words[row]


def test_an_exported_page_is_one_file_that_asks_no_server_for_anything(cloud):
    page = cloud_page(pack(cloud), "<script>title</script>")
    assert "<script>title" not in page
    assert "<script>alert" not in page  # the words travel as base64
    assert page.count("</script>") == 1
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert not re.search(r"^(import|export)\b", page, re.MULTILINE)


# --- who may fetch a packet -------------------------------------------------------------------


@pytest.fixture
def shelf(monkeypatch):
    """An empty shelf of packets in place of the server's."""
    monkeypatch.setattr(packets, "_packets", type(packets._packets)())
    return packets


@pytest.fixture(scope="module")
def client() -> TestClient:
    import app

    return TestClient(app.app)


def test_a_packet_is_built_once_for_a_key_and_fetched_by_its_token(shelf):
    built = []
    first = shelf.offer(("text", 1), lambda: built.append(1) or b"one")
    again = shelf.offer(("text", 1), lambda: built.append(2) or b"two")
    other = shelf.offer(("text", 2), lambda: b"other")
    assert first == again != other
    assert built == [1]
    assert (shelf.fetch(first), shelf.fetch(other)) == (b"one", b"other")


@pytest.mark.slow
def test_a_token_cannot_be_computed_from_the_text_without_the_servers_secret(shelf, monkeypatch):
    key = CloudState(source="text", text="a secret sentence")
    here = shelf.offer(key, lambda: b"x")
    assert len(here) == 40
    assert int(here, 16)
    monkeypatch.setattr(packets, "_SECRET", b"k" * 32)
    assert shelf.offer(key, lambda: b"x") != here
    script = "from engine.views import packets; print(packets.offer('key', lambda: b'x'))"
    tokens = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(tokens) == 2


def test_neighbouring_texts_have_tokens_that_share_nothing(shelf):
    a, b = (shelf.offer(CloudState(text=text), lambda: b"x") for text in ("bank a", "bank b"))
    assert sum(x == y for x, y in zip(a, b, strict=True)) < 15


def test_the_shelf_holds_no_more_than_its_bound_and_forgets_the_least_used_first(
    shelf, monkeypatch
):
    monkeypatch.setattr(packets, "MAX_BYTES", 100)
    a, b = (shelf.offer(key, lambda: b"x" * 40) for key in "ab")
    shelf.offer("a", lambda: b"unused")  # asked for again, so b is now the oldest
    c = shelf.offer("c", lambda: b"x" * 40)
    assert shelf.fetch(b) is None
    assert shelf.fetch(a) and shelf.fetch(c)
    for key in range(50):
        shelf.offer(key, lambda: b"x" * 30)
        assert sum(map(len, packets._packets.values())) <= 100


def test_a_packet_larger_than_the_bound_is_still_served_to_whoever_asked(shelf, monkeypatch):
    monkeypatch.setattr(packets, "MAX_BYTES", 10)
    token = shelf.offer("large", lambda: b"x" * 1000)
    assert shelf.fetch(token) == b"x" * 1000


def test_a_packet_that_could_not_be_built_leaves_nothing_behind(shelf):
    def fail() -> bytes:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        shelf.offer("key", fail)
    assert shelf.fetch(shelf.offer("key", lambda: b"now")) == b"now"


def test_the_server_hands_the_packet_to_whoever_holds_its_token(client):
    content = b"CSC1" + bytes(range(256))
    token = packets.offer("a test", lambda: content)
    answer = client.get(f"/api/cloud/{token}.bin")
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize("token", ["0" * 40, "x", "<script>", "..%2f..%2fetc%2fpasswd"])
def test_an_unknown_token_gets_a_sentence_and_nothing_else(client, token):
    answer = client.get(f"/api/cloud/{token}.bin")
    assert answer.status_code in (400, 404)
    if "%2f" not in token:
        assert answer.text == "This cloud is no longer held here; reload the page."
    assert "<script>" not in answer.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_packet_can_only_be_read(client, method):
    token = packets.offer("read only", lambda: b"content")
    assert getattr(client, method)(f"/api/cloud/{token}.bin").status_code in (403, 405)
    assert packets.fetch(token) == b"content"
