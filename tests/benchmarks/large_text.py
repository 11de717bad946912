"""A million words through MiniLM: in constant memory, and the sums beside the encoding.

`python -m tests.benchmarks.large_text N` is what runs in a process of its own, so that its peak is
its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from engine.geometry.stream import GeometryStream
from engine.vectors.threads import one_thread
from tests.benchmarks import Row, Skipped

N_WORDS, FEW_WORDS, N_MARKS = 1_000_000, 30_000, 10
N_AGAIN = 15  # the last piece summed without shape
STATUS = Path("/proc/self/status")
TEXT = "wikipedia"


def run(quick: bool) -> list[Row]:
    """One pass over the beginning of the Wikipedia articles, on one thread, so that processor time
    tells on a busy machine too what encoding and what summing takes.
    """
    from engine.corpora.training_texts import TEXTS

    if not STATUS.exists():
        raise Skipped("Memory is read from /proc, which only Linux has.")
    if why := TEXTS[TEXT].missing():
        raise Skipped(why)
    n_words = FEW_WORDS if quick else N_WORDS
    command = [sys.executable, "-m", __name__, str(n_words)]
    one = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=one)
    return rows_of(json.loads(done.stdout))


def rows_of(found: dict[str, Any]) -> list[Row]:
    """The most memory between two tenths, half way and at the end; seconds of summing and of
    encoding.
    """
    marks = found["marks"]
    first, half, last = marks[0], marks[len(marks) // 2 - 1], marks[-1]
    about = (
        f"{last['n_words']:,} words x {found['n_layers']} layers of {found['text']}, "
        f"{last['n_types']:,} word types; {found['seconds']:,.0f} s, load {found['load']:.1f}"
    )
    split = (
        f"{about}; peak with the temporary files that the system holds in memory as long as it has "
        f"room: {last['VmHWM'] / 1024:,.0f} MB"
    )
    # What is left of the last nine tenths: at first, new word types take new rows of the files.
    sums, encoding = (last[name] - first[name] for name in ("summing", "encoding"))
    return [
        Row(
            "a text through MiniLM: most own memory in its last tenth, against half way",
            last["RssAnon"] / 1024, "MB", half["RssAnon"] / 1024,
            last["RssAnon"] / half["RssAnon"], "ratio <= 1.1", split,
        ),
        Row(
            "sums for measures and shape, against encoding (processor time)",
            sums, "s", encoding, sums / encoding, "ratio < 0.1", about,
        ),
        Row(
            "sums for measures alone, against encoding (processor time)",
            found["plain"], "s", found["plain_encoding"],
            found["plain"] / found["plain_encoding"], "ratio < 0.1",
            "of the last piece",
        ),
    ]  # fmt: skip


def measure(n_words: int) -> dict[str, Any]:
    """The pass itself: what memory and time were at every tenth of it."""
    from engine.corpora.large_texts import sentences_file
    from engine.corpora.training_texts import TEXTS
    from engine.encoder import load_encoder
    from engine.measuring.job import Job
    from engine.measuring.text_file import TextFile

    encoder = Timed(load_encoder("minilm", "cpu"))
    text = TextFile(sentences_file(TEXT), TEXT)
    job = Job(text, encoder)
    marks: list[dict[str, Any]] = []
    spent, started, most = 0.0, time.perf_counter(), 0
    while job.measured.stream.n_words < n_words and not job.finished:
        before = time.process_time()
        job.advance()
        spent += time.process_time() - before
        most = max(most, memory()["RssAnon"])
        if job.measured.stream.n_words >= n_words * (len(marks) + 1) / N_MARKS:
            marks.append(mark(job, encoder, spent) | {"RssAnon": most})
            most = 0
            tell(marks)
    return {
        "marks": marks, "n_layers": len(job.measured.stream.layers), "text": TEXTS[TEXT].title,
        "seconds": time.perf_counter() - started, "load": os.getloadavg()[0],
        **without_shape(encoder),
    }  # fmt: skip


def without_shape(encoder: Timed) -> dict[str, float]:
    """Seconds of summing the last piece without shape, again and again, and of encoding it."""
    stream = GeometryStream()
    seconds = []
    for number in range(N_AGAIN):
        before = time.process_time()
        with one_thread():
            stream.update(encoder.last, first_sentence=number * len(encoder.last.sentences))
        seconds.append(time.process_time() - before)
    return {"plain": statistics.median(seconds), "plain_encoding": encoder.took}


class Timed:
    """An encoder that notes how long it took."""

    def __init__(self, encoder: Any) -> None:
        self._encoder, self.seconds, self.took = encoder, 0.0, 0.0
        self.last: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode(self, *arguments: Any, **options: Any) -> Any:
        """As the encoder does."""
        before = time.process_time()
        self.last = self._encoder.encode(*arguments, **options)
        self.took = time.process_time() - before
        self.seconds += self.took
        return self.last


def memory() -> dict[str, int]:
    """Kilobytes of this process: the most ever, its own now, and of files now."""
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines() if ":" in line)
    return {name: int(lines[name].split()[0]) for name in ("VmHWM", "RssAnon", "RssFile")}


def mark(job: Any, encoder: Timed, spent: float) -> dict[str, Any]:
    """Words, seconds of the processor and kilobytes up to here."""
    return {
        "n_words": job.measured.stream.n_words, "n_types": len(job.measured.stream.types),
        "encoding": encoder.seconds, "summing": spent - encoder.seconds,
        **memory(),
    }  # fmt: skip


def tell(marks: list[dict[str, Any]]) -> None:
    """The last mark for reading, on stderr."""
    before = marks[-2] if len(marks) > 1 else {"encoding": 0.0, "summing": 0.0}
    last = marks[-1]
    print(
        f"{last['n_words']:,} words: encoding {last['encoding'] - before['encoding']:.1f} s, "
        f"summing {last['summing'] - before['summing']:.1f} s, own memory "
        f"{last['RssAnon'] / 1024:,.0f} MB, peak {last['VmHWM'] / 1024:,.0f} MB",
        file=sys.stderr, flush=True,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
