"""What stands beside the figures of the sense tests: frame, n, origin, and what to notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.encoder import is_static
from engine.figures.score_rows import ScoreRow
from engine.geometry.over_words import mean_interval
from engine.vectors.states import RAW
from engine.views.context_control import LABEL
from engine.views.wsd_records import COMMAND, WsdRecord
from engine.views.wsd_tests import SenseTest, name_of
from engine.views.wsd_vectors import CONTEXT

ALWAYS = {True: "always the same answer", False: "always the same sense"}
"""Is it WiC-TSV -> what knowing nothing amounts to."""


def missing(models: Sequence[str], records: Mapping[str, WsdRecord]) -> list[str]:
    """Which models are not recorded, and what measures them."""
    names = [name_of(name) for name in (*models, CONTEXT) if name not in records]
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


def notice(
    test: SenseTest, records: Mapping[str, WsdRecord], ours: list[ScoreRow], chance: float
) -> str:
    """Every score with its interval, and what models of context add to the words around."""
    told = "; ".join(f"{r.label} {r.value:.3f} [{r.low:.3f}, {r.high:.3f}]" for r in ours)
    said = f"{told[:1].upper()}{told[1:]}; {ALWAYS[test.is_claims]} {chance:.3f}."
    readers = [name for name in records if name != CONTEXT and not is_static(name)]
    if test.is_claims or CONTEXT not in records or not readers:
        return said
    return f"{said} Against the {LABEL}, word by word: {_compared(test, records, readers)}."


def _compared(test: SenseTest, records: Mapping[str, WsdRecord], readers: list[str]) -> str:
    """How much better or worse models of context do than the words around alone."""
    alone, told = test.word_scores(records[CONTEXT]), []
    for name in readers:
        more = test.word_scores(records[name]) - alone
        low, high = (float(bound[0]) for bound in mean_interval(more[:, None]))
        sure = "better" if low > 0 else "worse" if high < 0 else "not clearly different"
        told.append(f"{name_of(name)} {sure} ({more.mean():+.3f} [{low:+.3f}, {high:+.3f}])")
    return "; ".join(told).replace("-0.", "−0.")


def plain_accuracy(test: SenseTest, records: Mapping[str, WsdRecord]) -> list[str]:
    """Plain accuracy, which hides rare senses, and the word that shows it."""
    if test.is_claims:
        return []
    told = []
    for name, one in records.items():
        best = max((test.words(layer) for layer in one.layers), key=lambda of: of.balanced.mean())
        told.append(f"{name_of(name)} {best.plain(one.tasks):.3f}")
    tasks = next(iter(records.values())).tasks
    rarest = max(tasks, key=lambda task: task.majority)
    n_right = sum(max(task.n_test) for task in tasks)
    majority = n_right / sum(sum(task.n_test) for task in tasks)
    return [
        f"Plain accuracy, with senses as common as in the test part, at the best layer: "
        f"{', '.join(told)}; always the commonest sense {majority:.3f}, which on “{rarest.word}” "
        f"alone reaches {rarest.majority:.3f}. So each sense counts alike here. Published on the "
        "20 words: BERT-base .957, fastText base .954, the commonest sense .734."
    ]
