"""The scripts and styles of what draws itself in the browser, each as one piece: a component of
Streamlit takes no more, and nothing has to be built.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"


@cache
def style_sheet(name: str) -> str:
    """A style sheet of assets/css."""
    return (ASSETS / "css" / f"{name}.css").read_text(encoding="utf8")


@cache
def script(name: str) -> str:
    """All modules of a folder of assets/js in the order of its modules.txt as one module: imports
    dropped, only the entry exported.
    """
    folder = ASSETS / "js" / name
    names = (folder / "modules.txt").read_text(encoding="utf8").split()
    return "\n".join(_without_imports((folder / name).read_text(encoding="utf8")) for name in names)


def _without_imports(module: str) -> str:
    lines = (line for line in module.splitlines() if not line.startswith("import "))
    return "\n".join(
        line.removeprefix("export ") if not line.startswith("export default") else line
        for line in lines
    )
