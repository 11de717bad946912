"""The command line, `python -m engine COMMAND`: one file per command.

Importing this package is cheap: what a command needs (numpy, torch, transformers) it imports when
it runs. Exit codes: 0 fine, 1 an error (one sentence on stderr), 2 wrong usage, 130 Ctrl-C.
"""

from engine.cli.program import main

__all__ = ["main"]
