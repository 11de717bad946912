"""Is all ready for a class: what the lectures need, and how fast it is on this machine?

To look is to make ready: in a server that looks, the models are loaded afterwards and what the
figures measure is kept, so that the class waits for none of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from engine.cli.checks import ROOT, SETUP, Check
from engine.cli.checks.shipped import RESTORE
from engine.errors import EngineError
from engine.packages import package_folder

GROUP = "class"
SOON_SECONDS = 2.0  # a picture that takes longer makes a class wait
SHORTEST = 0.1  # that is told
OWN_RUN = "asks a run of one's own: start one on the page “ULMFiT” before the class"
OUTSIDE = ("http://", "https://")
# Names, not addresses: nothing is fetched from there.
NAMESPACES = ("http://www.w3.org/",)


def for_class() -> Iterator[Check]:
    """Everything but the figures, which take longer."""
    yield from lectures()
    yield from models()
    yield from replays()
    yield fonts()
    yield offline()
    yield network()


def lectures() -> Iterator[Check]:
    """Can every lecture be read?"""
    from engine.lectures.shelf import shelf

    found, errors = shelf()
    for lecture in found:
        about = f"{len(lecture.steps)} steps, {len(lecture.figures())} figures"
        yield Check(GROUP, f"lecture {lecture.slug}", True, about)
    for error in errors:
        first = str(error).splitlines()[0]
        yield Check(GROUP, "lecture", False, first, "python -m engine lecture check")


def models() -> Iterator[Check]:
    """How long does each model take to be loaded and to read a sentence?"""
    from engine.encoder import ENCODERS, registered
    from engine.text import Sentence
    from engine.views.sources import encoder

    for card in registered():
        if missing := ENCODERS[card.name].missing():
            yield Check(GROUP, card.name, False, missing, SETUP)
            continue
        started = time.perf_counter()
        try:
            encoder(card.name).encode([Sentence("the bank of the river")])
        except (EngineError, OSError, ValueError, KeyError, RuntimeError) as error:
            yield Check(GROUP, card.name, False, f"does not encode ({error})", "python -m engine "
                        "doctor")  # fmt: skip
            continue
        yield Check(GROUP, card.name, True, f"reads after {_seconds(started)}")


def replays() -> Iterator[Check]:
    """Can every recorded run be played?"""
    from engine.runs.recorded import recording, recordings

    try:
        labels = recordings()
    except EngineError as error:
        yield Check(GROUP, "recorded runs", False, str(error), RESTORE)
        return
    broken, n_events = [], 0
    for label in labels:
        try:
            n_events += len(recording(label.name).events)
        except EngineError as error:
            broken.append(str(error))
    found = "; ".join(broken) or f"{len(labels)} with {n_events:,} events"
    yield Check(GROUP, "recorded runs", bool(labels) and not broken, found, RESTORE)


def fonts() -> Check:
    """Are the fonts on this machine? They come with Streamlit."""
    folder = package_folder("streamlit")
    files = list((folder / "static").rglob("*.woff2")) if folder else []
    found = f"{len(files)} files, none from outside" if files else "none here"
    return Check(GROUP, "fonts", bool(files), found, SETUP)


def offline() -> Check:
    """Does anything that a page loads lie outside? Then a room without internet would show it."""
    asking = [
        path.relative_to(ROOT).as_posix()
        for folder, kinds in (("assets/js", "*.js"), ("assets/css", "*.css"))
        for path in sorted((ROOT / folder).rglob(kinds))
        if _asks_outside(path.read_text(encoding="utf8"))
    ]
    found = f"asked for by {', '.join(asking)}" if asking else "nothing is asked for from outside"
    return Check(GROUP, "offline", not asking, found, "git checkout -- assets")


def network() -> Check:
    """By which address do phones reach this machine?"""
    from engine.classroom.address import own_address

    address = own_address()
    found = f"{address}, with `make class`" if address else "this machine is in no network"
    mend = "join the network of the class, then make class"
    return Check(GROUP, "address for phones", bool(address), found, mend, needed=False)


def figures() -> Iterator[Check]:
    """How long does each figure of each lecture take, the first time and again?"""
    from engine.lectures.shelf import shelf
    from engine.views.asked_states import ASK_A_RUN

    for lecture in shelf()[0]:
        for number, figure in enumerate(lecture.figures(), 1):
            name = f"{lecture.slug}, figure {number}: {figure.view}"
            state = figure.first  # what a reader sees who has chosen nothing
            if figure.view in ASK_A_RUN and not state.run:
                yield Check(GROUP, name, True, OWN_RUN)
            else:
                yield _timed(name, figure.view, state)


def n_figures() -> int:
    """How many that are."""
    from engine.lectures.shelf import shelf

    return sum(len(lecture.figures()) for lecture in shelf()[0])


def _timed(name: str, view_name: str, state: object) -> Check:
    from engine.views import VIEWS, SlowView
    from engine.views.sources import vectors_of

    view = VIEWS[view_name]()
    mend = "look at it before the class, and leave the server running"
    try:
        started = time.perf_counter()
        for source, model in view.needs(state):
            vectors_of(source, model)
        if isinstance(view, SlowView) and (work := view.work(state)):
            work.do(lambda done, total: None)
        view.show(state)
        first = _seconds(started)
        again = time.perf_counter()
        view.show(state)
    except EngineError as error:
        return Check(GROUP, name, False, str(error), "python -m engine doctor", needed=False)
    soon = time.perf_counter() - again <= SOON_SECONDS
    return Check(GROUP, name, soon, f"{_seconds(again)}, the first time {first}", mend,
                 needed=False)  # fmt: skip


def _asks_outside(text: str) -> bool:
    for name in NAMESPACES:
        text = text.replace(name, "")
    return any(address in text for address in OUTSIDE)


def _seconds(started: float) -> str:
    seconds = time.perf_counter() - started
    return f"{seconds:.1f} s" if seconds >= SHORTEST else f"under {SHORTEST} s"
