"""ELMo (Peters et al. 2018, https://aclanthology.org/N18-1202): words from their characters, read
by one LSTM stack from the left and one from the right.

Here each sentence is read from a state of zeros, so that its vectors depend on it alone. AllenNLP's
ELMo carries its state from sentence to sentence by default: there the same sentence gets other
vectors the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import TextError
from engine.model_files import not_shipped, shipped_card, shipped_sha256, weights_path
from engine.text import Sentence
from engine.vectors import LayeredVectors

if TYPE_CHECKING:
    from engine.nets import elmo

KIND, SEED = "elmo", 0
STATELESS = "Each sentence was read from a state of zeros, without the sentences before it."


def layer_names(n_layers: int) -> tuple[str, ...]:
    """What the layers of an ELMo are called, layer 0 first.

    >>> layer_names(1)
    ('0 · characters', '1 · biLM 1')
    """
    return ("0 · characters", *(f"{i} · biLM {i}" for i in range(1, n_layers + 1)))


LAYER_NAMES = layer_names(shipped_card(KIND).get("settings", {}).get("n_layers", 2))


@ENCODERS.add("elmo")
class Elmo:
    """Layer 0 is the word from its characters alone, twice side by side; above it, the states of
    both directions side by side.
    """

    card = ModelCard(
        name="elmo",
        title="ELMo",
        family="contextual",
        about="Two language models, one from the left and one from the right, on words made of "
        "their characters; each sentence is read by itself.",
        layer_names=LAYER_NAMES,
        d_model=256,
        year=2018,
        source="trained for Conescope on English Wikipedia articles, after Peters et al. 2018",
        licence="MIT; the articles: CC BY-SA",
        sha256=shipped_sha256(KIND),
    )
    dtype = "float32"

    def __init__(self, device: str = "auto") -> None:
        self._use(self._net(), device)

    def _use(self, net: elmo.Elmo, device: str) -> None:
        from engine.nets.device import pick_device
        from engine.nets.elmo_reader import ElmoReader

        torch_device = pick_device(device)
        self.device = torch_device.type
        self._reader = ElmoReader(net, torch_device)
        sizes = net.config.lstm
        self.card = replace(
            self.card, layer_names=layer_names(sizes.n_layers), d_model=2 * sizes.d_out
        )

    @staticmethod
    def _net() -> elmo.Elmo:
        import torch

        from engine.checkpoints import load_weights
        from engine.nets.elmo import Elmo as Net
        from engine.nets.elmo import ElmoConfig

        weights = load_weights(weights_path(KIND), kind=KIND, sha256=shipped_sha256(KIND))
        with torch.device("meta"):  # no time spent on random weights that are replaced at once
            net = Net(ElmoConfig.from_dict(weights.config))
        # The file also holds the softmax, which only the language model needs.
        own = {name: weights.tensors[f"elmo.{name}"] for name in net.state_dict()}
        net.load_state_dict(own, assign=True)
        return net

    @classmethod
    def from_published(cls, weights: Path, options: Path, device: str = "auto") -> Elmo:
        """Any ELMo in AllenAI's published format (small, medium, original, 5.5B).

        Raises:
            CorruptFile: a file cannot be read, or the two do not belong together.
        """
        from engine.nets.elmo_published import load_published

        net = load_published(weights, options)
        encoder = cls.__new__(cls)
        encoder._use(net, device)
        encoder.card = replace(
            encoder.card,
            title=f"ELMo, {weights.name}",
            source=f"{weights.name} with {options.name}",
            licence="as its publisher says",
            sha256="",
        )
        return encoder

    @classmethod
    def missing(cls) -> str | None:
        """None where the weights are."""
        return not_shipped(KIND, cls.card.title)

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Every word at every layer; no word is unknown, since all are made of characters.

        Raises:
            TextError: there is no word at all.
        """
        words = [[word.text for word in sentence.words] for sentence in sentences]
        counts = np.array([len(found) for found in words], np.int64)
        if not counts.sum():
            raise TextError("There is no word in this text.")
        layers = self._reader.read(words, progress)
        width = layers[0].shape[1]
        return LayeredVectors(
            model=self.card.name,
            sentences=tuple(sentences),
            sentence_ids=np.repeat(np.arange(len(sentences)), counts),
            positions=np.concatenate([np.arange(n) for n in counts]),
            layers=tuple(layers),
            layer_names=self.card.layer_names,
            # Layer 0 is one vector twice, side by side.
            rank_bounds=(width // 2, *(width for _ in layers[1:])),
            notes=(STATELESS,),
            device=self.device,
            dtype=self.dtype,
        )


def _shipped_sizes() -> elmo.ElmoConfig:
    """The sizes that the shipped model's card gives; those of the recipe without a card."""
    from engine.nets.character_cnn import CharacterConfig
    from engine.nets.elmo import ElmoConfig
    from engine.nets.projected_lstm import LstmConfig

    settings = shipped_card(KIND).get("settings", {})
    if not settings:
        return ElmoConfig()
    lstm = LstmConfig(settings["d_projection"], settings["d_cell"], settings["n_layers"])
    return ElmoConfig(CharacterConfig(d_word=settings["d_projection"]), lstm)


@ENCODERS.add("elmo-untrained")
class UntrainedElmo(Elmo):
    """The same net before its first step: what reading alone does, without anything learnt."""

    card = replace(
        Elmo.card,
        name="elmo-untrained",
        title="ELMo, untrained",
        about="ELMo's net with random weights: it mixes each word with its neighbours, but has "
        "learnt nothing. What ELMo has beyond it, it learnt.",
        source=f"random weights of seed {SEED}, in the shape of ELMo",
        licence="MIT",
        sha256="",
        twin_of="elmo",
    )

    @staticmethod
    def _net() -> elmo.Elmo:
        import torch

        from engine.nets.elmo import Elmo as Net

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            return Net(_shipped_sizes())

    @classmethod
    def missing(cls) -> str | None:
        """Never missing: random weights are made on the spot."""
        return None
