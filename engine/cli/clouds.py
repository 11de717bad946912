"""`build-clouds` and `verify-clouds`: the recorded clouds and shapes that ship in assets."""

from __future__ import annotations

import argparse

from engine.cli.arguments import Commands, new_command


def add_to(commands: Commands) -> None:
    """Enter both commands into the parser."""
    parser = new_command(
        commands,
        "build-clouds",
        build,
        "Compute the clouds that ship with the project: places in every layout (UMAP takes\n"
        "minutes), measures and shapes, from the bundled text and models.",
        "build-clouds",
        "build-clouds --model elmo",
        "build-clouds --only shapes",
    )
    parser.add_argument("--model", metavar="M", help="only the clouds of this model")
    parser.add_argument("--only", choices=("clouds", "shapes"), help="leave the other as it is")
    new_command(
        commands,
        "verify-clouds",
        verify,
        "Compute measures and linear pictures of the shipped clouds again and compare them.",
        "verify-clouds",
    )


def build(options: argparse.Namespace) -> int:
    """Write every bundled cloud."""
    from engine.encoder import is_registered
    from engine.errors import UnknownName
    from engine.views.build import build as build_cloud
    from engine.views.build import build_shapes
    from engine.views.recorded import bundled

    if options.model and not is_registered(options.model):
        raise UnknownName(f"Unknown model {options.model!r}. See `python -m engine models`.")
    for source, model in bundled():
        if options.model not in (None, model):
            continue
        if options.only != "shapes":
            build_cloud(source, model, print)
        if options.only != "clouds":
            build_shapes(source, model, print)
    return 0


def verify(options: argparse.Namespace) -> int:
    """Compare every bundled cloud with one computed now."""
    from engine.views.recorded import bundled
    from engine.views.verify import verify as verify_one

    clouds = bundled()
    problems = [problem for cloud in clouds for problem in verify_one(*cloud)]
    print("\n".join(problems) or f"{len(clouds)} clouds are what computing them again gives.")
    return 1 if problems else 0
