"""Arguments that several commands share, and how a command enters the parser."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import quieten_libraries

if TYPE_CHECKING:
    from engine.encoder import Encoder

Commands = Any  # argparse keeps the type of its sub-parsers to itself
LARGEST_SEED = 2**63 - 1


def new_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    *uses: str,
) -> argparse.ArgumentParser:
    """Add a command; `about`'s first line is its summary, `uses` are its examples."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about.partition("\n")[0],
        description=about,
        epilog=examples(*uses),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def examples(*uses: str) -> str:
    """The examples at the end of a --help."""
    return "examples:\n" + "\n".join(f"  python -m engine {use}" for use in uses)


def add_model_and_input(
    parser: argparse.ArgumentParser, input_help: str, *, required: bool = True
) -> None:
    """--model, --weights, --options, --forward-only, --input and --device."""
    parser.add_argument(
        "--model",
        required=required,
        metavar="M",
        help="a name that `python -m engine models` lists, any fetched transformer of the hub "
        "(bert-base-cased), or a model folder",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="weights published for --model, in the files of their publisher: with elmo, the HDF5 "
        "file of any ELMo of AllenAI",
    )
    parser.add_argument(
        "--options", metavar="FILE", help="the JSON file that was published with --weights"
    )
    parser.add_argument(
        "--forward-only",
        action="store_true",
        help="with awd-lstm: the forward net alone, whose states have not seen what follows",
    )
    parser.add_argument("--input", required=required, metavar="FILE", help=input_help)
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where a network computes; auto: the GPU where there is one (default)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")


def add_seed(parser: argparse.ArgumentParser) -> None:
    """--seed."""
    parser.add_argument(
        "--seed",
        type=whole_number(0, LARGEST_SEED),
        default=0,
        metavar="N",
        help="of every random choice (default 0)",
    )


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """An argparse type: a whole number within bounds."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            upper = "" if most is None else f" and at most {most}"
            raise argparse.ArgumentTypeError(
                f"needs a whole number of at least {least}{upper}; got {text!r}"
            )
        return number

    return parse


def state_of_vectors(text: str) -> str:
    """An argparse type: the name of a state of the vectors."""
    from engine.vectors.states import STATES

    if text not in STATES:
        raise argparse.ArgumentTypeError(f"unknown state {text!r}. Known: {', '.join(STATES)}")
    return text


def load_model(options: argparse.Namespace) -> Encoder:
    """The encoder that --model, --weights, --options, --forward-only and --device name, without
    the libraries' chatter on stderr.
    """
    from engine.encoder import ENCODERS, is_registered, load_encoder

    quieten_libraries()
    published = options.weights is not None or options.options is not None
    if not (published or options.forward_only):
        return load_encoder(options.model, options.device)
    encoder: Any = ENCODERS[options.model] if is_registered(options.model) else None
    if options.forward_only:
        if published or not hasattr(encoder, "forward_only"):
            options.parser.error("--forward-only means something to --model awd-lstm as it ships")
        return encoder.forward_only(options.device)
    if not hasattr(encoder, "from_published"):
        options.parser.error(f"--weights and --options mean nothing to --model {options.model}")
    if options.weights is None or options.options is None:
        options.parser.error("--weights and --options belong together: name both files")
    return encoder.from_published(Path(options.weights), Path(options.options), options.device)


def numbers(options: argparse.Namespace, **lowest: int) -> dict[str, Any]:
    """Options that list whole numbers, "100,300", as tuples; those that were not given left out.

    Args:
        lowest: name of each option -> the least number that it may hold.
    """
    found = {}
    for name, least in lowest.items():
        if given := getattr(options, name):
            try:
                found[name] = tuple(map(whole_number(least), given.split(",")))
            except argparse.ArgumentTypeError as error:
                options.parser.error(f"--{name}: {error}")
    return found
