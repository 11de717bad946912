"""What the target text is like: do its words come from another distribution than those of the text
that the language model was pretrained on?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.corpora import training_texts
from engine.encoder import Progress
from engine.errors import EngineError
from engine.figures.target_text import BOTH, Bar, Panel, target_text
from engine.training.ulmfit.texts import NumberedTexts, running_text
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.claims import Claim, Effect, Verdict, judged
from engine.views.target_adapted import Adapted, adapted_to
from engine.views.target_measured import SEED, STEPS, Measured, known_words, measured

N_DOCUMENTS = 2_000
CLAIM = Claim(
    "Another distribution",
    "The target text comes from another distribution than the general text, so the language model "
    "has to be fine-tuned on it.",
    "the lecture, after Howard and Ruder (2018)",
    "The word frequencies of target and general text differ by more than those of two halves of "
    "either text.",
    "Jensen-Shannon divergence of the two texts' words, 95 % bootstrap over documents, against the "
    "mean divergence of 20 random halvings of each text. It holds where the whole interval lies "
    "above both.",
)

_seen: set[TargetTextState] = set()  # that were measured since the server started


@dataclass(frozen=True)
class TargetTextState:
    """Two sources of texts."""

    target: str = "movie-snippets"
    general: str = "wikipedia-excerpt"


@VIEWS.add("target-text")
class TargetTextView:
    """Typical words, divergence, unknown words, perplexity before and after stage 2."""

    title = "What the target text is like"
    State = TargetTextState

    def needs(self, state: TargetTextState) -> Needs:
        """Nothing is encoded."""
        return []

    def work(self, state: TargetTextState) -> Work | None:
        """Reading and counting both texts, and drawing their documents anew a thousand times."""
        if state in _seen or state.target == state.general:
            return None

        def measure(progress: Progress) -> None:
            progress(0, STEPS + 1)
            texts = _texts(state)
            measured(texts, known_words(), lambda done, of: progress(done + 1, of + 1))
            _seen.add(state)

        return Work("Measuring how far apart the two texts are", measure)

    def show(self, state: TargetTextState) -> Shown:
        """All of it for two sources.

        Raises:
            EngineError: the same source twice.
            UnknownName, DataUnavailable: a source that is not there.
        """
        if state.target == state.general:
            raise EngineError("Choose two texts to compare; these are the same.")
        texts = _texts(state)
        titles = [training_texts.text_source(name).title for name in (state.target, state.general)]
        vocabulary = known_words()
        found = measured(texts, vocabulary)
        adapted = adapted_to(state.target)
        verdict = _verdict(found, titles)
        typical = [(one.word, one.z) for side in found.typical for one in side]
        return Shown(
            figure=target_text(typical, _panels(found, adapted), (titles[0], titles[1])),
            table=_table(found),
            caption=_caption(found, titles, vocabulary, adapted),
            notice=_notice(found, verdict, adapted),
            notes=_notes(adapted, titles[0]),
            verdict=verdict,
        )


def _texts(state: TargetTextState) -> list[NumberedTexts]:
    return [running_text(name, "train", N_DOCUMENTS) for name in (state.target, state.general)]


def _panels(found: Measured, adapted: Adapted | None) -> list[Panel]:
    apart = found.apart
    panels = [
        Panel(
            "Divergence of the word frequencies (bits)",
            (
                Bar("target and general", apart.value, (apart.low, apart.high), BOTH),
                Bar("halves of target", apart.null[0], None, "target"),
                Bar("halves of general", apart.null[1], None, "general"),
            ),
            ".3f",
        )
    ]
    if found.unknown:
        bars = [
            Bar(name, share, (low, high), name)
            for name, (share, low, high) in zip(("target", "general"), found.unknown, strict=True)
        ]
        panels.append(Panel("Words unknown to stage 1", bars, ".1%"))
    if adapted:
        bars = [
            Bar(f"{name}, {when}", value, None, name)
            for name, values in (("target", adapted.target), ("general", adapted.general))
            for when, value in zip(("before stage 2", "after it"), values, strict=True)
        ]
        panels.append(Panel("Perplexity before and after stage 2", bars, ",.0f"))
    return panels


def _verdict(found: Measured, titles: Sequence[str]) -> Verdict:
    apart = found.apart
    effect = Effect("Jensen-Shannon divergence, bits", apart.value, apart.low, apart.high)
    because = (
        f"Their word frequencies are {apart.value:.3f} bits [{apart.low:.3f}, {apart.high:.3f}] "
        f"apart; two halves of one text {apart.null[0]:.3f} (target) and {apart.null[1]:.3f} "
        "(general)."
    )
    frame = (
        f"{titles[0]}, n = {apart.n_tokens[0]:,} words in {apart.n_documents[0]:,} texts · "
        f"{titles[1]}, n = {apart.n_tokens[1]:,} words in {apart.n_documents[1]:,} texts"
    )
    return Verdict(CLAIM, judged(effect, max(apart.null)), because, frame, (effect,))


def _notice(found: Measured, verdict: Verdict, adapted: Adapted | None) -> str:
    told = [verdict.because]
    if found.unknown:
        (target, *_), (general, *_) = found.unknown
        told.append(
            f"The shipped language model does not know {target:.1%} of the target's words and "
            f"{general:.1%} of the general text's."
        )
    if adapted:
        (before, after), (_, forgot) = adapted.target, adapted.general
        told.append(
            f"Stage 2 changes its perplexity on the target from {before:,.0f} to {after:,.0f}, on "
            f"the general text from {adapted.general[0]:,.0f} to {forgot:,.0f}."
        )
    return " ".join(told)


def _caption(
    found: Measured, titles: Sequence[str], vocabulary: frozenset[str], adapted: Adapted | None
) -> str:
    words = f" · vocabulary of stage 1: {len(vocabulary):,} words" if vocabulary else ""
    runs = f" · perplexities: {adapted.about}" if adapted else ""
    return (
        f"{_frame(found, titles)}, training halves, at most {N_DOCUMENTS:,} texts each · words and "
        f"punctuation marks, lower-cased · bars: 95 %, bootstrap over texts · seed {SEED} · "
        f"computed live{words}{runs}"
    )


def _frame(found: Measured, titles: Sequence[str]) -> str:
    n = found.apart.n_tokens
    return f"{titles[0]}, n = {n[0]:,} words · {titles[1]}, n = {n[1]:,} words"


def _notes(adapted: Adapted | None, title: str) -> tuple[str, ...]:
    if adapted:
        return (
            "Perplexities are of one vocabulary, the target's, in which "
            f"{adapted.unknown[0]:.1%} of the target's and {adapted.unknown[1]:.1%} of the general "
            "text's words are unknown; unknown words are easy to foretell.",
        )
    return (f"No recorded run has stage 2 on {title}, so no perplexity is shown.",)


def _table(found: Measured) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "typical of": name, "word": one.word, "z (standard errors)": round(one.z, 2),
            "log-odds (nats)": round(one.log_odds, 3), "in the target": one.counts[0],
            "in the general text": one.counts[1],
        }
        for name, side in zip(("target", "general"), found.typical, strict=True)
        for one in side
    )  # fmt: skip
