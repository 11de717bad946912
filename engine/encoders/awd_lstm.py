"""AWD-LSTM, the language model of ULMFiT (Howard & Ruder 2018, https://aclanthology.org/P18-1031;
Merity et al. 2017, https://arxiv.org/abs/1708.02182), read from the left and from the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.encoder import ENCODERS, ModelCard, Progress
from engine.errors import TextError
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.vectors.vocabulary import known_and_unknown

if TYPE_CHECKING:
    from engine.checkpoints import Weights
    from engine.nets.both_directions import BothDirections

KIND, SEED = "awd-lstm", 0
PUBLISHED_NOTE = (
    "fastai's tokenisation splits some words that stand whole here (don't), which are then unknown,"
    " and marks capitals, of which the net is told nothing here."
)
LAYER_NAMES = ("0 · embedding", "1 · LSTM 1", "2 · LSTM 2", "3 · LSTM 3")


@ENCODERS.add(KIND)
class AwdLstm:
    """Layer 0 is the word's embedding; above it the states of the forward and of the backward net
    side by side, each sentence read by itself.
    """

    card = ModelCard(
        name=KIND,
        title="AWD-LSTM",
        family="contextual",
        about="ULMFiT's language model, three LSTM layers deep: one net that guesses the next word "
        "and one that guesses the word before, their states side by side.",
        layer_names=LAYER_NAMES,
        d_model=400,
        widths=(200, 800, 800, 400),
        year=2018,
        source="trained for Conescope on English Wikipedia articles, after Merity et al. 2017",
        licence="MIT; the articles: CC BY-SA",
        sha256=shipped_sha256(KIND),
    )
    dtype = "float32"
    notes: tuple[str, ...] = ()  # what a reader of the vectors must know

    def __init__(self, device: str = "auto") -> None:
        from engine.checkpoints import load_weights
        from engine.nets.awd_lstm_reader import AwdLstmReader
        from engine.nets.device import pick_device

        torch_device = pick_device(device)
        self.device = torch_device.type
        weights = load_weights(weights_path(KIND), kind=KIND, sha256=shipped_sha256(KIND))
        vocabulary = weights.vocabularies["words"]
        self._rows = {word: number for number, word in enumerate(vocabulary.words)}
        self._unknown_id = vocabulary.unknown_id
        net = self._net(weights).to(torch_device)
        self._reader = AwdLstmReader(net.forward_lm, net.backward_lm, vocabulary.boundary_id)

    def _net(self, weights: Weights) -> BothDirections:
        from engine.nets.both_directions import both_directions

        return both_directions(weights.config, weights.tensors)

    @classmethod
    def forward_only(cls, device: str = "auto") -> AwdLstm:
        """The forward net alone: a word's states have not seen what follows it."""
        encoder = cls(device)
        encoder._reader = encoder._reader.forward_only()
        widths = tuple(encoder._reader.widths())
        encoder.card = replace(
            cls.card, title=f"{cls.card.title}, forward only", d_model=widths[-1], widths=widths
        )
        return encoder

    @classmethod
    def from_published(cls, weights: Path, options: Path, device: str = "auto") -> AwdLstm:
        """fastai's published forward net: states that have not seen what follows.

        Args:
            weights: such as lstm_fwd.pth.
            options: its list of words, such as itos_wt103.pkl.
        Raises:
            CorruptFile: a file cannot be read, or the two do not belong together.
        """
        from engine.nets.awd_lstm_published import START, UNKNOWN, load_published
        from engine.nets.awd_lstm_reader import AwdLstmReader
        from engine.nets.device import pick_device

        net, words = load_published(weights, options)
        encoder, torch_device = cls.__new__(cls), pick_device(device)
        encoder.device = torch_device.type
        encoder._rows = {word: number for number, word in enumerate(words)}
        encoder._unknown_id = encoder._rows[UNKNOWN]
        encoder._reader = AwdLstmReader(net.to(torch_device), None, encoder._rows[START])
        encoder.notes = (PUBLISHED_NOTE,)
        widths = (net.config.d_embedding, *(width for _, width in net.config.widths()))
        encoder.card = replace(
            cls.card,
            title=f"AWD-LSTM, {weights.name}",
            layer_names=("0 · embedding", *(f"{i} · LSTM {i}" for i in range(1, len(widths)))),
            d_model=widths[-1],
            widths=widths,
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
        """Every known word at all layers. A word outside the vocabulary is read as `<unk>`, which
        its neighbours' states feel, but it is listed and gets no vector of its own.

        Raises:
            TextError: none of the words is in the vocabulary.
        """
        places, _, unknown = known_and_unknown(sentences, self._rows)
        if not len(places):
            raise TextError(f"{self.card.title} knows none of the words in this text.")
        ids = [
            [self._rows.get(word.key, self._unknown_id) for word in sentence.words]
            for sentence in sentences
        ]
        layers = self._reader.read(ids, progress)
        kept = [i != self._unknown_id for sentence in ids for i in sentence]
        return LayeredVectors(
            model=self.card.name,
            sentences=tuple(sentences),
            sentence_ids=places[:, 0].copy(),
            positions=places[:, 1].copy(),
            layers=tuple(layer[kept] for layer in layers),
            layer_names=self.card.layer_names,
            unknown=unknown,
            notes=self.notes,
            device=self.device,
            dtype=self.dtype,
        )


@ENCODERS.add(f"{KIND}-untrained")
class UntrainedAwdLstm(AwdLstm):
    """The same nets before their first step: what reading alone does, without anything learnt."""

    card = replace(
        AwdLstm.card,
        name=f"{KIND}-untrained",
        title="AWD-LSTM, untrained",
        about="AWD-LSTM's nets with random weights: they mix each word with its neighbours, but "
        "have learnt nothing. What AWD-LSTM has beyond them, it learnt.",
        source=f"random weights of seed {SEED}, in the shape of AWD-LSTM",
        licence="MIT",
        sha256="",
        twin_of=KIND,
    )

    def _net(self, weights: Weights) -> BothDirections:
        import torch

        from engine.nets.both_directions import both_directions

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            return both_directions(weights.config)
