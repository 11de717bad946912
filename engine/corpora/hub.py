"""Tables of the Hugging Face hub's data sets, downloaded and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.corpora.inventory import checksum
from engine.errors import CorruptFile, DataUnavailable

SHARD = re.compile(r"(-\d+-of-\d+)?\.(parquet|jsonl)")


@dataclass(frozen=True)
class Tables:
    """What the hub offers of one repository at one moment."""

    repository: str
    revision: str
    files: dict[str, tuple[int, str]]  # name -> bytes, sha256 ("" where the hub states none)

    def of(self, table: str) -> list[str]:
        """The files of one table, in order.

        Raises:
            DataUnavailable: the repository has none.
        """
        found = sorted(
            name
            for name in self.files
            if name.startswith(table) and SHARD.fullmatch(name[len(table) :])
        )
        if not found:
            raise DataUnavailable(
                f"The hub's {self.repository} no longer holds the table {table}, which was there "
                "when this version of Conescope was made."
            )
        return found


def offered(repository: str, name: str) -> Tables:
    """Ask the hub what it has.

    Args:
        repository: on https://huggingface.co/datasets.
        name: the data set that is fetched, for the message.
    Raises:
        DataUnavailable: it cannot be reached, or no longer has the repository.
    """
    from huggingface_hub import HfApi

    info = _asking(lambda: HfApi().dataset_info(repository, files_metadata=True), repository, name)
    files = {
        file.rfilename: (file.size or 0, file.lfs.sha256 if file.lfs else "")
        for file in info.siblings or []
    }
    return Tables(repository, info.sha or "main", files)


def download(tables: Tables, file: str, name: str) -> Path:
    """One file, in the hub's own cache (HF_HOME); a download that was cut short goes on.

    Raises:
        DataUnavailable: the hub cannot be reached.
        CorruptFile: what came is not what the hub announced.
    """
    from huggingface_hub import HfApi

    def fetch() -> str:
        return HfApi().hf_hub_download(
            tables.repository, file, repo_type="dataset", revision=tables.revision
        )

    path = Path(_asking(fetch, tables.repository, name))
    expected = tables.files[file][1]
    if expected and checksum(path) != expected:
        raise CorruptFile(
            f"{path} is not what the hub announced (sha256 {expected}). Delete it and run "
            f"`python -m engine fetch {name}` again."
        )
    return path


def _asking(question: Callable[[], Any], repository: str, name: str) -> Any:
    from huggingface_hub.errors import HTTPError, RepositoryNotFoundError, XetDownloadError

    try:
        return question()
    except RepositoryNotFoundError as error:
        raise DataUnavailable(f"The hub has no public data set {repository!r} any more.") from error
    except (OSError, HTTPError, XetDownloadError) as error:
        cause = error.__cause__ or error
        lines = str(cause).strip().splitlines() or [type(cause).__name__]
        raise DataUnavailable(
            f"The data set {name} could not be fetched from the hub's {repository} "
            f"({lines[0].rstrip('.')[:200]}). With internet, run `python -m engine fetch {name}` "
            "again, what has arrived is kept; without, let CONESCOPE_DATA name a folder that "
            "holds it."
        ) from error
