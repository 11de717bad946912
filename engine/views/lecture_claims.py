"""The lecture's claims about the shape of word vectors, and all of their verdicts."""

from __future__ import annotations

import math

from engine.encoder import Progress, title_of
from engine.errors import EngineError
from engine.views import VIEWS
from engine.views.claimed import OVERALL, ClaimState, ClaimView
from engine.views.claims import MISSING, ByModel, Verdict, sign_of

# name in links -> view, in the order of the lecture
CLAIMS = {
    "isotropic": "claim-isotropic",
    "random-pairs": "claim-random-pairs",
    "top-layer": "claim-top-layer",
    "all-words": "claim-all-words",
    "top-context": "claim-top-context",
    "closer": "claim-closer",
    "neighbours": "claim-neighbours",
    "narrower": "claim-narrower",
}
NOT_ASKED = "–"
NO_BREAK = "\N{NO-BREAK SPACE}"


def view_of(claim: str) -> ClaimView:
    """The view that tests a claim."""
    found: ClaimView = VIEWS[CLAIMS[claim]]()
    return found


def names() -> dict[str, str]:
    """Short name of every claim, by its name in links."""
    return {claim: view_of(claim).claim.name for claim in CLAIMS}


def verdict(claim: str, state: ClaimState) -> Verdict:
    """The verdict of one claim; tested now unless it was."""
    view = view_of(claim)
    try:
        found = view.show(state).verdict
    except EngineError as error:  # too few words, or weights or lists that are not here
        return Verdict(view.claim, MISSING, str(error))
    assert found is not None
    return found


def are_known(state: ClaimState) -> bool:
    """True if every verdict is there at once."""
    return all(view_of(claim).is_known(state) for claim in CLAIMS)


def settle(state: ClaimState, progress: Progress) -> None:
    """Test every claim that was not yet.

    Args:
        progress: called with (claims tested, of how many); may raise to cancel.
    """
    for number, claim in enumerate(CLAIMS):
        progress(number, len(CLAIMS))
        verdict(claim, state)


def overview(state: ClaimState) -> list[dict[str, str]]:
    """A row a claim: its short name, its verdict, and what decides, by model; what is not tested
    yet has no verdict.
    """
    return [_row(claim, state) for claim in CLAIMS]


def _row(claim: str, state: ClaimState) -> dict[str, str]:
    view = view_of(claim)
    tested = view.is_known(state)
    found = verdict(claim, state) if tested else Verdict(view.claim, MISSING, "")
    by_model = {one.model: one for one in found.by_model}
    overall = by_model.pop(OVERALL, None)
    cells = {model: _cell(one) for model, one in by_model.items()}
    empty = NOT_ASKED if tested else sign_of(MISSING)
    return {
        "Claim": view.claim.name,
        "Verdict": f"{found.sign}{NO_BREAK}{found.word}",
        "What decides": f"{view.measure}, all layers: {overall.effects[0]}"
        if overall
        else view.measure,
        **{title_of(model): cells.get(model, empty) for model in state.named},
    }


def _cell(one: ByModel) -> str:
    """A model's sign and what decides first, with its interval where it has one."""
    effect = one.effects[0]
    told = f"{effect.value:.3g}" if math.isnan(effect.low) else str(effect)
    return f"{sign_of(one.word)}{NO_BREAK}{told}"
