"""The Lectures page: the list of lectures, and one of them, step by step or whole."""

from __future__ import annotations

import streamlit as st

from engine.errors import EngineError
from engine.lectures import Lecture, Prediction, Step, Text
from engine.lectures.shelf import last_change, lecture_named
from pages._ui.errors import as_markdown_text, plain_errors
from pages._ui.lecture_blocks import show_block
from pages._ui.lecture_file import offer_file
from pages._ui.lecture_links import LECTURE, STEP, WHOLE
from pages._ui.lecture_numbers import numbers_told, where_from
from pages._ui.lecture_player import show_player
from pages._ui.lecture_shelf import show_shelf
from pages._ui.lecture_speaker import is_speaker, show_speaker
from pages._ui.style import is_presenting

CONTENTS = "lecture_contents"
LEAD = (
    "Written for this project, with figures that are alive. You say what you expect first; then "
    "it is measured, here and now, and laid beside your guess."
)


def chosen_lecture() -> Lecture | None:
    """The lecture of the link; none where it names none, or one that cannot be read."""
    slug = st.query_params.get(LECTURE)
    if not slug:
        return None
    try:
        return lecture_named(slug)
    except EngineError as error:
        for line in str(error).splitlines():
            st.warning(as_markdown_text(line), icon=":material/info:")
        return None


def watch_files() -> None:
    """While a lecture is being written (`?writing=true`), show what was saved at once."""
    if st.query_params.get("writing") == "true":
        _rerun_on_change(last_change())


@st.fragment(run_every=1.0)
def _rerun_on_change(seen: int) -> None:
    if last_change() != seen:
        st.rerun()


def about(lecture: Lecture | None) -> tuple[str, str]:
    """Title and lead of the page."""
    if lecture is None:
        return "Lectures", LEAD
    told = f"About {lecture.minutes} minutes · {len(lecture.steps)} steps"
    return as_markdown_text(lecture.title), "" if is_presenting() else told


def show_lecture(lecture: Lecture | None) -> None:
    """The lecture, or the list of all where none is chosen."""
    if lecture is None:
        show_shelf()
        return
    if is_speaker():
        show_speaker(lecture, _step_number(lecture), _go)
        return
    st.session_state[WHOLE] = st.query_params.get(WHOLE) == "true"
    if st.session_state[WHOLE]:
        _bar_of_whole()
        for number, step in enumerate(lecture.steps):
            _show_step(lecture, step, number)
            st.divider()
        offer_file(lecture)
        show_player(lecture, -1)
        return
    number = _step_number(lecture)
    _bar(lecture, number)
    _show_step(lecture, lecture.steps[number], number)
    _onward(lecture, number)
    if not is_presenting():
        offer_file(lecture)


def _go(step: str) -> None:
    st.query_params[STEP] = step


def _go_to_chosen() -> None:
    _go(st.session_state[CONTENTS])


def _to_list() -> None:
    for name in (LECTURE, STEP, WHOLE):
        st.query_params.pop(name, None)
    st.session_state.pop(WHOLE, None)


def _step_number(lecture: Lecture) -> int:
    """Of the link's step; the first where there is no such step."""
    ids = [step.id for step in lecture.steps]
    wanted = st.query_params.get(STEP, "")
    return ids.index(wanted) if wanted in ids else 0


def _bar(lecture: Lecture, number: int) -> None:
    """Where one is, and the ways to go: each by a key too."""
    steps, last = lecture.steps, len(lecture.steps) - 1
    titles = {step.id: f"{n} · {step.title}" for n, step in enumerate(steps, 1)}
    st.session_state[CONTENTS] = steps[number].id
    with st.container(horizontal=True, vertical_alignment="bottom", key="lecture-bar"):
        st.button("First", shortcut="Home", key="first", disabled=number == 0,
                  on_click=_go, args=(steps[0].id,))  # fmt: skip
        st.button("Previous", shortcut="Left", key="previous", disabled=number == 0,
                  on_click=_go, args=(steps[max(number - 1, 0)].id,))  # fmt: skip
        st.selectbox(f"Step {number + 1} of {last + 1}", list(titles), format_func=titles.get,
                     key=CONTENTS, on_change=_go_to_chosen, width=380)  # fmt: skip
        st.button("Next", shortcut="Right", key="next", disabled=number == last,
                  on_click=_go, args=(steps[min(number + 1, last)].id,))  # fmt: skip
        st.button("Last", shortcut="End", key="last", disabled=number == last,
                  on_click=_go, args=(steps[last].id,))  # fmt: skip
        _switches()
        show_player(lecture, number)


def _bar_of_whole() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="lecture-bar"):
        _switches()


def _switches() -> None:
    st.toggle("On one page", key=WHOLE, on_change=_whole_into_link)
    st.button("All lectures", key="all-lectures", type="tertiary", on_click=_to_list)


def _whole_into_link() -> None:
    if st.session_state[WHOLE]:
        st.query_params[WHOLE] = "true"
    else:
        st.query_params.pop(WHOLE, None)


def _show_step(lecture: Lecture, step: Step, number: int) -> None:
    """Title, blocks, and where the numbers of its text come from."""
    place = f"{lecture.slug} {step.id}"
    st.header(as_markdown_text(step.title), anchor=False)
    names = tuple(dict.fromkeys(name for text in _open_texts(step) for name in text.numbers))
    with plain_errors():
        numbers, missing = numbers_told(lecture, names, place)
        if number == 0:
            st.markdown("\n".join(["**You will be able to**", "",
                                   *(f"- {goal.source}" for goal in lecture.goals)]))  # fmt: skip
        for order, block in enumerate(step.blocks):
            show_block(lecture, block, numbers, f"{place} {order}")
        if number == len(lecture.steps) - 1 and lecture.sources:
            st.subheader("Further reading", anchor=False)
            st.markdown("\n".join(f"- {source.source}" for source in lecture.sources))
        where_from(lecture, names, missing)


def _open_texts(step: Step) -> list[Text]:
    """The texts but what follows an answer, whose numbers are measured once it is asked for."""
    later = [block.after for block in step.blocks if isinstance(block, Prediction)]
    return [text for text in step.texts() if not any(text is after for after in later)]


def _onward(lecture: Lecture, number: int) -> None:
    if number + 1 < len(lecture.steps):
        step = lecture.steps[number + 1]
        st.button(
            f"Next: {as_markdown_text(step.title)}", key="onward", type="primary",
            shortcut="Space", on_click=_go, args=(step.id,),
        )  # fmt: skip
