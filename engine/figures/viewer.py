"""The cloud viewer's script and style as one piece, for the app and for a single-file export of a
cloud.
"""

from __future__ import annotations

import base64
import html
import json
from functools import cache
from pathlib import Path

from engine.figures.theme import palette

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = ASSETS / "js" / "cloud"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{css}
body {{ margin: 0; font-family: system-ui, sans-serif; }} #cloud {{ height: 100vh; }}</style></head>
<body><div id="cloud"></div><script type="module">
{js}
const packet = Uint8Array.from(atob("{packet}"), (c) => c.charCodeAt(0)).buffer;
mountStandalone(document.getElementById("cloud"), packet, {options});
</script></body></html>
"""


@cache
def viewer_css() -> str:
    """The viewer's style sheet."""
    return (ASSETS / "css" / "cloud.css").read_text(encoding="utf8")


@cache
def viewer_js() -> str:
    """All modules in the order of modules.txt as one module: imports dropped, only the entry
    exported.
    """
    names = (SCRIPTS / "modules.txt").read_text(encoding="utf8").split()
    return "\n".join(
        _without_imports((SCRIPTS / name).read_text(encoding="utf8")) for name in names
    )


def cloud_page(packet: bytes, title: str) -> str:
    """A cloud as one HTML file that needs no network."""
    js = viewer_js().replace("export default function", "function streamlitEntry")
    encoded = base64.b64encode(packet).decode()
    options = json.dumps({"palette": palette()})
    return PAGE.format(
        title=html.escape(title), css=viewer_css(), js=js, packet=encoded, options=options
    )


def _without_imports(module: str) -> str:
    lines = (line for line in module.splitlines() if not line.startswith("import "))
    return "\n".join(
        line.removeprefix("export ") if not line.startswith("export default") else line
        for line in lines
    )
