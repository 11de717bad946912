"""The page of the language models: every part opens, says its numbers, and meets odd sentences and
links with a sentence.
"""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine import model_files
from engine.training.depth.results import read
from engine.training.json_lines import append
from tests.small_nets import shipped_to
from tests.test_views_depth import planted

pytestmark = pytest.mark.slow  # every test opens pages

PAGE = Path(__file__).parents[1] / "pages" / "50_language_models.py"
PARTS = {
    "Guess the word": 3,
    "Translate": 2,
    "Two directions": 2,
    "Depth": 1,
    "Letters": 1,
    "A question": 1,
}  # figures of each
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module", autouse=True)
def small_nets(tmp_path_factory):
    """Small nets with random weights in place of those that ship, and planted runs of depths."""
    runs = tmp_path_factory.mktemp("studies") / "depth.jsonl"
    for n_layers in (1, 2):
        append(runs, planted(n_layers, seed=0))
    with shipped_to(tmp_path_factory.mktemp("models")), pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "__defaults__", (runs,))
        yield


def open_page(**params: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=90)
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def notices(at: AppTest) -> list[str]:
    found = [m.value for m in at.markdown if m.value.startswith("**What to notice.**")]
    return [re.sub(r"\\(.)", r"\1", value.removeprefix("**What to notice.** ")) for value in found]


def charts(at: AppTest) -> list:
    return list(at.get("plotly_chart"))


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_with_its_figures_and_numbers(part):
    at = open_page(lm_part=part)
    assert not at.exception
    assert not at.warning
    assert len(charts(at)) == len(notices(at)) == PARTS[part]
    assert all(re.search(r"\d", sentence) for sentence in notices(at))


def test_a_hidden_word_and_another_model_are_a_click_away():
    at = open_page()
    at.selectbox(key="blank_place").select("2 · am").run()
    assert not at.exception
    assert "The hidden word “am”" in notices(at)[0]
    at = open_page(lm_model="ELMo")
    assert any("ELMo · n = 14 words" in re.sub(r"\\(.)", r"\1", c.value) for c in at.caption)


def test_the_translation_grows_word_by_word():
    at = open_page(lm_part="Translate")
    at.slider(key="translate_said").set_value(0).run()
    assert "0 words are said" in notices(at)[0]
    at.slider(key="translate_said").set_value(1).run()
    assert "For “" in notices(at)[0]
    at.text_input(key="translate_text").set_value("I").run()
    assert not at.exception


@pytest.mark.parametrize(
    ("part", "key", "n_left"),
    [("Guess the word", "blank_text", 2), ("Guess the word", "next_text", 2),
     ("Guess the word", "go_on_text", 2), ("Translate", "translate_text", 1),
     ("Two directions", "two_text", 1), ("Two directions", "change_text", 1)],
)  # fmt: skip
def test_a_sentence_that_cannot_be_read_is_told_once_and_the_other_figures_stay(part, key, n_left):
    at = open_page(lm_part=part)
    for text in ("", "a\0b", "word " * 61):
        at.text_input(key=key).set_value(text).run()
        assert not at.exception
        assert len(at.warning) == 1, text
        assert len(charts(at)) == n_left


def test_markup_stays_text_everywhere():
    at = open_page()
    for key in ("blank_text", "next_text", "go_on_text"):
        at.text_input(key=key).set_value(f"the {SCRIPT} $a$ **bank** ___")
    at.run()
    assert not at.exception
    for element in [*at.markdown, *at.caption, *at.warning]:
        shown = re.sub(r"\\.", "", element.value)
        assert "<script" not in shown
        assert "$a$" not in shown
        assert "**bank**" not in shown
    for chart in charts(at):
        assert "<script" not in json.dumps(json.loads(chart.proto.spec))


def test_a_link_of_nonsense_falls_back_to_what_the_page_starts_with():
    keys = ("lm_part", "lm_model", "blank_place", "go_on_temperature", "go_on_seed", "two_model",
            "two_step", "change_models", "translate_said", "alignment_name")  # fmt: skip
    for part in PARTS:
        at = open_page(**dict.fromkeys(keys, "nonsense") | {"lm_part": part})
        assert not at.exception
        assert not at.warning
        assert len(charts(at)) == PARTS[part]


def test_without_weights_the_page_says_which_command_makes_them(monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    at = open_page()
    assert not at.exception
    assert not at.warning
    told = " ".join(caption.value for caption in at.caption)
    for model in ("awd-lstm", "elmo"):
        assert f"`python -m engine train {model}`" in told
    at = open_page(lm_part="Translate")
    assert len(charts(at)) == 1
    assert "translator" in " ".join(caption.value for caption in at.caption)


def test_depth_shows_either_measure_and_its_command_where_nothing_is_recorded(monkeypatch):
    at = open_page(lm_part="Depth")
    assert "from 1 to 2 layers" in notices(at)[0]
    at = open_page(lm_part="Depth", depth="Senses apart")
    assert "at layer 2 of 2" in notices(at)[0]
    monkeypatch.setattr(read, "__defaults__", (Path("no-such-file"),))
    at = open_page(lm_part="Depth")
    assert not charts(at) and any("study depth --resume" in box.value for box in at.warning)
