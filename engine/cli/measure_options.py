"""The options of `measure` for texts of any length, and which texts are measured so."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.geometry.frame import Frame
    from engine.measuring.measured import Part

LARGE_ONLY = ("text", "save", "resume", "part", "ray", "split")
MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def add_large(parser: argparse.ArgumentParser) -> None:
    """The options of large texts."""
    group = parser.add_argument_group("texts of any length")
    group.add_argument(
        "--text", metavar="NAME", help="instead of --input: a text that `texts` lists, all of it"
    )
    group.add_argument(
        "--split", action="store_true", help="cut each line into sentences by rules too"
    )
    group.add_argument(
        "--save",
        metavar="FILE",
        help="keep the sums in FILE (safetensors): every minute, on Ctrl-C and at the end, when "
        "the report goes beside it as .json",
    )
    group.add_argument("--resume", action="store_true", help="go on from what --save FILE holds")
    group.add_argument(
        "--part", type=part_of, metavar="I/N", help="measure the I-th of N parts of the text only"
    )
    group.add_argument(
        "--merge", nargs="+", metavar="FILE", help="the parts that were saved, as one; exactly"
    )
    group.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="measure on a Ray cluster, 'local' for one on this machine; this folder, FILE and the "
        "model must be at the same path on all its machines (needs requirements-ray.txt)",
    )


def part_of(text: str) -> Part:
    """An argparse type: I/N.

    >>> part_of("2/8")
    Part(number=2, of=8)
    """
    from engine.measuring.measured import Part

    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"needs I/N with I from 1 to N, such as 2/8; got {text!r}")
    return Part(int(number), int(of))


def is_large(options: argparse.Namespace, frame: Frame) -> bool:
    """Is this a text to be measured in pieces that can be saved?

    What is fitted on the whole text, or read from a pipe, is not.
    """
    asked = [name for name in LARGE_ONLY if getattr(options, name)]
    whole = options.state != "raw" or frame.unit == "one per type"
    if asked and whole:
        options.parser.error(f"--{asked[0]} goes with raw vectors and not with one-per-type")
    if asked and options.input == "-":
        options.parser.error(f"--{asked[0]} needs a file: standard input is read once")
    if asked and options.input and os.path.exists(options.input) and _is_stream(options.input):
        options.parser.error(f"--{asked[0]} needs a UTF-8 file that can be read from any place")
    if options.resume and not options.save:
        options.parser.error("--resume goes with --save FILE: it goes on from what FILE holds")
    if options.ray and (options.resume or options.weights or options.forward_only):
        options.parser.error(
            "--ray goes neither with --resume nor with --weights or --forward-only"
        )
    return bool(asked) or not (whole or _is_stream(options.input))


def _is_stream(path: str) -> bool:
    """Something that is not read in pieces: standard input, a pipe, UTF-16."""
    if not os.path.isfile(path):
        return True
    try:
        with open(path, "rb") as file:
            return file.read(2) in MARKS_OF_UTF_16
    except OSError:
        return True
