"""Is the right software installed?"""

from __future__ import annotations

import platform
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from engine.cli.checks import ROOT, SETUP, Check

REQUIREMENTS = ("requirements.txt", "requirements-models.txt")


def installed() -> Iterator[Check]:
    """Python, the device, and every pinned package."""
    yield _python()
    yield _device()
    for name, wanted in pinned_versions().items():
        yield _package(name, wanted)


def pinned_versions() -> dict[str, str]:
    """Package -> version, as the requirements files pin them."""
    lines = [
        line.partition("#")[0].strip()
        for file in REQUIREMENTS
        for line in (ROOT / file).read_text(encoding="utf8").splitlines()
    ]
    pins = [line.partition("==") for line in lines if line]
    return {name: wanted for name, _, wanted in pins}


def _python() -> Check:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    least = tomllib.loads(text)["project"]["requires-python"].removeprefix(">=")
    new_enough = sys.version_info[:2] >= tuple(map(int, least.split(".")))
    return Check(
        "installed",
        "Python",
        new_enough,
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"at least {least} needed",
        f"install Python {least} or newer, remove .venv, then {SETUP}",
    )


def _device() -> Check:
    try:
        from engine.nets.device import pick_device

        device = pick_device("auto").type
    except (ImportError, OSError) as error:  # OSError: a shared library of torch is missing
        return Check("installed", "torch", False, f"cannot be imported ({error})", SETUP)
    return Check("installed", "device", True, f"--device auto is {device}")


def _package(name: str, wanted: str) -> Check:
    """Another version than the pinned one is said, but only an absent package is an error."""
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check("installed", name, False, f"not installed, {wanted} needed", SETUP)
    same = found.partition("+")[0] == wanted  # 2.13.0+cpu is a build of 2.13.0
    text = found if same else f"{found}, but the tested version is {wanted}"
    return Check("installed", name, same, text, SETUP, needed=False)
