"""A link as a QR code, for phones."""

from __future__ import annotations

import io

import segno


def qr_code(link: str) -> str:
    """The link as an SVG image, black on white with the quiet margin that readers need, whatever
    the page's theme.
    """
    svg = io.BytesIO()
    segno.make(link, error="m").save(
        svg, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, title=link
    )
    return svg.getvalue().decode()
