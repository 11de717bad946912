"""Are the models here, and are their weights the published ones?"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from typing import Any

from engine.cli.checks import SETUP, Check
from engine.cli.checks.shipped import RESTORE
from engine.packages import package_folder

GROUP = "models"
WEIGHT_FILES = {".safetensors", ".npy"}


def model_packages() -> Iterator[Check]:
    """Every registered model: is it here, has it the checksum of its card, and does it encode?"""
    try:
        from engine.encoder import ENCODERS, registered

        cards = registered()
    except (ImportError, OSError) as error:
        yield Check(GROUP, "registry", False, f"cannot be imported ({error})", SETUP)
        return
    for card in cards:
        fault = _fault(card, ENCODERS[card.name])
        checked = f"sha256 {card.sha256[:12]}… and a test sentence" if card.sha256 else "encodes"
        is_package = hasattr(sys.modules[ENCODERS[card.name].__module__], "PACKAGE")
        mend = SETUP if is_package else RESTORE
        yield Check(GROUP, card.name, fault is None, fault or checked, mend)


def fetched_models() -> Iterator[Check]:
    """Transformers of the hub in the cache; the app needs none."""
    try:
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound
    except ImportError:
        return
    try:
        repos = [repo for repo in scan_cache_dir().repos if repo.repo_type == "model"]
    except CacheNotFound:
        repos = []
    for repo in sorted(repos, key=lambda repo: repo.repo_id):
        files = {file.file_name for revision in repo.revisions for file in revision.files}
        usable = any(name.endswith(".safetensors") for name in files)
        size = f"{repo.size_on_disk / 1e6:,.1f} MB"
        found = size if usable else f"{size}, without safetensors weights"
        mend = f"python -m engine fetch {repo.repo_id}"
        yield Check("fetched", repo.repo_id, usable, found, mend, needed=False)
    if not repos:
        mend = "python -m engine fetch NAME"
        yield Check("fetched", "hub models", False, "none", mend, needed=False)


def _fault(card: Any, encoder: Any) -> str | None:
    """What is wrong with a model, as a sentence."""
    from engine.errors import EngineError
    from engine.text import Sentence

    if missing := encoder.missing():
        return missing
    package = getattr(sys.modules[encoder.__module__], "PACKAGE", None)
    if card.sha256 and package and card.sha256 not in _weight_checksums(package):
        return "Its weights are not the published ones: no file has the checksum of its card."
    try:
        encoder("cpu").encode([Sentence("the bank of the river")])
    except (EngineError, OSError, ValueError, KeyError, RuntimeError) as error:
        return f"It does not encode ({error})."
    return None


def _weight_checksums(package: str) -> Iterator[str]:
    """sha256 of each weight file of an installed package."""
    folder = package_folder(package)
    assert folder is not None  # `missing` was asked first
    for path in folder.rglob("*"):
        if path.suffix in WEIGHT_FILES:
            with path.open("rb") as file:
                yield hashlib.file_digest(file, "sha256").hexdigest()
