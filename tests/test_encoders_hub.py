"""Transformers by name: tiny random ones, built here, must come out as the library computes
them.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from numpy.testing import assert_allclose
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from engine.encoder import ENCODERS, HUB, load_encoder
from engine.errors import EngineError, ModelUnavailable
from engine.text import Sentence

SENTENCES = [
    Sentence("the unhappy mice sat"),
    Sentence("The bank, a river-bank!"),
    Sentence("mice " * 9),
    Sentence("sat"),
]
PIECES = ["the", "un", "##happy", "mice", "sat", "bank", ",", "a", "river", "-", "!"]


def save_tokenizer(folder: Path, tokenizer: Tokenizer, **special: str) -> None:
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.save_pretrained(folder)


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory) -> str:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("tiny-bert")
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *PIECES]
    vocabulary = {piece: number for number, piece in enumerate(names)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]"}
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, sep_token="[SEP]", **special
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        initializer_range=0.5,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def tiny_gpt2(tmp_path_factory) -> str:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("tiny-gpt2")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([s.text for s in SENTENCES], trainer)
    end = "<|endoftext|>"
    special = {"unk_token": end, "bos_token": end, "eos_token": end}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(
        folder
    )
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=tokenizer.get_vocab_size(),
        n_embd=16,
        n_layer=2,
        n_head=2,
        n_positions=64,
        initializer_range=0.5,
    )
    transformers.GPT2Model(config).save_pretrained(folder)
    return str(folder)


def by_hand(folder: str, sentence: Sentence) -> dict[int, np.ndarray]:
    """position -> (n_layers, d): the library's own hidden states, averaged over a word's pieces."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    net = transformers.AutoModel.from_pretrained(
        folder, local_files_only=True, dtype=torch.float32
    ).eval()
    read = tokenizer(
        sentence.text,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        return_tensors="pt",
    )
    spans, special = read["offset_mapping"][0].tolist(), read["special_tokens_mask"][0].tolist()
    with torch.inference_mode():
        states = net(input_ids=read["input_ids"], output_hidden_states=True).hidden_states
    states = np.stack([state[0].numpy() for state in states])
    found = {}
    for position, word in enumerate(sentence.words):
        own = [
            i
            for i, (a, b) in enumerate(spans)
            if not special[i] and max(a, word.start) < min(b, word.end)
        ]
        found[position] = states[:, own].mean(axis=1)
    return found


def assert_as_by_hand(folder: str, vectors, skip_first: bool) -> None:
    expected = {
        (number, position): states
        for number, sentence in enumerate(SENTENCES)
        for position, states in by_hand(folder, sentence).items()
        if not (skip_first and position == 0)
    }
    places = list(zip(vectors.sentence_ids.tolist(), vectors.positions.tolist(), strict=True))
    assert places == list(expected)
    ours = np.stack(vectors.layers, axis=1)  # (n_words, n_layers, d)
    assert_allclose(ours, np.stack(list(expected.values())), rtol=0, atol=1e-5)


def test_bert_states_equal_the_librarys_own(tiny_bert):
    vectors = load_encoder(tiny_bert, "cpu").encode(SENTENCES)
    assert_as_by_hand(tiny_bert, vectors, skip_first=False)
    assert vectors.layer_names == ("0 · input", "1", "2 · top")
    assert vectors.notes == ()


def test_bert_words_are_aligned_as_cut_by_hand(tiny_bert):
    vectors = load_encoder(tiny_bert, "cpu").encode(SENTENCES[:2])
    # the un|##happy mice sat - The bank , a river|-|bank !
    assert vectors.n_pieces.tolist() == [1, 2, 1, 1, 1, 1, 1, 1, 3, 1]


def test_bert_lists_words_it_has_no_piece_for(tiny_bert):
    vectors = load_encoder(tiny_bert, "cpu").encode([Sentence("the qqq bank 👍")])
    assert vectors.words == ("the", "bank")
    assert [word.text for word in vectors.unknown] == ["qqq", "👍"]


def test_bert_reads_beyond_its_positions_in_stretches(tiny_bert):
    vectors = load_encoder(tiny_bert, "cpu").encode([Sentence("mice sat " * 30)])
    assert len(vectors) == 60
    assert "22 pieces" in vectors.notes[0]  # 24 positions, less [CLS] and [SEP]
    assert np.isfinite(vectors.layers[2]).all()
    # each stretch starts anew: word 22 stands where word 0 stands
    assert_allclose(vectors.layers[2][22], vectors.layers[2][0], rtol=0, atol=1e-5)


def test_a_length_limit_saved_with_the_tokenizer_cuts_no_words(tiny_bert, tmp_path):
    shutil.copytree(tiny_bert, tmp_path, dirs_exist_ok=True)
    saved = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    saved.enable_truncation(4)
    saved.enable_padding(length=4)
    saved.save(str(tmp_path / "tokenizer.json"))
    vectors = load_encoder(str(tmp_path), "cpu").encode(SENTENCES)
    assert_as_by_hand(tiny_bert, vectors, skip_first=False)


def test_gpt2_leaves_the_first_position_out_and_says_so(tiny_gpt2):
    vectors = load_encoder(tiny_gpt2, "cpu").encode(SENTENCES)
    assert_as_by_hand(tiny_gpt2, vectors, skip_first=True)
    assert vectors.notes[0].startswith("4 word(s) at a first position were left out")
    assert vectors.layer_names[-1] == "2 · top, after the final norm"


def test_gpt2_keeps_the_first_position_on_request(tiny_gpt2):
    encoder = ENCODERS[HUB](tiny_gpt2, "cpu", keep_first_position=True)
    vectors = encoder.encode(SENTENCES)
    assert_as_by_hand(tiny_gpt2, vectors, skip_first=False)
    assert vectors.notes == ()


def test_gpt2_gives_every_script_a_vector(tiny_gpt2):
    sentence = Sentence("a 👨‍👩‍👧 ஆறு 河岸 é!")
    vectors = load_encoder(tiny_gpt2, "cpu").encode([sentence])
    assert vectors.words == tuple(word.text for word in sentence.words[1:])
    assert vectors.unknown == ()


def test_a_model_that_is_not_here_names_itself_and_the_command_without_network(network_attempts):
    for name in ("no-one/no-such-model", "bert-base-nowhere"):
        with pytest.raises(ModelUnavailable) as error:
            load_encoder(name, "cpu")
        assert repr(name) in str(error.value)
        assert f"python -m engine fetch {name}" in str(error.value)
        assert "\n" not in str(error.value)
    assert network_attempts == []


LOCKED = """
import socket
def refuse(host, *_args, **_kwargs):
    print("asked for", host)
    raise socket.gaierror("no network")
socket.getaddrinfo = refuse
from engine.encoder import load_encoder
from engine.errors import ModelUnavailable
try:
    load_encoder("no-one/no-such-model", "cpu")
except ModelUnavailable:
    print("refused")
"""


@pytest.mark.slow
def test_a_fresh_process_asks_the_network_for_nothing(tmp_path):
    """Without what earlier calls left in memory or in the hub's cache folder."""
    environment = os.environ | {"HF_HOME": str(tmp_path)}
    command, root = [sys.executable, "-c", LOCKED], Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:-1] == ["refused"]


def test_a_local_model_loads_without_network(tiny_bert, network_attempts):
    load_encoder(tiny_bert, "cpu").encode(SENTENCES)
    assert network_attempts == []


def test_weights_in_pickle_are_never_read(tiny_bert, tmp_path):
    shutil.copytree(tiny_bert, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").unlink()
    torch.save(
        transformers.BertModel.from_pretrained(tiny_bert).state_dict(),
        tmp_path / "pytorch_model.bin",
    )
    with pytest.raises(EngineError, match="safetensors"):
        load_encoder(str(tmp_path), "cpu")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_truncated_model_folder_is_said_in_a_sentence(tiny_bert, tmp_path, name):
    shutil.copytree(tiny_bert, tmp_path, dirs_exist_ok=True)
    path = Path(tmp_path / name)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(EngineError):
        load_encoder(str(tmp_path), "cpu")


def test_a_model_of_another_kind_is_refused_in_a_sentence(tiny_bert, tmp_path):
    shutil.copytree(tiny_bert, tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"model_type": "no-such-kind"}))
    with pytest.raises(EngineError):
        load_encoder(str(tmp_path), "cpu")
