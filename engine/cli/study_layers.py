"""`python -m engine study layers`: what linear probes read from each layer of a language model."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.cli.arguments import numbers


def run(options: argparse.Namespace) -> None:
    """Read what is not recorded yet."""
    import numpy as np

    from engine.training.layer_probes.config import LayerProbes
    from engine.training.layer_probes.results import PATH
    from engine.training.layer_probes.study import study

    changes: dict[str, Any] = {"device": options.device, **numbers(options, seeds=0)}
    if options.models:
        changes["models"] = tuple(options.models.split(","))
    path = Path(options.results) if options.results else PATH
    config = replace(LayerProbes(), **changes)
    for probed in study(config, path, resume=options.resume, n_threads=options.threads):
        means = ", ".join(f"{value:.3f}" for value in np.mean(probed.accuracy, axis=0))
        print(
            f"{probed.model}, {probed.task}: {means} by layer, chance {probed.chance:.3f}; "
            f"{probed.seconds:.0f} s of the processor",
            flush=True,
        )
