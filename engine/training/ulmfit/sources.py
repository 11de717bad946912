"""Which texts and weights a run needs, whether they are here, and what it says of them."""

from __future__ import annotations

import hashlib

from engine.corpora import training_texts
from engine.errors import DataUnavailable, ModelUnavailable
from engine.model_files import not_shipped, shipped_card, shipped_sha256
from engine.training.ulmfit.config import ADAPT, PRETRAIN, SCRATCH, SHIPPED, SHIPPED_ON, Ulmfit


def text_names(config: Ulmfit) -> dict[str, str]:
    """The source that each stage reads, by stage; stages that read nothing are left out."""
    stages = [stage for stage in config.stages()
              if stage != PRETRAIN or config.pretrain.start != SHIPPED]  # fmt: skip
    return {stage: getattr(config, stage).text for stage in stages}


def check_sources(config: Ulmfit) -> None:
    """Refuse a run whose texts or weights are not on this machine.

    Raises:
        UnknownName: no such source, or no labels where they are needed.
        DataUnavailable, ModelUnavailable: with the command that fetches them.
    """
    training_texts.labelled_source(config.classify.text)
    for name in {*text_names(config).values(), *filter(None, [config.watch])}:
        if reason := training_texts.text_source(name).missing():
            raise DataUnavailable(reason)
    shipped = config.net.shipped if config.pretrain.start in (SHIPPED, SHIPPED_ON) else None
    if shipped and (reason := not_shipped(shipped, shipped)):
        raise ModelUnavailable(reason)


def facts(config: Ulmfit) -> dict[str, str]:
    """What a run's label says: the data of its stages, and a checksum of their files."""
    names = text_names(config)
    titles = {stage: training_texts.text_source(name).title for stage, name in names.items()}
    said = []
    if config.pretrain.start in (SHIPPED, SHIPPED_ON):
        said.append(f"the shipped {shipped_card(config.net.shipped).get('title', 'model')}")
    if config.pretrain.start in (SHIPPED_ON, SCRATCH):
        said.append(f"language: {titles[PRETRAIN]}")
    if config.adapt.on:
        said.append(f"adapted to: {titles[ADAPT]}")
    said.append(f"{config.classify.n_labels:,} labels of: {titles['classify']}")
    found = {"data": "; ".join(said)}
    files = [path for name in sorted(set(names.values()))
             for path in getattr(training_texts.text_source(name), "paths", tuple)()]  # fmt: skip
    if files:
        digest = hashlib.sha256()
        for path in files:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        found["text"] = digest.hexdigest()[:16]
    if config.pretrain.start in (SHIPPED, SHIPPED_ON):
        found["shipped_weights"] = shipped_sha256(config.net.shipped)[:16]
    return found
