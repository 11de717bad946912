"""What happens once, when the server starts: the models load behind the first picture."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
import threading
from functools import cache

from engine.errors import EngineError
from engine.views.recorded import bundled
from engine.views.sources import Source, encoder, vectors_of
from pages._ui.serving import take_up_waiting

SLOW_IMPORTS = (
    "sklearn.manifold",
    "sklearn.neighbors",
)  # of the first own cloud, seconds otherwise


_stopping = threading.Event()


@cache
def warm_up() -> None:
    """Load the bundled models and encode the bundled sentences in a thread, then answer ahead what
    readers can ask; called again, it does nothing.

    CONESCOPE_WARM_UP: `no` for neither, `models` for a server that has the models but answers
    nothing ahead.
    """
    if _wish() == "no":
        return
    _stopping.clear()
    threading.Thread(target=_load_models, name="warm-up", daemon=True).start()


def _wish() -> str:
    return os.environ.get("CONESCOPE_WARM_UP", "yes")


def stop() -> None:
    """End the warm-up after the answer it is at."""
    _stopping.set()


def _load_models() -> None:
    # Whoever needs a model waits for its loading, so that goes at full speed.
    found = [(source, model) for source, model in bundled() if _loaded(model)]
    if sys.platform == "linux":
        # On Linux a thread has a priority of its own: from here on the visitors' pages go first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    for source, model in found:
        vectors_of(Source(source), model)
    for module in SLOW_IMPORTS:
        importlib.import_module(module)
    _freeze()
    take_up_waiting()
    if _wish() != "models":
        _answer_ahead([model for source, model in found if source == "senses"])


def _answer_ahead(models: list[str]) -> None:
    from engine.views.ahead import ahead  # all views and Plotly, which the start does without

    for _ in ahead(models):
        if _stopping.is_set():
            return
    _freeze()


def _freeze() -> None:
    """Take what is loaded now out of the garbage collections.

    Streamlit collects garbage after every rerun, and this lives as long as the server: 100 ms a
    click become 10.
    """
    gc.collect()
    gc.freeze()


def _loaded(model: str) -> bool:
    try:
        encoder(model)
    except EngineError as error:
        # The app is of use without this model; its page says the same sentence.
        logging.getLogger("conescope").warning("%s", error)
        return False
    return True
