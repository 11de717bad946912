"""What a click costs on the server: from a control's new value to the end of the rerun it causes.

Measured over a websocket with Streamlit's own messages, so it holds the script, the view's numbers
and figure, serialising, the garbage collection that follows each rerun and the way through
localhost; not the browser's drawing. Once with `gc.freeze` after warming up, as the app does, and
once without.
"""

from __future__ import annotations

import statistics
import time

from tests.benchmarks import Row
from tests.benchmarks.app_server import Visitor, running_app

PAUSE_SECONDS = 0.3  # between clicks, so that none waits for what the last one left behind
WANTED = "ours < 150"  # ms
AGAIN = "an answer seen before"

WORDS = ["bass", "bat", "crane", "match", "mouse", "seal"]
FREQUENCIES = ["2", "3", "5", "10", "20", "50"]
VIEW = {"layout": "pca", "color_by": "axis_cosine", "selected": None, "flat": False}
NAMES = ["1", "2", "3", "4", "5"]  # of layers
LAYERS = [{"view": VIEW | {"layer": layer}} for layer in (1, 2, 3, 4, 5, 6)]

SENSES, MOUSE, NEAR = (
    f"polysemy?poly_part={part}" for part in ("Senses", "The+mouse", "Neighbours")
)

# (page, what is done, control, its values, "" if they are new each time)
CLICKS = (
    ("clouds", "another word's senses", "cloud_word", WORDS, ""),
    ("clouds", "model", "cloud_model", ["GloVe", "MiniLM"], AGAIN),
    ("clouds", "layer", "cloud", LAYERS, ""),
    (
        "anisotropy?measure_part=In+context",
        "likeness",
        "measure_likeness",
        ["To its sentence", "To itself elsewhere"],
        AGAIN,
    ),
    ("anisotropy", "models", "measure_models", [["MiniLM"], ["GloVe"], ["MiniLM", "GloVe"]], AGAIN),
    ("anisotropy", "another frame, answered ahead", "measure_frequency", FREQUENCIES, ""),
    ("anisotropy", "another frame", "measure_frequency", FREQUENCIES[:4], AGAIN),
    (SENSES, "measure", "sense_measure", ["Margin", "AUC", "Nearest neighbour"], AGAIN),
    (SENSES, "word", "sense_word", WORDS, ""),
    (MOUSE, "layer", "mouse_layer", NAMES, AGAIN),
    (NEAR, "layer", "near_layer", NAMES, AGAIN),
    (NEAR, "word", "near_word_senses", WORDS, ""),
)


def run(quick: bool) -> list[Row]:
    """Two servers at the same time, asked in turns."""
    clicks = 6 if quick else 16
    rows = []
    with running_app() as frozen, running_app(freeze=False) as unfrozen:
        for app in (frozen, unfrozen):
            app.wait_until_idle()
        for page, label, key, values, seen in CLICKS:
            visitors = [Visitor(app.url, page) for app in (frozen, unfrozen)]
            times: list[list[float]] = [[], []]
            for number in range(clicks if seen else min(clicks, len(values))):
                value = values[number % len(values)]
                for visitor, own in zip(visitors, times, strict=True):
                    own.append(visitor.change(key, value))
                    time.sleep(PAUSE_SECONDS)
            for visitor in visitors:
                visitor.close()
            ours, without = (1000 * statistics.median(own) for own in times)
            note = (
                f"{len(times[0])} clicks, slowest {1000 * max(times[0]):.0f} ms"
                + f"; {seen}" * bool(seen)
            )
            rows.append(
                Row(
                    f"{page.partition('?')[0]}: {label}",
                    ours,
                    "ms",
                    without,
                    ours / without,
                    WANTED,
                    note,
                )
            )
    return rows
