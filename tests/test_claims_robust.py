"""Every claim on every model that is here, and on texts that say little or nothing."""

import json
import re

import pytest

from engine.encoder import is_static
from engine.errors import EngineError
from engine.views.claimed import ClaimState
from engine.views.claims import DEPENDS, FAILS, HOLDS, MISSING, OPEN
from engine.views.lecture_claims import CLAIMS, verdict, view_of

pytestmark = pytest.mark.slow  # every claim on every model

HERE = ClaimState().named
OF_STATIC = {"isotropic"}
OF_CONTEXT = {"random-pairs", "top-layer", "all-words", "top-context"}
READS_SENSES = {"top-context", "narrower"}
# Claims that the text plays no part in, wholly or where it is too short.
WITHOUT_TEXT = {"isotropic", "closer"}
TINY = (
    "he sat on the bank of the river\nthe bank raised its interest rate\n"
    "a bank of clouds hid the sun\nthe river rose over its bank"
)
MARKUP = "<script>alert(1)</script>"
TOO_LITTLE = ("a word", "bank", "qzxv wqxz", "🙂 🙃", f"{MARKUP} 👍 ({MARKUP})")


def fits(claim: str, model: str) -> bool:
    return claim not in (OF_CONTEXT if is_static(model) else OF_STATIC)


def marked(claims) -> list:
    return [
        pytest.param(claim, marks=pytest.mark.slow) if claim in READS_SENSES else claim
        for claim in claims
    ]


@pytest.mark.slow
@pytest.mark.parametrize("model", HERE)
@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_is_tested_on_every_model(claim, model):
    state = ClaimState("text", TINY, (model,))
    if not fits(claim, model):
        with pytest.raises(EngineError, match="None of the chosen models"):
            view_of(claim).show(state)
        return
    shown = view_of(claim).show(state)
    assert shown.verdict.word.startswith((HOLDS, FAILS, OPEN, DEPENDS))
    assert shown.figure.data
    assert len(shown.table)
    assert re.search(r"\d", shown.notice)
    assert shown.notice.endswith(".")
    assert "nan" not in f"{shown.notice} {shown.verdict.because}".split()
    json.loads(shown.figure.to_json())


@pytest.mark.parametrize("claim", marked(CLAIMS))
@pytest.mark.parametrize(
    "words", ["a word", "bank", "qzxv wqxz", "🙂 🙃", f"{MARKUP} 👍 ({MARKUP})"]
)
def test_too_little_text_ends_in_a_sentence(claim, words):
    found = verdict(claim, ClaimState("text", words, ("glove", "minilm")))
    assert found.because.endswith(".")
    assert found.because.isprintable()
    if claim in WITHOUT_TEXT:
        assert found.word != MISSING
    else:
        assert (found.word, found.sign) == (MISSING, "…")


@pytest.mark.parametrize("claim", ["random-pairs", "all-words", "top-layer", "neighbours"])
def test_own_text_with_emoji_and_markup_is_measured_and_shown_as_text(claim):
    text = "\n".join(f"{line} 👍 {MARKUP} qzxv" for line in TINY.split("\n"))
    shown = view_of(claim).show(ClaimState("text", text, ("glove", "minilm")))
    assert shown.verdict.word != MISSING
    figure = shown.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    assert "<script" not in figure


def test_a_model_that_knows_no_word_is_left_out_with_its_reason():
    shown = view_of("random-pairs").show(
        ClaimState("text", "qzxv wqxz\nxqzv zzqx", ("glove", "minilm"))
    )
    assert [one.model for one in shown.verdict.by_model] == ["minilm"]
    assert any("GloVe" in note for note in shown.notes)


@pytest.mark.parametrize("words", ["", "  \n", "a\0b", "word " * 20_001])
def test_a_text_that_cannot_be_read_is_refused_in_a_sentence(words):
    state = ClaimState("text", words, ("glove", "minilm"))
    for claim in ("random-pairs", "neighbours"):
        assert verdict(claim, state).word == MISSING
        with pytest.raises(EngineError) as told:
            view_of(claim).show(state)
        assert str(told.value).endswith(".")


def test_a_refusal_is_no_work_and_is_remembered():
    view, state = view_of("neighbours"), ClaimState("text", "a word", ("glove",))
    view.work(state)
    with pytest.raises(EngineError):
        view.show(state)
    assert view.is_known(state)
    assert view.work(state) is None


def test_centring_makes_word2vec_isotropic_in_one_meaning_only():
    raw, centred = (
        verdict("isotropic", ClaimState(models=("word2vec",), state=state))
        for state in ("raw", "centred")
    )
    assert raw.word == FAILS
    assert centred.word == f"{DEPENDS} what “isotropic” means"


def test_the_default_page_knows_the_recorded_claims_at_once():
    for claim in ("random-pairs", "top-layer", "all-words"):
        assert view_of(claim).work(ClaimState()) is None
