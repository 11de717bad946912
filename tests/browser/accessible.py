"""What axe-core finds on the page that is open: WCAG 2.2 AA, as far as a program can tell.

There is no list of exceptions: what Streamlit's own look leaves wanting (its grey of captions and
keys, white on the dark theme's light blue) is mended in assets/css/app.css.
"""

from importlib.resources import files

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What fades in has less contrast on its way; what turns for ever is not waited for.
AT_REST = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .map((one) => one.finished))"""
SERIOUS = {"serious", "critical"}


def findings(page, *rules: str) -> list[str]:
    """Each serious or critical finding, with its place.

    Args:
        page: of Playwright, drawn.
        rules: to check; all of the standard if none is named.
    """
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    page.evaluate(AXE)
    page.evaluate(AT_REST)
    found = page.evaluate(
        "(options) => axe.run(document, options)",
        {"runOnly": only, "resultTypes": ["violations"]},
    )
    return [
        f"{one['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:200]}"
        for one in found["violations"] if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]  # fmt: skip
