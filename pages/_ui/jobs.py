"""Work that takes longer than a click: in a thread, with progress, an estimate and a way to stop
it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from engine.encoder import Progress, title_of
from engine.errors import Cancelled, EngineError
from engine.views.sources import Source, is_ready, is_small, vectors_of

POLL_SECONDS = 0.2


class Job:
    """One piece of work in a thread of its own."""

    def __init__(self, title: str, work: Callable[[Progress], object]) -> None:
        self.title = title
        self.done, self.total = 0, 1
        self.error: EngineError | None = None
        self.finished = False
        self._started = time.monotonic()
        self._cancelled = threading.Event()
        self._work = work
        threading.Thread(target=self._run, name=f"job: {title}", daemon=True).start()

    def cancel(self) -> None:
        """Stop at the next batch."""
        self._cancelled.set()

    def describe(self) -> str:
        """What runs, how far it is, and how long it will still take."""
        if self._cancelled.is_set():
            return f"{self.title}: stopping …"
        elapsed = time.monotonic() - self._started
        if not self.done:
            return f"{self.title} … {elapsed:.0f} s"
        remaining = elapsed / self.done * (self.total - self.done)
        return f"{self.title}: {self.done:,} of {self.total:,}, about {remaining:.0f} s left"

    def _run(self) -> None:
        try:
            self._work(self._progress)
        except EngineError as error:
            self.error = error
        finally:
            self.finished = True

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, max(total, 1)
        if self._cancelled.is_set():
            raise Cancelled(
                "Stopped. Nothing was lost: change the text or the model, or start again."
            )


def vectors_ready(wanted: Sequence[tuple[Source, str]], place: str) -> bool:
    """True once all these vectors are in memory; until then a progress bar stands here and the
    page reruns when done.

    A short text is encoded on the spot, since a progress bar would only flicker. Several places of
    a page may wait for the same vectors: each has a name.
    """
    for source, model in wanted:
        if is_ready(source, model):
            continue
        if is_small(source, model):
            vectors_of(source, model)
            continue

        def encode(progress: Progress, source: Source = source, model: str = model) -> object:
            return vectors_of(source, model, progress=progress)

        title = f"{title_of(model)} reads the {source.title}"
        if not done(("vectors", source, model), title, encode, place):
            return False
    return True


def done(
    key: tuple[Any, ...],
    title: str,
    work: Callable[[Progress], object],
    place: str = "",
    has_more: Callable[[], bool] = lambda: False,
    *,
    is_asked_again: bool = True,
) -> bool:
    """True once the work under this key is done in this session; starts it, and shows its progress
    in this place until then. The page reruns when it is done, and when there is more to show.

    Args:
        is_asked_again: with a button to start again what failed; without one, whoever asks again
            starts it anew.
    Raises:
        EngineError: what the work ended with.
    """
    jobs = _jobs()
    job = jobs.get(key) or jobs.setdefault(key, Job(title, work))
    if not job.finished:
        _progress_panel(job, place, has_more)
        return False
    if job.error:
        if is_asked_again and not st.button("Start again", key=f"again {place} {title}"):
            raise job.error
        del jobs[key]
        if not is_asked_again:
            raise job.error
        st.rerun()
    return True


def stop_others(place: str, state: object) -> None:
    """Stop what a figure's place computes for states that are no longer asked for there: whoever
    goes through words quickly waits for the last one only. Asked again, they start anew.

    Jobs of figures have the key (place, state, version).
    """
    jobs = _jobs()
    for key, job in list(jobs.items()):
        if key[0] == place and key[1] != state and not job.finished:
            job.cancel()
            del jobs[key]


def _jobs() -> dict[tuple[Any, ...], Job]:
    """Of this session."""
    found: dict[tuple[Any, ...], Job] = st.session_state.setdefault("jobs", {})
    return found


@st.fragment(run_every=POLL_SECONDS)
def _progress_panel(job: Job, place: str, has_more: Callable[[], bool]) -> None:
    if job.finished or has_more():
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(job.done / job.total, 1.0), job.describe())
    if stop.button("Stop", key=f"stop {place} {job.title}", width="stretch"):
        job.cancel()
