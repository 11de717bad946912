"""`python -m engine models`: the registered models, and whether each can be used here."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.arguments import Commands, add_json, new_command
from engine.cli.output import print_json, print_table


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "models",
        run,
        "List the models that come with Conescope.\n\n"
        "Any BERT-like or GPT-2-like transformer of the Hugging Face hub can be used too, by its\n"
        "name, after `python -m engine fetch NAME`.",
        "models",
        "models --json",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    models = list_models()
    if options.json:
        print_json(models)
        return 0
    print_table(
        ("name", "title", "family", "layers", "d_model", ""),
        [
            (
                *(str(model[key]) for key in ("name", "title", "family", "layers", "d_model")),
                model["missing"] or "available",
            )
            for model in models
        ],
    )
    for model in models:
        print(f"{model['name']}: {model['source']}; {model['licence']}")
    return 0


def list_models() -> list[dict[str, Any]]:
    """A record per registered model."""
    from engine.encoder import ENCODERS, registered

    models = []
    for card in registered():
        missing = ENCODERS[card.name].missing()
        models.append(
            {
                "name": card.name,
                "title": card.title,
                "family": card.family,
                "layers": len(card.layer_names),
                "d_model": card.d_model,
                "source": card.source,
                "licence": card.licence,
                "available": missing is None,
                "missing": missing,
            }
        )
    return models
