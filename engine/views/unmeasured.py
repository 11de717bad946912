"""What a view of a claim shows while nothing is measured: the claim, and how to measure it."""

from __future__ import annotations

import pandas as pd

from engine.views import Shown
from engine.views.claims import MISSING, Claim, Verdict


def unmeasured(claim: Claim, why: str) -> Shown:
    """No figure, and the sentence that says what is missing and which command brings it."""
    return Shown(
        figure=None, table=pd.DataFrame(), caption="", notice=why,
        verdict=Verdict(claim, MISSING, why),
    )  # fmt: skip
