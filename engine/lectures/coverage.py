"""Which of the course's material each lecture covers: the coverage table.

A step says in its `covers` what it treats; an item that no step covers is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.lectures.blocks import Lecture

ITEMS = (
    # one vector per word
    "LSTM on word representations",
    "learnable components",
    "transfer learning as weight initialisation",
    "millions and thousands of samples",
    "word2vec and GloVe in task models",
    "convolutional layers as feature extractor",
    "supervised pre-training",
    "fine-tune for any downstream task",
    "unsupervised pre-training",
    # context from translation
    '"I enjoyed the film transformers" in Tamil',
    "translation from <Go>",
    "CoVe: GloVe embedding, biLSTM, task-specific model",
    # context from language models
    "features and embeddings",
    "the blank",
    "two LSTMs on the same input",
    "grouped into one layer",
    "as many layers as we want",
    "states concatenated at step t",
    'softmax over "went to the bank ."',
    "CNN over characters",
    "biLM and task-specific model",
    "context and question",
    # how different are the two banks?
    "bank twice",
    "How different are these representations?",
    "the two possible pictures of bank",
    "computer mouse / lab mouse / keyboard / cat",
    "A mouse chases a cat reversed",
    "similarities by layer and model against a bag of words",
    "Bert is a matured character in the comic series whereas Elmo is mischievous",
    # the geometry
    "word2vec's 10,000 words in all directions",
    "random words' cosine low",
    "close words a conic section",
    "contextual conic for all words",
    "narrower in the top layer",
    "two random words similar on average",
    # ULMFiT
    "ULMFiT's three stages",
    "WikiText, IMDB, Amazon Review and labels",
    "same rate in stage 1",
    "discriminative fine-tuning",
    "two linear layers with ReLU",
    "gradual unfreezing from last to first",
    "100 labels against 100x",
)


class Place(NamedTuple):
    """Where an item is covered."""

    lecture: str  # its file's name
    step: str  # its id


def covered(lectures: Iterable[Lecture]) -> dict[str, list[Place]]:
    """Item -> the steps that cover it, in the order of the material; none for a gap."""
    found: dict[str, list[Place]] = {item: [] for item in ITEMS}
    for lecture in lectures:
        for step in lecture.steps:
            for item in step.covers:
                if item in found:
                    found[item].append(Place(lecture.path.name, step.id))
    return found


def gaps(lectures: Iterable[Lecture]) -> list[str]:
    """The items that no step covers, a sentence each."""
    return [
        f"No step of any lecture covers {item!r}. Name it in the `covers` of the step that does."
        for item, places in covered(lectures).items()
        if not places
    ]


def strangers(lecture: Lecture) -> Iterator[str]:
    """What its steps cover that is no item, each as `file:line: what`."""
    for step in lecture.steps:
        for item in step.covers:
            if item not in ITEMS:
                yield (
                    f"{lecture.path}:{step.line}: {item!r} is no item of the coverage table; "
                    "`python -m engine lecture coverage` lists them."
                )
