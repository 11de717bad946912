"""The script behind app.py: navigation over the pages of this folder's parent, one file each."""

from pathlib import Path

import streamlit as st

from pages._ui.room import room_bar
from pages._ui.style import page_style, page_title

PAGES = Path(__file__).parents[1]
ICON = PAGES.parent / "assets" / "images" / "icon.svg"

st.set_page_config(page_title="Conescope", page_icon=ICON, layout="wide")
files = sorted(PAGES.glob("[0-9]*.py"))
page = st.navigation(
    [st.Page(file, title=page_title(file), url_path=page_title(file).lower().replace(" ", "-"),
             default=file is files[0]) for file in files],
    position="top",
)  # fmt: skip
page_style()
room_bar()
page.run()
