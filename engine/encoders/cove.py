"""CoVe (McCann et al. 2017, https://arxiv.org/abs/1708.00107): GloVe vectors, read by an encoder
that learnt to translate English into German. Its decoder is needed for translations only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.text import Sentence
from engine.vectors import LayeredVectors, glove_table

if TYPE_CHECKING:
    from engine.nets import cove
    from engine.nets.translation import Interpreter

KIND, SEED = "cove", 0
DECODER_KIND, DECODER_FILE = "cove-decoder", "decoder.safetensors"


@ENCODERS.add(KIND)
class Cove:
    """Layer 0 is GloVe; layers 1 and 2 are the states of both directions side by side. Layer 2's
    left-to-right half already knows what follows, since layer 1 told it.
    """

    card = ModelCard(
        name=KIND,
        title="CoVe",
        family="contextual",
        about="A two-layer bidirectional LSTM on GloVe vectors that learnt to translate English "
        "image captions into German. A word that GloVe does not know is zeros to it.",
        layer_names=("0 · GloVe", "1 · biLSTM 1", "2 · biLSTM 2"),
        d_model=600,
        widths=(50, 600, 600),
        year=2017,
        source="trained for Conescope on Multi30k, after McCann et al. 2017 (who read GloVe 840B, "
        "300-d)",
        licence="MIT; Multi30k states none, cite Elliott et al. 2016",
        sha256=shipped_sha256(KIND),
    )
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None:
        from engine.nets.cove_reader import CoveReader
        from engine.nets.device import pick_device

        torch_device = pick_device(device)
        self.device = torch_device.type
        self.reader = CoveReader(self._net(), torch_device)

    @staticmethod
    def _net() -> cove.Cove:
        import torch

        from engine.checkpoints import load_weights
        from engine.nets import cove

        weights = load_weights(weights_path(KIND), kind=KIND, sha256=shipped_sha256(KIND))
        with torch.device("meta"):  # no time spent on random weights that are replaced at once
            net = cove.Cove(cove.CoveConfig(**weights.config))
        net.load_state_dict(weights.tensors, assign=True)
        return net

    @classmethod
    def missing(cls) -> str | None:
        """None where the weights and GloVe are."""
        return not_shipped(KIND, cls.card.title) or glove_table.missing()

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Every word that GloVe knows, at all layers; the others are read as zeros and listed.

        Raises:
            TextError: GloVe knows none of the words.
        """
        return self.reader.read(sentences, self.card.name, self.card.layer_names, progress)


@ENCODERS.add(f"{KIND}-untrained")
class UntrainedCove(Cove):
    """The same net before its first step: what mixing neighbours does, without anything learnt."""

    card = replace(
        Cove.card,
        name=f"{KIND}-untrained",
        title="CoVe, untrained",
        about="CoVe's net with random weights on the same GloVe vectors: it mixes each word with "
        "its neighbours, but has learnt nothing. What CoVe has beyond it, it learnt.",
        source=f"random weights of seed {SEED}, in the shape of CoVe; GloVe as in CoVe",
        licence="MIT",
        sha256="",
        twin_of=KIND,
    )

    @staticmethod
    def _net() -> cove.Cove:
        from engine.nets import cove

        return cove.untrained(cove.CoveConfig(), SEED)

    @classmethod
    def missing(cls) -> str | None:
        """None where GloVe is: random weights are made on the spot."""
        return glove_table.missing()


def load_interpreter(device: str = "auto") -> Interpreter:
    """CoVe with the decoder it was trained with: translations into German.

    Raises:
        EngineError: the weights are not there.
        CorruptFile: truncated, altered, or weights of something else.
    """
    import torch

    from engine.checkpoints import load_weights
    from engine.nets.translation import Interpreter
    from engine.nets.translator import Translator, TranslatorConfig

    checksum = shipped_sha256(KIND, DECODER_FILE)
    weights = load_weights(weights_path(KIND, DECODER_FILE), kind=DECODER_KIND, sha256=checksum)
    with torch.device("meta"):
        decoder = Translator(TranslatorConfig(**weights.config))
    decoder.load_state_dict(weights.tensors, assign=True)
    return Interpreter(Cove(device).reader, decoder, weights.vocabularies["german"].words)


def missing_interpreter() -> str | None:
    """None where translations are possible; else a sentence with the command that makes them so."""
    return not_shipped(KIND, "CoVe's translator", DECODER_FILE) or Cove.missing()
