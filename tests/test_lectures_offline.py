"""A lecture as one HTML file: all of it can be read without a click, and nothing is asked for."""

import json
import re
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go
import pytest

from engine.cli.program import main
from engine.errors import ModelUnavailable
from engine.lectures.offline import offline_page
from engine.lectures.offline.markdown import to_html
from engine.lectures.reader import read_lecture
from engine.views import Shown
from engine.views.anisotropy import AnisotropyView
from engine.views.cone import ConeView

EVIL = "<img src=x onerror=alert(1)>"
SOURCE = f"""---
title: "Balls & cones {EVIL}"
order: 1
minutes: 5
goals: ["Know $R^2$"]
sources: ["Someone (2000), [paper](https://example.org/paper)"]
numbers:
  top: {{view: anisotropy, column: cosine, row: {{layer: "1"}}, format: ".2f"}}
  curve: {{view: anisotropy, column: cosine, by: layer, format: ".1f"}}
  low: {{view: anisotropy, column: cosine, row: {{layer: "0"}}, format: ".2f"}}
---

:::step First
id: first
:::

It is {{number}}`top`, and {EVIL}.

$$A = \\frac{{1}}{{n}} < 2$$

:::figure anisotropy
vary: {{unit: [occurrences, types]}}
:::

:::notes
Say it slowly.
:::

:::predict
question: Draw it.
draw: {{from: 0, to: 1, step: 0.1}}
answer: curve
figure: cone
after: So much for {{number}}`low`.
:::

:::predict
question: Which first?
order: falling
options:
  - {{text: the input, number: low}}
  - {{text: the top, number: top}}
:::

:::quiz
question: Right?
choices:
  - {{text: "Yes", right: true, why: It is.}}
  - {{text: "No", why: It is not.}}
:::

:::solution Why
Because.
:::
"""
TABLE = pd.DataFrame({"layer": ["0", "1"], "cosine": [0.25, 0.75], "word": [EVIL, "b"]})
TAKES_A_REQUEST = {"img", "link", "iframe", "object", "embed", "source", "video", "audio", "base"}


class Tags(HTMLParser):
    """Every element with its attributes, and the text outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._inside = "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside not in ("script", "style"):
            self.text += data


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0.25, 0.75], text=["</script>" + EVIL, "b"]))

    def show(self, state):
        return Shown(figure, TABLE, f"caption {EVIL}", "A thing to notice.")

    def refuse(self, state):
        raise ModelUnavailable("The model is not on this machine.")

    monkeypatch.setattr(AnisotropyView, "show", show)
    monkeypatch.setattr(ConeView, "show", refuse)
    path = tmp_path / "01_cones.md"
    path.write_text(SOURCE, encoding="utf8")
    return read_lecture(path)


@pytest.fixture
def page(lecture) -> str:
    # What draws the figures is not ours to test here, and long.
    return re.sub(r"<script>.*?</script>", "", offline_page(lecture), flags=re.DOTALL)


def test_all_that_a_lecture_says_stands_in_the_page_with_its_measured_numbers(page):
    told = re.sub(r"\s+", " ", Tags(page).text)
    for words in (
        "About 5 minutes", "Know", "It is 0.75, and", "A thing to notice.", "Draw it.",
        "0: 0.2; 1: 0.8", "So much for 0.25.", "Put these in order, the highest first.",
        "Yes Right. It is.", "No Not quite. It is not.", "Because.", "Someone (2000)",
        "in the app also: unit types", "The model is not on this machine.",
    ):  # fmt: skip
        assert words in told, words
    assert "Say it slowly." not in told
    # The answers are folded: all that stands before the first of them gives nothing away.
    before = page.split("<summary>The measured answer")[1].split("</details>")[0]
    assert "0: 0.2" in before
    measured = page.split("Which first?")[1].split("<ol>")[1]
    assert measured.index("the top") < measured.index("the input")


def test_notes_come_along_when_they_are_asked_for(lecture):
    assert "Say it slowly." in offline_page(lecture, notes=True)


def test_markup_in_text_numbers_and_figures_stays_text(page):
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 4  # title, text, caption, table
    data = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert len(data) == 1
    assert json.loads(data[0])["data"][0]["text"][0] == "</script>" + EVIL


def test_nothing_in_the_page_asks_anybody(page):
    tags = Tags(page).found
    assert not {tag for tag, _ in tags} & TAKES_A_REQUEST
    assert not [attributes for _, attributes in tags if "src" in attributes]
    assert "url(" not in page
    (policy,) = (a["content"] for _, a in tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_formulas_are_mathml_and_escaped():
    assert "<mfrac>" in to_html(r"$$\frac{a}{b}$$")
    assert "<mo>&lt;</mo>" in to_html("$a < b$")
    for tex in (r"\text{<b onclick=x>}", r"\foo<b>", "a & b", r"\href{javascript:x}{y}"):
        found = to_html(f"${tex}$")
        assert "<b" not in found
        assert "href=" not in found
    assert to_html(r"A price of \$5 and \$6").count("$") == 2


def test_a_figure_without_a_model_or_a_number_is_told_in_a_sentence(lecture, monkeypatch):
    def refuse(self, state):
        raise ModelUnavailable(f"Nothing here {EVIL}.")

    monkeypatch.setattr(AnisotropyView, "show", refuse)
    told = Tags(offline_page(lecture)).text
    assert "It is (not measured here), and" in told
    assert told.count(f"Nothing here {EVIL}.") >= 3


def test_the_command_writes_the_file_and_says_what_is_wrong(lecture, tmp_path, capsys):
    path = tmp_path / "out.html"
    assert main(["lecture", "export", str(lecture.path), "--to", str(path), "--notes"]) == 0
    assert "2 figures" in capsys.readouterr().out
    assert "Say it slowly." in path.read_text(encoding="utf8")
    assert main(["lecture", "export", "nowhere.md", "--to", str(path)]) == 1
    assert main(["lecture", "export", str(lecture.path), "--to", str(tmp_path / "a" / "b")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert main(["lecture", "export", str(lecture.path)]) == 2
