"""Published numbers of ELMo, BERT and GPT-2, layer by layer: Ethayarajh (2019),
https://aclanthology.org/D19-1006, as his repository holds them
(https://github.com/kawine/contextual).

They are not adjusted for anisotropy and, as he says, close to what the paper charts but not equal.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass

from engine.corpora.archives import packed_text, packed_texts
from engine.corpora.files import path_of
from engine.errors import CorruptFile

COLLECTION, PER_WORD = "ethayarajh-2019", "per-word.tar.xz"
TITLES = {
    "elmo": "ELMo, original (2 × 4096)",
    "bert": "BERT-base, cased",
    "gpt2": "GPT-2, small",
}
# What his files call each number.
KEYS = {
    "mean_cosine": "mean cosine similarity across words",
    "intra_sentence_similarity": "mean cosine similarity between sentence and words",
    "norm_mean": "word norm mean",
    "norm_std": "word norm std",
    "random_words_variance_explained": "variance explained for random words",
}


@dataclass(frozen=True)
class PublishedLayer:
    """What was published of one layer; cosines and shares are dimensionless."""

    layer: int  # 0 = input
    mean_cosine: float  # of 1,000 random pairs; one word of each of 1,000 random sentences
    intra_sentence_similarity: float  # of a word with the mean of its sentence
    norm_mean: float  # length of the vectors of those sentences' words
    norm_std: float
    # of the first direction of 1,000 random words; by a truncated SVD, so not of centred vectors
    random_words_variance_explained: float
    self_similarity: float  # mean over word types, each over at most 1,000 pairs
    n_types: int  # seen in five places at least


def published_layers(model: str) -> tuple[PublishedLayer, ...]:
    """Every layer of "elmo", "bert" or "gpt2", from the published files.

    Raises:
        DataUnavailable: the data set is not on this machine.
        CorruptFile: a file lacks a number.
    """
    path = path_of(COLLECTION, f"{model}.embedding_space_stats.json")
    by_word = _self_similarities(model)
    n_layers = len(by_word[0])
    try:
        stats = json.loads(path.read_text(encoding="utf8"))
        columns = {
            name: [float(stats[key][f"layer_{layer}"]) for layer in range(n_layers)]
            for name, key in KEYS.items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptFile(f"{path} lacks a number ({error}). Copy it again.") from error
    n_types = len(by_word)
    return tuple(
        PublishedLayer(
            layer,
            **{name: values[layer] for name, values in columns.items()},
            self_similarity=sum(row[layer] for row in by_word) / n_types,
            n_types=n_types,
        )
        for layer in range(n_layers)
    )


def _self_similarities(model: str) -> list[list[float]]:
    """Self-similarity of each word type at each layer, (n_types, n_layers)."""
    path = path_of(COLLECTION, PER_WORD)
    name = f"eth/{model}.self_similarity.csv"
    lines = packed_text(dict(packed_texts(path, {name})), name, path).splitlines()
    rows = list(csv.reader(lines))[1:]
    try:
        return [[float(value) for value in row[1:]] for row in rows]
    except ValueError as error:
        raise CorruptFile(f"{path}, {name}: {error}. Copy it again.") from error
