"""A word that was never bundled, from pasted sentences to its neighbours and a link."""

import pytest

from engine.views import VIEWS
from engine.views.scoreboard import ScoreboardState
from tests.browser.test_every_page import SMALL_TEXT

PATIENCE_MS = 240_000  # the models are still loading when the first page opens
SENSES = {
    "money": (
        "The draft was drawn on a bank in Geneva.|She paid the invoice with a banker's draft.|"
        "A draft for two hundred pounds lay in the envelope.|The bank refused to honour the draft.|"
        "He cashed the draft at the counter.|The seller will accept a certified draft.|"
        "My lawyer sent the draft to the insurance company as payment.|"
        "The draft cleared after five days.|They transferred the sum by draft.|"
        "An overseas draft takes a week to pay out."
    ),
    "wind": (
        "A cold draft came under the door.|She felt a draft from the broken window.|"
        "Close the window, there is a draft.|The candle flickered in the draft.|"
        "A draft in the hall slammed the door.|He put a rolled towel there to stop the draft.|"
        "The old house had a draft in every room.|Sitting in a draft gave him a stiff neck.|"
        "The curtain moved in the draft from the chimney.|Heat escapes with the draft at night."
    ),
    "text": (
        "She sent the first draft of her novel to a friend.|The editor marked the draft in red.|"
        "This draft of the essay still lacks an ending.|He rewrote the draft twice.|"
        "The committee published a draft of the report.|A rough draft is due on Monday.|"
        "Her final draft had three hundred pages.|Read the draft before the meeting.|"
        "The poem changed little from draft to print.|The chapter exists only as a draft."
    ),
}
SENTENCES = [line for lines in SENSES.values() for line in lines.split("|")]
PASTED = "\n".join(SENTENCES[i % 3 * 10 + i // 3] for i in range(30))


@pytest.fixture
def part(reader):
    """Open a part of the page, and wait until nothing is computed any more."""

    def at_rest() -> None:
        reader.settle()
        reader.until(
            "![...document.querySelectorAll('button')].some((b) => b.innerText === 'Stop')"
        )
        reader.settle()

    def go(name: str, **params: str) -> None:
        reader.go("polysemy", poly_part=name, **(params or {"pair_models": "MiniLM"}))
        at_rest()

    go.rest = at_rest
    return go


def told(reader) -> list[str]:
    return [
        text
        for text in reader.page.locator("[data-testid=stMarkdownContainer]").all_inner_texts()
        if text.startswith("What to notice.")
    ]


@pytest.mark.parametrize("part_name", ["Duel", "Senses", "The mouse"])
def test_every_part_fits_a_projector_with_large_type(reader, part_name):
    reader.page.set_default_timeout(PATIENCE_MS)
    options = {"pair_models": "MiniLM", "mouse_models": "MiniLM", "presenter": "true"}
    reader.go("polysemy", poly_part=part_name, **options)
    n_figures = 2 if part_name == "The mouse" else 3
    reader.until("document.querySelectorAll('.js-plotly-plot').length === arg", n_figures)
    assert reader.ask(SMALL_TEXT) == []
    width = reader.ask("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_thirty_pasted_sentences_without_labels_give_groups_neighbours_and_a_link(
    reader, visit, part, tmp_path
):
    assert len(SENTENCES) == 30
    page = reader.page
    page.set_default_timeout(PATIENCE_MS)
    part("Senses")
    page.get_by_role("radio", name="My own", exact=True).click()
    area = page.get_by_role("textbox", name="Your sentences, one a line")
    area.fill(PASTED)
    area.press("Control+Enter")
    part.rest()
    page.get_by_role("radio", name="draft", exact=True).click()
    reader.until("document.body.innerText.includes('where “draft” falls into')")
    part.rest()

    # Groups without labels, the best layer, and what the groups of the input share.
    groups, ways = told(reader)
    assert "Best: layer " in groups
    assert "of MiniLM" in groups
    assert "their place in the sentence" in groups
    assert "30 occurrences of “draft”" in ways
    reader.until("document.querySelectorAll('.js-plotly-plot').length === 2")
    page.get_by_role("radio", name="Shared place", exact=True).click()
    reader.until("document.body.innerText.includes('AUC: same group, places in the sentence')")

    # Saved as a file, and as a link that another reader opens.
    page.get_by_text("Save these sentences", exact=False).click()
    saved = reader.download("Save as a file", tmp_path)
    assert saved.read_text(encoding="utf8") == f"# word: draft\n{PASTED}\n"
    page.get_by_role("button", name="Put them into the link").click()
    reader.wait_for_link(set=PASTED, word="draft")
    link = page.url
    other = visit()
    other.page.set_default_timeout(PATIENCE_MS)
    other.open(link)
    other.until("document.body.innerText.includes('where “draft” falls into')")
    other.until("[...document.querySelectorAll('textarea')].some((t) => t.value === arg)", PASTED)

    # Loaded again with labels written in front of some.
    lines = [f"{sense}\t{line}" for sense, lines in SENSES.items() for line in lines.split("|")]
    labelled = "\n".join(["# word: draft", *lines]).encode()
    file = {"name": "draft.tsv", "mimeType": "text/plain", "buffer": labelled}
    page.locator("input[type=file]").set_input_files(file)
    reader.until("document.body.innerText.includes('senses of “draft”')")
    part.rest()
    assert "AUC" in told(reader)[0]

    # Its neighbours, with the distances, among the own sentences.
    page.get_by_role("radio", name="Neighbours", exact=True).click()
    page.get_by_role("heading", name="Analogies").wait_for()  # the last of what is drawn
    part.rest()
    page.get_by_role("radio", name="My sentences", exact=True).click()
    reader.until("document.body.innerText.includes('nearest are “draft”')")
    part.rest()
    static, nearest, analogy = told(reader)
    assert "one list for every sense of “draft”" in static
    assert "has a cosine of" in nearest
    assert "king" in analogy
    bars = page.locator(".js-plotly-plot").nth(1).locator(".bartext").all_text_contents()
    cosines = [float(text) for text in bars]
    assert len(cosines) == 10
    assert sorted(cosines, reverse=True) == cosines
    reader.wait_for_link(near_text="My sentences")


def test_the_scoreboard_says_what_the_engine_measures_and_stands_beside_test_sets(reader, part):
    reader.page.set_default_timeout(PATIENCE_MS)
    part("Scoreboard", score_models="GloVe")
    expected = VIEWS["scoreboard"]().show(ScoreboardState(("glove",))).notice
    first, by_test, by_layer = told(reader)
    assert first == f"What to notice. {expected}"
    assert "always the same sense" in by_test
    assert "Highest: GloVe" in by_layer
    reader.until("document.querySelectorAll('.js-plotly-plot').length === 3")
    reader.page.get_by_role("radio", name="WiC-TSV: cosine with a definition", exact=True).click()
    reader.until("document.body.innerText.includes('threshold (and layer')")
    part.rest()
