"""The viewer's part of a page's link: layer, layout, colour, selection and camera."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

LINKED = ("layer", "layout", "color_by", "selected", "camera", "flat")


def view_from_link() -> dict[str, Any]:
    """The viewer's part of the link; what cannot be read is ignored."""
    found: dict[str, Any] = {}
    params = st.query_params
    for name in ("layer", "selected"):
        if re.fullmatch(r"[0-9]{1,9}", params.get(name, "")):
            found[name] = int(params[name])
    found |= {name: params[name] for name in ("layout", "color_by") if name in params}
    if params.get("flat") == "true":
        found["flat"] = True
    numbers = params.get("camera", "").split(",")
    if len(numbers) in (3, 6) and all(re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]*)?", n) for n in numbers):
        theta, phi, distance, *target = map(float, numbers)
        found["camera"] = {"theta": theta, "phi": phi, "distance": distance}
        found["camera"]["target"] = target or [0, 0, 0]
    return found


def view_into_link(view: dict[str, Any] | None) -> None:
    """Write what the reader made of the viewer into the page's link."""
    if not view:
        return
    for name in LINKED:
        value = view.get(name)
        if name == "camera" and value:
            numbers = [value["theta"], value["phi"], value["distance"], *value.get("target", [])]
            st.query_params[name] = ",".join(f"{number:.3f}" for number in numbers)
        elif value is None or value is False:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = "true" if value is True else str(value)
