"""AllenAI's published format gives AllenAI's published numbers."""

import json

import h5py
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine.errors import CorruptFile
from engine.nets.character_cnn import END, START, character_ids
from engine.nets.elmo_published import load_published


@pytest.fixture
def reference(data_folder):
    return data_folder / "elmo-reference"


@pytest.fixture
def net(reference):
    return load_published(reference / "lm_weights.hdf5", reference / "options.json")


def padded(net, sentences):
    """(x, lengths) of sentences given as words."""
    whole = [[START, *words, END] for words in sentences]
    lengths = torch.tensor([len(words) for words in whole])
    rows = [words + [END] * (int(lengths.max()) - len(words)) for words in whole]
    ids = torch.from_numpy(character_ids([word for row in rows for word in row]))
    return net.characters(ids).view(len(rows), -1, net.config.characters.d_word), lengths


@torch.inference_mode()
def test_top_layers_equal_the_published_ones_with_the_state_carried_on(net, reference):
    """Ten batches of three: the k-th sentence of each list, each list going on where it was."""
    lists = json.loads((reference / "sentences.json").read_text(encoding="utf8"))
    expected = [h5py.File(reference / f"lm_embeddings_{i}.hdf5") for i in range(3)]
    state = net.start(3)
    for k in range(10):
        x, lengths = padded(net, [sentences[k].split() for sentences in lists])
        hidden_states, state = net(x, lengths, state)
        for top, length, file in zip(hidden_states[-1], lengths, expected, strict=True):
            ours = torch.stack(top[1 : length - 1].chunk(2, dim=1)).numpy()
            # Relative too: beyond 4, neighbouring float32 numbers are half a millionth apart.
            assert_allclose(ours, file[str(k)][...], rtol=1e-6, atol=1e-6)


@torch.inference_mode()
def test_characters_equal_the_published_ones(net, reference):
    words = (reference / "vocab_test.txt").read_text(encoding="utf8").strip().split("\n")
    ours = net.characters(torch.from_numpy(character_ids(words))).numpy()
    with h5py.File(reference / "elmo_token_embeddings.hdf5") as file:
        assert_allclose(ours, file["embedding"][: len(words)], rtol=0, atol=1e-6)


def test_damaged_or_foreign_files_are_refused_in_a_sentence(reference, tmp_path):
    weights, options = reference / "lm_weights.hdf5", reference / "options.json"
    cut = tmp_path / "cut.hdf5"
    cut.write_bytes(weights.read_bytes()[:100_000])
    with pytest.raises(CorruptFile, match="not a complete HDF5 file"):
        load_published(cut, options)
    with pytest.raises(CorruptFile, match="not an options file"):
        load_published(weights, weights)
    sizes = json.loads(options.read_text())
    sizes["lstm"]["dim"] = 32
    (tmp_path / "other.json").write_text(json.dumps(sizes))
    with pytest.raises(CorruptFile, match="does not fit"):
        load_published(weights, tmp_path / "other.json")
    sizes["lstm"]["n_layers"] = 3
    (tmp_path / "deeper.json").write_text(json.dumps(sizes))
    with pytest.raises(CorruptFile, match="not a complete"):
        load_published(weights, tmp_path / "deeper.json")


def test_row_zero_is_no_character(net):
    assert not np.any(net.characters.embedding.weight[0].detach().numpy())
