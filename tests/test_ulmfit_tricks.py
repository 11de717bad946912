"""Which runs have ULMFiT's tricks, and what pairs that differ in all of them say together."""

from dataclasses import replace

import pytest

from engine.geometry.seeds import mean_and_interval
from engine.training.ulmfit.config import Ulmfit
from engine.views import VIEWS
from engine.views.claim_tricks import TrickState
from engine.views.tricks import LEAST_PAIRS, TRICKS, protected


def changed(config: Ulmfit, adapt: dict, classify: dict) -> Ulmfit:
    return replace(
        config, adapt=replace(config.adapt, **adapt), classify=replace(config.classify, **classify)
    )


def test_all_tricks_none_and_some_are_told_apart():
    rates, flat = {"discriminative": True}, {"discriminative": False, "schedule": "flat"}
    full = changed(Ulmfit(), rates, {**rates, "unfreezing": "gradual"})
    none = changed(Ulmfit(), flat, {**flat, "unfreezing": "all"})
    assert protected(full) is True
    assert protected(none) is False
    assert protected(changed(none, {}, {"unfreezing": "gradual"})) is None
    assert protected(changed(full, {}, {"unfreezing": "all"})) is None


@pytest.mark.parametrize("trick", TRICKS)
def test_the_verdict_follows_from_the_pairs_of_each_text(trick):
    shown = VIEWS["claim-trick"]().show(TrickState(trick))
    for text, rows in shown.table.groupby("text"):
        differences = rows["accuracy with"] - rows["accuracy without"]
        assert differences.tolist() == pytest.approx(rows["difference"].tolist(), abs=1e-4)
        mean, low, high = mean_and_interval(differences.tolist())
        (effect,) = (one for one in shown.verdict.effects if one.what.startswith(text))
        assert effect.value == pytest.approx(mean, abs=1e-4)
        if len(rows) >= LEAST_PAIRS:
            assert (effect.low, effect.high) == pytest.approx((low, high), abs=1e-3)


def test_a_claim_fails_where_all_pairs_of_the_only_text_with_enough_of_them_say_so():
    shown = VIEWS["claim-trick"]().show(TrickState("together"))
    enough = shown.table.groupby("text").filter(lambda rows: len(rows) >= LEAST_PAIRS)
    if enough["text"].nunique() == 1:  # as long as no further runs are recorded
        _, low, high = mean_and_interval(enough["difference"].tolist())
        word = "holds" if low > 0 else "does not hold" if high < 0 else "not decided"
        (text,) = enough["text"].unique()
        assert shown.verdict.word == f"{word} on {text}"  # and says nothing of the others
