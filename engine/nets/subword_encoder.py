"""What the encoders that read through a `SubwordReader` have in common."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from engine.nets.reader import SubwordReader


class SubwordEncoder:
    """An encoder whose net reads word pieces, with special tokens around each sentence."""

    _reader: SubwordReader

    def with_special_tokens(self) -> Self:
        """The same encoder, to which its special tokens are words too.

        Raises:
            EngineError: its net reads none.
        """
        found = copy(self)
        found._reader = self._reader.with_special_tokens()
        return found
