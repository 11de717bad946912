"""`python -m engine fetch`: bring a data set, or a transformer of the Hugging Face hub, to this
machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.arguments import Commands, new_command
from engine.cli.fetch_data import fetch_archive, fetch_data_set
from engine.cli.output import quieten_libraries
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.published import PUBLISHED
from engine.errors import ModelUnavailable

# Weights in safetensors and what describes them, at the top of the repository only: folders hold
# copies for other libraries. Never a pickle.
WANTED = ["*.safetensors", "*.json", "*.txt", "*.model"]
UNWANTED = ["*/*"]
WEIGHTS = ".safetensors"


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "fetch",
        run,
        "Fetch a data set for training, or a transformer of the Hugging Face hub, by its name.\n\n"
        f"Data sets: {', '.join(DATA_SETS)}.\n"
        "They are used from the folder that CONESCOPE_DATA names, where it holds them; otherwise\n"
        "the hub's copy (of snippets: the package index's) goes into CONESCOPE_CACHE\n"
        "(~/.cache/conescope).\n\n"
        "Of a transformer only safetensors weights, tokenizer and config are fetched, into the\n"
        "usual cache (HF_HOME). An interrupted download goes on where it stopped.\n\n"
        f"Archives of other publishers, into CONESCOPE_CACHE: {', '.join(PUBLISHED)}.",
        "fetch wikipedia",
        "fetch bert-base-cased",
        "fetch openai-community/gpt2",
        "fetch awd-lstm-wt103",
    )
    parser.add_argument(
        "name", metavar="NAME", help="a data set, or a model as on https://huggingface.co/models"
    )


def run(options: argparse.Namespace) -> int:
    """Fetch the data set or the model, unless it is here already."""
    name = options.name
    if name in DATA_SETS:
        return fetch_data_set(name)
    if name in PUBLISHED:
        return fetch_archive(name)
    quieten_libraries()
    if (Path(name) / "config.json").is_file():
        print(f"{name} is a model folder on this machine: use it as it is, with --model {name}.")
    elif _is_bundled(name):
        print(f"{name} comes with Conescope and is here; nothing to fetch.")
    else:
        print(f"{name}: {_fetched(name)}")
    return 0


def _is_bundled(name: str) -> bool:
    """True for a registered model that is here.

    Raises:
        ModelUnavailable: it is registered, but not here; `make setup` brings it.
    """
    from engine.encoder import ENCODERS, HUB

    if name == HUB or name not in ENCODERS:
        return False
    if missing := ENCODERS[name].missing():
        raise ModelUnavailable(missing)
    return True


def _fetched(name: str) -> Path:
    """The folder of the cache in which the model now is.

    Raises:
        ModelUnavailable: the hub or the model cannot be reached, or holds no safetensors weights.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HTTPError, XetDownloadError

    what: dict[str, Any] = {"allow_patterns": WANTED, "ignore_patterns": UNWANTED}
    try:
        files = snapshot_download(name, dry_run=True, **what)
        if not any(file.filename.endswith(WEIGHTS) for file in files):
            raise ModelUnavailable(
                f"The model {name!r} has no weights in safetensors format on the hub; "
                "other formats are not read here."
            )
        n_bytes = sum(file.file_size for file in files if file.will_download)
        print(f"{name}: {len(files)} files, {n_bytes / 1e6:,.1f} MB to fetch", flush=True)
        return Path(snapshot_download(name, **what))
    except ValueError as error:  # the name breaks the hub's rules
        raise ModelUnavailable(f"{name!r} is no name of a hub model: {error}") from error
    except (OSError, HTTPError, XetDownloadError) as error:
        if folder := _cached(name, what):
            return folder
        raise ModelUnavailable(_why_not(name, error)) from error


def _cached(name: str, what: dict[str, Any]) -> Path | None:
    """The model's folder in the cache where it is complete, without asking the hub."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True, **what))
    except OSError:
        return None


def _why_not(name: str, error: Exception) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    cause = error.__cause__ or error
    if isinstance(cause, GatedRepoError):
        return f"The hub gives the model {name!r} only to those who have accepted its terms."
    if isinstance(cause, RepositoryNotFoundError):
        return f"The hub has no public model {name!r}; https://huggingface.co/models lists them."
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return (
        f"The model {name!r} could not be fetched ({lines[0].rstrip('.')[:200]}). With internet, "
        f"run `python -m engine fetch {name}` again; what has arrived is kept."
    )
