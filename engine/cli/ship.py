"""`python -m engine ship`: turn a finished run into shipped weights and their model card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, new_command


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "ship",
        run,
        "Write a run's weights to assets/models, with a card of what was measured.\n\n"
        "The card holds data, licence, command, seed, hardware, hours, the curve of the run, its\n"
        "quality on test data, its geometry by layer, and checksums. Of a run that went on from\n"
        "shipped weights, hours and curve are those of the whole training.",
        "ship --folder runs/awd-lstm",
    )
    parser.add_argument("--folder", required=True, help="the folder of the run")
    parser.add_argument("--output", help="instead of assets/models/RECIPE")


def run(options: argparse.Namespace) -> int:
    """Write weights, then measure them as they ship."""
    from engine.model_files import FOLDER
    from engine.training.gone_on import earlier_card, with_earlier
    from engine.training.objective import RECIPES
    from engine.training.run_settings import command, read_settings

    run_folder = Path(options.folder)
    name, config = read_settings(run_folder)
    recipe, settings = RECIPES[name](), asdict(config)
    folder = Path(options.output) if options.output else FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{name}: writing and measuring the weights", flush=True)
    card = {
        "name": name,
        **recipe.ABOUT,
        "command": command(name, settings),
        "seed": config.seed,
        "settings": settings,
        **run_report(run_folder),
        "quality": recipe.ship(config, run_folder, folder),
        "sha256": checksums(folder),
        "date": datetime.now(UTC).date().isoformat(),
    }
    card = with_earlier(card, earlier_card(run_folder))
    _write(folder, card)
    if not options.output:
        print(f"{name}: measuring its geometry", flush=True)
        _write(folder, card | measured_geometry(name))
    print(f"{folder}: {sum(p.stat().st_size for p in folder.iterdir()) / 2**20:.2f} MiB")
    return 0


def measured_geometry(model: str) -> dict[str, Any]:
    """Anisotropy and sense separation of the shipped weights, by layer."""
    from engine.encoder import ENCODERS
    from engine.views.model_quality import geometry_by_layer, sense_auc_beside_twin

    if model not in ENCODERS:
        return {}
    report = {"geometry": geometry_by_layer(model)}
    return report if _is_static(model) else report | {"senses": sense_auc_beside_twin(model)}


def run_report(folder: Path) -> dict[str, Any]:
    """Hours, hardware and the validation curve of a run, from its log.

    A run that was resumed has done some steps twice; the later ones count.
    """
    records: list[dict[str, Any]] = []
    for record in _records(folder / "log.jsonl"):
        if record.get("event") == "Started":
            records = [old for old in records if old.get("step", 0) <= record["first_step"]]
        records.append(record)
    seconds = sum(record.get("seconds", 0.0) for record in records)
    validated = [record for record in records if record.get("event") == "Validated"]
    return {
        "hours": round(seconds / 3600, 2),
        "hardware": hardware(),
        "curve": [{"step": record["step"], **record["figures"]} for record in validated],
    }


def hardware() -> str:
    """The processor or GPU of this machine, in words."""
    import os

    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} CPU cores, float32"


def checksums(folder: Path) -> dict[str, str]:
    """sha256 of every weight file of a folder."""
    from engine.checkpoints import sha256_of

    return {path.name: sha256_of(path) for path in sorted(folder.glob("*.safetensors"))}


def _is_static(model: str) -> bool:
    from engine.encoder import is_static

    return is_static(model)


def _records(log: Path) -> Iterator[dict[str, Any]]:
    if log.exists():
        for line in log.read_text(encoding="utf8").splitlines():
            yield json.loads(line)


def _write(folder: Path, card: dict[str, Any]) -> None:
    from engine.model_files import CARD, shipped_card

    text = json.dumps(card, indent=1, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf8")
    shipped_card.cache_clear()
