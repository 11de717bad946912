"""word2vec: skip-gram with negative sampling on Wikipedia articles, trained by gensim (Mikolov et
al. 2013, https://arxiv.org/abs/1310.4546).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from engine.checkpoints import save_weights
from engine.corpora.vocabulary import SPECIAL
from engine.training.events import CheckpointWritten, Event, Finished, Started, Step, Validated
from engine.training.loop_config import LoopConfig
from engine.training.objective import RECIPES
from engine.training.prepared_text import PreparedText, wikipedia_text
from engine.training.word_pairs import analogy_accuracy, word_pair_scores

KIND = "word2vec"
CHECKPOINT = "checkpoint.safetensors"
N_SPECIAL = len(SPECIAL)


@dataclass(frozen=True)
class Word2vecTraining:
    """The recipe of the shipped vectors; a step is an epoch."""

    seed: int = 0
    vocab_size: int = 20_002  # 20,000 words and the two special tokens, which get no vector
    d: int = 100
    window: int = 5  # at most; shorter ones are drawn as often, so that near words count more
    n_negatives: int = 5
    subsampling: float = 1e-4  # of frequent words
    n_workers: int = 1  # one thread gives the same vectors each time
    loop: LoopConfig = field(default_factory=lambda: LoopConfig(n_steps=10, learning_rate=0.025))

    def rate(self, epochs_done: int) -> float:
        """The learning rate falls linearly, as in word2vec's own program."""
        return max(1e-4, self.loop.learning_rate * (1 - epochs_done / self.loop.n_steps))


def new_model(config: Word2vecTraining, text: PreparedText) -> Any:
    """gensim's model with our vocabulary, its vectors at their random start."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        sg=1, vector_size=config.d, window=config.window, negative=config.n_negatives,
        sample=config.subsampling, min_count=1, workers=config.n_workers, seed=config.seed,
    )  # fmt: skip
    counts = np.bincount(text.ids, minlength=len(text.vocabulary))
    words = text.vocabulary.words
    model.build_vocab_from_freq(
        {words[i]: int(counts[i]) for i in range(N_SPECIAL, len(words))},
        corpus_count=int(counts[text.vocabulary.boundary_id]),
    )
    return model


def write_sentences(text: PreparedText, path: Path) -> int:
    """One sentence a line, as gensim reads it; words outside the vocabulary are left out, as
    word2vec does. The number of words written.
    """
    words, boundary = text.vocabulary.words, text.vocabulary.boundary_id
    n_words = 0
    with path.open("w", encoding="utf8") as file:
        for sentence in np.split(text.ids, np.flatnonzero(text.ids == boundary) + 1):
            known = [words[i] for i in sentence.tolist() if i >= N_SPECIAL]
            n_words += len(known)
            file.write(" ".join(known) + "\n")
    return n_words


def epochs(text: PreparedText, config: Word2vecTraining, folder: Path) -> Iterator[Event]:
    """gensim's epochs on a text, one after the other; goes on from the folder's checkpoint."""
    model = new_model(config, text)
    n_words = write_sentences(text, folder / "sentences.txt")
    path = folder / CHECKPOINT
    done = _restore(path, model) if path.exists() else 0
    yield Started(2 * model.wv.vectors.size, done, config.loop.n_steps, "cpu")
    while done < config.loop.n_steps:
        model.train(
            corpus_file=str(folder / "sentences.txt"), total_words=n_words, epochs=1,
            start_alpha=config.rate(done), end_alpha=config.rate(done + 1),
        )  # fmt: skip
        done += 1
        # gensim adds an epoch's loss up in float32, which stops growing at 2^24: no loss is told.
        yield Step(done, float("nan"), config.rate(done - 1), n_words, float("nan"))
        yield Validated(done, word_pair_scores(model.wv))
        _save(path, model, done)
        yield CheckpointWritten(done, path)
    yield Finished(done, path)


@RECIPES.add(KIND)
class Word2vecRecipe:
    """`python -m engine train word2vec`."""

    Config = Word2vecTraining
    ABOUT: ClassVar = {
        "title": "word2vec, skip-gram with negative sampling, by gensim",
        "data": "12.5 M tokens of 3,106 Good and Featured articles of the English Wikipedia (2019)",
        "licence": "vectors MIT; the articles CC BY-SA 3.0",
        "intended_use": "teaching: one vector a word, beside GloVe and vectors in context",
    }

    def events(
        self, config: Word2vecTraining, folder: Path, device: torch.device
    ) -> Iterator[Event]:
        """An epoch a step. Validated on word similarity, for want of a likelihood to compare."""
        return epochs(wikipedia_text("train", config.vocab_size), config, folder)

    def ship(self, config: Word2vecTraining, run: Path, folder: Path) -> dict[str, Any]:
        """The word vectors as int8 with a scale a row; gensim's context vectors stay behind."""
        text = wikipedia_text("train", config.vocab_size)
        model = new_model(config, text)
        _restore(run / CHECKPOINT, model)
        in_order = model.wv[list(text.vocabulary.words[N_SPECIAL:])]
        save_weights(
            folder / "weights.safetensors", {"vectors": torch.from_numpy(in_order)}, kind=KIND,
            config={"d": config.d}, vocabularies={"words": text.vocabulary}, int8={"vectors"},
        )  # fmt: skip
        solved, known = analogy_accuracy(model.wv)
        return word_pair_scores(model.wv) | {
            "analogies_solved": solved,
            "analogies_known": known,
            "mean_vector_against_mean_context_vector": _cosine_of_means(model),
        }


def trained_vectors(text: PreparedText, config: Word2vecTraining, run: Path) -> Any:
    """gensim's KeyedVectors as a run left them."""
    model = new_model(config, text)
    _restore(run / CHECKPOINT, model)
    return model.wv


def _cosine_of_means(model: Any) -> float:
    """Near -1: word and context vectors point to opposite sides (Mimno & Thompson 2017,
    https://aclanthology.org/D17-1308).
    """
    a, b = model.wv.vectors.mean(axis=0), model.syn1neg.mean(axis=0)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def _save(path: Path, model: Any, done: int) -> None:
    name, keys, *rest = model.random.get_state()
    about = {"step": str(done), "random": json.dumps([name, *rest])}
    arrays = {
        "vectors": model.wv.vectors,
        "context_vectors": model.syn1neg,
        "random_keys": keys,
    }
    save_file(arrays, path.with_suffix(".unfinished"), about)
    path.with_suffix(".unfinished").replace(path)


def _restore(path: Path, model: Any) -> int:
    from safetensors import safe_open

    arrays = load_file(path)
    with safe_open(path, "np") as file:
        about = file.metadata()
    model.wv.vectors[:] = arrays["vectors"]
    model.syn1neg[:] = arrays["context_vectors"]
    name, *rest = json.loads(about["random"])
    model.random.set_state((name, arrays["random_keys"], *rest))
    return int(about["step"])
