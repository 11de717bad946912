"""`python -m tests.benchmarks [name ...] [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import NAMES, Row, Skipped

VERSIONS = ("torch", "numpy", "scipy", "transformers", "streamlit", "scikit-learn")


def main() -> None:
    """Run the benchmarks that were named, or all, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=(*NAMES, []), help="all by default")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and less text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write rows and machine")
    options = parser.parse_args()
    rows: list[Row] = []
    skipped: dict[str, str] = {}
    loads = [os.getloadavg()[0]]
    for name in options.names or NAMES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"tests.benchmarks.{name}").run(options.quick)
        except Skipped as reason:
            skipped[name] = str(reason)
        loads.append(os.getloadavg()[0])
    about = machine() | {"load average": f"{min(loads):.1f} to {max(loads):.1f}"}
    print(as_markdown(rows, skipped, about))
    if options.json:
        lines = {"machine": about, "rows": [asdict(r) | {"met": r.met} for r in rows]}
        options.json.write_text(json.dumps(lines | {"skipped": skipped}, indent=1), encoding="utf8")


def machine() -> dict[str, str]:
    """What a reader must know of the machine to judge a number."""
    import torch

    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "torch threads": str(torch.get_num_threads()),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "Python": platform.python_version(),
        **{package: version(package) for package in VERSIONS},
    }


def as_markdown(rows: list[Row], skipped: dict[str, str], about: dict[str, str]) -> str:
    """The table, what was left out, and the machine, ready for a README."""
    lines = [
        "",
        "| what | ours | reference | ratio | wanted | met | note |",
        "| --- | ---: | ---: | ---: | --- | --- | --- |",
    ]
    for row in rows:
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        cells = [
            row.name,
            f"{_number(row.ours)} {row.unit}",
            "" if row.reference is None else f"{_number(row.reference)} {row.unit}",
            "" if row.ratio is None else f"{_number(row.ratio)} x",
            row.wanted,
            met,
            row.note,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"\nSkipped: {name}. {why}" for name, why in skipped.items()]
    lines.append("\n" + ", ".join(f"{name} {value}" for name, value in about.items()) + ".")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
