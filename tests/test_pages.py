"""Every page opens, says its numbers, and meets bad input with a sentence."""

import html
import json
import random
import re
import threading
import time
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from engine.errors import CorruptFile, TextError, WordNotFound
from engine.views import VIEWS, Shown, prepared, sources
from engine.views import recorded as records
from engine.views.claim_one_rate import OneRateState
from engine.views.kept import Kept
from engine.views.measured import default_frame, measured
from engine.views.own_text import words_of_text
from engine.views.sources import MAX_WORDS, Source
from pages._ui import jobs, own_text, serving, warm
from pages._ui import link as viewer_link
from pages._ui.errors import as_markdown_text
from pages._ui.style import page_title

PAGES = Path(__file__).parents[1] / "pages"
MAIN = PAGES / "_ui" / "main.py"
FILES = sorted(file.name for file in PAGES.glob("[0-9]*.py"))
ALONE = [name for name in FILES if name != "00_home.py"]  # home links to the other pages
FOR_A_CLASS = {"06_class.py", "95_ready_for_class.py"}
# One shows the curves of the trainings; the others what runs or lectures there are.
WITHOUT_NOTICE = {"90_models.py", "70_ulmfit.py", "45_large_texts.py", *FOR_A_CLASS}
WITHOUT_FIGURE = {"70_ulmfit.py", "45_large_texts.py", "05_lectures.py", *FOR_A_CLASS}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, tmp_path_factory):
    """The contextual model is in memory, as on a server that has warmed up; runs have a folder of
    their own, and nothing is trained.
    """
    sources._encoders.get(("minilm", "auto"), lambda: minilm_model, lambda _: 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONESCOPE_RUNS", str(tmp_path_factory.mktemp("runs")))
        patch.setenv("CONESCOPE_WARM_UP", "no")
        patch.setattr(serving, "_store", None)
        yield


def open_page(name: str, **params: str) -> AppTest:
    """A page by itself, with these parameters in its link."""
    at = AppTest.from_file(str(PAGES / name), default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


@cache
def opened(name: str) -> AppTest:
    """A page as it opens; nobody clicks on it."""
    return open_page(name)


def own_sentences(text: str) -> AppTest:
    """Own sentences with a text typed in; waits for what is encoded in the background."""
    at = AppTest.from_file(str(PAGES / "40_own_sentences.py"), default_timeout=60)
    at.session_state["own_text"] = text
    return wait_for(at.run())


def wait_for(at: AppTest) -> AppTest:
    """The page once what it computes in the background is there."""
    deadline = time.monotonic() + 60
    while any(button.label == "Stop" for button in at.button) and time.monotonic() < deadline:
        time.sleep(0.1)
        at.run()
    return at


def figures(at: AppTest) -> list:
    components = [one for one in at.get("bidi_component") if one.key != "lecture-player"]
    return [*at.get("plotly_chart"), *components]  # the player listens to keys and draws nothing


def notices(at: AppTest) -> list[str]:
    """The sentences on what to notice, as a reader sees them."""
    found = [m.value for m in at.markdown if m.value.startswith("**What to notice.**")]
    return [re.sub(r"\\(.)", r"\1", value.removeprefix("**What to notice.** ")) for value in found]


def warnings(at: AppTest) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", warning.value) for warning in at.warning]


def assert_fine(at: AppTest) -> None:
    assert not at.exception
    assert len(at.title) == 1
    assert at.title[0].value


# --- every page -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_every_page_opens_alone_with_heading_figure_and_numbers(name):
    at = opened(name)
    assert_fine(at)
    assert at.title[0].value == page_title(Path(name))
    assert not at.warning
    assert figures(at) or name in WITHOUT_FIGURE
    if name not in WITHOUT_NOTICE:
        told = notices(at)
        assert len(told) == len(figures(at))
        assert all(re.search(r"\d", sentence) for sentence in told)
        assert "nan" not in " ".join(told).split()


def test_every_page_opens_through_the_navigation():
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert_fine(at)
    assert figures(at)
    assert notices(at)
    for name in FILES:
        at.switch_page(f"../{name}").run()
        assert_fine(at)
        assert figures(at) or name in WITHOUT_FIGURE


def test_the_number_at_the_top_is_the_one_that_was_measured():
    values = [
        layer.mean_cosine
        for layer in measured(Source("senses"), "minilm", "raw", default_frame("senses")).layers
    ]
    told = notices(opened("20_anisotropy.py"))[0]
    assert f"{values[0]:.2f}" in told
    assert f"{max(values):.2f}" in told
    assert f"{values[-1]:.2f}" in told


def test_every_figure_has_its_table_and_its_caption():
    at = open_page("20_anisotropy.py")
    assert not at.dataframe  # none is drawn, nor its script loaded, before it is opened
    for name in ("anisotropy", "layer-close-up", "cones", "cone"):
        at.session_state[f"table {name}"] = True
    at.run()
    assert len(at.dataframe) == len(figures(at)) == 4
    for table in at.dataframe:
        assert len(table.value)
    captions = [re.sub(r"\\(.)", r"\1", caption.value) for caption in at.caption]
    told = [caption for caption in captions if " n = " in caption]
    assert len(told) == 4
    for caption in told:
        assert re.search(r"MiniLM n = \d", caption)
        assert "raw vectors" in caption
        assert "seed 0" in caption
        assert "recorded" in caption


@pytest.mark.slow
def test_a_pages_pictures_are_described_in_words():
    for name in ALONE:
        for chart in opened(name).get("plotly_chart"):
            assert re.search(r"\d", chart.proto.alt), name


# --- own sentences ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no word in this text yet"),
        ("  \n\t \n", "There is no word in this text yet"),
        ("he\0llo bank", "NUL bytes"),
        ("word " * 50_000, f"50,000 words; this page takes up to {MAX_WORDS:,}"),
        ("x" * 1_000_001, "1,000,001 characters; the limit here is 1,000,000"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_once_in_a_sentence_that_names_the_limit(text, sentence):
    at = own_sentences(text)
    assert_fine(at)
    assert len(at.warning) == 1
    assert sentence in warnings(at)[0]
    assert at.text_area(key="own_text").value == text  # nothing is lost


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bank", "No word occurs twice in this text"),
        ("יושב על הגדה של הנהר\nהבנק נסגר", "No word occurs twice in this text"),
        ("👍 🎉", "The model knows none of the words"),
        ("!!! ???", "No word occurs twice in this text"),
    ],
)
def test_a_text_with_little_to_compare_shows_what_it_can_and_says_the_rest(text, sentence):
    at = own_sentences(text)
    assert_fine(at)
    assert any(sentence in warning for warning in warnings(at))
    assert "nan" not in re.findall(r"\w+", " ".join(notices(at)))


def test_a_word_that_no_vocabulary_holds_is_named_where_it_is_left_out():
    at = own_sentences("the zxqwvblorp bank closed\na zxqwvblorp opened a bank")
    assert_fine(at)
    assert any("GloVe knows 7 of them" in re.sub(r"\\", "", c.value) for c in at.caption)
    assert any("does not know 1 of these words: zxqwvblorp" in re.sub(r"\\", "", c.value)
               for c in at.caption)  # fmt: skip


def test_a_text_without_a_single_known_word_is_still_cut_into_words():
    assert "GloVe knows 0 of them" in words_of_text("zxqwvblorp 👍").summary


@pytest.mark.slow
def test_markup_in_a_text_stays_text_everywhere():
    text = f"{SCRIPT} $a$ **bold** :red[x] `code`\n{SCRIPT} $a$ **bold** :red[x]"
    at = own_sentences(text)
    assert_fine(at)
    shown = [element.value for element in [*at.markdown, *at.caption, *at.warning, *at.subheader]]
    for value in shown:
        assert "<script" not in re.sub(r"\\.", "", value)
        assert "$a$" not in value
        assert "**bold**" not in value
        assert ":red[" not in value
    charts = at.get("plotly_chart")
    assert charts
    for chart in charts:
        assert not any("<script" in found for found in strings(json.loads(chart.proto.spec)))
    assert any(SCRIPT in value for value in notices(at))


def strings(node) -> list[str]:
    """All strings of a figure."""
    if isinstance(node, str):
        return [node]
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [found for part in inside for found in strings(part)]


@pytest.mark.slow
def test_an_example_replaces_the_text_and_everything_follows():
    at = own_sentences("nothing here")
    next(b for b in at.button if b.label == "mouse and cat").click()
    at.run()
    assert_fine(at)
    assert at.text_area(key="own_text").value.startswith("A mouse chases a cat")
    assert any("“mouse”" in sentence for sentence in notices(at))


@pytest.mark.slow
def test_the_link_holds_a_text_only_when_asked_and_never_a_long_one():
    at = own_sentences("one bank and another bank")
    assert "text" not in at.query_params
    into_link = next(b for b in at.button if b.label == "Put my text into the link")
    into_link.click().run()
    assert at.query_params["text"] in ("one bank and another bank", ["one bank and another bank"])
    long = own_sentences("a bank " + "x" * own_text.LINK_CHARACTERS)
    next(b for b in long.button if b.label == "Put my text into the link").click().run()
    assert "text" not in long.query_params
    assert "1,500 characters" in long.toast[0].value


def test_a_text_in_the_link_is_the_text_that_is_read():
    at = open_page("40_own_sentences.py", text="a crane lifts a crane")
    assert at.text_area(key="own_text").value == "a crane lifts a crane"
    assert_fine(at)


# --- polysemy ---------------------------------------------------------------------------------


BAD_PAIRS = [
    ({"pair_word": "river"}, "'river' does not stand as a word of its own"),
    ({"pair_word": ""}, "Type the word to compare"),
    ({"pair_word": "   "}, "Type the word to compare"),
    ({"pair_word": SCRIPT}, "does not stand as a word of its own"),
    ({"pair_first": ""}, "does not stand as a word of its own"),
    ({"pair_first": "the\0bank bank"}, "NUL bytes"),
    ({"pair_first": "bank " * 50_000}, "the limit here is 2,000"),
]
UNKNOWN_TO_SOME = [
    ({"pair_first": "a 👍", "pair_second": "👍 b", "pair_word": "👍"}, "no vector for '👍'"),
    ({"pair_first": "a zxqwv", "pair_second": "the zxqwv", "pair_word": "zxqwv"},
     "GloVe has no vector for 'zxqwv'"),
]  # fmt: skip


@pytest.mark.slow
def test_a_pair_that_cannot_be_compared_is_told_in_a_sentence():
    at = open_page("30_polysemy.py")
    start = {key: at.text_area(key=key).value for key in ("pair_first", "pair_second")}
    for typed, sentence in BAD_PAIRS:
        for key, value in {**start, "pair_word": "bank", **typed}.items():
            fields = at.text_input if key == "pair_word" else at.text_area
            fields(key=key).set_value(value)
        at.run()
        assert_fine(at)
        assert len(at.warning) == 3, typed  # the figures all show this pair
        assert sentence in warnings(at)[0], typed
        assert not figures(at)


@pytest.mark.parametrize(("typed", "sentence"), UNKNOWN_TO_SOME)
def test_a_model_that_does_not_know_the_word_is_left_out_with_a_sentence(typed, sentence):
    at = open_page("30_polysemy.py")
    for key, value in typed.items():
        fields = at.text_input if key == "pair_word" else at.text_area
        fields(key=key).set_value(value)
    at.run()
    assert_fine(at)
    assert figures(at)  # models that read pieces or characters know it
    assert all("MiniLM" in warning for warning in warnings(at))  # what is shown of one model alone
    assert sentence in " ".join(caption.value for caption in at.caption)


def test_a_static_model_gives_exactly_1_and_a_contextual_one_less():
    at = open_page("30_polysemy.py")
    at.session_state["table two-contexts"] = True
    at.run()
    assert_fine(at)
    table = at.dataframe[0].value
    cosines = table.groupby("model")["cosine"]
    assert cosines.min()["GloVe"] == pytest.approx(1, abs=1e-6)
    assert cosines.min()["MiniLM"] < 0.9
    lowest = f"{cosines.min()['MiniLM']:.2f}"
    assert f"MiniLM {lowest}" in notices(at)[0]


def test_a_changed_word_leaves_a_trail_and_the_parent_is_one_click_away():
    at = open_page("30_polysemy.py", pair_models="MiniLM")
    parent = at.text_area(key="pair_first").value
    at.text_input(key="edit_into").set_value("pond").run()
    at.selectbox(key=f"edit {parent}").select_index(6).run()
    next(b for b in at.button if b.label == "Change it").click().run()
    assert_fine(at)
    assert at.text_area(key="pair_first").value == parent.replace("river", "pond")
    assert notices(at)[2].startswith("Version 2 at layer 6")
    assert at.query_params["trail"] == f"{parent}\n{parent.replace('river', 'pond')}"
    next(b for b in at.button if b.label == "Back to the parent").click().run()
    assert_fine(at)
    assert at.text_area(key="pair_first").value == parent
    assert "Change a word" in notices(at)[2]


OWN = "\n".join(f"The {color} kite number {n} rose." for n in range(4) for color in ("red", "old"))


def own_senses(text: str, **params: str) -> AppTest:
    """The Senses part with a reader's own sentences."""
    at = AppTest.from_file(str(PAGES / "30_polysemy.py"), default_timeout=60)
    at.session_state["set_text"] = text
    at.session_state["pair_models"] = ["minilm", "glove"]
    at.query_params["poly_part"] = "Senses"
    at.query_params["sense_source"] = "My own"
    for key, value in params.items():
        at.query_params[key] = value
    return wait_for(at.run())


@pytest.mark.slow
def test_ones_own_sentences_are_grouped_without_labels_and_compared_with_them():
    at = own_senses(OWN)
    assert_fine(at)
    assert not at.warning
    assert "“kite”" in notices(at)[0]
    assert len(figures(at)) == 2  # nothing to compare without labels
    labelled = "\n".join(f"{'ab'[n % 2]}\t{line}" for n, line in enumerate(OWN.splitlines()))
    at.text_area(key="set_text").set_value(labelled).run()
    assert_fine(at)
    assert len(figures(wait_for(at))) == 3
    assert "the senses of “kite”" in notices(at)[0]


BAD_SETS = [
    ("", "There is no sentence"),
    ("one\t ", "Line 1 has a sense"),
    ("a\0b", "NUL bytes"),
    ("x " * 600_000, "the limit here is 1,000,000"),
    ("Only one kite.", "at least 6"),
    (f"{SCRIPT} kite\n{SCRIPT} kite!\nנהר kite", "at least 6"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "sentence"), BAD_SETS)
def test_sentences_that_cannot_be_used_are_told_in_a_sentence(text, sentence):
    at = own_senses(text)
    assert_fine(at)
    assert sentence in warnings(at)[0]


def test_a_word_that_is_typed_is_looked_for_and_its_parts_are_named():
    at = own_senses("A riverbank.\nThe riverbank fell.\nA bankrupt riverbank.")
    at.text_input(key="set_other").set_value("bank").run()
    assert_fine(at)
    assert "only inside of other words: riverbank (3), bankrupt (1)" in warnings(at)[0]
    assert len(at.warning) == 1


def test_a_link_brings_the_sentences_and_the_word():
    at = AppTest.from_file(str(PAGES / "30_polysemy.py"), default_timeout=60)
    at.session_state["pair_models"] = ["minilm"]
    for key, value in {"poly_part": "Senses", "set": OWN, "word": "number"}.items():
        at.query_params[key] = value
    at.run()
    assert_fine(at)
    assert at.text_area(key="set_text").value == OWN
    assert "“number”" in notices(wait_for(at))[0]


@pytest.mark.slow
def test_another_word_is_one_click_away():
    at = open_page("30_polysemy.py", poly_part="Senses")
    assert "“bank”" in notices(at)[0]
    at.selectbox(key="sense_word").select("crane").run()
    assert_fine(at)
    assert "“crane”" in notices(at)[0]


def test_a_pair_of_the_lecture_is_one_click_away():
    at = open_page("30_polysemy.py")
    next(b for b in at.button if b.label == "word order").click().run()
    assert_fine(at)
    assert at.text_input(key="pair_word").value == "mouse"
    assert "“mouse”" in notices(at)[0]


@pytest.mark.slow
def test_words_of_a_link_are_answered_and_those_that_cannot_be_are_told_in_a_sentence():
    """What was typed in stays in its list, so that the page can be drawn again."""
    part = {"poly_part": "Neighbours", "near_word_senses": "film", "near_also": "book, movie",
            "near_model": "CoVe"}  # fmt: skip
    at = open_page("30_polysemy.py", **part, analogy_question="rome : italy :: berlin",
                   analogy_rule="allowed", analogy_method="3CosMul")  # fmt: skip
    assert_fine(wait_for(at))
    told = " ".join(notices(at))
    assert "sense of “film”: movie" in told
    assert "with cosines: “movie” 1 (" in told
    assert "“germany” (" in told
    for question, sentence in ((SCRIPT, "is not three words"), ("a : zxqwv :: b", "'zxqwv'")):
        at = open_page("30_polysemy.py", **part, analogy_question=question).run()
        assert_fine(at)
        assert any(sentence in warning for warning in warnings(at))
        assert at.selectbox(key="analogy_question").value == question


# --- anisotropy -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_frame_part_shows_every_switch_of_one_model():
    at = open_page("20_anisotropy.py", measure_part="The frame", measure_model="GloVe")
    wait_for(at)
    assert_fine(at)
    (told,) = notices(at)
    assert "GloVe the frame alone moves the mean cosine from" in told
    assert len(figures(at)) == 1


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("Shape", "GloVe has no layers. Its effective rank is "),
        ("Rogue dimensions", "In GloVe one dimension of 50 makes "),
    ],
)
def test_the_shape_is_computed_with_progress_and_then_shown(part, said):
    at = open_page(
        "20_anisotropy.py", measure_part=part, measure_models="GloVe", measure_model="GloVe",
        measure_source="Lecture", measure_shape="Effective rank",
    )  # fmt: skip
    wait_for(at)
    assert_fine(at)
    assert notices(at)[0].startswith(said)
    assert len(figures(at)) == 1


# --- links ------------------------------------------------------------------------------------

BAD_LINKS = {
    "10_clouds.py": {
        "layer": "abc", "layout": "nonsense", "color_by": "nonsense", "selected": "-3",
        "camera": "a,b,c", "flat": "maybe", "presenter": "perhaps", "cloud_source": "nonsense",
        "cloud_state": "nonsense", "cloud_word": "nonsense",
    },
    "20_anisotropy.py": {
        "measure_models": "../../etc", "measure_source": "nonsense", "measure_state": "nonsense",
        "measure_unit": "nonsense", "measure_punctuation": "nonsense", "measure_frequency": "abc",
        "measure_cone_model": "nonsense", "measure_likeness": "nonsense",
        "measure_part": "nonsense", "measure_close_model": "nonsense",
        "measure_close_layer": "99", "measure_first": "perhaps", "measure_static": "nonsense",
        "measure_types": "nonsense",
    },
    "30_polysemy.py": {
        "poly_part": "nonsense", "pair_models": "../../etc", "pair_state": "nonsense",
        "sense_word": "nonsense", "sense_measure": "nonsense", "sense_state": "nonsense",
    },
    "40_own_sentences.py": {
        "own_state": "nonsense", "own_umap": "nonsense", "own_models": "nonsense",
        "own_layer": "999", "own_word": "nonsense", "text": f"{SCRIPT} bank bank",
    },
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD_LINKS)
def test_a_link_of_nonsense_falls_back_to_what_the_page_starts_with(name):
    at = open_page(name, **BAD_LINKS[name])
    assert_fine(at)
    assert figures(at)
    assert not at.warning


ODD_NUMBERS = [
    ("layer", "²"), ("layer", "9" * 5_000), ("layer", "-1"), ("layer", "1e3"), ("layer", ""),
    ("selected", "²"), ("selected", "99999999999"), ("selected", "٣x"),
    ("camera", "nan,nan,nan"), ("camera", "inf,1,1"), ("camera", "1,2"), ("camera", "1,2,3,4"),
    ("camera", "1e999,0,0"), ("camera", "9" * 5_000 + ",0,0"), ("camera", ""),
]  # fmt: skip


def test_what_is_no_number_in_a_link_is_ignored(monkeypatch):
    for name, value in ODD_NUMBERS:
        monkeypatch.setattr(viewer_link.st, "query_params", {name: value})
        assert viewer_link.view_from_link() == {}, (name, value[:20])


def test_a_camera_in_a_link_is_read_as_it_was_written(monkeypatch):
    monkeypatch.setattr(
        viewer_link.st, "query_params", {"camera": "0.550,-1.5,3.700", "flat": "true"}
    )
    found = viewer_link.view_from_link()
    assert found == {
        "camera": {"theta": 0.55, "phi": -1.5, "distance": 3.7, "target": [0, 0, 0]},
        "flat": True,
    }
    monkeypatch.setattr(viewer_link.st, "query_params", {"camera": "0,0,1,1,-2.5,3"})
    assert viewer_link.view_from_link()["camera"]["target"] == [1, -2.5, 3]


@pytest.mark.parametrize("link", [{"layer": "99"}, {"selected": "99999999"}, {"layer": "²"}])
def test_a_number_out_of_range_in_a_link_does_not_break_the_cloud(link):
    at = open_page("10_clouds.py", **link)
    assert_fine(at)
    assert figures(at)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["../../etc", SCRIPT, "nonsense", "a/b/c/d", "\0"])
def test_a_model_that_is_not_here_is_told_in_a_sentence(model, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(jobs, "is_small", lambda *_: True)  # on the spot, without a progress bar
    at = open_page("10_clouds.py", cloud_model=model)
    assert_fine(at)
    assert len(at.warning) == 1
    assert "<script" not in re.sub(r"\\.|`[^`]*`", "", at.warning[0].value)


# --- what the pages stand on ------------------------------------------------------------------


def test_markdown_shows_user_text_letter_by_letter():
    draw = random.Random(0)
    alphabet = [*"ab 1<>&*_`~$:#[](){}|\\!+-.\"'=@/", "<b>", ":red[", "**", "א", "👍"]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for _ in range(500):
        text = "".join(draw.choices(alphabet, k=draw.randint(1, 30))).strip()
        expected = html.escape(" ".join(text.split()), quote=False)
        shown = parser.renderInline(as_markdown_text(" ".join(text.split())))
        assert shown.replace("&quot;", '"') == expected
        assert parser.render(as_markdown_text(" ".join(text.split()))).count("<") <= (
            2 if text else 0
        )


def test_a_damaged_record_is_told_in_a_sentence(monkeypatch, tmp_path):
    content = records.path_of("senses", "minilm").read_bytes()
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    records.path_of("senses", "minilm").write_bytes(content[: len(content) // 2])
    monkeypatch.setattr(prepared, "_clouds", Kept(12))
    records.recorded.cache_clear()
    try:
        with pytest.raises(CorruptFile, match=r"senses-minilm\.safetensors is damaged"):
            records.recorded("senses", "minilm")
        at = open_page("10_clouds.py")
    finally:
        records.recorded.cache_clear()
    assert_fine(at)
    assert "senses-minilm.safetensors is damaged" in warnings(at)[0]


def test_only_utf8_text_is_accepted_from_a_file(monkeypatch):
    def upload(name: str, content: bytes):
        state = {"own_file": type("File", (), {"name": name, "getvalue": lambda self: content})()}
        monkeypatch.setattr(own_text.st, "session_state", state)
        own_text._take_file()
        return state

    assert upload("a.txt", b"\xef\xbb\xbfa bank")["own_text"] == "a bank"
    for name, content in (
        ("a.txt", b"%PDF-1.7"),
        ("b.txt", b"\xff\xd8\xff\xe0"),
        ("c.txt", b"a\0"),
    ):
        state = upload(name, content)
        assert "own_text" not in state  # what was typed before stays
        assert isinstance(state["own_file_error"], TextError)


@pytest.mark.parametrize(("wish", "starts"), [("no", False), ("models", True), ("yes", True)])
def test_models_are_warmed_up_in_the_background_unless_switched_off(monkeypatch, wish, starts):
    started = threading.Event()
    monkeypatch.setenv("CONESCOPE_WARM_UP", wish)
    monkeypatch.setattr(warm, "_load_models", started.set)
    warm.warm_up.cache_clear()
    warm.warm_up()
    warm.warm_up()
    assert started.wait(2 if starts else 0.2) == starts
    warm.warm_up.cache_clear()


@pytest.mark.parametrize(("wish", "answers"), [("models", False), ("yes", True)])
def test_answers_are_given_ahead_unless_only_the_models_are_wanted(monkeypatch, wish, answers):
    given = []
    monkeypatch.setenv("CONESCOPE_WARM_UP", wish)
    monkeypatch.setattr(warm, "bundled", lambda: [("senses", "glove")])
    monkeypatch.setattr(warm, "take_up_waiting", lambda: None)
    monkeypatch.setattr(warm, "_answer_ahead", given.extend)
    monkeypatch.setattr(warm.os, "setpriority", lambda *_: None)  # this thread goes on
    warm._load_models()
    assert given == ["glove"] * answers


@pytest.mark.slow
def test_a_click_builds_only_the_figures_that_it_changes(monkeypatch):
    built = []
    for name in ("mouse", "mouse-layers"):
        kind = VIEWS[name]

        def show(self, state, name=name, original=kind.show):
            built.append(name)
            return original(self, state)

        monkeypatch.setattr(kind, "show", show)
    at = AppTest.from_file(str(PAGES / "30_polysemy.py"), default_timeout=60)
    at.session_state["poly_part"] = "mouse"
    at.session_state["mouse_models"] = ["minilm"]
    at.run()
    assert built == ["mouse", "mouse-layers"]
    before = notices(at)
    at.run()
    assert len(built) == 2
    assert notices(at) == before
    at.select_slider(key="mouse_layer").set_value("0 · input").run()
    assert_fine(at)
    assert built[2:] == ["mouse"]
    assert notices(at)[1] == before[1]
    assert "At layer 0" in notices(at)[0]


def test_a_figure_is_shown_anew_where_the_version_of_its_state_has_changed(monkeypatch):
    shown = []

    class Planted:
        title, State = "Planted", OneRateState

        def needs(self, state):
            return []

        def show(self, state):
            shown.append(state)
            table = pd.DataFrame({"n": [len(shown)]})
            return Shown(None, table, "", f"Shown {len(shown)} times")

    monkeypatch.setitem(VIEWS._plugins, "planted", Planted)

    def page(state, version):
        from pages._ui.view import show_view

        show_view("planted", state, version=version)

    state, other = OneRateState(), OneRateState(run="another")
    at = AppTest.from_function(page, args=(state, "checkpoint 1"), default_timeout=60)
    asked = [(state, "checkpoint 1"), (state, "checkpoint 2"), (state, "checkpoint 2"),
             (other, "checkpoint 2")]  # fmt: skip
    for at.args, n_shown in zip(asked, (1, 2, 2, 3), strict=True):
        assert not at.run().exception
        assert f"Shown {n_shown} times" in at.markdown[0].value


# --- work that takes longer than a click ------------------------------------------------------


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def rerun_until(at: AppTest, happened) -> None:
    deadline = time.monotonic() + 30
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
        at.run()
    assert happened()


@pytest.mark.slow
def test_several_figures_wait_for_one_encoding_each_in_its_place(monkeypatch):
    """Nothing is loaded yet: cloud, matrix and curves of one text wait for the same vectors."""
    release, runs = threading.Event(), []

    def slow(source, model, state="raw", *, progress=None):
        if threading.current_thread().name.startswith("job:"):
            runs.append(model)
            assert release.wait(30)
            progress(1, 2)
        return original(source, model, state)

    original = sources.vectors_of
    monkeypatch.setattr(jobs, "vectors_of", slow)
    monkeypatch.setattr(jobs, "is_small", lambda source, model: model == "glove")
    at = AppTest.from_file(str(PAGES / "40_own_sentences.py"), default_timeout=60)
    at.session_state["own_text"] = "the heron stood on the bank\nthe heron flew"
    at.run()
    assert_fine(at)
    assert labels(at).count("Stop") == 3
    assert runs == ["minilm"]
    next(b for b in at.button if b.label == "Stop").click().run()
    assert_fine(at)
    release.set()
    rerun_until(at, lambda: "Stop" not in labels(at))
    assert_fine(at)
    assert labels(at).count("Start again") == 3
    assert sum("Nothing was lost" in warning for warning in warnings(at)) == 3
    monkeypatch.setattr(jobs, "vectors_of", original)
    next(b for b in at.button if b.label == "Start again").click().run()
    rerun_until(at, lambda: not {"Stop", "Start again"} & set(labels(at)))
    assert_fine(at)
    assert len(figures(at)) == 3


@pytest.mark.slow
def test_a_search_that_finds_nothing_is_told_once(monkeypatch):
    def nothing(word, place, **_):
        raise WordNotFound(f"“{word}” stands nowhere there.")

    monkeypatch.setattr("pages._ui.find_sentences.concordance", nothing)
    monkeypatch.setattr("pages._ui.find_sentences.is_found", lambda word, place: False)
    at = wait_for(open_page("30_polysemy.py", poly_part="Senses", sense_source="My own"))
    at.text_input(key="set_find").set_value("zorblax").run()
    next(button for button in at.button if button.label == "Find").click().run()
    wait_for(at)
    told = [warning.value for warning in at.warning if "stands nowhere" in warning.value]
    assert len(told) == 1 and not any(b.label == "Start again" for b in at.button)
    wait_for(at.run())
    assert not any("stands nowhere" in warning.value for warning in at.warning)
    assert not at.exception
