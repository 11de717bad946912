"""The Anisotropy page's parts on cures and published curves, as a reader meets them."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).parents[1] / "pages"


@pytest.fixture(autouse=True)
def quiet(monkeypatch, tmp_path):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")


def open_part(part: str, **params: str) -> AppTest:
    """The part by way of the navigation: it links to another page."""
    at = AppTest.from_file(str(PAGES / "_ui" / "main.py"), default_timeout=60)
    at.query_params["measure_part"] = part
    for key, value in params.items():
        at.query_params[key] = value
    return at.switch_page("../20_anisotropy.py").run()


def notices(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown if m.value.startswith("**What to notice.**")]


def test_cures_stand_at_once_and_lead_to_the_cloud():
    at = open_part("Cures", cures_model="ELMo")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 2
    told = notices(at)
    assert len(told) == 2
    assert all(re.search(r"\d", sentence) and "ELMo" in sentence for sentence in told)
    (link,) = [one for one in at.get("page_link") if "clouds" in one.proto.page]
    assert "ELMo" in link.proto.query_string
    assert "whitened" in link.proto.query_string


def test_a_static_model_has_no_layers_to_compare_but_a_list_of_words():
    at = open_part("Cures", cures_model="GloVe", cures_on="10,000 words")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    assert any("10,000 most frequent words" in caption.value for caption in at.caption)


def test_published_curves_stand_beside_ours():
    at = open_part("Published", published_measure="A word with its sentence")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    (told,) = notices(at)
    assert all(name in told for name in ("BERT", "GPT", "MiniLM", "ELMo 0"))
    assert [toggle.label for toggle in at.toggle][-1] == "Less what any two words share"
