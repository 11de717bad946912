"""The Lectures page, as a reader meets it."""

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import ModelUnavailable
from engine.lectures import Figure, Option, Prediction, Text
from engine.lectures import shelf as shelves
from engine.lectures.blocks import Scale
from engine.lectures.shelf import FOLDER, files, lecture_of
from engine.views import VIEWS, SlowView, state_from_params, state_to_params
from engine.views.anisotropy import AnisotropyView
from engine.views.asked_states import ASK_A_RUN
from engine.views.cone import ConeView
from pages._ui.labs import lab_of
from pages._ui.lecture_player import fits

PAGES = Path(__file__).parents[1] / "pages"
CONES = "geometry-spheres-and-cones"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def quiet(monkeypatch, tmp_path):
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path))
    monkeypatch.setenv("CONESCOPE_WARM_UP", "no")


@pytest.fixture
def shelf_of(monkeypatch, tmp_path):
    """The page over a folder with one lecture of this body."""

    def make(body: str) -> str:
        front = (
            "---\ntitle: A title\norder: 1\nminutes: 5\ngoals: [Know it]\nsources: [S (2000)]\n"
            "numbers:\n  top: {view: anisotropy, column: layer, row: {model: MiniLM}, "
            "highest: mean cosine}\n  value: {view: anisotropy, column: mean cosine, "
            "row: {model: MiniLM}, highest: mean cosine, format: '.2f'}\n"
            "  low: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, "
            "lowest: mean cosine, format: '.2f'}\n"
            "  curve: {view: anisotropy, column: mean cosine, row: {model: MiniLM}, by: layer, "
            "format: '.2f'}\n---\n"
            ":::step First\nid: first\n:::\n"
        )
        (tmp_path / "01_mine.md").write_text(front + body, encoding="utf8")
        for function in (shelves.files, shelves.shelf, shelves.lecture_named, shelves.last_change):
            monkeypatch.setattr(function, "__defaults__", (tmp_path,))
        return "mine"

    return make


def page(**params: str) -> AppTest:
    """By way of the navigation: figures link to other pages."""
    at = AppTest.from_file(str(PAGES / "_ui" / "main.py"), default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.switch_page("../05_lectures.py").run()


def texts(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", "\n".join(m.value for m in [*at.markdown, *at.caption]))


def step_of(at: AppTest) -> str:
    found = at.query_params["step"]
    return found[0] if isinstance(found, list) else found


def test_the_list_names_every_lecture_and_opens_it():
    at = page()
    assert not at.exception
    titles = [lecture_of(path).title for path in files()]
    assert [heading.value.replace("\\", "") for heading in at.subheader] == titles
    at.button(key=f"start {CONES}").click().run()
    assert at.title[0].value.replace("\\", "") == "The geometry: spheres and cones"
    assert at.header[0].value == "Two pictures"
    assert step_of(at) == "two-pictures"


def test_steps_go_on_and_back_and_to_both_ends():
    at = page(lecture=CONES, step="frame")
    assert at.header[0].value == "Which words count"
    for key, step in (("next", "cone-by-layer"), ("previous", "frame"), ("last", "summary"),
                      ("first", "two-pictures"), ("onward", "isotropy")):  # fmt: skip
        at.button(key=key).click().run()
        assert not at.exception
        assert step_of(at) == step
    at.selectbox(key="lecture_contents").set_value("cures").run()
    assert step_of(at) == "cures"
    at.button(key="all-lectures").click().run()
    assert at.title[0].value == "Lectures"


def test_a_link_that_names_nothing_there_is_told_in_a_sentence():
    at = page(lecture="nonsense")
    assert not at.exception
    assert "There is no lecture 'nonsense'" in re.sub(r"\\", "", at.warning[0].value)
    assert at.title[0].value == "Lectures"
    assert page(lecture=CONES, step="nonsense").header[0].value == "Two pictures"


@pytest.mark.slow
@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_step_of_every_lecture_can_be_shown(path, monkeypatch):
    """The views that take long are left out: their own tests ask them."""
    lecture = lecture_of(path)
    at = page(lecture=lecture.slug)
    for step in lecture.steps:
        if any(isinstance(block, Figure) and isinstance(VIEWS[block.view](), SlowView)
               and VIEWS[block.view]().work(block.state) for block in step.blocks):  # fmt: skip
            continue
        at.query_params["step"] = step.id
        at.run()
        assert not at.exception, step.id
        assert not at.warning, step.id
        assert at.header[0].value.replace("\\", "") == step.title
        assert "{number}" not in texts(at), step.id
        assert "not measured here" not in texts(at), step.id


def test_the_whole_lecture_stands_on_one_page(shelf_of):
    slug = shelf_of("One.\n\n:::step Second\nid: second\n:::\n\nTwo, {number}`value`.\n")
    at = page(lecture=slug, whole="true")
    assert [heading.value for heading in at.header] == ["First", "Second"]
    at.toggle(key="whole").set_value(False).run()
    assert [heading.value for heading in at.header] == ["First"]


# --- questions --------------------------------------------------------------------------------

ASKED = """
:::predict
question: Which layer?
answer: top
options:
  - {text: the fifth, is: "5"}
  - {text: the input, is: "0"}
after: It reaches {number}`value`.
figure: anisotropy
:::
"""


def commit(at: AppTest, option: int) -> AppTest:
    at.radio[0].set_value(option).run()
    next(b for b in at.button if b.label == "Commit, and measure").click()
    return at.run()


def commit_button(at: AppTest):
    return next(b for b in at.button if b.label == "Commit, and measure")


def test_the_answer_is_hidden_until_the_reader_commits(shelf_of):
    at = page(lecture=shelf_of(ASKED))
    assert "measured" not in texts(at).lower().replace("measured numbers", "")
    assert not at.get("plotly_chart")
    assert next(b for b in at.button if b.label == "Commit, and measure").disabled
    commit(at, 1)
    assert not at.exception
    assert "- the fifth  ← ✓ **measured**" in texts(at)
    assert "- the input  ← your guess" in texts(at)
    assert "**Not what was measured.**" in texts(at)
    assert len(at.get("plotly_chart")) == 1
    next(b for b in at.button if b.label == "Guess again").click().run()
    assert not at.get("plotly_chart")


def test_the_revealed_answer_follows_the_models_numbers(shelf_of, monkeypatch):
    """Swap the numbers, and another answer is revealed."""
    show = AnisotropyView.show

    def upside_down(self, state):
        found = show(self, state)
        return replace(found, table=found.table.assign(**{
            "mean cosine": 1 - found.table["mean cosine"]
        }))  # fmt: skip

    monkeypatch.setattr(AnisotropyView, "show", upside_down)
    at = commit(page(lecture=shelf_of(ASKED)), 0)
    assert "✓ **measured**" not in texts(at).split("the input")[0]
    table = upside_down(AnisotropyView(), AnisotropyView.State()).table
    highest = table[table["model"] == "MiniLM"]["mean cosine"].max()
    assert f"It reaches **{highest:.2f}**" in texts(at)


def test_a_number_is_guessed_and_laid_beside_the_measured_one(shelf_of):
    slug = shelf_of(
        ":::predict\nquestion: Q\nanswer: value\nguess: {from: 0, to: 1, step: 0.01}\n:::\n"
    )
    at = page(lecture=slug)
    at.number_input[0].set_value(0.5).run()
    next(b for b in at.button if b.label == "Commit, and measure").click().run()
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown["Your guess"] == "0.5"
    measured = AnisotropyView().show(AnisotropyView.State()).table.query("model == 'MiniLM'")
    assert shown["Measured"] == f"{measured['mean cosine'].max():.2f}"
    assert shown["Off by"] == f"{0.5 - measured['mean cosine'].max():.2f}"


def test_a_curve_is_drawn_and_the_measured_one_laid_over_it(shelf_of):
    slug = shelf_of(
        ":::predict\nquestion: Q\nanswer: curve\ndraw: {from: 0, to: 1, step: 0.05}\n:::\n"
    )
    at = page(lecture=slug)
    measured = AnisotropyView().show(AnisotropyView.State()).table.query("model == 'MiniLM'")
    cosines = dict(zip(measured["layer"], measured["mean cosine"], strict=True))
    assert [one.label.replace("\\", "") for one in at.slider] == [f"layer {at}" for at in cosines]
    assert not [cosine for cosine in cosines.values() if f"{cosine:.2f}" in texts(at)]
    at.slider[0].set_value(0.8).run()
    commit_button(at).click().run()
    assert not at.exception
    guess = [0.8, *[0.5] * (len(cosines) - 1)]
    off = sum(abs(a - b) for a, b in zip(guess, cosines.values(), strict=True)) / len(guess)
    assert f"On average your curve is off by **{off:.2f}**" in texts(at)
    assert f"| 0 · input | 0.8 | {cosines['0 · input']:.2f} |" in texts(at)
    next(b for b in at.button if b.label == "Guess again").click().run()
    assert at.slider[0].value == 0.8


def test_pairs_are_put_in_order_and_told_with_their_numbers(shelf_of):
    slug = shelf_of(
        ":::predict\nquestion: Q\norder: rising\noptions:\n"
        "  - {text: one, number: value}\n  - {text: two, number: low}\n:::\n"
    )
    at = page(lecture=slug)
    assert commit_button(at).disabled
    at.button_group[0].set_value(1).run()
    at.button_group[1].set_value(1).run()
    assert "Each place can be taken once." in texts(at)
    assert commit_button(at).disabled
    at.button_group[1].set_value(2).run()
    commit_button(at).click().run()
    measured = AnisotropyView().show(AnisotropyView.State()).table.query("model == 'MiniLM'")
    low, high = measured["mean cosine"].min(), measured["mean cosine"].max()
    assert f"1. two: **{low:.2f}**\n2. one: **{high:.2f}**" in texts(at)
    assert "**Not what was measured:** 0 of 2" in texts(at)


def test_answers_that_come_back_from_a_browser_must_fit_the_question():
    text, scale = Text(""), Scale(0, 1, 0.1)
    options = tuple(Option(text) for _ in range(3))
    guessed = Prediction(text, text, scale=scale)
    drawn = Prediction(text, text, scale=scale, drawn=True)
    chosen = Prediction(text, text, options=options)
    ordered = Prediction(text, text, options=options, order="falling")
    right = ((guessed, 0.5), (drawn, [0, 1, 0.5]), (chosen, 2), (ordered, [2, 0, 1]))
    wrong = (
        (guessed, 1.5), (guessed, SCRIPT), (guessed, True), (drawn, [0, SCRIPT]), (drawn, 0.5),
        (chosen, 3), (chosen, -1), (chosen, "2"), (ordered, [0, 1]), (ordered, [0, 1, 1]),
        (ordered, [0, 1, SCRIPT]), (ordered, [[0], 1, 2]), (ordered, None),
    )  # fmt: skip
    assert all(fits(asked, guess) for asked, guess in right)
    assert not any(fits(asked, guess) for asked, guess in wrong)


def test_the_speaker_sees_notes_and_what_comes_next(shelf_of):
    slug = shelf_of(
        ":::notes\nSay {number}`value`.\n:::\n:::step Second\nid: second\n:::\n" + ASKED
    )
    at = page(lecture=slug, speaker="true")
    assert not at.exception
    assert at.header[0].value.replace("\\", "") == "1 · First"
    assert re.search(r"Say \*\*0\.\d\d\*\*\.", texts(at))
    assert "*Asked:* Which layer?" in texts(at)
    at.button(key="next").click().run()
    assert step_of(at) == "second"
    assert "This is the last step." in texts(at)


@pytest.mark.slow
def test_a_figure_of_a_lab_leads_back_to_the_lectures():
    at = AppTest.from_file(str(PAGES / "_ui" / "main.py"), default_timeout=60)
    at.run()
    at.switch_page("../20_anisotropy.py").run()
    assert not at.exception
    links = {
        link.proto.label.replace("\\", ""): link.proto.query_string for link in at.get("page_link")
    }
    assert f"lecture={CONES}&step=close-up" in links["5.7 One layer up close"]


def test_a_quiz_explains_each_choice(shelf_of):
    at = page(lecture=shelf_of(
        ":::quiz\nquestion: Q\nchoices:\n  - {text: a, why: Because not.}\n"
        "  - {text: b, right: true, why: Because so.}\n:::\n"
    ))  # fmt: skip
    at.radio[0].set_value(0).run()
    assert [warning.value for warning in at.warning] == ["Not quite. Because not."]
    at.radio[0].set_value(1).run()
    assert [success.value for success in at.success] == ["Right. Because so."]


def test_what_the_reader_did_stays_when_they_come_back(shelf_of):
    slug = shelf_of(
        ASKED + ":::figure anisotropy\nvary: {unit: [occurrences, types]}\n:::\n"
        ":::step Second\nid: second\n:::\n"
    )
    at = commit(page(lecture=slug), 0)
    chosen = f"vary {slug} first 1 unit"
    at.session_state[chosen] = "types"
    at.run()
    at.button(key="next").click().run()
    assert at.header[0].value == "Second"
    at.button(key="previous").click().run()
    assert "**You were right.**" in texts(at)
    assert at.session_state[chosen] == "types"


# --- what goes wrong --------------------------------------------------------------------------


def test_a_figure_that_cannot_be_shown_says_so_and_the_text_goes_on(shelf_of, monkeypatch):
    def missing(self, state):
        raise ModelUnavailable("The model is not on this machine.")

    for view in (AnisotropyView, ConeView):
        monkeypatch.setattr(view, "show", missing)
    at = page(
        lecture=shelf_of("It is {number}`value`.\n\n:::figure cone\n:::\n\nAnd on it goes.\n")
    )
    assert not at.exception
    assert "It is *(not measured here)*." in texts(at)
    assert [w.value for w in at.warning] == ["The model is not on this machine\\."]
    assert "And on it goes." in texts(at)


def test_markup_in_a_lecture_stays_text(shelf_of):
    at = page(lecture=shelf_of(
        f"{SCRIPT}\n\n:::solution {SCRIPT}\n{SCRIPT}\n:::\n\n"
        f":::quiz\nquestion: {SCRIPT}\nchoices:\n"
        f"  - {{text: '{SCRIPT}', why: '{SCRIPT}'}}\n  - {{text: b, right: true, why: w}}\n:::\n"
    ))  # fmt: skip
    assert not at.exception
    at.radio[0].set_value(0).run()
    assert SCRIPT in texts(at)
    for element in [*at.markdown, *at.warning, *at.caption]:
        assert not getattr(element.proto, "allow_html", False)


def test_a_broken_lecture_is_told_with_its_line_and_shown_once_it_is_mended(shelf_of, tmp_path):
    at = page(lecture=shelf_of(":::figure nonsense\n:::\n"))
    assert not at.exception
    assert "01_mine.md:16: Unknown view" in re.sub(r"\\", "", at.warning[0].value)
    shelf_of("Mended.\n")
    os.utime(tmp_path / "01_mine.md", ns=(1, 1))
    assert "Mended." in texts(at.run())


# --- labs -------------------------------------------------------------------------------------


def quick_figures() -> list[tuple[str, str, dict[str, str]]]:
    found = []
    for path in files():
        for figure in lecture_of(FOLDER / path.name).figures():
            if figure.view in ("replay", *ASK_A_RUN):  # tests/test_replay.py
                continue
            params = state_to_params(figure.state)
            params |= {vary.field: vary.values[0] for vary in figure.vary}
            state, view = state_from_params(type(figure.state), params), VIEWS[figure.view]()
            if not (isinstance(view, SlowView) and view.work(state)):
                found.append((path.stem[:2], figure.view, params))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("number", "view", "params"), quick_figures())
def test_a_figures_lab_shows_the_same(number, view, params):
    state = state_from_params(VIEWS[view].State, params)
    lab = lab_of(view, state)
    assert lab is not None
    # Before the navigation has run, AppTest does not find a page whose name has several words, and
    # a rerun that it asks for would end at the first page. So such a page is opened alone.
    alone = lab.page.count("_") > 1
    main = PAGES / lab.page if alone else PAGES / "_ui" / "main.py"
    at = AppTest.from_file(str(main), default_timeout=60)
    for name, value in lab.params.items():
        at.query_params[name] = value
    if not alone:
        at.switch_page(f"../{lab.page}")
    at.run()
    deadline = time.monotonic() + 60
    while any(button.label == "Stop" for button in at.button) and time.monotonic() < deadline:
        time.sleep(0.1)
        at.run()
    assert not at.exception
    shown = VIEWS[view]().show(state)
    told = shown.notice
    if shown.verdict:
        told = told.removeprefix(shown.verdict.because).strip() or shown.verdict.claim.hypothesis
    assert told in texts(at)


def test_presenting_goes_on_when_a_lecture_is_opened():
    at = page(presenter="true")
    at.button(key=f"start {CONES}").click().run()
    assert at.query_params["presenter"] in ("true", ["true"])
    assert at.toggle(key="presenter").value
