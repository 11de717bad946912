"""Texts packed together in a .tar.xz or .tar.gz file, read without unpacking it onto the disk."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from engine.errors import CorruptFile


def packed_texts(path: Path, only: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """(name, text) of every file in the archive, in its order.

    Args:
        path: the archive.
        only: names of the files that are wanted, where the archive holds others than texts.
    Raises:
        CorruptFile: the archive is broken or cut short, or a file in it is not UTF-8 text.
    """
    name = ""
    try:
        # Unpacked to its end first: tarfile stops before the packing's own checksum.
        with gzip.open(path) if path.suffix == ".gz" else lzma.open(path) as packed:
            unpacked = io.BytesIO(packed.read())
        with tarfile.open(fileobj=unpacked) as archive:
            for member in archive:
                file = archive.extractfile(member)
                name = member.name.removeprefix("./")
                if file is None or (only and name not in only):  # None: a folder
                    continue
                text = file.read().decode("utf8")
                if "\0" in text:
                    raise CorruptFile(f"{path}: {name} in it holds a NUL byte, so it is no text.")
                yield name, text
    except UnicodeDecodeError as error:
        raise CorruptFile(f"{path}: {name} in it is not UTF-8 text ({error.reason}).") from error
    except (tarfile.TarError, lzma.LZMAError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CorruptFile(
            f"{path} is broken or cut short ({error}). Fetch or copy it again."
        ) from error


def packed_text(texts: dict[str, str], name: str, path: Path) -> str:
    """The text of one file of an archive that was read with `packed_texts`.

    Raises:
        CorruptFile: it is not in the archive.
    """
    if name not in texts:
        raise CorruptFile(f"{path} holds no file {name}. Fetch or copy it again.")
    return texts[name]
