"""The page that a lecturer opens before the class: what is missing, how long things take, what to
do about it.
"""

from __future__ import annotations

import streamlit as st

from engine.cli.checks import Check
from engine.cli.checks.for_class import figures, for_class, n_figures
from engine.encoder import Progress
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.jobs import done

LOOKED, TIMED = "ready_looked", "ready_timed"  # checks, in the session


def show_ready() -> None:
    """The quick checks at a click, the figures' times at another."""
    _part(
        LOOKED,
        "What is here",
        "Lectures, models, recorded runs, fonts, and whether it all works without internet. "
        "Models that are not in memory yet are loaded.",
        "Check",
    )
    _part(
        TIMED,
        "How fast the figures are",
        f"Shows all {n_figures()} figures of the lectures, first slowly, then again. What they "
        "measure is kept as long as this server runs, so do it before the class, not during it.",
        "Time every figure",
    )


def _part(key: str, title: str, about: str, label: str) -> None:
    st.subheader(title, anchor=False)
    st.markdown(about)
    found: list[Check] = st.session_state.setdefault(key, [])
    if st.button(label, key=f"{key} button", disabled=bool(found)):
        st.session_state[f"{key} asked"] = True
    if not st.session_state.get(f"{key} asked"):
        return
    with plain_errors():
        if done(key, title, lambda progress: _collect(key, found, progress), key):
            _tell(found)


def _collect(key: str, found: list[Check], progress: Progress) -> None:
    found.clear()
    for check in for_class() if key == LOOKED else figures():
        found.append(check)
        # How many checks there are is not known before; how many figures is.
        progress(len(found) if key == TIMED else 0, n_figures())


def _tell(found: list[Check]) -> None:
    missing = [check for check in found if not check.ok]
    if missing:
        n_needed = sum(check.needed for check in missing)
        told = f"{len(missing)} to look at" + (f", {n_needed} of them needed" if n_needed else "")
        st.warning(f"**{told}.**", icon=":material/build:")
    else:
        st.success(f"**All {len(found)} are in order.**", icon=":material/check:")
    lines = ["| | What | Found | What to do |", "| --- | --- | --- | --- |"]
    for check in sorted(found, key=lambda check: check.ok):
        mark = (
            "✓\u00a0ready" if check.ok else "✗\u00a0**missing**" if check.needed else "–\u00a0look"
        )
        cells = [check.name, check.found, "" if check.ok else check.mend]
        lines.append("| " + " | ".join([mark, *map(as_markdown_text, cells)]) + " |")
    st.markdown("\n".join(lines))
