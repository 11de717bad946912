"""A cloud as a file of its own, with the viewer's script and style in it."""

from __future__ import annotations

import base64
import html
import json

from engine.figures.scripts import script, style_sheet
from engine.figures.theme import palette

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


def cloud_page(packet: bytes, title: str) -> str:
    """A cloud as one HTML file that needs no network."""
    js = script("cloud").replace("export default function", "function streamlitEntry")
    encoded = base64.b64encode(packet).decode()
    options = json.dumps({"palette": palette()})
    return PAGE.format(
        title=html.escape(title), css=style_sheet("cloud"), js=js, packet=encoded, options=options
    )
