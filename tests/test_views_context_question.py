"""A question beside its context: margins by hand, bags of words that are equal to the last bit."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from engine.errors import EngineError, TextError, WordNotFound
from engine.figures.two_inputs import Row, two_inputs
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord
from engine.views import VIEWS, sources
from engine.views import context_question_read as reading
from engine.views.baselines import Baseline
from engine.views.context_question import ContextQuestionState
from engine.views.context_question_read import read, same_words

VIEW = VIEWS["context-question"]()
AT = {"blue": (1, 0), "red": (0, 1), "green": (3, 4), "the": (1, 1), "asked": (2, 0)}


@pytest.fixture
def by_hand(monkeypatch):
    """A model whose layer 0 is written above, and whose layer 1 is the longer the further on a word
    stands; random words have a cosine of one half; only “the” is a function word.
    """

    class ByHand:
        def encode(self, sentences):
            found = [(s, p, w) for s, one in enumerate(sentences) for p, w in enumerate(one.words)]
            known = [(s, p, w.key) for s, p, w in found if w.key in AT or w.is_punctuation]
            x = np.array([AT.get(key, (9, 9)) for *_, key in known], np.float32)
            places = np.array([p for _, p, _ in known])
            return LayeredVectors(
                model="by-hand", sentences=tuple(sentences),
                sentence_ids=np.array([s for s, *_ in known]), positions=places,
                layers=(x, x * (1 + places[:, None]).astype(np.float32)),
                layer_names=("0", "1"),
                unknown=tuple(UnknownWord(w.text, s, p) for s, p, w in found
                              if w.key not in AT and not w.is_punctuation),
            )  # fmt: skip

    monkeypatch.setattr(reading, "encoder", lambda _: ByHand())
    monkeypatch.setattr(reading, "baseline", lambda *_: Baseline((0.5, 0.5), "by hand"))
    monkeypatch.setattr(reading, "function_words", lambda: frozenset({"the"}))
    monkeypatch.setattr(reading, "title_of", str)
    reading.read.cache_clear()
    yield ContextQuestionState("the blue red green", "asked?", "green the red blue", ("by-hand",))
    reading.read.cache_clear()


def test_margins_and_their_order_are_those_worked_by_hand(by_hand):
    table = VIEW.show(by_hand).table
    first = table[(table["layer"] == "0") & (table["context"] == by_hand.context)]
    # Cosines of (2, 0) to blue (1, 0), green (3, 4) and red (0, 1): 1, 0.6 and 0, less one half.
    assert list(first["context word"]) == ["blue", "green", "red"]
    assert list(first["margin"]) == pytest.approx([1.0, 0.2, -1.0])
    assert set(first["question word"]) == {"asked"}


def test_function_words_take_no_part_unless_there_is_nothing_else(by_hand):
    assert "the" not in set(VIEW.show(by_hand).table["context word"])
    only = VIEW.show(replace(by_hand, context="the", other="the")).table
    assert set(only["context word"]) == {"the"}


def test_the_whole_question_is_the_cosine_of_means_and_punctuation_has_no_part(by_hand):
    table = VIEW.show(by_hand).table
    whole = table[table["layer"] == "0"]["whole question, cosine"]
    assert whole.tolist() == pytest.approx([5 / np.hypot(5, 6)] * len(whole))  # of (5, 6) / 4


def test_the_same_words_in_any_order_are_one_bag_to_the_last_bit(by_hand):
    differences = {}
    for words in permutations(["the", "blue", "red", "green"]):
        table = VIEW.show(replace(by_hand, other=" ".join(words))).table
        by_layer = table.groupby("layer")["whole question, first minus second"].unique()
        differences[words] = [*by_layer["0"], *by_layer["1"]]
    assert {bag for bag, _ in differences.values()} == {0.0}
    assert [words for words, (_, moved) in differences.items() if moved == 0] == [
        ("the", "blue", "red", "green")
    ]


def test_an_unknown_word_has_an_empty_cell_and_is_named(by_hand):
    shown = VIEW.show(replace(by_hand, question="asked mauve"))
    cells, _, words, *_ = shown.figure.data
    assert cells.z[0][1] is None
    assert (words.x[0], words.y[0], words.text[0]) == (0, 0, "blue 1.00")
    assert (1, 0) not in zip(words.x, words.y, strict=True)
    assert any("mauve" in note for note in shown.notes)
    assert set(shown.table["question word"]) == {"asked"}


def test_what_cannot_be_compared_is_told_in_a_sentence(by_hand):
    for state, told in (
        (replace(by_hand, question="?!"), "has no word"),
        (replace(by_hand, question="asked " * 9), "has 9 words"),
    ):
        with pytest.raises(TextError, match=told):
            VIEW.show(state)
    with pytest.raises(WordNotFound, match="knows no word of one"):
        VIEW.show(replace(by_hand, context="mauve"))
    with pytest.raises(EngineError, match="at least one model"):
        VIEW.show(replace(by_hand, models=()))
    with pytest.raises(EngineError, match="raw or centred"):
        VIEW.show(replace(by_hand, state="whitened"))


def test_a_model_that_knows_too_little_is_named_and_the_others_are_shown(by_hand, monkeypatch):
    both, asked = replace(by_hand, models=("by-hand", "other")), reading.encoder("by-hand")

    def of(model):
        if model == "other":
            raise TextError("It knows none of the words.")
        return asked

    monkeypatch.setattr(reading, "encoder", of)
    shown = VIEW.show(both)
    assert set(shown.table["model"]) == {"by-hand"}
    assert "other knows no word of one of the sentences." in shown.notes


def test_markup_stays_text(by_hand):
    shown = VIEW.show(replace(by_hand, context="<b>blue</b> red", question="asked <i>"))
    titles = [note.text for note in shown.figure.layout.annotations]
    assert titles[0].startswith("<b>&lt;b&gt;blue")


def test_words_are_the_same_whatever_their_order_and_case():
    mouse, cat = Sentence("A mouse chases a cat"), Sentence("a CAT chases a mouse!")
    assert same_words(mouse, cat)
    assert not same_words(mouse, Sentence("A mouse chases the cat"))


def test_to_glove_the_reversed_sentence_is_the_same_bag_and_to_minilm_it_is_not(
    minilm_model, glove_model
):
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)
    state = ContextQuestionState(models=("glove", "minilm"))
    sentences = tuple(map(Sentence, (state.context, state.other, state.question)))
    assert [layer.difference for layer in read("glove", sentences, "raw").layers] == [0.0]
    moving = [layer.difference for layer in read("minilm", sentences, "raw").layers]
    assert all(difference != 0 for difference in moving)
    notice = VIEW.show(state).notice
    assert "one and the same to GloVe" in notice
    assert f"MiniLM {moving[-1]:+.3f}" in notice
    assert "one and the same" not in VIEW.show(replace(state, other="A cat is here")).notice


def test_a_layer_is_one_row_of_all_panels():
    rows = [Row(str(n), [("a", 0.5)], [("b", 0.25)], 0.1) for n in range(3)]
    shape = two_inputs(rows, ["who"], ("one", "two")).layout
    assert shape.yaxis.range == shape.yaxis2.range == shape.yaxis3.range == (-0.5, 2.5)
