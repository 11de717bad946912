"""What stage 2 does to the perplexity of its target text and of another one, by a recorded run."""

from __future__ import annotations

from dataclasses import dataclass

from engine.runs import recorded
from engine.runs.recorded import recording
from engine.training.events import Validated
from engine.views.ulmfit_records import records

STAGE, PERPLEXITY, WATCHED = "adapt", "perplexity", "watched_perplexity"


@dataclass(frozen=True)
class Adapted:
    """Perplexities before and after stage 2, of validation text, and shares of unknown words."""

    target: tuple[float, float]
    general: tuple[float, float]
    unknown: tuple[float, float]  # of the target and of the general text
    about: str  # which run


def adapted_to(text: str) -> Adapted | None:
    """Of the first recorded run whose stage 2 read this text from a shipped language model, and
    watched another text; None where there is none.
    """
    for record in records():
        config = record.config
        if not (config.adapt.on and config.adapt.text == text and config.watch):
            continue
        if config.pretrain.start != "shipped":
            continue
        events = recording(record.label.name, recorded.FOLDER).events
        figures = [
            one.event.figures
            for one in events
            if isinstance(one.event, Validated) and one.event.stage == STAGE
        ]
        if figures:
            first, last = figures[0], figures[-1]
            return Adapted(
                (first[PERPLEXITY], last[PERPLEXITY]),
                (first[WATCHED], last[WATCHED]),
                (first["unknown_rate"], first["watched_unknown_rate"]),
                f"“{record.label.title}”, recorded {record.label.date}",
            )
    return None
