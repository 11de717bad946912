"""A report as JSON."""

from __future__ import annotations

import json
import math
from typing import Any


def to_json(report: dict[str, Any]) -> str:
    """One JSON document; NaN and infinities, which JSON lacks, become null."""
    return json.dumps(without_nan(report), indent=2, allow_nan=False)


def without_nan(value: Any) -> Any:
    """The same record with None for every float that is no number.

    >>> without_nan({"a": [float("nan"), 1.5]})
    {'a': [None, 1.5]}
    """
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
