"""`python -m engine texts`: what there is to train on, and is a CSV file of one's own usable?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import Commands, add_json, new_command
from engine.cli.output import print_json, print_table, visible

if TYPE_CHECKING:
    from engine.corpora.labelled_csv import CsvReading

N_CHARACTERS = 60  # of a text in the preview


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "texts",
        run,
        "List the texts to train on with their sizes, or check a labelled CSV file.\n\n"
        "A CSV file needs a first row that names its columns. Exit code 0: it can be used; 1: it\n"
        "cannot, and every faulty row is listed with the reason.",
        "texts",
        "texts --check reviews.csv",
        "texts --check reviews.csv --columns body,stars --leave-out --json",
    )
    parser.add_argument("--check", metavar="FILE", help="a CSV file with texts and labels")
    parser.add_argument(
        "--columns", metavar="TEXT,LABEL", help="its columns (default: text,label and the like)"
    )
    parser.add_argument(
        "--leave-out", action="store_true", help="use the file without its faulty rows"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """List the sources, or check the file."""
    if options.check:
        return _check(options)
    if options.columns or options.leave_out:
        options.parser.error("--columns and --leave-out belong to --check")
    records = list(map(_record, _sources()))
    if options.json:
        print_json({"texts": records})
        return 0
    print_table(
        ("name", "what", "train", "valid", "test", "labels", "duplicates left out"),
        [
            (
                record["name"],
                record["title"],
                *(f"{record['n_texts'].get(split, 0):,}" for split in ("train", "valid", "test")),
                ", ".join(record["labels"]),
                f"{record['n_duplicates']:,}",
            )
            for record in records
            if not record["missing"]
        ],
    )
    for record in records:
        print(f"\n{record['name']}: {record['missing'] or record['about']}")
    print("\nYour own: python -m engine texts --check FILE.csv")
    return 0


def _sources() -> list[Any]:
    from engine.corpora.training_texts import TEXTS

    return list(TEXTS.values())


def _record(source: Any) -> dict[str, Any]:
    missing = source.missing()
    found = None if missing else source.contents()
    return {
        "name": source.name,
        "title": source.title,
        "about": source.about,
        "missing": missing,
        "labels": list(getattr(source, "label_names", ())),
        "n_texts": {split: len(texts) for split, texts in found.texts.items()} if found else {},
        "n_characters": (
            {split: sum(map(len, texts)) for split, texts in found.texts.items()} if found else {}
        ),
        "n_duplicates": found.n_duplicates if found else 0,
    }


def _check(options: argparse.Namespace) -> int:
    from engine.corpora.labelled_csv import read_labelled_csv

    columns = tuple(options.columns.split(",")) if options.columns else None
    if columns and len(columns) != 2:
        options.parser.error("--columns needs two names with a comma between: TEXT,LABEL")
    reading = read_labelled_csv(Path(options.check), columns=columns, leave_out=options.leave_out)
    if options.json:
        print_json(_reading_record(reading))
    else:
        _tell(reading)
    return 0 if reading.texts else 1


def _reading_record(reading: CsvReading) -> dict[str, Any]:
    return {
        "usable": reading.texts is not None,
        "n_rows": reading.n_rows,
        "columns": list(reading.columns),
        "text_column": reading.text_column,
        "label_column": reading.label_column,
        "delimiter": reading.delimiter,
        "label_counts": dict(reading.label_counts),
        "n_faults": reading.n_faults,
        "faults": [{"row": fault.row, "reason": fault.reason} for fault in reading.faults],
    }


def _tell(reading: CsvReading) -> None:
    if reading.columns:
        print(
            f"{reading.n_rows:,} rows; text: {visible(reading.text_column)}, label: "
            f"{visible(reading.label_column)}, divided by {reading.delimiter!r}\n"
        )
        print_table(
            ("label", "rows"), [(visible(label), f"{n:,}") for label, n in reading.label_counts]
        )
        print()
        print_table(
            ("label", "text"),
            [(visible(label), visible(text[:N_CHARACTERS])) for text, label in reading.preview],
        )
        print()
    for fault in reading.faults:
        print(visible(str(fault)))
    if (n_more := reading.n_faults - len(reading.faults)) > 0:
        print(f"and {n_more:,} more")
    n_texts = len(reading.texts.texts) if reading.texts else 0
    print(f"{n_texts:,} texts can be used." if n_texts else "The file cannot be used as it is.")
