"""From pasting 200 sentences to the groups that their word falls into, in Chromium: the first
model's curve, and every model's.
"""

from __future__ import annotations

import statistics
import time

from tests.benchmarks import Row, Skipped
from tests.benchmarks.app_server import running_app
from tests.benchmarks.chromium import chromium
from tests.benchmarks.corpus import sentences

N_SENTENCES = 200
N_SEARCHED = 4_000
N_MODELS = 4  # that read the sentence: MiniLM, AWD-LSTM, ELMo, CoVe
WAIT_MS = 120_000
TURN_MS = 1_000  # for the page to answer the word, while its reader turns to the other field
WORDS = ("time", "first", "two", "new", "song")  # another each round: nothing is remembered
# The models whose curves stand in the figure of this word's groups: its caption names them. Asked
# for as it stands in the document: laying the page out for each look would take a core.
MODELS_DRAWN = """([word, n]) => [...document.querySelectorAll("[data-testid=stCaptionContainer]")]
  .some((caption) => caption.textContent.includes(`“${word}”, own sentences`)
    && caption.textContent.includes("k-means")
    && caption.textContent.split(" · ")[0].split(", ").length >= n)
  && document.querySelector(".js-plotly-plot .scatterlayer .trace") !== null"""


def run(quick: bool) -> list[Row]:
    """Each round pastes other sentences into a page whose models are loaded."""
    read, origin = sentences(N_SEARCHED)
    if len(set(read)) < N_SEARCHED / 2:
        raise Skipped(f"Too few sentences hold one word in {origin}.")
    first, every = [], []
    with running_app() as app, chromium() as browser:
        app.wait_until_idle()
        for word in WORDS[: 2 if quick else len(WORDS)]:
            around = [one.text for one in read if word in {w.key for w in one.words}]
            times = _paste(browser, app.url, word, around[:N_SENTENCES])
            first.append(times[0])
            every.append(times[1])
            app.wait_until_idle()
    note = f"{N_SENTENCES} sentences or fewer of {origin}, pasted; {len(first)} rounds"
    return [
        _row("pasted sentences to the first model's groups", first, "ours < 2", note),
        _row(f"pasted sentences to all {N_MODELS} models' groups", every, "ours < 10", note),
    ]


def _paste(browser, url: str, word: str, lines: list[str]) -> tuple[float, float]:
    """Seconds from leaving the field to the first and to the last model's curve."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{url}/polysemy?poly_part=Senses&sense_source=My+own")
    page.wait_for_function(MODELS_DRAWN, arg=["charge", N_MODELS])  # the example's
    field = page.get_by_label("or type it (what is typed counts)")
    field.fill(word)
    field.press("Enter")
    page.wait_for_timeout(TURN_MS)
    area = page.get_by_role("textbox", name="Your sentences, one a line")
    area.fill("\n".join(lines))
    started = time.perf_counter()
    area.press("Control+Enter")
    times = []
    for n_models in (1, N_MODELS):
        page.wait_for_function(MODELS_DRAWN, arg=[word, n_models], polling=100)
        times.append(time.perf_counter() - started)
    context.close()
    return times[0], times[1]


def _row(name: str, seconds: list[float], wanted: str, note: str) -> Row:
    spread = f"{min(seconds):.1f} to {max(seconds):.1f} s"
    return Row(name, statistics.median(seconds), "s", wanted=wanted, note=f"{note}: {spread}")
