"""Shipped weights: what goes in comes out, and nothing else is believed."""

import pytest
import torch

from engine.checkpoints import load_weights, save_weights, sha256_of
from engine.corpora.vocabulary import build_vocabulary
from engine.errors import CorruptFile, EngineError


@pytest.fixture
def shipped(tmp_path):
    torch.manual_seed(0)
    tensors = {"embedding": torch.randn(50, 8), "lstm.weight": torch.randn(6, 8)}
    path = tmp_path / "net" / "weights.safetensors"
    vocabulary = build_vocabulary(["naïve", "don't", "mouse"], 5)
    digest = save_weights(
        path, tensors, kind="toy", config={"d": 8}, vocabularies={"words": vocabulary},
        int8={"embedding"},
    )  # fmt: skip
    return path, tensors, vocabulary, digest


def test_weights_come_back_with_config_and_vocabulary(shipped):
    path, tensors, vocabulary, digest = shipped
    weights = load_weights(path, kind="toy", sha256=digest)
    assert weights.config == {"d": 8}
    assert weights.vocabularies == {"words": vocabulary}
    assert set(weights.tensors) == set(tensors)
    torch.testing.assert_close(
        weights.tensors["lstm.weight"], tensors["lstm.weight"], atol=0, rtol=2**-11
    )


def test_int8_rows_are_off_by_half_a_step_at_most(shipped):
    path, tensors, _, _ = shipped
    off = (load_weights(path, kind="toy").tensors["embedding"] - tensors["embedding"]).abs()
    half_step = tensors["embedding"].abs().amax(1, keepdim=True) / 127 / 2
    assert (off <= half_step * 1.001).all()


def test_an_altered_file_is_refused(shipped):
    path, _, _, digest = shipped
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorruptFile, match="not the file that was shipped"):
        load_weights(path, kind="toy", sha256=digest)


def test_a_truncated_file_is_refused_even_without_a_checksum(shipped):
    path = shipped[0]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptFile, match="cannot be read"):
        load_weights(path, kind="toy")


def test_weights_of_another_net_are_refused(shipped):
    with pytest.raises(CorruptFile, match="'toy'"):
        load_weights(shipped[0], kind="elmo")


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(EngineError, match="no weights"):
        load_weights(tmp_path / "weights.safetensors", kind="toy")


def test_the_digest_given_is_that_of_the_file(shipped):
    assert sha256_of(shipped[0]) == shipped[3]
