"""The lecture's mouse: one place where a word has one vector, two crowds where it has many."""

import pytest

from engine.corpora.mouse import PARTNERS, partner_sentences
from engine.text import find_word
from engine.views import VIEWS, sources
from engine.views.mouse import MouseState, mice
from engine.views.mouse_layers import MouseLayersState


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)


def test_every_partner_stands_once_in_its_sentence_and_no_mouse_does():
    for word, sentence in partner_sentences():
        assert len(find_word(sentence, word)) == 1
        assert not find_word(sentence, "mouse")
        assert not any(find_word(sentence, other) for other in PARTNERS.values() if other != word)


@pytest.mark.parametrize("state", ["raw", "centred"])
def test_a_static_model_has_one_mouse_and_its_cosines_are_those_of_its_table(glove_model, state):
    (layer,) = mice("glove", state)
    places = [tuple(row) for one in layer.leanings.values() for row in one.cosines.round(5)]
    assert len(set(places)) == 1
    assert (layer.gap.value, layer.gap.low, layer.gap.high) == pytest.approx((0, 0, 0), abs=1e-6)
    if state == "raw":
        table = glove_model.words(20_000)
        from sklearn.metrics.pairwise import cosine_similarity

        rows = [table.keys.index(word) for word in ("mouse", "keyboard", "cat")]
        expected = cosine_similarity(table.layers[0][rows])[0, 1:]
        assert places[0] == pytest.approx(expected, abs=1e-4)


def test_minilm_parts_the_mice_more_with_context_than_without():
    layers = mice("minilm", "raw")
    assert layers[0].gap.low < 0.02
    assert layers[-1].gap.low > 0
    assert layers[-1].gap.value > layers[0].gap.value


def test_the_sentence_counts_what_the_table_holds():
    shown = VIEWS["mouse"]().show(MouseState())
    table = shown.table
    computer = table[table["sense"] == "computer"]
    assert f"{(computer['difference'] > 0).sum()} of 15 computer mice" in shown.notice
    assert "GloVe has one “mouse”" in shown.notice
    assert len(table) == 30


def test_every_layer_of_every_model_is_in_the_table_with_its_baseline():
    table = VIEWS["mouse-layers"]().show(MouseLayersState()).table
    assert list(table["model"]) == ["MiniLM"] * 7 + ["GloVe"]
    assert table["two random words"].between(0, 1).all()
