"""What is known of a data set: its files, where they come from, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataSet:
    """One collection of files.

    `files` gives, for each file name, the sha256 of the mirror's file. What is fetched from
    elsewhere is packed anew on this machine and has its own checksums, noted beside it.
    """

    name: str  # as in `python -m engine fetch NAME`
    title: str
    folder: str  # in the mirror and in the cache; "" = at the top
    files: dict[str, str]  # file name -> sha256
    n_bytes: int  # of the mirror's files
    source: str
    licence: str
    hub: str = ""  # the hub's dataset repository, empty where the hub has none
    instead: tuple[str, ...] = ()  # files that the hub's set becomes where it is another one
    package: str = ""  # the source package that holds its files, as requirements-texts.txt pins it
