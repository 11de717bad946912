"""ULMFiT: a language model is pretrained, fine-tuned and becomes a classifier, step by step."""

import streamlit as st

from pages._ui.cockpit import show_cockpit
from pages._ui.errors import plain_errors
from pages._ui.new_run import new_run
from pages._ui.run_list import choose_run, run_list
from pages._ui.serving import get_ready
from pages._ui.style import heading, status_line

heading(
    "ULMFiT",
    "A language model learns a language from any text, then the words of the texts to judge, and "
    "at last to judge them, from few labels. Watch the locks open and the rates fall, batch by "
    "batch, in a recorded run or in your own.",
)
with plain_errors(then_stop=True):
    get_ready()
    shown = choose_run()
with st.expander("Start a live run", expanded=not shown):
    new_run()
if shown:
    show_cockpit(shown)

st.subheader("Your runs", anchor=False)
run_list()
status_line(
    "A run's settings, its prompt included, and what it learns are kept on this server until you "
    "delete the run. Whoever has its link can watch it."
)
