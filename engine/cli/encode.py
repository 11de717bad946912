"""`python -m engine encode`: every word's vector at every layer, as a NumPy archive."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from engine.cli.arguments import Commands, add_model_and_input, load_model, new_command
from engine.cli.output import complain, unknown_words_sentence
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.vectors import LayeredVectors


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "encode",
        run,
        "Write every word's vector at every layer to a NumPy archive.\n\n"
        "arrays of OUT.npz, one row per word occurrence:\n"
        "  layer_0 ... layer_L  float32, (n_words, d); layer_0 is the model's context-free input\n"
        "  words                the word as typed\n"
        "  sentence_ids         number of its line among FILE's non-empty lines, from 0\n"
        "  positions            number of the word in its sentence, from 0, punctuation counted\n\n"
        "Words that the model does not know are listed on stderr, not written.",
        "encode --model minilm --input sentences.txt --output vectors.npz",
        "encode --model glove --input - --output vectors.npz < sentences.txt",
        "encode --model elmo --weights elmo.hdf5 --options elmo.json --input sentences.txt "
        "--output vectors.npz",
    )
    add_model_and_input(parser, "UTF-8 text, one sentence a line; - is standard input")
    parser.add_argument("--output", required=True, metavar="OUT.npz", help="the file to write")


def run(options: argparse.Namespace) -> int:
    """Encode the file and write the archive."""
    import numpy as np

    from engine.cli.pieces import encoded
    from engine.cli.reading import file_name, opened, sentences
    from engine.geometry.stream import numbered
    from engine.measuring.tally import Tally

    tally = Tally()
    output = Path(options.output)
    with opened(options.input) as source, _replacing(output, options.input) as target:
        encoder = load_model(options)
        with _Spool(output.parent) as spool:
            pieces = encoded(encoder, sentences(source, file_name(options.input)), tally)
            for first_sentence, piece in numbered(pieces):
                spool.add(piece, first_sentence)
            arrays = spool.arrays()
            np.savez(target, allow_pickle=False, **arrays)
    for note in tally.notes:
        complain(note)
    if tally.n_unknown:
        complain(unknown_words_sentence(tally.n_unknown, tally.first_unknown))
    n_words, n_layers = len(arrays["words"]), len(spool.widths)
    print(
        f"{output}: {n_words:,} word(s) of {tally.n_sentences:,} sentence(s), {n_layers} layer(s), "
        f"width {', '.join(map(str, sorted(set(spool.widths))))}, {encoder.device} {encoder.dtype}"
    )
    return 0


class _Spool:
    """Vectors written to temporary files as they come; memory holds words and numbers only."""

    def __init__(self, folder: Path) -> None:
        self.widths: list[int] = []  # of the layers
        self._folder = folder
        self._stack = ExitStack()
        self._layers: list[IO[bytes]] = []
        self._words: list[str] = []
        self._places: list[Any] = []  # (sentence_ids, positions) of each piece

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def add(self, vectors: LayeredVectors, first_sentence: int) -> None:
        """Append a piece of the file."""
        if not self.widths:
            self.widths = [layer.shape[1] for layer in vectors.layers]
            for _ in self.widths:
                layer_file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # the stack
                self._layers.append(self._stack.enter_context(layer_file))
        for file, layer in zip(self._layers, vectors.layers, strict=True):
            file.write(layer.tobytes())
        self._words += vectors.words
        self._places.append((vectors.sentence_ids + first_sentence, vectors.positions))

    def arrays(self) -> dict[str, Any]:
        """The arrays of the archive, by name."""
        import numpy as np

        arrays: dict[str, Any] = {}
        for i, (file, width) in enumerate(zip(self._layers, self.widths, strict=True)):
            file.flush()
            shape = (len(self._words), width)
            arrays[f"layer_{i}"] = np.memmap(file, np.float32, "r", shape=shape)
        arrays["words"] = np.array(self._words)
        arrays["sentence_ids"], arrays["positions"] = map(
            np.concatenate, zip(*self._places, strict=True)
        )
        return arrays


@contextmanager
def _replacing(path: Path, source: str) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place once it is complete.

    Raises:
        EngineError: nothing can be written there, or it is the file that is read.
    """
    if path.exists() and (not path.is_file() or not os.access(path, os.W_OK)):
        raise EngineError(f"{path} cannot be written: it is not a file that may be replaced.")
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise EngineError(f"{path} is the input itself. Name another --output.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        file = unfinished.open("wb")
    except OSError as error:
        raise EngineError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
        unfinished.replace(path.resolve())
    finally:
        unfinished.unlink(missing_ok=True)
