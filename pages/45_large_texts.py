"""Large texts: a text of any length, measured while one watches the intervals narrow."""

import streamlit as st

from pages._ui.errors import plain_errors
from pages._ui.large_text import choose_text_run, show_text_run, text_run_list
from pages._ui.new_text import new_text_form
from pages._ui.serving import get_ready
from pages._ui.style import heading, status_line

heading(
    "Large texts",
    "How alike are any two words of a whole encyclopaedia? The text streams through the model a "
    "piece at a time, no pair of its words is left to chance, and the interval about each layer's "
    "mean cosine narrows while you watch. Pause it, close the page, come back.",
)
with plain_errors(then_stop=True):
    get_ready()
    run = choose_text_run()
new_text_form(is_open=not run)
if run:
    show_text_run(run)
st.subheader("Your texts", anchor=False)
text_run_list()
status_line(
    "A run, its sums and a file that you upload are kept on this server until you delete the run. "
    "Whoever has its link can watch it."
)
