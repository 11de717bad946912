"""The claims about ULMFiT, each with the view that tests it, and all of their verdicts."""

from __future__ import annotations

from typing import Any

from engine.encoder import Progress
from engine.errors import EngineError
from engine.runs import recorded
from engine.training.layer_probes.results import PATH as LAYERS
from engine.training.low_shot.results import PATH as LOW_SHOT
from engine.views import (
    VIEWS,
    claim_layers,
    claim_low_shot,
    claim_one_rate,
    claim_tricks,
    target_text,
)
from engine.views.claims import MISSING, Claim, Verdict
from engine.views.kept import Kept

# name in links -> claim, view, state
CLAIMS: dict[str, tuple[Claim, str, Any]] = {
    "distribution": (target_text.CLAIM, "target-text", target_text.TargetTextState()),
    "one-rate": (claim_one_rate.CLAIM, "claim-one-rate", claim_one_rate.OneRateState()),
    "layers": (claim_layers.CLAIM, "claim-layers", claim_layers.LayersState()),
    **{
        name: (trick.claim, "claim-trick", claim_tricks.TrickState(name))
        for name, trick in claim_tricks.TRICKS.items()
    },
    "low-shot": (claim_low_shot.CLAIM, "claim-low-shot", claim_low_shot.LowShotClaimState()),
}

_kept = Kept(max_bytes=2)


def verdicts(progress: Progress | None = None) -> dict[str, Verdict]:
    """The verdict of every claim, by its name; computed once for what is recorded now.

    Args:
        progress: called with (claims tested, of how many); may raise to cancel.
    """
    return _kept.get(_recorded_now(), lambda: _tested(progress), lambda _: 1)


def are_known() -> bool:
    """True if `verdicts` answers at once."""
    return _kept.has(_recorded_now())


def _recorded_now() -> tuple[tuple[str, int], ...]:
    paths = [*sorted(recorded.FOLDER.glob(f"*{recorded.SUFFIX}")), LAYERS, LOW_SHOT]
    return tuple((path.name, path.stat().st_mtime_ns) for path in paths if path.is_file())


def _tested(progress: Progress | None) -> dict[str, Verdict]:
    found = {}
    for number, (name, (claim, view, state)) in enumerate(CLAIMS.items()):
        if progress:
            progress(number, len(CLAIMS))
        try:
            found[name] = VIEWS[view]().show(state).verdict
        except EngineError as error:  # texts or weights that are not on this machine
            found[name] = Verdict(claim, MISSING, str(error))
    return found
