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
from engine.views.recorded import BUNDLED
from engine.views.sources import Source, encoder, vectors_of

SLOW_IMPORTS = (
    "sklearn.manifold",
    "sklearn.neighbors",
)  # of the first own cloud, seconds otherwise


@cache
def warm_up() -> None:
    """Load the bundled models and encode the bundled sentences in a thread; called again, it does
    nothing.
    """
    if os.environ.get("CONESCOPE_WARM_UP", "yes") == "no":
        return
    threading.Thread(target=_load_models, name="warm-up", daemon=True).start()


def _load_models() -> None:
    # Whoever needs a model waits for its loading, so that goes at full speed.
    found = [(source, model) for source, model in BUNDLED if _loaded(model)]
    if sys.platform == "linux":
        # On Linux a thread has a priority of its own: from here on the visitors' pages go first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    for source, model in found:
        vectors_of(Source(source), model)
    for module in SLOW_IMPORTS:
        importlib.import_module(module)
    # Streamlit collects garbage after every rerun. What is loaded now lives as long as the server,
    # so it is taken out of those collections: 100 ms a click become 10.
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
