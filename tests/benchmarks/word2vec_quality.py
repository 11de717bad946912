"""word2vec in our PyTorch against gensim's, trained on the same text: how well each agrees with
people, and how many of Google's analogies each solves. Not a matter of time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.errors import DataUnavailable
from engine.training.loop import CHECKPOINT, iterate, net_state
from engine.training.loop_config import LoopConfig
from engine.training.prepared_text import PreparedText, wikipedia_text
from engine.training.recipes import word2vec, word2vec_torch
from engine.training.recipes.word2vec import Word2vecTraining
from engine.training.recipes.word2vec_torch import SkipGramObjective, SkipGramTraining
from engine.training.word_pairs import analogy_accuracy, word_pair_scores
from tests.benchmarks import Row, Skipped

N_TOKENS, N_EPOCHS, SEEDS = 3_500_000, 10, (0, 1, 2)
WANTED = "difference >= -2"
TITLES = {
    "wordsim-353_spearman": "WordSim-353, Spearman",
    "simlex-999_spearman": "SimLex-999, Spearman",
    "analogies_solved": "Google's analogies, solved",
}


def run(quick: bool) -> list[Row]:
    """Both with the same text, vocabulary, width, window, negatives, thinning and epochs."""
    vocab_size = SkipGramTraining().vocab_size
    try:
        text = beginning(wikipedia_text("train", vocab_size), N_TOKENS // (10 if quick else 1))
    except DataUnavailable as missing:
        raise Skipped(str(missing)) from missing
    seeds, n_epochs = (SEEDS[:1], 2) if quick else (SEEDS, N_EPOCHS)
    ours, theirs = (
        [scores(train(text, seed, n_epochs)) for seed in seeds] for train in (in_torch, in_gensim)
    )
    about = (
        f"Spearman and shares times 100; first {len(text.starts) - 1:,} training articles, "
        f"{len(text.ids) / 1e6:.1f} M tokens, {n_epochs} epochs, {len(seeds)} seed(s)"
    )
    return [_row(name, title, ours, theirs, about) for name, title in TITLES.items()]


def beginning(text: PreparedText, n_tokens: int) -> PreparedText:
    """As many articles from the beginning of a text as hold so many tokens."""
    n_articles = int(np.searchsorted(text.starts, n_tokens))
    ids = text.ids[: text.starts[n_articles]]
    # Characters are counted for perplexities only, of which there are none here.
    return PreparedText(ids, text.starts[: n_articles + 1], 0, text.vocabulary)


def in_torch(text: PreparedText, seed: int, n_epochs: int) -> Any:
    """Our recipe with as many steps as the epochs need."""
    recipe = SkipGramTraining()
    n_steps = n_epochs * max(1, len(text.ids) // recipe.tokens_per_step)
    loop = replace(recipe.loop, n_steps=n_steps, validate_every=n_steps, checkpoint_every=n_steps)
    config = replace(recipe, seed=seed, loop=loop)
    torch.manual_seed(seed)
    objective = SkipGramObjective(config, text, torch.device("cpu"))
    return _trained(
        lambda folder: iterate(objective, config, folder),
        lambda folder: word2vec_torch.keyed(
            text.vocabulary.words, net_state(folder / CHECKPOINT)["vectors"]
        ),
    )


def in_gensim(text: PreparedText, seed: int, n_epochs: int) -> Any:
    """gensim's recipe."""
    config = Word2vecTraining(seed=seed, loop=LoopConfig(n_epochs, learning_rate=0.025))
    return _trained(
        lambda folder: word2vec.epochs(text, config, folder),
        lambda folder: word2vec.trained_vectors(text, config, folder),
    )


def scores(vectors: Any) -> dict[str, float]:
    """Everything in points: Spearman correlation and shares times 100."""
    found = word_pair_scores(vectors)
    found["analogies_solved"], found["analogies_known"] = analogy_accuracy(vectors)
    return {name: 100 * value for name, value in found.items()}


def _trained(train: Callable[[Path], Any], read: Callable[[Path], Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        for _ in train(Path(folder)):
            pass
        return read(Path(folder))


def _row(
    name: str, title: str, ours: list[dict[str, float]], theirs: list[dict[str, float]], about: str
) -> Row:
    a, b = (np.array([found[name] for found in both]) for both in (ours, theirs))
    known = ours[0][name.replace("_spearman", "_known").replace("_solved", "_known")]
    spread = f"seeds {a.min():.1f} to {a.max():.1f} against {b.min():.1f} to {b.max():.1f}"
    note = f"{about}; {known:.0f} % of the items are known; {spread}"
    title = f"word2vec in PyTorch, {title}"
    return Row(title, float(a.mean()), "points", float(b.mean()), None, WANTED, note)
