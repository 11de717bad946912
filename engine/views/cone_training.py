"""Does training make the cone? Small word2vecs and a small biLM, measured as they learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.figures.cone_training import Learning, cone_training
from engine.geometry.seeds import mean_and_interval
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import Claim, Effect, Verdict, judged
from engine.views.cone_runs import COMMAND, ConeRun, cone_run, recorded_cone_runs
from engine.views.unmeasured import unmeasured

FEW, MANY = 1, 15  # negatives
MEASURES = {
    "mean_cosine": "Mean cosine",
    "cosine_of_means": "Words against contexts",
    "share_along_mean": "On one side",
}
AXES = {
    "mean_cosine": "mean cosine of two words",
    "cosine_of_means": "cosine of mean word and mean context vector",
    "share_along_mean": "share of words with a positive cosine to their mean",
}
MEANINGS = {
    "mean_cosine": "How alike two words are: 0 without a common direction. Left, the 1,000 "
    "commonest words of word2vec; right, the words of 1,000 tokens at each layer of the biLM.",
    "cosine_of_means": "word2vec has two vectors a word: for itself, and for it as a neighbour. At "
    "-1 the two sets point opposite ways.",
    "share_along_mean": "At 1, every word stands on the same side of the origin.",
}
CLAIM = Claim(
    "Training makes the cone",
    "The word vectors of skip-gram with negative sampling stand in a narrow cone, opposite to the "
    "context vectors, and how narrow it is depends on the number of negatives.",
    "Mimno and Thompson (2017), in short",
    f"Trained alike, word2vec with {MANY} negatives has a higher mean cosine than with {FEW}.",
    f"Mean cosine at the last batch with {MANY} negatives minus that with {FEW}, same seed; it "
    "holds where the 95 % interval over seeds lies above 0.",
)


@dataclass(frozen=True)
class ConeTrainingState:
    """Which figure, and a further run beside the recorded ones."""

    measure_name: str = "mean_cosine"
    run: str = ""


@VIEWS.add("cone-training")
class ConeTrainingView:
    """A figure of every recorded training over its batches, and the verdict."""

    title = "The cone, while nets learn"
    State = ConeTrainingState

    def needs(self, state: ConeTrainingState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: ConeTrainingState) -> Shown:
        """Left, word2vec by its negatives; right, the biLM by layer.

        Raises:
            EngineError: the named run is not there, or of another kind.
        """
        runs = recorded_cone_runs()
        if state.run:
            runs.append(cone_run(state.run))
        if not runs:
            return unmeasured(CLAIM, f"Not measured yet. `{COMMAND}` records it.")
        name = state.measure_name if state.measure_name in MEASURES else "mean_cosine"
        left, right = _by_negatives(runs, name), _by_layer(runs, name)
        verdict = _verdict([run for run in runs if run.ref != state.run])
        return Shown(
            figure=cone_training(left, right, AXES[name]),
            table=_table(runs),
            caption=_caption(runs),
            notice=f"{verdict.because} {_of_bilm(runs)}".strip(),
            verdict=verdict,
        )


def _by_negatives(runs: Sequence[ConeRun], name: str) -> dict[str, list[Learning]]:
    found: dict[str, list[Learning]] = {}
    for run in runs:
        steps, values = run.series(name)
        if values:
            plural = "negative" if run.n_negatives == 1 else "negatives"
            label = f"word2vec, {run.n_negatives} {plural}"
            found.setdefault(label, []).append(
                Learning(steps, values, f"{run.title}, {run.origin}")
            )
    return found


def _by_layer(runs: Sequence[ConeRun], name: str) -> dict[str, list[Learning]]:
    found: dict[str, list[Learning]] = {}
    for run in runs:
        for number, title in enumerate(("characters", "biLM 1", "biLM 2")):
            steps, values = run.series(f"{name}_{number}")
            if values:
                told = f"{run.title}, {title}, {run.origin}"
                found.setdefault(f"biLM: {title}", []).append(Learning(steps, values, told))
    return found


def _last(runs: Sequence[ConeRun], n_negatives: int) -> dict[int, float]:
    """Seed -> mean cosine at the last batch."""
    chosen = [run for run in runs if run.net == "word2vec" and run.n_negatives == n_negatives]
    return {run.seed: values[-1] for run in chosen if (values := run.series("mean_cosine")[1])}


def _verdict(runs: Sequence[ConeRun]) -> Verdict:
    few, many = _last(runs, FEW), _last(runs, MANY)
    seeds = sorted(few.keys() & many.keys())
    if not seeds:
        return unmeasured(CLAIM, f"Not measured yet. `{COMMAND}` records it.").verdict  # type: ignore[return-value]
    effect = Effect(
        f"mean cosine with {MANY} negatives minus with {FEW}",
        *mean_and_interval([many[seed] - few[seed] for seed in seeds]),
    )
    means = {n: sum(of[s] for s in seeds) / len(seeds) for n, of in ((FEW, few), (MANY, many))}
    because = (
        f"The mean cosine ends at {means[FEW]:.2f} with {FEW} negative and at {means[MANY]:.2f} "
        f"with {MANY}; the difference is {effect} over {len(seeds)} seeds."
    )
    return Verdict(CLAIM, judged(effect), because, _caption(runs), (effect,))


def _of_bilm(runs: Sequence[ConeRun]) -> str:
    """From where to where the biLM's top layer goes."""
    ends = [(values[0], values[-1]) for run in runs if (values := run.series("mean_cosine_2")[1])]
    if not ends:
        return ""
    first, last = (sum(one) / len(ends) for one in zip(*ends, strict=True))
    way = "opens" if last < first else "narrows"
    return (
        f"The top layer of the biLM begins at {first:.2f}, with random weights, and ends at "
        f"{last:.2f}: training {way} that cone."
    )


def _table(runs: Sequence[ConeRun]) -> pd.DataFrame:
    rows = []
    for run in runs:
        names = dict.fromkeys(
            name for one in run.events for name in getattr(one.event, "figures", {})
        )
        for name in names:
            for step, value in zip(*run.series(name), strict=True):
                rows.append({"training": run.title, "batch": step, "figure": name, "value": value})
    return pd.DataFrame(rows)


def _caption(runs: Sequence[ConeRun]) -> str:
    titles = [f"{run.title} ({run.origin})" for run in runs if not run.ref.startswith("recorded-")]
    n = sum(run.ref.startswith("recorded-") for run in runs)
    dates = ", ".join(sorted({run.origin for run in runs if run.ref.startswith("recorded-")}))
    told = [f"{n} trainings, {dates} ({COMMAND})"] if n else []
    return " · ".join(
        [
            "Wikipedia excerpt inside gensim, 450,000 words; 5,000 words of vocabulary",
            "raw vectors",
            *told,
            *titles,
        ]
    )
