"""The shipped nets in small, with random weights, in a folder of their own."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from engine import model_files
from engine.checkpoints import save_weights
from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.nets.awd_lstm import AwdLstmConfig
from engine.nets.both_directions import both_directions, shared
from engine.nets.character_cnn import CharacterConfig
from engine.nets.cove import CoveConfig, untrained
from engine.nets.elmo import ElmoConfig
from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.nets.projected_lstm import LstmConfig
from engine.nets.translator import Translator, TranslatorConfig
from engine.views import continuation, directions, language, sources, translation
from engine.views.kept import Kept

WORDS = Vocabulary((*SPECIAL, "the", "i", "am", "went", "to", "bank", "very", "not", "film", "."))
GERMAN = Vocabulary((*SPECIAL, "ich", "ging", "zur", "bank", "."))
LOG_UNIGRAM = torch.linspace(-1, -4, len(WORDS)).log_softmax(0)
KEPT = [(language, "_predictors"), (language, "_answers"), (continuation, "_drawn"),
        (directions, "_states"), (sources, "_encoders"), (translation, "_interpreters"),
        (translation, "_steps")]  # fmt: skip


@contextmanager
def shipped_to(folder: Path) -> Iterator[Path]:
    """AWD-LSTM, ELMo and CoVe with its decoder are the ones in this folder, and nothing that is
    kept in memory is of others.
    """
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_files, "FOLDER", folder)
        for module, name in KEPT:
            patch.setattr(module, name, Kept(200 * 2**20))
        model_files.shipped_card.cache_clear()
        torch.manual_seed(0)
        _write_awd_lstm(folder)
        _write_elmo(folder)
        _write_cove(folder)
        yield folder
    model_files.shipped_card.cache_clear()


def _write_awd_lstm(folder):
    config = dataclasses.asdict(AwdLstmConfig(len(WORDS), 6, 8, 3))
    net = both_directions(config)
    for parameter in net.parameters():  # far from uniform, so that the guesses differ
        torch.nn.init.normal_(parameter, std=0.6)
    save_weights(
        folder / "awd-lstm" / "weights.safetensors",
        {**shared(net), "log_unigram": LOG_UNIGRAM},
        kind="awd-lstm", config=config, vocabularies={"words": WORDS},
    )  # fmt: skip


def _write_elmo(folder):
    characters = CharacterConfig(filters=((1, 4), (2, 4)), d_word=8)
    config = ElmoConfig(characters, LstmConfig(8, 12, 2))
    net = ElmoLanguageModel(config, len(WORDS))
    save_weights(
        folder / "elmo" / "weights.safetensors",
        {**net.state_dict(), "log_unigram": LOG_UNIGRAM},
        kind="elmo", config=config.as_dict(), vocabularies={"words": WORDS},
    )  # fmt: skip


def _write_cove(folder):
    encoder, decoder = CoveConfig(d_direction=8), TranslatorConfig(len(GERMAN), 16, 12, 5)
    save_weights(
        folder / "cove" / "weights.safetensors", untrained(encoder, 5).state_dict(),
        kind="cove", config=dataclasses.asdict(encoder),
    )  # fmt: skip
    save_weights(
        folder / "cove" / "decoder.safetensors", Translator(decoder).state_dict(),
        kind="cove-decoder", config=dataclasses.asdict(decoder), vocabularies={"german": GERMAN},
    )  # fmt: skip
