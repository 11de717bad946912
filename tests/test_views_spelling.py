"""Words against words at a model's input: margins by hand, and words without a vector."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError, TextError
from engine.vectors import LayeredVectors
from engine.views import VIEWS, spelling
from engine.views.baselines import Baseline
from engine.views.spelling import SpellingState

VIEW = VIEWS["spelling"]()
AT = {"chase": (1, 0), "chased": (3, 4), "mouse": (0, 2)}


@pytest.fixture
def by_hand(monkeypatch):
    """Three words have the vectors above; two random words have a cosine of one half."""

    class ByHand:
        def encode(self, sentences):
            known = [s for s, one in enumerate(sentences) if one.words[0].key in AT]
            if not known:
                raise TextError("It knows none of these words.")
            x = np.array([AT[sentences[s].words[0].key] for s in known], np.float32)
            return LayeredVectors(
                model="by-hand", sentences=tuple(sentences), sentence_ids=np.array(known),
                positions=np.zeros(len(known), np.int64), layers=(x,), layer_names=("0",),
            )  # fmt: skip

    monkeypatch.setattr(spelling, "encoder", lambda _: ByHand())
    monkeypatch.setattr(spelling, "baseline", lambda *_: Baseline((0.5,), "by hand"))
    monkeypatch.setattr(spelling, "title_of", str)
    spelling._margins.cache_clear()
    yield SpellingState("chase chased mouse cheese", ("by-hand",))
    spelling._margins.cache_clear()


def test_margins_are_those_worked_by_hand_and_an_unknown_word_has_none(by_hand):
    shown = VIEW.show(by_hand)
    found = shown.table.set_index(["word", "other"])["margin"]
    # Cosines .6, .8 and 0, less one half, over one half.
    assert found["chase", "chased"] == pytest.approx(0.2)
    assert found["chased", "mouse"] == pytest.approx(0.6)
    assert found["mouse", "chase"] == pytest.approx(-1)
    assert found["cheese"].isna().all()
    assert "nearest in it are “chased” and “mouse” (margin 0.60)" in shown.notice
    assert "has none for 1 of 4" in shown.notice
    assert any("cheese" in note for note in shown.notes)
    told = shown.figure.data[1]
    assert len(told.text) == 9  # of three words that have vectors
    assert 3 not in {*told.x, *told.y}


def test_a_word_typed_twice_counts_once_and_nonsense_is_refused(by_hand):
    assert len(VIEW.show(replace(by_hand, words="chase mouse chase")).table) == 2
    assert "has no two of these words" in VIEW.show(replace(by_hand, words="ab cd")).notice
    for words, told in (("chase", "there are 1"), (" ".join(map(str, range(11))), "there are 11")):
        with pytest.raises(TextError, match=told):
            VIEW.show(replace(by_hand, words=words))
    with pytest.raises(EngineError, match="at least one model"):
        VIEW.show(replace(by_hand, models=()))
