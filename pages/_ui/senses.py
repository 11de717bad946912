"""The Senses part of the Polysemy page: with labels, without, and every occurrence on its way."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.views.sense_groups import SenseGroupsState
from engine.views.sense_groups_told import MEASURES as GROUPED
from engine.views.sense_paths import COLOURS, LABELS, SensePathsState
from engine.views.senses import SensesState
from engine.views.senses_drawn import MEASURES
from pages._ui.controls import choose, choose_models, choose_one_of, choose_state, toolbar
from pages._ui.own_text import choose_layer
from pages._ui.polysemy import contextual_here
from pages._ui.sense_set import choose_sentences
from pages._ui.view import show_view

READ = "path_read"
ITS_TURN = "Comes as soon as what stands above is there."


def show_senses() -> None:
    """All of the part; a sentence alone, where there is nothing to look at. One figure is computed
    after the other, so that the first is there soon.
    """
    chosen = choose_sentences()
    if chosen is None:
        return
    question: dict[str, Any] = {"word": chosen.word, "text": chosen.text, "exact": chosen.exact}
    with toolbar():
        models = choose_models("pair_models", twins=True)
        question["state"] = choose_state("sense_state")
    is_there = not chosen.labelled or _separation(models, question)
    is_there = _groups(models, question, labelled=chosen.labelled, its_turn=is_there)
    # The bundled sentences have been read before.
    _ways(question, labelled=chosen.labelled, its_turn=is_there or not chosen.text)


def _separation(models: tuple[str, ...], question: dict[str, Any]) -> bool:
    st.subheader("Are the senses told apart?", anchor=False)
    st.markdown(
        "How often is a pair of the same sense closer than a pair of different senses? 0.5 means "
        "not at all. A model without context must score exactly 0.5."
    )
    measure = choose("Measure", list(MEASURES), "sense_measure", names=MEASURES)
    return show_view("senses", SensesState(models=models, measure_name=measure, **question))


def _groups(
    models: tuple[str, ...], question: dict[str, Any], *, labelled: bool, its_turn: bool
) -> bool:
    heading = (
        "And if nobody had written the senses down?" if labelled else "Which groups are there?"
    )
    st.subheader(heading, anchor=False)
    st.markdown(
        "The occurrences are put into groups by their vectors alone. Clear groups are not yet "
        "senses: at the input of a transformer they are places in the sentence. So it is asked "
        "whether the sentences of a group have the same words around."
    )
    names = {name: told for name, told in GROUPED.items() if labelled or name != "agreement"}
    measure = choose("Measure of the groups", list(names), "group_measure", names=names)
    if not its_turn:
        st.caption(ITS_TURN)
        return False
    state = SenseGroupsState(models=models, measure_name=measure, **question)
    return show_view("sense-groups", state)


def _ways(question: dict[str, Any], *, labelled: bool, its_turn: bool) -> None:
    st.subheader("Every occurrence, on its way through the layers", anchor=False)
    with toolbar():
        model = choose_one_of(contextual_here(), "path_model")
        names = {name: told for name, told in COLOURS.items() if labelled or name != LABELS}
        colours = choose("Colours", list(names), "path_colours", names=names)
    with toolbar():
        layer = choose_layer(model, "path_layer")
        read = st.number_input(
            "Read occurrence", 0, step=1, key=READ, bind="query-params", width=150,
            help="Its number, or click it in the picture; 0 = none.",
        )  # fmt: skip
    if not its_turn:
        st.caption(ITS_TURN)
        return
    show_view(
        "sense-paths",
        SensePathsState(model=model, layer=layer, colours=colours, read=read, **question),
        picked=_read,
    )


def _read(carried: list[Any]) -> None:
    """Read the occurrence whose mark was clicked: it carries its number."""
    (st.session_state[READ],) = carried
