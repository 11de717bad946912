"""A visitor's own labelled texts: an uploaded CSV file, checked row by row, previewed, and kept
under a name that a run can be started with.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from engine.corpora.labelled_csv import (
    CsvReading,
    Limits,
    read_labelled_csv,
    unnamed_columns,
)
from engine.corpora.own_texts import keep
from pages._ui.controls import CONTROL_WIDTH, toolbar
from pages._ui.errors import as_markdown_text

LISTED = 8  # faults on the page
LIMITS = Limits(n_bytes=5_000_000)
FILE, READ = "own_csv", "own csv that was read"


@dataclass(frozen=True)
class _Read:
    """A file as it was read last, so that another control does not have it read again."""

    asked: tuple[object, ...]  # which file, and how
    reading: CsvReading
    kept_as: str  # "" where it cannot be used


def own_csv() -> str:
    """The name of the uploaded texts; "" while there are none that can be used."""
    file = st.file_uploader(
        f"A CSV file with the columns text and label, up to {LIMITS.n_bytes / 1e6:.0f} MB",
        type=["csv", "tsv", "txt"], key=FILE, on_change=_forget,
    )  # fmt: skip
    last: _Read | None = st.session_state.get(READ)
    if file is None:
        if last and last.kept_as:  # another part of the page was shown meanwhile
            st.caption(as_markdown_text(f"{last.reading.name} is still here, as it was read."))
        return last.kept_as if last else ""
    columns = _columns(file.getvalue(), file.name)
    leave_out = st.toggle("Leave rows with faults out", key="own_csv_leave_out")
    asked = (file.file_id, columns, leave_out)
    if last is None or last.asked != asked:
        reading = read_labelled_csv(
            file.getvalue(), name=file.name, columns=columns, leave_out=leave_out, limits=LIMITS
        )
        last = _Read(asked, reading, keep(reading.texts) if reading.texts else "")
        st.session_state[READ] = last
    _tell(last.reading)
    if last.kept_as:
        st.caption(
            "The texts are kept in the app's folder on this server, so that a run can go on with "
            "them after a restart."
        )
    return last.kept_as


def _forget() -> None:
    st.session_state.pop(READ, None)


def _columns(content: bytes, name: str) -> tuple[str, str] | None:
    """The columns of text and label where the first row does not call them so; None where it does,
    and where nobody can say.
    """
    header = unnamed_columns(content, name, LIMITS)
    if len(header) < 2:
        return None
    st.caption(
        "The first row, which is taken for the names of the columns, calls none of them text and "
        "label. Which ones are they?"
    )
    chosen = []
    with toolbar():
        for of in ("texts", "labels"):
            chosen.append(
                st.selectbox(f"Column of the {of}", header, None, key=f"{of} {header}",
                             placeholder="Choose a column", width=CONTROL_WIDTH)
            )  # fmt: skip
    return (chosen[0], chosen[1]) if all(chosen) else None


def _tell(reading: CsvReading) -> None:
    """What the file holds, and what is wrong with it, row by row."""
    if reading.preview:
        counts = ", ".join(f"{label} {count:,}" for label, count in reading.label_counts)
        st.caption(as_markdown_text(f"{reading.n_rows:,} rows; {counts}. The first ones:"))
        table = pd.DataFrame(reading.preview, columns=["text", "label"])
        st.dataframe(table, hide_index=True, key="rows own csv", height=180)
    if reading.faults:
        more = reading.n_faults - LISTED
        lines = [as_markdown_text(str(fault)) for fault in reading.faults[:LISTED]]
        lines += [f"and {more:,} more"] if more > 0 else []
        listed = "".join(f"\n- {line}" for line in lines)
        used = "are left out" if reading.texts else "cannot be used as it is"
        subject = "These rows" if reading.texts else as_markdown_text(reading.name)
        st.warning(f"{subject} {used}:\n{listed}", icon=":material/info:")
