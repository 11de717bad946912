"""`python -m engine fetch` for data sets and published archives: what happens, line by line."""

from __future__ import annotations

from engine.cli.output import quieten_libraries
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.fetching import AskingIndex, Downloading, Ready, Written, fetch
from engine.corpora.published import PUBLISHED, Here, Receiving, fetch_published


def fetch_data_set(name: str) -> int:
    """Fetch a data set and print what happens."""
    quieten_libraries()
    wanted = DATA_SETS[name]
    print(f"{name}: {wanted.title}\n{name}: licence: {wanted.licence}; source: {wanted.source}")
    for event in fetch(name):
        match event:
            case Downloading(file=file, n_bytes=n_bytes, number=number, n_files=n_files):
                size = f"{n_bytes / 1e6:,.1f} MB"
                print(
                    f"{name}: {number} of {n_files}: {event.repository} {file}, {size}", flush=True
                )
            case AskingIndex(package=package):
                print(f"{name}: from the source package {package}", flush=True)
            case Written(path=path, n_lines=n_lines):
                lines = "" if n_lines is None else f", {n_lines:,} lines"
                print(f"{name}: {path.name} written{lines}", flush=True)
            case Ready(found=found, was_here=was_here):
                size = f"{found.size}, checksums right"
                note = "; nothing to fetch" if was_here else ""
                print(f"{name}: in {found.files[0].parent}: {size}{note}")
    return 0


def fetch_archive(name: str) -> int:
    """Fetch published weights and print what happens, and how they are used."""
    wanted = PUBLISHED[name]
    print(
        f"{name}: {wanted.title}\n{name}: {wanted.url}, {wanted.n_bytes / 1e6:,.1f} MB", flush=True
    )
    tenth = 0
    for event in fetch_published(name):
        match event:
            case Receiving(n_received=n, n_bytes=n_bytes) if n * 10 // n_bytes > tenth:
                tenth = n * 10 // n_bytes
                print(f"{name}: {n / 1e6:,.1f} MB", flush=True)
            case Here(files=(weights, options), were_here=were_here):
                note = "here before" if were_here else "checksum right"
                print(f"{name}: in {weights.parent}, {note}")
                print(f"{name}: use --model awd-lstm --weights {weights} --options {options}")
    return 0
