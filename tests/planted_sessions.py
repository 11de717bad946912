"""ULMFiT on small planted texts, for worker processes: `--sessions tests.planted_sessions`."""

from engine.registry import Registry
from engine.training.ulmfit import texts
from tests.planted_texts import PlantedTexts, RunningText

FOUND = Registry("text")
FOUND.add("general")(RunningText("general", 0, ("village", "river")))
FOUND.add("films")(PlantedTexts("films", 1))
texts.sources = lambda: FOUND
