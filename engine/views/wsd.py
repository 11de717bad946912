"""All models on sense tests that papers report too: ours as recorded, beside what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import UnknownName
from engine.figures.score_rows import BASELINE, ScoreRow, score_rows
from engine.views import VIEWS, Needs, Shown
from engine.views.wsd_records import WsdRecord, recorded_wsd
from engine.views.wsd_tests import TESTS, SenseTest, name_of
from engine.views.wsd_told import ALWAYS, caption_of, missing, notice, plain_accuracy
from engine.views.wsd_vectors import CONTEXT


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
            notice(test, records, ours, chance),
            (*plain_accuracy(test, records), *missing(state.models, records)),
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
    why = " ".join(missing(state.models, {}))
    return Shown(None, _table(list(test.published)), test.source, why)


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
