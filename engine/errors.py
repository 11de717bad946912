"""Every error a user may meet. Each message is one plain sentence: what came, what was needed,
what to do.
"""


class EngineError(Exception):
    """Base of all errors whose text is meant for the user; pages and the command line show it
    unchanged.
    """


class UnknownName(EngineError):
    """A model, view, corpus or state that is not registered."""


class ShapeError(EngineError):
    """Arrays whose shapes do not fit what a function needs."""


class TextError(EngineError):
    """Text that cannot be used: empty, binary, or over a stated limit."""


class WordNotFound(EngineError):
    """A word that does not stand in the sentences, or that a model does not know."""


class ModelUnavailable(EngineError):
    """A model that is not on this machine; the message holds the command that fetches it."""


class DataUnavailable(EngineError):
    """A data set that is not on this machine; the message holds the command that fetches it."""


class CorruptFile(EngineError):
    """A file whose content is not what its name, checksum or format says."""


class LectureError(EngineError):
    """A lecture that cannot be read; the message names file, line and what is wrong, a line a
    fault.
    """


class Cancelled(EngineError):
    """The caller asked a long computation to stop."""
