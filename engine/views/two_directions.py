"""How the states of two directions are put together, from the real states, as the lecture builds it
up: two independent LSTMs on one input, grouped into one layer, stacked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.build_up import Stack, Strip, build_up, named
from engine.figures.directions import BACKWARD, FORWARD
from engine.views import VIEWS, Needs, Shown
from engine.views.directions import MIXED, States, other_wiring, states
from engine.views.language import one_sentence
from engine.views.sources import list_unknown

STEPS = ("two LSTMs", "one layer", "stacked")
UNITS = 16  # shown of each strip
MAX_WORDS = 16
STRONGEST = 98  # percentile of the states' size that gets the strongest colour


@dataclass(frozen=True)
class TwoDirectionsState:
    """A sentence, a model, and how far the building-up has come."""

    text: str = "I went to the bank"
    model: str = "elmo"
    step: str = STEPS[0]


@VIEWS.add("two-directions")
class TwoDirectionsView:
    """Heat strips, word by word; the last step sets both wirings side by side."""

    title = "How two directions become one vector"
    State = TwoDirectionsState

    def needs(self, state: TwoDirectionsState) -> Needs:
        """Nothing beyond one sentence is encoded."""
        return []

    def show(self, state: TwoDirectionsState) -> Shown:
        """Two stacks: the LSTMs apart; both as one layer; all layers of two differently wired nets.

        Raises:
            EngineError: no such step, or a sentence too long to draw.
        """
        if state.step not in STEPS:
            raise EngineError(f"There is no step {state.step!r}. Steps: {', '.join(STEPS)}.")
        sentence = one_sentence(state.text)
        if len(sentence.words) > MAX_WORDS:
            raise EngineError(
                f"The sentence has {len(sentence.words)} words; up to {MAX_WORDS} can be drawn."
            )
        models = [state.model]
        if state.step == STEPS[2]:
            models = list(dict.fromkeys([state.model, other_wiring(state.model)]))
        nets = [states(model, (sentence,))[0] for model in models]
        stacks = [stack for net in nets for stack in _stacks(net, state.step)]
        figure = build_up(stacks, nets[0].words, _scale(nets, state.step))
        titles = ", ".join(net.title for net in nets)
        caption = (
            f"{titles} · raw vectors, computed live · n = {len(sentence.words)} words · shown: the "
            f"{UNITS} units of each strip that differ most between the words (the input: scaled to "
            "the same strongest colour) · no chance in it"
        )
        return Shown(figure, _table(nets), caption, _notice(nets, state.step), _notes(nets))


def _stacks(net: States, step: str) -> list[Stack]:
    source = Strip("input", _input(net))
    first = {
        FORWARD: Strip("forward →", _strip(net.forward[0], FORWARD), FORWARD),
        BACKWARD: Strip("← backward", _strip(net.backward[0], BACKWARD), BACKWARD),
    }
    if step == STEPS[0]:
        return [
            Stack(f"{net.title}: an LSTM from the left", [source, first[FORWARD]]),
            Stack("an LSTM from the right, same input", [source, first[BACKWARD]]),
        ]
    n_layers = 1 if step == STEPS[1] else len(net.forward)
    strips = [source]
    for layer in range(n_layers):
        name = net.layer_names[layer + 1]
        ahead, back = _strip(net.forward[layer], FORWARD), _strip(net.backward[layer], BACKWARD)
        strips.append(Strip(named(FORWARD, name), ahead, FORWARD))
        strips.append(Strip(named(BACKWARD, name), back, BACKWARD, joined=True))
    ending = "one layer" if n_layers == 1 else f"{n_layers} layers"
    return [Stack(f"{net.title}: {ending}", strips)]


def _strip(layer: np.ndarray, direction: str) -> np.ndarray:
    """The units that differ most, and the initial state of zeros: (UNITS, n_words + 2)."""
    spread = np.nan_to_num(np.nanvar(layer, axis=0)) if len(layer) > 1 else np.abs(layer[0])
    kept = np.sort(np.argsort(-spread, kind="stable")[:UNITS])
    zeros, nothing = np.zeros((len(kept), 1)), np.full((len(kept), 1), np.nan)
    ends = (zeros, nothing) if direction == FORWARD else (nothing, zeros)
    return np.concatenate([ends[0], layer[:, kept].T, ends[1]], axis=1)


def _input(net: States) -> np.ndarray:
    """Without an initial state, and as strong as the states of layer 1."""
    strip = _strip(net.input, FORWARD)
    strip[:, 0] = np.nan
    largest = _strongest([net.input])
    return strip * (_strongest([net.forward[0], net.backward[0]]) / largest)


def _scale(nets: list[States], step: str) -> float:
    n_layers = None if step == STEPS[2] else 1
    return _strongest([
        layer for net in nets for half in (net.forward, net.backward) for layer in half[:n_layers]
    ])  # fmt: skip


def _strongest(layers: list[np.ndarray]) -> float:
    sizes = np.concatenate([np.abs(layer).ravel() for layer in layers])
    return float(np.nanpercentile(sizes, STRONGEST)) or 1.0


def _table(nets: list[States]) -> pd.DataFrame:
    """How large each half is at each word, and how many words it has read."""
    rows = []
    for net in nets:
        n = len(net.words)
        for layer, (ahead, back) in enumerate(zip(net.forward, net.backward, strict=True)):
            for place, word in enumerate(net.words):
                rows.append({
                    "model": net.title, "layer": net.layer_names[layer + 1], "word": word,
                    "place": place + 1,
                    "length of the forward half": round(float(np.linalg.norm(ahead[place])), 3),
                    "length of the backward half": round(float(np.linalg.norm(back[place])), 3),
                    "words the forward LSTM has read": place + 1,
                    "words the backward LSTM has read": n - place,
                })  # fmt: skip
    return pd.DataFrame(rows)


def _notice(nets: list[States], step: str) -> str:
    net, n = nets[0], len(nets[0].words)
    width = net.forward[0].shape[1]
    if step == STEPS[0]:
        return (
            f"Both LSTMs start from zeros (h₀) and read the same {net.input.shape[1]} numbers a "
            f"word. At “{net.words[0]}” the left one has read 1 word and the right one {n}; at "
            f"“{net.words[-1]}” it is {n} and 1."
        )
    if step == STEPS[1]:
        return (
            f"Side by side they are one layer: each word has {width} numbers that know what stands "
            f"before it and {width} that know what follows, {2 * width} in all."
        )
    told = [
        f"in {net.title} layer 2 reads all {2 * net.forward[0].shape[1]} numbers of layer 1, so "
        "that the directions mix"
        if net.wiring == MIXED
        else f"in {net.title} each direction reads its own half of the layer below, through all "
        f"{len(net.forward)} layers, and never the other"
        for net in nets
    ]
    return "Same boxes, other wires: " + "; ".join(told) + "."


def _notes(nets: list[States]) -> tuple[str, ...]:
    marks = [net.title for net in nets if net.wiring != MIXED]
    notes = []
    if marks:
        notes.append(
            f"{', '.join(marks)} first reads the mark between sentences, from h₀; its state after "
            "the mark is not drawn."
        )
    for net in nets:
        notes += list_unknown(net.title, net.unknown)
    return tuple(notes)
