"""What pretraining buys: the same small classifier on random and on pretrained vectors."""

import streamlit as st

from engine.views.task_runs import TaskState, recorded_inputs, reference_sizes
from pages._ui.controls import choose
from pages._ui.style import heading, status_line
from pages._ui.view import show_view

heading(
    "What pretraining buys",
    "*A stunning story with a lots of twists and..* Good or bad? One small LSTM learns to judge "
    "film reviews. It starts at random; the word vectors it reads may know a lot already. The "
    "question is how many labelled reviews that knowledge replaces.",
)
titles = recorded_inputs()
found = st.pills(
    "Word vectors",
    list(titles),
    default=list(titles),
    selection_mode="multi",
    key="task_inputs",
    bind="query-params",
    format_func=titles.get,
)
sizes = {str(size): title for size, title in reference_sizes().items()}
matched = "0"
if sizes:
    first = "1000" if "1000" in sizes else ""
    matched = choose(
        "As good as random vectors with", list(sizes), "task_matched", names=sizes, default=first
    )
state = TaskState(tuple(name for name in titles if name in found), int(matched))

st.subheader("How many labels for equal accuracy?", anchor=False)
show_view("task-model", state)

st.subheader("Which parts learn?", anchor=False)
st.markdown(
    "The models as blocks. Frozen blocks were trained on other text and stay as they are; tuned "
    "ones go on learning; random ones know nothing but what the labels tell them."
)
show_view("task-blocks", state)
status_line()
