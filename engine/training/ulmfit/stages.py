"""What each stage starts from: the nets, the words and the data that its settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from engine.corpora.vocabulary import Vocabulary, most_frequent
from engine.training.prepared_text import PreparedText
from engine.training.ulmfit.carry_over import target_vocabulary
from engine.training.ulmfit.classification import ClassifyObjective, LabelledBatches
from engine.training.ulmfit.config import (
    ADAPT,
    CLASSIFY,
    NONE,
    PRETRAIN,
    SCRATCH,
    LanguageStage,
    Ulmfit,
)
from engine.training.ulmfit.language import LanguageObjective, check_measured, perplexities
from engine.training.ulmfit.models import (
    Models,
    fresh_models,
    ready_to_classify,
    ready_to_read,
    shipped_models,
    with_words,
)
from engine.training.ulmfit.objective import StageObjective
from engine.training.ulmfit.texts import (
    LabelledTexts,
    drawn_labelled,
    measured_labelled,
    running_text,
)

PERPLEXITY, WATCHED = "perplexity", "watched_perplexity"


def first_models(config: Ulmfit) -> Models:
    """What the first stage of a run begins with: shipped weights, or random ones."""
    if config.pretrain.start not in (SCRATCH, NONE):
        return shipped_models(config.net.shipped, config.directions())
    counts = target_counts(config, PRETRAIN if config.pretrain.start == SCRATCH else ADAPT)
    vocabulary = most_frequent(counts, config.words.size, config.words.least)
    return fresh_models(vocabulary, config.net, config.directions(), seed=config.seed)


def target_counts(config: Ulmfit, stage: str) -> dict[str, int]:
    """How often the training text of a stage has each word; where the language model is not
    adapted, the target's training text is what carries labels.
    """
    if stage == PRETRAIN:
        return running_text(config.pretrain.text, "train", config.pretrain.n_texts).counts()
    if config.adapt.on:
        return running_text(config.adapt.text, "train", config.adapt.n_texts).counts()
    return labelled_train(config).texts.counts()


def labelled_train(config: Ulmfit) -> LabelledTexts:
    """The texts that the classifier learns from."""
    return drawn_labelled(config.classify.text, config.classify.n_labels, config.seed)


def models_for(stage: str, before: Models, config: Ulmfit, device: torch.device) -> Models:
    """The nets that a stage trains, made from those of the stage before.

    Args:
        before: language models.
    """
    first_of_target = ADAPT if config.adapt.on else CLASSIFY
    if stage == first_of_target and config.pretrain.start != NONE:
        vocabulary = target_vocabulary(
            target_counts(config, ADAPT), size=config.words.size, least=config.words.least,
            known=before.vocabulary,
        )  # fmt: skip
        before = with_words(before, vocabulary)
    if stage == CLASSIFY:
        names = labelled_train(config).names
        return ready_to_classify(before, names, config.classify, seed=config.seed, device=device)
    return ready_to_read(before, getattr(config, stage).dropout, device)


def objective_for(
    stage: str, models: Models, config: Ulmfit, device: torch.device
) -> StageObjective:
    """A stage's nets with its data."""
    if stage == CLASSIFY:
        return _classify(models, config, device)
    settings: LanguageStage = getattr(config, stage)
    words = models.vocabulary
    train = running_text(settings.text, "train", settings.n_texts).under(words)
    measured = {PERPLEXITY: _valid(settings.text, words, settings.valid_tokens)}
    if config.watch:
        measured[WATCHED] = _valid(config.watch, words, settings.valid_tokens)
    return LanguageObjective(models, settings, train, measured, seed=config.seed, device=device)


def _valid(name: str, vocabulary: Vocabulary, n_tokens: int) -> PreparedText:
    # No source has texts of fewer than ten tokens on average, so these are enough.
    found = running_text(name, "valid", max(1, n_tokens // 10))
    return check_measured(found.under(vocabulary), name)


def _classify(models: Models, config: Ulmfit, device: torch.device) -> ClassifyObjective:
    settings = config.classify
    train = labelled_train(config)
    texts = train.texts.each_under(models.vocabulary)
    batches = LabelledBatches(
        texts, train.labels, settings.batch_size, config.seed, order=settings.order
    )
    valid = measured_texts(config, "valid", settings.n_valid, models.vocabulary)
    return ClassifyObjective(
        models, settings, batches, valid, device=device, further=_watching(models, config)
    )


def _watching(models: Models, config: Ulmfit) -> Callable[[], dict[str, float]]:
    """Measures what the language model inside the classifiers still knows of the watched text."""
    if not config.watch:
        return dict
    n_tokens = config.adapt.valid_tokens
    text = {WATCHED: _valid(config.watch, models.vocabulary, n_tokens)}
    return lambda: perplexities(models.language_models(), text, n_tokens)


def measured_texts(
    config: Ulmfit, split: str, n_texts: int, vocabulary: Vocabulary
) -> tuple[Sequence[np.ndarray], np.ndarray]:
    """Token ids and labels of texts to measure the classifier on."""
    found = measured_labelled(config.classify.text, split, n_texts)
    return found.texts.each_under(vocabulary), found.labels
