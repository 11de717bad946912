"""ELMo's question to each task: how much of which layer? The weights of a scalar mix and a linear
head, learnt together on frozen states; beside them the same head on one layer, and on all alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.errors import ShapeError
from engine.nets.elmo import ScalarMix

STEPS, PATIENCE, LOOK = 100, 30, 5  # batches at most, without a better one, between two looks
RATE, WEIGHT_DECAY, START = 0.01, 0.01, 0.01  # of the head: Adam's rate, decay, spread at first
TRAIN, VALID, TEST = range(3)
SHARES = (0.6, 0.2)  # of the sentences, to train and to validate on


@dataclass(frozen=True)
class States:
    """Occurrences of words at every layer, and what is to be told of each."""

    layers: np.ndarray  # float32, (n_layers, n, d)
    labels: np.ndarray  # int, (n,)
    words: np.ndarray  # which word each is, int, (n,)
    sentence_ids: np.ndarray  # int, (n,)
    parts: np.ndarray  # TRAIN, VALID or TEST, (n,); all 0 before `drawn`

    @property
    def n_test(self) -> int:
        """Occurrences that the accuracy is measured on."""
        return int((self.parts == TEST).sum())


@dataclass(frozen=True)
class Mixed:
    """What a training came to, at the batch with the lowest validation loss."""

    shares: tuple[float, ...]  # of the layers, softmax(w); they add up to 1
    accuracy: float  # on the test part
    step: int


def drawn(states: States, most: int, seed: int) -> States:
    """A draw of occurrences whose sentences are dealt out to the three parts, none to two of them;
    layers are standardised by the training part, so that a share tells of use and not of size.

    Raises:
        ShapeError: a part is left without an occurrence, or training with one label.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(states.labels))[:most])
    n_sentences = int(states.sentence_ids.max()) + 1
    place = rng.permutation(n_sentences)[states.sentence_ids[rows]]
    parts = np.searchsorted(np.cumsum(SHARES) * n_sentences, place, side="right")
    labels, train = states.labels[rows], parts == TRAIN
    if len(np.unique(parts)) < 3 or len(np.unique(labels[train])) < 2:
        raise ShapeError("Too few sentences to train, validate and test on.")
    x = states.layers[:, rows]
    mean, spread = x[:, train].mean(axis=1), x[:, train].std(axis=1)
    x = (x - mean[:, None]) / np.where(spread > 0, spread, 1)[:, None]
    return States(
        x.astype(np.float32), labels, states.words[rows], states.sentence_ids[rows], parts
    )


def learn(states: States, seed: int, rate: float, fixed: Sequence[float] = ()) -> Mixed:
    """Train head and mix by full-batch Adam until validation no longer improves.

    Args:
        states: as `drawn` gives them.
        seed: of the head's first weights.
        rate: of the mix's weights, beside RATE of the head.
        fixed: shares that are not learnt, (n_layers,).
    Source:
        Peters et al. (2018), equation 1, https://aclanthology.org/N18-1202.
    """
    torch.manual_seed(seed)
    n_layers, _, d = states.layers.shape
    train, valid, test = (_part(states, part) for part in (TRAIN, VALID, TEST))
    mix, head = ScalarMix(n_layers), nn.Linear(d, int(states.labels.max()) + 1)
    nn.init.normal_(head.weight, std=START)
    if fixed:
        shares = torch.tensor(fixed, dtype=torch.float32)
        mix.weights = nn.Parameter(torch.log(shares), requires_grad=False)
    optimiser = torch.optim.Adam(
        [
            {"params": [*head.parameters(), mix.gamma], "lr": RATE, "weight_decay": WEIGHT_DECAY},
            {"params": [mix.weights], "lr": rate},
        ]
    )
    best, lowest = Mixed((), 0.0, 0), math.inf
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        cross_entropy(_scores(train[0], mix, head), train[1]).backward()
        optimiser.step()
        if step % LOOK:
            continue
        with torch.no_grad():
            loss = cross_entropy(_scores(valid[0], mix, head), valid[1]).item()
            if loss < lowest:
                right = (_scores(test[0], mix, head).argmax(dim=1) == test[1]).double().mean()
                found = torch.softmax(mix.weights, dim=0).tolist()
                best, lowest = Mixed(tuple(found), right.item(), step), loss
        if step - best.step >= PATIENCE:
            break
    return best


def _part(states: States, part: int) -> tuple[Tensor, Tensor]:
    """(n_layers, n_part, d) and (n_part,)."""
    rows = states.parts == part
    return torch.from_numpy(states.layers[:, rows]), torch.from_numpy(states.labels[rows])


def _scores(x: Tensor, mix: ScalarMix, head: nn.Linear) -> Tensor:
    """(n_layers, n, d) -> (n, n_classes)."""
    return head(mix(list(x[:, None]))[0])


def accuracy_of_word_alone(states: States) -> float:
    """Test accuracy of a reader that sees which word it is and nothing else: its commonest label in
    training, or the commonest of all for a word that did not stand there.
    """
    train, test = states.parts == TRAIN, states.parts == TEST
    overall = np.bincount(states.labels[train]).argmax()
    guesses = {}
    for word in np.unique(states.words[train]):
        guesses[word] = np.bincount(states.labels[train & (states.words == word)]).argmax()
    guessed = np.array([guesses.get(word, overall) for word in states.words[test]])
    return float((guessed == states.labels[test]).mean())
