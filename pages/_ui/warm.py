"""What happens once, when the server starts: the models load behind the first picture."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from functools import cache

from engine.errors import EngineError
from engine.views.recorded import BUNDLED
from engine.views.sources import Source, vectors_of


@cache
def warm_up() -> None:
    """Load the bundled models and encode the bundled sentences in a thread; called again, it does
    nothing.
    """
    if os.environ.get("CONESCOPE_WARM_UP", "yes") == "no":
        return
    threading.Thread(target=_load_models, name="warm-up", daemon=True).start()


def _load_models() -> None:
    if sys.platform == "linux":
        # On Linux a thread has a priority of its own: the first visitor's page goes first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    for source, model in BUNDLED:
        try:
            vectors_of(Source(source), model)
        except EngineError as error:
            # The app is of use without this model; its page says the same sentence.
            logging.getLogger("conescope").warning("%s", error)
    # Streamlit collects garbage after every rerun. What is loaded now lives as long as the server,
    # so it is taken out of those collections: 100 ms a click become 10.
    gc.collect()
    gc.freeze()
