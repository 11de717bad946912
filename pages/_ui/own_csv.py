"""A visitor's own labelled texts: an uploaded CSV file, checked row by row, previewed, and kept
under a name that a run can be started with.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engine.corpora.labelled_csv import CsvReading, Limits, read_labelled_csv
from engine.corpora.own_texts import keep
from pages._ui.errors import as_markdown_text

LISTED = 8  # faults on the page

LIMITS = Limits(n_bytes=5_000_000)


def own_csv() -> str:
    """The name of the uploaded texts; "" while there are none that can be used."""
    file = st.file_uploader(
        f"A CSV file with the columns text and label, up to {LIMITS.n_bytes / 1e6:.0f} MB",
        type=["csv", "tsv", "txt"], key="own_csv",
    )  # fmt: skip
    if file is None:
        return ""
    leave_out = st.toggle("Leave rows with faults out", key="own_csv_leave_out")
    reading = read_labelled_csv(file.getvalue(), name=file.name, leave_out=leave_out, limits=LIMITS)
    _tell(reading)
    if reading.texts is None:
        return ""
    st.caption(
        "The texts are kept in the app's folder on this server, so that a run can go on with them "
        "after a restart."
    )
    return keep(reading.texts)


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
