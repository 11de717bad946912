"""All models on sense tests that papers report too: ours as recorded, beside what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import UnknownName
from engine.figures.score_rows import BASELINE, ScoreRow, score_rows
from engine.geometry.over_words import mean_interval
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.context_control import LABEL
from engine.views.wsd_records import COMMAND, WsdRecord, recorded_wsd
from engine.views.wsd_tests import TESTS, SenseTest, name_of
from engine.views.wsd_vectors import CONTEXT

ALWAYS = {True: "always the same answer", False: "always the same sense"}


@dataclass(frozen=True)
class WsdState:
    """Which test, and which models."""

    test_name: str = "centroid"  # a name in TESTS
    models: tuple[str, ...] = ("minilm", "glove")


@VIEWS.add("wsd")
class WsdView:
    """A row a model, baseline or published system."""

    title = "Beside published values"
    State = WsdState

    def needs(self, state: WsdState) -> Needs:
        """Nothing: all of it is recorded."""
        return []

    def show(self, state: WsdState) -> Shown:
        """Ours from the best to the worst, then what is published.

        Raises:
            UnknownName: no such test.
        """
        test, records = sense_test(state), records_of(state)
        if not records:
            return nothing_recorded(test, state)
        some = next(iter(records.values()))
        chance, always = test.chance(some), ALWAYS[test.is_claims]
        ours = sorted((test.row(one) for one in records.values()), key=lambda row: -row.value)
        rows = [*ours, ScoreRow(always, BASELINE, chance), *test.published]
        return Shown(
            score_rows(rows, test.axis, chance, "chance"),
            _table(rows) if test.is_claims else _by_word(test, records, rows),
            caption_of(test, records),
            _notice(test, records, ours, chance),
            (*_plain(test, records), *missing(state, records)),
        )


def sense_test(state: WsdState) -> SenseTest:
    """The test that is asked for.

    Raises:
        UnknownName: there is none of this name.
    """
    if state.test_name not in TESTS:
        raise UnknownName(f"Unknown test {state.test_name!r}. Known: {', '.join(TESTS)}.")
    return SenseTest(state.test_name)


def records_of(state: WsdState) -> dict[str, WsdRecord]:
    """What is recorded of the models, and of the context words."""
    recorded = recorded_wsd()
    return {name: recorded[name] for name in (*state.models, CONTEXT) if name in recorded}


def nothing_recorded(test: SenseTest, state: WsdState) -> Shown:
    """No figure, but what is published and which commands measure ours."""
    why = " ".join(missing(state, {}))
    return Shown(None, _table(list(test.published)), test.source, why)


def missing(state: WsdState, records: Mapping[str, WsdRecord]) -> list[str]:
    """Which models are not recorded, and what measures them."""
    names = [name_of(name) for name in (*state.models, CONTEXT) if name not in records]
    if not names:
        return []
    return [
        f"Not recorded as they are now: {', '.join(names)}. With the data sets coarsewsd-10 and "
        f"wic-tsv on this machine (`python -m engine fetch coarsewsd-10` and `python -m engine "
        f"fetch wic-tsv` say where they come from), `{COMMAND}` measures them in minutes."
    ]


def caption_of(test: SenseTest, records: Mapping[str, WsdRecord]) -> str:
    """Frame, n, intervals and origin."""
    some = next(iter(records.values()))
    if test.is_claims:
        frame = (
            f"WiC-TSV, English · cosine of the word's vector with the mean of the definition's "
            f"words · threshold (and layer, for the rows) chosen on the development part, n = "
            f"{some.n_dev} · accuracy on the training part, n = {some.n_claims:,} sentences of "
            f"{some.n_claim_words:,} words, from which nothing is learnt · intervals 95 %, "
            "bootstrap over words"
        )
    else:
        n_reference = sum(sum(task.n_reference) for task in some.tasks)
        n_asked = sum(sum(task.n_evaluated) for task in some.tasks)
        frame = (
            f"CoarseWSD-10, {len(some.tasks)} words of 2 to 5 senses · up to {some.most} sentences "
            f"a sense of the training part as reference, n = {n_reference:,}, and of the test part "
            f"asked, n = {n_asked:,}, drawn with seed {some.seed} · "
            "rows: each word at the layer that is best for the other words, intervals 95 %, "
            "bootstrap over words; curves: bootstrap over words and, within each, over sentences"
        )
    dates = ", ".join(sorted({one.date for one in records.values()}))
    return (
        f"{RAW} vectors · {frame} · {LABEL}: mean GloVe vector of the other content words · "
        f"recorded {dates} ({COMMAND}; {some.hardware}, {some.dtype}) · {test.source}"
    )


def _table(rows: list[ScoreRow]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "": row.label,
                "whose": row.whose,
                "score": row.value,
                "low": row.low,
                "high": row.high,
            }
            for row in rows
        ]
    )


def _by_word(
    test: SenseTest, records: Mapping[str, WsdRecord], rows: list[ScoreRow]
) -> pd.DataFrame:
    """A column a word beside the mean; published values have only the mean."""
    by_label = {name_of(name): test.word_scores(one) for name, one in records.items()}
    tasks = next(iter(records.values())).tasks
    always = np.array([1 / len(task.n_test) for task in tasks])
    table = _table(rows).rename(columns={"score": "mean"})
    for number, task in enumerate(tasks):
        column = [
            by_label.get(row.label, always if row.label in ALWAYS.values() else None)
            for row in rows
        ]
        table[task.word] = [np.nan if of is None else of[number] for of in column]
    return table


def _notice(
    test: SenseTest, records: Mapping[str, WsdRecord], ours: list[ScoreRow], chance: float
) -> str:
    told = "; ".join(f"{r.label} {r.value:.2f} [{r.low:.2f}, {r.high:.2f}]" for r in ours)
    said = f"{told}; {ALWAYS[test.is_claims]} {chance:.2f}."
    if test.is_claims or CONTEXT not in records or len(records) < 2:
        return said
    alone = test.word_scores(records[CONTEXT])
    compared = []
    for name, one in records.items():
        if name == CONTEXT:
            continue
        more = test.word_scores(one) - alone
        low, high = (float(bound[0]) for bound in mean_interval(more[:, None]))
        sure = "more" if low > 0 else "less" if high < 0 else "not clearly different"
        compared.append(f"{name_of(name)} {more.mean():+.2f} [{low:+.2f}, {high:+.2f}] ({sure})")
    return f"{said} Against the {LABEL}, on the same words: {'; '.join(compared)}."


def _plain(test: SenseTest, records: Mapping[str, WsdRecord]) -> list[str]:
    """Plain accuracy, which hides rare senses, and the word that shows it."""
    if test.is_claims:
        return []
    told = []
    for name, one in records.items():
        best = max((test.words(layer) for layer in one.layers), key=lambda of: of.balanced.mean())
        told.append(f"{name_of(name)} {best.plain(one.tasks):.2f}")
    tasks = next(iter(records.values())).tasks
    rarest = max(tasks, key=lambda task: task.majority)
    n_right = sum(max(task.n_test) for task in tasks)
    majority = n_right / sum(sum(task.n_test) for task in tasks)
    return [
        f"Plain accuracy, with senses as common as in the test part, at the best layer: "
        f"{', '.join(told)}; always the commonest sense {majority:.2f}, which on “{rarest.word}” "
        f"alone reaches {rarest.majority:.2f}. So each sense counts alike here. Published on the "
        "20 words: BERT-base .957, fastText base .954, the commonest sense .734."
    ]
