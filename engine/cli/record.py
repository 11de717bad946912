"""`python -m engine record`: measure what pages then show at once, and write it into assets."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, new_command
from engine.cli.output import quieten_libraries
from engine.errors import DataUnavailable

DIGITS = 4  # after the point, of every number


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "record",
        run,
        "Measure what pages then show at once, and write it into the project's assets.\n\n"
        "cures: every state of the vectors at every layer, and four tasks (minutes a model).\n"
        "sts: the geometry of every layer on SemEval's sentences, 2012 to 2016 (minutes a model).\n"
        "wsd: senses of CoarseWSD-10 and WiC-TSV at every layer (minutes a model).\n"
        "senses: how each layer tells the senses of the bundled corpus apart (a minute a model).\n"
        "groups: the groups that each layer puts its words into, without labels (a minute a "
        "model).\n"
        "published: Ethayarajh's (2019) numbers of ELMo, BERT and GPT-2, from his files.\n\n"
        "--verify computes a sample again, and compares.",
        "record cures --model minilm",
        "record sts --model bert-base-cased",
        "record published --verify",
    )
    parser.add_argument("subject", choices=tuple(SUBJECTS))
    parser.add_argument("--model", metavar="M", help="only this one; otherwise all that are here")
    parser.add_argument("--verify", action="store_true", help="write nothing")


def run(options: argparse.Namespace) -> int:
    """Measure and write, or compare."""
    quieten_libraries()
    if options.verify:
        return _verify(options.subject)
    SUBJECTS[options.subject](options)
    return 0


def _verify(subject: str) -> int:
    from engine.views import verify_records

    try:
        problems = getattr(verify_records, subject)()
    except DataUnavailable as error:
        print(f"{subject}: not verified. {error}")
        return 0
    print("\n".join(problems) or f"{subject}: what is recorded is what measuring again gives.")
    return 1 if problems else 0


def _cures(options: argparse.Namespace) -> None:
    from engine.views import cures_kept

    for model in _models(options):
        for way in cures_kept.recorded_ways(model):
            print(f"{model}: cures fitted on {way}", flush=True)
            record = cures_kept.record_model(model, way)
            write(cures_kept.PATH, rounded(asdict(record)), cures_kept.KEY)


def _sts(options: argparse.Namespace) -> None:
    from engine.views import sts_geometry

    for model in _models(options):
        print(f"{model}: reading SemEval's sentences", flush=True)
        found = sts_geometry.measure_sts(model)
        write(sts_geometry.PATH, rounded(asdict(found)), sts_geometry.KEY)


def _wsd(options: argparse.Namespace) -> None:
    from engine.views import wsd_measured, wsd_records
    from engine.views.wsd_vectors import CONTEXT

    for model in [options.model] if options.model else [CONTEXT, *_models(options)]:
        print(f"{model}: reading CoarseWSD-10 and WiC-TSV", flush=True)
        found = wsd_measured.measure_wsd(model)
        write(wsd_records.PATH, rounded(asdict(found)), wsd_records.KEY)


def _senses(options: argparse.Namespace) -> None:
    from engine.views import sense_scores

    for model in _models(options):
        print(f"{model}: the senses of every word", flush=True)
        found = sense_scores.record_scores(model)
        write(sense_scores.PATH, rounded(asdict(found)), sense_scores.KEY)


def _groups(options: argparse.Namespace) -> None:
    from engine.views import sense_groups_kept

    for model in _models(options):
        print(f"{model}: the groups of every word", flush=True)
        found = sense_groups_kept.record_groups(model)
        write(sense_groups_kept.PATH, rounded(asdict(found)), sense_groups_kept.KEY)


def _published(_: argparse.Namespace) -> None:
    from engine.views import published_numbers

    text = json.dumps(published_numbers.published_asset(), indent=1)
    published_numbers.PATH.write_text(text + "\n", encoding="utf8")


SUBJECTS = {
    "cures": _cures, "sts": _sts, "wsd": _wsd, "senses": _senses, "groups": _groups,
    "published": _published,
}  # fmt: skip


def write(path: Path, record: dict[str, Any], key: tuple[str, ...]) -> None:
    """Put a record into a file of JSON lines, in the place of the one with the same key."""
    lines = path.read_text(encoding="utf8").splitlines() if path.is_file() else []
    records = [*map(json.loads, lines), record]
    by_key = {tuple(one[name] for name in key): one for one in records}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(by_key[one], separators=(",", ":")) + "\n" for one in sorted(by_key))
    path.write_text(text, encoding="utf8")


def rounded(value: Any) -> Any:
    """Plain data with four digits a number, and None for NaN."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(float(value), DIGITS)
    if isinstance(value, dict):
        return {key: rounded(of) for key, of in value.items()}
    return [rounded(of) for of in value] if isinstance(value, list | tuple) else value


def _models(options: argparse.Namespace) -> list[str]:
    from engine.encoder import ENCODERS, registered

    if options.model:
        return [options.model]
    return [card.name for card in registered() if ENCODERS[card.name].missing() is None]
