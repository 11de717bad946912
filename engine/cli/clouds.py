"""`build-clouds` and `verify-clouds`: the recorded clouds that ship in assets/clouds."""

from __future__ import annotations

import argparse

from engine.cli.arguments import Commands, new_command


def add_to(commands: Commands) -> None:
    """Enter both commands into the parser."""
    new_command(
        commands,
        "build-clouds",
        build,
        "Compute the clouds that ship with the project: places in every layout (UMAP takes\n"
        "minutes) and measures, from the bundled text and models.",
        "build-clouds",
    )
    new_command(
        commands,
        "verify-clouds",
        verify,
        "Compute measures and linear pictures of the shipped clouds again and compare them.",
        "verify-clouds",
    )


def build(options: argparse.Namespace) -> int:
    """Write every bundled cloud."""
    from engine.views.build import build as build_one
    from engine.views.recorded import BUNDLED

    for source, model in BUNDLED:
        build_one(source, model, print)
    return 0


def verify(options: argparse.Namespace) -> int:
    """Compare every bundled cloud with one computed now."""
    from engine.views.build import verify as verify_one
    from engine.views.recorded import BUNDLED

    problems = [problem for cloud in BUNDLED for problem in verify_one(*cloud)]
    print("\n".join(problems) or f"{len(BUNDLED)} clouds are what computing them again gives.")
    return 1 if problems else 0
