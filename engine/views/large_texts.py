"""What a visitor may have measured as a whole, and the run that does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from engine.corpora.large_texts import (
    ALLOWED,
    FETCHED,
    UPLOADED,
    allowed_files,
    fetched_texts,
    find_text,
    forget_upload,
    keep_upload,
)
from engine.encoder import is_registered, title_of
from engine.errors import EngineError, TextError, UnknownName
from engine.measuring.text_file import TextFile
from engine.runs.rows import Limits, Run
from engine.runs.store import Store
from engine.views.cockpit.owners import runs_of, set_owner
from engine.views.cockpit.starting import check_room
from engine.views.cockpit.steering import delete_run

KIND = "measuring"
UNITS = ("occurrences", "one per sentence")
LIMITS = Limits(seconds=24 * 3600.0)
WHERE = {
    FETCHED: "Fetched here",
    ALLOWED: "The server's folder",
    UPLOADED: "Your own file",
}
PREFERRED = ("wikipedia-excerpt", "wikipedia", "imdb")


@dataclass(frozen=True)
class TextChoice:
    """A text and how it is measured, as a visitor asks for it."""

    kind: str = FETCHED
    text: str = "wikipedia-excerpt"  # its name there; of an upload, that of the visitor's file
    model: str = "minilm"
    unit: str = "occurrences"
    punctuation: bool = False
    split: bool = True
    seed: int = 0


def texts_here() -> dict[str, dict[str, str]]:
    """Where a text may be -> name -> title of what is there."""
    fetched = fetched_texts()
    order = sorted(fetched, key=lambda n: PREFERRED.index(n) if n in PREFERRED else 99)
    return {
        FETCHED: {name: fetched[name] for name in order},
        ALLOWED: {name: name for name in allowed_files()},
    }


def start_measuring(
    store: Store, choice: TextChoice, visitor: str, content: Iterable[bytes] = ()
) -> str:
    """Enter the run; its id.

    Args:
        content: of the file, where it is an upload.
    Raises:
        TextError: the text is none, as far as its beginning tells.
        EngineError: no such text or model, or too many runs of this visitor at once.
    """
    check_room(store, visitor)
    if not is_registered(choice.model):
        raise UnknownName(f"Unknown model {choice.model!r}. `python -m engine models` lists all.")
    name = keep_upload(content) if choice.kind == UPLOADED else choice.text
    try:
        if choice.kind != FETCHED:
            _check_beginning(TextFile(find_text(choice.kind, name), choice.text))
        elif name not in fetched_texts():
            raise UnknownName(f"There is no text {name!r} on this machine.")
        title = f"{title_of(choice.model)} on {_title(choice)}"
        run_id = store.add(
            KIND, asdict(choice) | {"text": name}, name=title, limits=LIMITS
        )  # fmt: skip
    except EngineError:
        forget_upload(name)
        raise
    set_owner(store, run_id, visitor)
    return run_id


def delete_measuring(store: Store, run_id: str, visitor: str) -> None:
    """Forget the run, its sums, and the file that was uploaded for it.

    Raises:
        NotYours: the visitor did not start it.
        UnknownName: no such run.
    """
    settings = store.run(run_id).settings
    delete_run(store, run_id, visitor)
    if settings.get("kind") == UPLOADED:
        forget_upload(str(settings.get("text", "")))


def measuring_runs(store: Store, visitor: str) -> list[Run]:
    """The visitor's runs that measure a text, and those of the command line, newest first."""
    return [run for run in runs_of(store, visitor) if run.kind == KIND]


def _title(choice: TextChoice) -> str:
    return fetched_texts()[choice.text] if choice.kind == FETCHED else choice.text


def _check_beginning(text: TextFile) -> None:
    if next(text.pieces(), None) is None:
        raise TextError(f"{text.name} holds no sentence. One sentence a line is needed.")
