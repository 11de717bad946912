"""Lectures: every fault has a line, every answer is measured, every figure leads to its lab."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors

from engine.cli.program import main
from engine.errors import EngineError, LectureError, UnknownName
from engine.lectures import Claim, Figure, Notes, Prediction, Prose, Quiz, Solution
from engine.lectures.answers import answer_of, off_told, told, value_of
from engine.lectures.deck import steps_showing
from engine.lectures.measuring import faults_of, values_of
from engine.lectures.quoted import Number
from engine.lectures.reader import read_lecture
from engine.lectures.shelf import FOLDER, files, lecture_named, lecture_of, shelf
from engine.views import VIEWS, Shown, analogies, state_to_params, static_neighbours, word_table

FRONT = """---
title: A title
order: 1
minutes: 5
goals: [Know it]
sources: [Someone (2000)]
numbers:
  top: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, highest: mean cosine}
  where: {view: anisotropy, column: layer, row: {model: MiniLM}, highest: mean cosine}
  low: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, lowest: mean cosine}
---

:::step First
id: first
:::
"""
N_FRONT = len(FRONT.splitlines())


def written(tmp_path: Path, body: str, front: str = FRONT) -> Path:
    path = tmp_path / "01_a_lecture.md"
    path.write_text(front + body, encoding="utf8")
    return path


def fault(tmp_path: Path, body: str, front: str = FRONT) -> str:
    with pytest.raises(LectureError) as caught:
        read_lecture(written(tmp_path, body, front))
    return str(caught.value)


# --- the format -------------------------------------------------------------------------------

EVERYTHING = """
Text with {number}`top` in it.

:::figure anisotropy
state: {models: [minilm, glove], min_frequency: 2}
vary:
  unit: [occurrences, types]
:::

:::claim claim-top-layer
:::

:::notes
- say `this`
:::

Last words.

:::step Second
id: second
covers: [one thing]
:::

:::predict
question: Which layer?
answer: where
options:
  - {text: the top, is: "6"}
  - {text: another one}
figure: cone
after: It is {number}`top`.
:::

:::quiz
question: Right?
choices:
  - {text: "Yes", right: true, why: It is.}
  - {text: "No", why: It is not.}
:::

:::solution Why
Because.
:::
"""


def test_a_file_becomes_steps_and_blocks_in_order(tmp_path):
    lecture = read_lecture(written(tmp_path, EVERYTHING))
    assert (lecture.slug, lecture.title, lecture.minutes) == ("a-lecture", "A title", 5)
    first, second = lecture.steps
    assert [type(block) for block in first.blocks] == [Prose, Figure, Claim, Notes, Prose]
    assert [type(block) for block in second.blocks] == [Prediction, Quiz, Solution]
    assert (second.id, second.title, second.covers) == ("second", "Second", ("one thing",))
    assert first.blocks[-1].text.source == "Last words."
    text, figure = first.blocks[0].text, first.blocks[1]
    assert text.numbers == ("top",)
    assert text.told({"top": "0.5"}) == "Text with 0.5 in it."
    assert figure.state.models == ("minilm", "glove")
    assert figure.state.min_frequency == 2
    assert figure.vary[0].values == ("occurrences", "types")
    assert [figure.view for figure in lecture.figures()] == [
        "anisotropy", "claim-top-layer", "cone",
    ]  # fmt: skip


def test_markup_in_a_lecture_stays_text(tmp_path):
    lecture = read_lecture(written(tmp_path, "\n<script>alert(1)</script> & {x}\n"))
    (prose,) = lecture.steps[0].blocks
    assert prose.text.source == "<script>alert(1)</script> & {x}"


def test_a_directive_in_a_code_block_is_code(tmp_path):
    body = "\n```\n:::figure nonsense\n:::\n```\n"
    (prose,) = read_lecture(written(tmp_path, body)).steps[0].blocks
    assert ":::figure nonsense" in prose.text.source


FAULTS = {
    "no such view": (":::figure nonsense\n:::", 1, "Unknown view 'nonsense'"),
    "no view": (":::figure\n:::", 1, "The name of a view is missing"),
    "no such field": (":::figure cone\nstate: {modle: minilm}\n:::", 2, "has no 'modle'"),
    "no such value": (":::figure cone\nstate: {seed: many}\n:::", 2, "cannot be in the state"),
    "vary nothing": (":::figure cone\nvary: {unit: [types]}\n:::", 2, "at least two values"),
    "vary nonsense": (":::figure cone\nvary: {seed: [1, x]}\n:::", 2, "cannot be in the state"),
    "given and varied": (
        ":::figure cone\nstate: {seed: 1}\nvary: {seed: [1, 2]}\n:::", 3, "`state` does not give",
    ),
    "foreign field": (":::figure cone\nstat: {}\n:::", 2, "'stat' does not belong here"),
    "twice": (":::figure cone\nstate: {}\nstate: {}\n:::", 3, "stands here twice"),
    "no yaml": (":::figure cone\nstate: {]\n:::", 2, "This is no YAML"),
    "no fields": (":::figure cone\nhello\n:::", 2, "Here fields are expected"),
    "no verdict": (":::claim cone\n:::", 1, "tests no claim"),
    "no directive": (":::figrue cone\n:::", 1, "There is no directive 'figrue'"),
    "not closed": (":::notes\nhello", 1, "never closed"),
    "no number": ("\nA line.\nIt is {number}`tpo`.", 2, "There is no number 'tpo'"),
    "no role": ("It is {numbr}`top`.", 1, "There is no role 'numbr'"),
    "no id": (":::step Second\n:::", 2, "'id' is missing"),
    "bad id": (":::step Second\nid: Not this\n:::", 2, "is no id"),
    "same id": (":::step Second\nid: first\n:::", 1, "Two steps have the id 'first'"),
    "no title": (":::step\nid: second\n:::", 1, "title of the step is missing"),
    "no answer": (
        ":::predict\nquestion: Q\noptions: [{text: a, is: a}, {text: b}]\n:::", 1,
        "`answer` is missing",
    ),
    "unknown answer": (
        ":::predict\nquestion: Q\nanswer: tpo\nguess: {from: 0, to: 1, step: 0.1}\n:::", 1,
        "There is no number 'tpo'",
    ),
    "no way to answer": (":::predict\nquestion: Q\nanswer: top\n:::", 1, "either `guess` or"),
    "bad scale": (
        ":::predict\nquestion: Q\nanswer: top\nguess: {from: 1, to: 0, step: 0.1}\n:::", 4,
        "runs `from` a number",
    ),
    "curve and number": (
        ":::predict\nquestion: Q\nanswer: top\ndraw: {from: 0, to: 1, step: 0.1}\n:::", 1,
        "'top' has no `by`",
    ),
    "two orders": (
        ":::predict\nquestion: Q\nright: highest\norder: falling\n"
        "options: [{text: a, number: top}, {text: b, number: low}]\n:::", 1, "`order: falling` or",
    ),
    "order of nothing": (
        ":::predict\nquestion: Q\norder: falling\nanswer: top\n"
        "options: [{text: a, up_to: 1}, {text: b}]\n:::", 1, "`number` each",
    ),
    "falling bounds": (
        ":::predict\nquestion: Q\nanswer: top\n"
        "options: [{text: a, up_to: 2}, {text: b, up_to: 1}]\n:::", 1, "rising `up_to`",
    ),
    "compared with nothing": (
        ":::predict\nquestion: Q\nright: highest\n"
        "options: [{text: a, number: top}, {text: b}]\n:::", 1, "`number` each",
    ),
    "two right": (
        ":::quiz\nquestion: Q\nchoices: [{text: a, right: true, why: w}, "
        "{text: b, right: true, why: w}]\n:::", 1, "exactly one is right",
    ),
    "no why": (
        ":::quiz\nquestion: Q\nchoices: [{text: a, right: true}, {text: b, why: w}]\n:::", 3,
        "needs a `text` and a `why`",
    ),
    "formula that goes on": ("A line.\n\n$$x = y", 3, "two lines `$$` that hold nothing else"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_file_and_line(tmp_path, name):
    body, line, sentence = FAULTS[name]
    message = fault(tmp_path, body + "\n")
    assert sentence in message
    assert message.startswith(f"{tmp_path / '01_a_lecture.md'}:{N_FRONT + line}: ")
    assert len(message.splitlines()) == 1


FRONT_FAULTS = {
    "title: A title": ("", 2, "'title' is missing"),
    "order: 1": ("order: first", 3, "'order' must be a whole number"),
    "goals: [Know it]": ("goals: Know it", 5, "'goals' must be a list"),
    "view: anisotropy, column: layer": ("column: layer", 9, "needs a 'view'"),
    "{view: anisotropy, column: layer,": ("{view: anistropy, column: layer,", 9, "Unknown view"),
    "column: layer, row: {model: MiniLM}": (
        'column: layer, format: ".2z", row: {model: MiniLM}', 9, "is no format",
    ),
    "column: layer, row": ("column: layer, by: n, row", 9, "is a curve (`by`)"),
    "column: layer,": ("column: verdict,", 9, "is a verdict, which has no row"),
    "column: layer, row: {model: MiniLM},": ("column: layer, lowest: n,", 9, "cannot be highest"),
}  # fmt: skip


@pytest.mark.parametrize("old", FRONT_FAULTS)
def test_a_fault_in_the_front_matter_is_named_with_its_line(tmp_path, old):
    new, line, sentence = FRONT_FAULTS[old]
    assert old in FRONT
    message = fault(tmp_path, "", FRONT.replace(old, new))
    assert f"{sentence}" in message
    assert f"01_a_lecture.md:{line}: " in message


def test_a_file_that_is_no_lecture_is_told_in_a_sentence(tmp_path):
    assert ":1: Front matter between two lines" in fault(tmp_path, "hello", "")
    path = tmp_path / "02_bytes.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LectureError, match=r"02_bytes.md:1: The file is not text"):
        read_lecture(path)
    before = FRONT.replace(":::step First\nid: first\n:::\n", "hello\n")
    assert "Text stands before the first step" in fault(tmp_path, "", before)


def test_all_faults_are_told_at_once(tmp_path):
    message = fault(tmp_path, ":::figure nonsense\n:::\n\n{number}`tpo`\n\n:::claim cone\n:::\n")
    assert [int(line.split(":")[1]) - N_FRONT for line in message.splitlines()] == [1, 4, 6]


def test_a_lecture_is_read_anew_when_its_file_changes(tmp_path):
    path = written(tmp_path, "Old.\n")
    assert lecture_of(path) is lecture_of(path)
    path.write_text(FRONT.replace("A title", "Another") + "New.\n", encoding="utf8")
    assert lecture_of(path).title == "Another"
    (tmp_path / "02_broken.md").write_text("hello")
    lectures, errors = shelf(tmp_path)
    assert [lecture.title for lecture in lectures] == ["Another"]
    assert "02_broken.md:1:" in str(errors[0])
    assert lecture_named("a-lecture", tmp_path).title == "Another"
    with pytest.raises(UnknownName, match="Known: a-lecture, broken"):
        lecture_named("../etc", tmp_path)


# --- numbers and answers ----------------------------------------------------------------------

TABLE = pd.DataFrame(
    {"model": ["M", "M", "G"], "layer": ["0", "1", "0"], "mean cosine": [0.25, 0.75, 0.5]}
)


@pytest.fixture
def lecture(tmp_path):
    return read_lecture(written(tmp_path, EVERYTHING))


def shown(table: pd.DataFrame) -> Shown:
    return Shown(None, table, "caption", "notice")


def test_a_number_is_the_cell_that_row_and_column_name(lecture):
    number = replace(lecture.numbers["top"], row=(("model", "M"),))
    assert value_of(number, shown(TABLE)) == 0.75
    assert value_of(replace(number, pick=("lowest", "mean cosine")), shown(TABLE)) == 0.25
    assert value_of(replace(number, column="layer"), shown(TABLE)) == "1"
    one = replace(number, row=(("model", "M"), ("layer", "0")), pick=None)
    assert value_of(one, shown(TABLE)) == 0.25
    assert told(replace(one, form=".0%"), 0.25) == "25%"
    with pytest.raises(EngineError, match="no column 'cosine'"):
        value_of(replace(number, column="cosine"), shown(TABLE))
    with pytest.raises(EngineError, match="2 rows"):
        value_of(replace(number, pick=None), shown(TABLE))
    with pytest.raises(EngineError, match="0 rows"):
        value_of(replace(number, row=(("model", "X"),)), shown(TABLE))
    with pytest.raises(EngineError, match="has no verdict"):
        value_of(replace(number, column="verdict"), shown(TABLE))


def test_the_answer_follows_the_numbers(lecture):
    (asked,) = lecture.blocks(Prediction)
    assert answer_of(asked, lecture.numbers, {"where": "6 · top"}).option == 0
    assert answer_of(asked, lecture.numbers, {"where": "2"}).option == 1
    bounds = [replace(one, says="", up_to=up_to) for one, up_to in
              zip(asked.options, (0.1, 0.2), strict=True)]  # fmt: skip
    asked = replace(asked, answer="top", options=tuple(bounds))
    found = [answer_of(asked, lecture.numbers, {"top": x}).option for x in (0.1, 0.15, 0.3)]
    assert found == [0, 1, None]
    compared = tuple(replace(one, says="", number=name) for one, name in
                     zip(asked.options, ("top", "low"), strict=True))  # fmt: skip
    asked = replace(asked, answer="", extreme="lowest", options=compared)
    assert answer_of(asked, lecture.numbers, {"top": 2.0, "low": 1.0}).option == 1
    assert answer_of(asked, lecture.numbers, {"top": 1.0, "low": 2.0}).option == 0


def test_a_curve_is_the_column_at_all_rows(lecture):
    number = replace(lecture.numbers["top"], row=(("model", "M"),), pick=None, by="layer")
    curve = value_of(number, shown(TABLE))
    assert curve == (("0", 0.25), ("1", 0.75))
    assert told(replace(number, form=".1f"), curve) == "0: 0.2; 1: 0.8"
    with pytest.raises(EngineError, match="no column 'depth'"):
        value_of(replace(number, by="depth"), shown(TABLE))
    with pytest.raises(EngineError, match="1 rows"):
        value_of(replace(number, row=(("model", "G"),)), shown(TABLE))


@pytest.mark.parametrize(
    ("form", "value", "off", "told"),
    [
        (",.0f", 1480.2, 219.8, "220"),
        (",.0f", 14_803.0, 12_803.4, "12,803"),
        (".2f", 0.2284, 0.0016, "0.00"),
        ("+.3f", 0.0123, 0.4877, "0.488"),
        (".3g", 17.6, 3.6, "3.6"),
        (".3g", 2.5e6, 1.2e6, "1.2e+06"),
        ("", 3.0, 2.0, "2"),
        ("z.1%", 0.995, 0.245, "24.5 points"),
    ],
)
def test_a_guess_is_off_by_as_many_decimals_as_the_answer_has(form, value, off, told):
    number = Number("n", "view", None, "column", form=form)
    assert off_told(number, off, value) == told


def test_an_order_is_by_the_options_numbers(lecture):
    (asked,) = lecture.blocks(Prediction)
    options = tuple(
        replace(asked.options[0], says="", number=name) for name in ("where", "top", "low")
    )
    values = {"where": 2.0, "top": 3.0, "low": 1.0}
    falling = replace(asked, answer="", order="falling", options=options)
    assert answer_of(falling, lecture.numbers, values).order == (1, 0, 2)
    assert answer_of(replace(falling, order="rising"), lecture.numbers, values).order == (2, 0, 1)


def test_the_deck_map_names_the_steps_that_show_a_view_or_are_answered_by_it(tmp_path):
    lecture = lecture_of(written(tmp_path, EVERYTHING))
    found = {
        view: [(place.lecture, place.step, place.number) for place in steps_showing(view, tmp_path)]
        for view in ("anisotropy", "cone", "claim-top-layer", "senses")
    }
    assert found == {
        "anisotropy": [(lecture, "first", 1), (lecture, "second", 2)],
        "cone": [(lecture, "second", 2)],
        "claim-top-layer": [(lecture, "first", 1)],
        "senses": [],
    }


# --- the lectures that ship -------------------------------------------------------------------

SHIPPED = [path.name for path in files()]


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request):
    return lecture_of(FOLDER / request.param)


def test_a_shipped_lecture_has_what_a_lecture_needs(shipped):
    assert 15 <= shipped.minutes <= 25
    assert len(shipped.figures()) >= 6
    assert len(shipped.blocks(Prediction)) >= 3
    assert shipped.blocks(Quiz)
    assert shipped.blocks(Solution)
    assert shipped.blocks(Notes)
    assert shipped.goals
    assert all(re.search(r"\d{4}|CoarseWSD-20", source.source) for source in shipped.sources)
    assert shipped.steps[-1].id == "summary"


def test_every_number_is_used_and_none_is_given_away_before_it_is_asked(shipped):
    quoted = {name for step in shipped.steps for text in step.texts() for name in text.numbers}
    asked = {name for one in shipped.blocks(Prediction) for name in one.numbers}
    assert set(shipped.numbers) == quoted | asked
    before: set[str] = set()
    for step in shipped.steps:
        later = {id(one.after) for one in step.blocks if isinstance(one, Prediction)}
        open_ = {n for text in step.texts() if id(text) not in later for n in text.numbers}
        for one in step.blocks:
            if isinstance(one, Prediction):
                assert not set(one.numbers) & (before | open_), (step.id, one.line)
        before |= open_


@pytest.mark.slow
def test_every_number_and_answer_of_a_shipped_lecture_can_be_measured(shipped):
    assert faults_of(shipped) == []


@pytest.mark.slow
def test_answers_of_a_shipped_lecture_come_from_its_views(shipped, monkeypatch):
    """Every view turned upside down: the highest becomes the lowest, and answers change."""
    chosen = [one for one in shipped.blocks(Prediction) if one.options
              and not shipped.numbers[one.numbers[0]].view.startswith("claim-")]  # fmt: skip
    names = {name for one in chosen for name in one.numbers}
    lecture = replace(shipped, numbers={name: shipped.numbers[name] for name in names})
    before, _ = values_of(lecture)
    for view in {number.view for number in lecture.numbers.values()}:
        kind = VIEWS[view]
        asked = [number for number in lecture.numbers.values() if number.view == view]

        def upside_down(self, state, show=kind.show, asked=asked):
            found = show(self, state)
            table, of_state = found.table.copy(), [one for one in asked if one.state == state]
            places = {"batch", "occurrence", *(name for one in of_state for name, _ in one.row)}
            words = {one.column for one in of_state if not one.pick} - places
            numeric = [c for c in table.select_dtypes("number") if c not in places]
            table[numeric] = -table[numeric]
            for column in words & set(table.select_dtypes(exclude="number")):
                table[column] = table[column].str[::-1]
            return replace(found, table=table)

        monkeypatch.setattr(kind, "show", upside_down)
    after, _ = values_of(lecture)
    for one in chosen:
        was, now = (answer_of(one, lecture.numbers, values) for values in (before, after))
        assert (was.order if one.order else was.option) not in (None, ())
        assert was.told != now.told
        if one.order:
            assert was.order != now.order
        if one.extreme:
            assert was.option != now.option


def test_another_table_of_words_gives_other_answers(monkeypatch):
    """The first lecture over a model in which its surprises do not happen."""
    lecture = lecture_named("one-vector-per-word")
    asked = [one for one in lecture.blocks(Prediction)
             if {lecture.numbers[name].view for name in one.numbers}
             <= {"analogies", "static-neighbours"}]  # fmt: skip
    assert len(asked) >= 3
    names = {name for one in asked for name in one.numbers}
    lecture = replace(lecture, numbers={name: lecture.numbers[name] for name in names})
    before, _ = values_of(lecture)

    man, woman, royal, hot, water = np.eye(5)
    rows = {
        "man": man, "woman": woman, "king": man + royal, "queen": woman + royal,
        "hot": hot, "warm": hot + 0.1 * man, "cold": hot + royal,
        "bank": water, "river": water + 0.1 * man, "money": royal - hot,
    }  # fmt: skip
    table = KeyedVectors(5)
    table.add_vectors(list(rows), np.stack(list(rows.values())))
    for module in (word_table, analogies, static_neighbours):
        monkeypatch.setattr(module, "word_table", lambda model: table)
    after, missing = values_of(lecture)
    assert not missing
    right = {}
    for one in asked:
        was, now = (answer_of(one, lecture.numbers, values) for values in (before, after))
        assert was.option != now.option
        right[now.told] = one.options[now.option].text.source
    assert right["queen"] == "queen"


def test_a_figures_state_survives_its_link(shipped):
    for figure in shipped.figures():
        kind = VIEWS[figure.view].State
        assert isinstance(figure.state, kind)
        assert all(isinstance(value, str) for value in state_to_params(figure.state).values())


# --- the command ------------------------------------------------------------------------------


def test_check_says_what_is_wrong_and_where(tmp_path, capsys):
    path = written(tmp_path, ":::figure nonsense\n:::\n")
    assert main(["lecture", "check", str(path)]) == 1
    assert f"01_a_lecture.md:{N_FRONT + 1}: Unknown view" in capsys.readouterr().err
    assert main(["lecture", "check"]) == 0
    assert capsys.readouterr().out.count("nothing is wrong") == len(SHIPPED)
    assert main(["lecture", "list"]) == 0
    assert "spheres and cones" in capsys.readouterr().out


ASKED_WRONGLY = {
    "beyond the scale": (
        "answer: curve\ndraw: {from: 0.9, to: 2, step: 0.1}\n", "is not on the scale",
    ),
    "two alike": (
        "order: rising\noptions: [{text: a, number: top}, {text: b, number: top}]\n",
        "Two options have the same number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED_WRONGLY)
def test_a_question_that_nobody_can_answer_is_a_fault(tmp_path, name):
    body, sentence = ASKED_WRONGLY[name]
    curve = "  curve: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, by: layer}\n"
    front = FRONT.replace("numbers:\n", f"numbers:\n{curve}")
    path = written(tmp_path, f":::predict\nquestion: Q\n{body}:::\n", front)
    (told,) = faults_of(read_lecture(path))
    assert sentence in told


def test_measured_faults_are_told_with_their_line(tmp_path, capsys):
    body = (
        ":::predict\nquestion: Q\nanswer: where\n"
        'options: [{text: a, is: "8"}, {text: b, is: "9"}]\n:::\n'
    )
    front = FRONT.replace("row: {model: MiniLM}, lowest", "row: {model: Nobody}, lowest")
    path = written(tmp_path, body, front)
    assert main(["lecture", "check", str(path), "--measure"]) == 1
    told = capsys.readouterr().err
    assert "01_a_lecture.md:10: 'low': 0 rows of 'anisotropy' fit (model = Nobody)" in told
    assert f"01_a_lecture.md:{N_FRONT + 1}: No option of this prediction is right" in told
