"""fastai's published AWD-LSTM (wt103-fwd and wt103-bwd: three layers of 400/1152 units, 60,000
words of WikiText-103), read unchanged from its two files: what `torch.save` made of the net, and a
pickled list of words. Neither is unpickled: see `pickled_data`.

What differs from our names: the hidden-to-hidden weights stand twice, whole as `weight_hh_l0_raw`
and once more as the last dropout left them, so only the first are read; the embedding stands three
times, for the lookup, its dropout and the softmax.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import CorruptFile
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.torch_files import read_tensors, read_words

UNKNOWN, START = "xxunk", "xxbos"  # fastai's marks for an unknown word and the start of a text
EMBEDDING, SOFTMAX, BIAS = "0.encoder.weight", "1.decoder.weight", "1.decoder.bias"
LSTM = {  # our name -> fastai's, within a layer
    "weight_ih": "module.weight_ih_l0",
    "weight_hh": "weight_hh_l0_raw",
    "bias_ih": "module.bias_ih_l0",
    "bias_hh": "module.bias_hh_l0",
}


def load_published(weights: Path, vocabulary: Path) -> tuple[AwdLstm, tuple[str, ...]]:
    """A net and its words, in the order of its ids.

    Args:
        weights: such as lstm_fwd.pth.
        vocabulary: such as itos_wt103.pkl.
    Raises:
        CorruptFile: a file cannot be read, or the two do not belong together.
    """
    tensors, words = read_tensors(weights), read_words(vocabulary)
    try:
        config, renamed = _sizes(tensors), _renamed(tensors)
        with torch.device("meta"):  # no time spent on random weights that are replaced at once
            net = AwdLstm(config)
        net.load_state_dict(renamed, assign=True)
    except (KeyError, RuntimeError) as error:
        raise CorruptFile(
            f"{weights} holds no AWD-LSTM as fastai saves its language models ({error})."
        ) from error
    if not torch.equal(tensors.get(SOFTMAX, tensors[EMBEDDING]), tensors[EMBEDDING]):
        raise CorruptFile(f"{weights}: its softmax is not its embedding, as AWD-LSTM's must be.")
    if len(words) != config.vocab_size or not {UNKNOWN, START} < set(words):
        raise CorruptFile(
            f"{vocabulary} does not fit {weights}: it lists {len(words):,} words, and the net knows"
            f" {config.vocab_size:,}. Name the file that was published with these weights."
        )
    return net.eval(), words


def _sizes(tensors: Mapping[str, Tensor]) -> AwdLstmConfig:
    n_layers = len({name.split(".")[2] for name in tensors if name.startswith("0.rnns.")})
    vocab_size, d_embedding = tensors[EMBEDDING].shape
    d_hidden = tensors[_of_layer(0, "bias_ih")].shape[0] // 4
    return AwdLstmConfig(vocab_size, d_embedding, d_hidden, n_layers)


def _renamed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    n_layers = _sizes(tensors).n_layers
    return {
        "embedding": tensors[EMBEDDING].float(),
        "output_bias": tensors[BIAS].float(),
        **{
            f"lstms.{layer}.{ours}": tensors[_of_layer(layer, ours)].float()
            for layer in range(n_layers)
            for ours in LSTM
        },
    }


def _of_layer(layer: int, ours: str) -> str:
    return f"0.rnns.{layer}.{LSTM[ours]}"
