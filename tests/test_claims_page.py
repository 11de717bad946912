"""The Claims page: every claim by its link, an overview, and texts that say little."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.views import lecture_claims
from engine.views.claimed import ClaimState
from tests.test_pages import SCRIPT, assert_fine, notices, wait_for, warnings

pytestmark = pytest.mark.slow  # every claim is tested

PAGE = Path(__file__).parents[1] / "pages" / "25_claims.py"
QUICK = {"random-pairs", "top-layer", "all-words"}


@pytest.fixture(scope="module", autouse=True)
def two_models(minilm_model, glove_model):
    """As if only these two were here, so that nothing takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONESCOPE_WARM_UP", "no")
        patch.setattr(ClaimState, "named", property(lambda self: ("glove", "minilm")))
        yield


def opened(**link: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for key, value in link.items():
        at.query_params[key] = value
    return wait_for(at.run())


def shown(at: AppTest) -> str:
    """All Markdown of the page, as a reader sees it."""
    return re.sub(r"\\(.)", r"\1", "\n".join(m.value for m in at.markdown))


@pytest.mark.parametrize("claim", sorted(QUICK))
def test_a_link_opens_its_claim_with_verdict_figure_and_sentence(claim):
    at = opened(claim=lecture_claims.names()[claim])
    assert_fine(at)
    found = lecture_claims.verdict(claim, ClaimState())
    told = shown(at)
    assert f"Verdict: {found.word}." in told
    assert found.claim.quote in told
    assert found.claim.hypothesis in told
    assert len(at.get("plotly_chart")) == 1
    assert len(notices(at)) == 1


def test_the_first_claim_has_the_left_picture_beside_it():
    at = opened()
    assert_fine(at)
    assert len(at.get("plotly_chart")) == 2
    assert "Why a cone was taken for a ball" in [head.value for head in at.subheader]


def test_the_overview_tells_what_is_known_and_offers_the_rest():
    at = opened()
    table = next(m.value for m in at.markdown if "| Claim" in m.value)
    rows = table.splitlines()[2:]
    assert len(rows) == len(lecture_claims.CLAIMS)
    assert len({row.count("|") for row in table.splitlines()}) == 1
    words = dict(zip(lecture_claims.CLAIMS, rows, strict=True))
    for claim in QUICK:
        assert "not measured yet" not in words[claim]
    assert "Test every claim" in "".join(button.label for button in at.button)


@pytest.mark.slow
def test_every_claim_is_tested_when_that_is_asked_for():
    at = opened()
    button = next(b for b in at.button if b.label.startswith("Test every claim"))
    at = wait_for(button.click().run())
    assert_fine(at)
    assert "not measured yet" not in next(m.value for m in at.markdown if "| Claim" in m.value)


@pytest.mark.parametrize("text", ["a word", "🙂 🙃", f"{SCRIPT} {SCRIPT}"])
def test_a_text_of_two_words_is_told_in_a_sentence_and_never_run(text):
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    at.query_params["claims_source"] = "Your text"
    at.query_params["claim"] = lecture_claims.names()["random-pairs"]
    at.session_state["own_text"] = text
    at = wait_for(at.run())
    assert_fine(at)
    assert any("too few words" in told or "knows none" in told for told in warnings(at))
    assert SCRIPT not in "".join(m.value for m in at.markdown)


def test_an_unknown_claim_in_a_link_falls_back_to_the_first():
    at = opened(claim="nonsense", claims_state="nonsense", claims_source="../../etc")
    assert_fine(at)
    assert "The distribution of word2vec is isotropic" in shown(at)
