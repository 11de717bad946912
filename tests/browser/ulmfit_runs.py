"""Small real runs for the browser tests: nets that do a batch in milliseconds, on what texts this
machine has.
"""

import time
from pathlib import Path

import pytest

from engine.runs import control
from engine.runs.store import Store
from engine.views.cockpit.choices import labelled_texts
from engine.views.cockpit.owners import set_owner
from pages._ui.visitor import COOKIE

SMALLEST_FIRST = ("amazon-snippets", "movie-snippets", "amazon", "imdb")


def some_text() -> str:
    """The smallest labelled texts that are on this machine."""
    here = labelled_texts()
    for name in SMALLEST_FIRST:
        if name in here:
            return name
    pytest.skip("No labelled texts are here: `python -m engine fetch snippets` brings some.")


def small_settings(**changes) -> dict:
    """Three stages, about 70 batches in all."""
    text = some_text()
    language = {"n_streams": 4, "window": 12, "n_sampled": 16, "valid_tokens": 200, "n_texts": 60}
    settings = {
        "net": {"d_embedding": 8, "d_hidden": 10, "n_layers": 3},
        "words": {"size": 200, "least": 1},
        "pretrain": {"start": "scratch, trained", "text": text, **language},
        "adapt": {"text": text, **language},
        "classify": {"text": text, "n_labels": 16, "batch_size": 4, "n_valid": 40, "epochs": 6},
        "sample": {"n_words": 5, "prompt": "This film"},
    }
    for name, values in changes.items():
        settings[name] |= values
    return settings


def visitor_word(context) -> str:
    """The word that the app gave this browser."""
    return next(c["value"] for c in context.cookies() if c["name"] == COOKIE)


def start(folder: Path, word: str, *, pace: float = 0.0, name: str = "A small run", **changes):
    """Enter a run of this visitor's; its id."""
    store = Store(folder)
    run_id = store.add("ulmfit", small_settings(**changes), name=name, device="cpu")
    control.set_pace(store, run_id, pace)
    set_owner(store, run_id, word)
    return run_id


def set_pace(folder: Path, run_id: str, seconds: float) -> None:
    """How long a batch takes at least: slow runs stand where a slow machine finds them."""
    control.set_pace(Store(folder), run_id, seconds)


def wait(condition, seconds: float = 90.0):
    """Wait for a condition and give its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"Not within {seconds} s."
        time.sleep(0.05)
    return value
