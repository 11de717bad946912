"""ULMFiT on small planted texts, for worker processes: `--sessions tests.planted_sessions`."""

import tempfile
from pathlib import Path

from engine.corpora import training_texts
from engine.registry import Registry
from tests.planted_texts import PlantedTexts, RunningText

FOLDER = Path(tempfile.mkdtemp(prefix="conescope-planted-"))
FOUND = Registry("text source")
FOUND.add("general")(RunningText("general", 0, FOLDER, ("village", "river")))
FOUND.add("films")(PlantedTexts("films", 1, FOLDER))
training_texts.TEXTS = FOUND
