"""The coverage table: what of the course's material each step treats, and what none does."""

import pytest

from engine.cli.program import main
from engine.lectures import coverage, shelf
from engine.lectures.coverage import ITEMS, Place, covered, gaps, strangers
from engine.lectures.reader import read_lecture

FRONT = "---\ntitle: T\norder: {order}\nminutes: 5\ngoals: [G]\nsources: [S (2000)]\n---\n"
STEP = "\n:::step {id}\nid: {id}\ncovers: {covers}\n:::\nText.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two lectures that cover two of three items, one of them twice."""
    monkeypatch.setattr(coverage, "ITEMS", ("one, two", "three", "four"))
    first = STEP.format(id="a", covers='["one, two"]') + STEP.format(id="b", covers="[three]")
    (tmp_path / "01_first.md").write_text(FRONT.format(order=1) + first)
    second = STEP.format(id="c", covers="[three]")
    (tmp_path / "02_second.md").write_text(FRONT.format(order=2) + second)
    monkeypatch.setattr(shelf, "files", lambda _=None: sorted(tmp_path.glob("*.md")))
    return tmp_path


def read(folder):
    return [read_lecture(path) for path in sorted(folder.glob("*.md"))]


def test_every_item_is_listed_with_its_steps_and_a_gap_is_named(folder):
    assert covered(read(folder)) == {
        "one, two": [Place("01_first.md", "a")],
        "three": [Place("01_first.md", "b"), Place("02_second.md", "c")],
        "four": [],
    }
    (gap,) = gaps(read(folder))
    assert "'four'" in gap


def test_a_name_that_is_no_item_has_its_line(folder):
    path = folder / "02_second.md"
    path.write_text(FRONT.format(order=2) + STEP.format(id="c", covers="[one, two]"))
    found = list(strangers(read_lecture(path)))
    line = 2 + FRONT.count("\n")
    assert [one.partition(" ")[0] for one in found] == [f"{path}:{line}:"] * 2
    assert ["'one'" in found[0], "'two'" in found[1]] == [True, True]


def test_check_fails_on_a_gap_only_where_all_lectures_are_checked(folder, capsys):
    assert main(["lecture", "check", str(folder / "01_first.md")]) == 0
    assert main(["lecture", "check"]) == 1
    told = capsys.readouterr()
    assert "No step of any lecture covers 'four'" in told.err
    assert told.out.count("nothing is wrong") == 3
    third = STEP.format(id="d", covers="[four]")
    (folder / "03_third.md").write_text(FRONT.format(order=3) + third)
    assert main(["lecture", "check"]) == 0
    (folder / "03_third.md").write_text(FRONT.format(order=3) + third.replace("four", "five"))
    assert main(["lecture", "check"]) == 1
    assert "03_third.md:9: 'five' is no item" in capsys.readouterr().err


def test_the_table_names_each_item_and_says_whether_there_is_a_gap(folder, capsys):
    assert main(["lecture", "coverage"]) == 1
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + 4
    assert "no step covers it" in rows[-1]
    last = STEP.format(id="d", covers="[four]")
    (folder / "03_third.md").write_text(FRONT.format(order=3) + last)
    assert main(["lecture", "coverage"]) == 0
    assert "no step covers it" not in capsys.readouterr().out
    assert main(["lecture", "coverage", "FILE"]) == 2


def test_no_item_is_listed_twice():
    assert len(set(ITEMS)) == len(ITEMS)


def test_the_lectures_that_ship_cover_every_item_and_name_no_other():
    lectures, errors = shelf.shelf()
    assert not errors
    assert [told for lecture in lectures for told in strangers(lecture)] == []
    assert gaps(lectures) == []
