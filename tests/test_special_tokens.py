"""[CLS] and [SEP] as words: what the bare net holds there, and a frame that counts them."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine.cli import main
from engine.encoders import minilm
from engine.errors import EngineError
from engine.geometry.frame import Frame
from engine.measuring.special_tokens import encoder_for, reads_special_tokens
from engine.nets.marked_sentence import MarkedSentence
from engine.text import Sentence
from engine.views.frame_switches import FrameSwitchesState, switches

TEXTS = ["he sat on the bank of the river", "  A   mouse's naïve 👍 <script>", "bank"]
MARKED = Frame(special_tokens=True)


@pytest.fixture(scope="module")
def marked(minilm_model):
    return encoder_for(minilm_model, MARKED).encode([Sentence(text) for text in TEXTS])


def test_a_marked_sentence_keeps_its_words_and_their_places():
    inner = Sentence("  the bank ")
    marked = MarkedSentence(inner, ["[CLS]"], ["[SEP]", "</s>"])
    assert [word.text for word in marked.words] == ["[CLS]", "the", "bank", "[SEP]", "</s>"]
    for word in marked.words:
        assert marked.text[word.start : word.end] == word.text


@pytest.mark.slow
def test_their_vectors_are_those_of_the_bare_net(marked):
    from transformers import AutoModel, AutoTokenizer

    folder = minilm.model_folder()
    net = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    for number, text in enumerate(TEXTS):
        with torch.inference_mode():
            pieces = tokenizer(text, return_tensors="pt")
            states = net(**pieces, output_hidden_states=True).hidden_states
        own = np.flatnonzero(marked.sentence_ids == number)
        assert [marked.words[own[0]], marked.words[own[-1]]] == ["[CLS]", "[SEP]"]
        for layer, state in zip(marked.layers, states, strict=True):
            ends = state[0, [0, -1]].numpy()
            assert_allclose(layer[own[[0, -1]]], ends, rtol=0, atol=1e-5)


def test_all_other_words_keep_their_vectors(marked, minilm_model):
    plain = minilm_model.encode([Sentence(text) for text in TEXTS])
    inside = np.array([word not in ("[CLS]", "[SEP]") for word in marked.words])
    assert inside.sum() == len(marked) - 2 * len(TEXTS) == len(plain)
    assert [w for w, of in zip(marked.words, inside, strict=True) if of] == list(plain.words)
    for ours, theirs in zip(marked.layers, plain.layers, strict=True):
        assert_allclose(ours[inside], theirs, rtol=0, atol=1e-5)


def test_a_model_that_reads_none_says_so(glove_model):
    with pytest.raises(EngineError, match="GloVe reads no special tokens"):
        encoder_for(glove_model, MARKED)
    assert encoder_for(glove_model, Frame()) is glove_model


def test_the_frame_part_of_the_page_offers_them_where_they_are_read():
    labels = {
        model: [one.label for one in switches(FrameSwitchesState(model=model))]
        for model in ("minilm", "elmo", "glove")
    }
    offering = [model for model, of in labels.items() if any("[CLS]" in one for one in of)]
    assert offering == ["minilm"] == [model for model in labels if reads_special_tokens(model)]


@pytest.mark.parametrize("more", [["--no-first-words"], ["--min-frequency", "2"]])
def test_options_that_do_not_go_together_are_wrong_usage(more, tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("a bank\nthe river\n")
    options = ["--model", "minilm", "--input", str(text), "--special-tokens", *more]
    assert main(["measure", *options]) == 2
    assert "--special-tokens goes neither" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_counts_two_more_words_a_sentence(tmp_path, capsys):
    import json

    text = tmp_path / "text.txt"
    text.write_text("he sat on the bank\nthe river ran on\n")
    n_words = []
    for more in ([], ["--special-tokens"]):
        assert main(["measure", "--model", "minilm", "--input", str(text), "--json", *more]) == 0
        n_words.append(json.loads(capsys.readouterr().out)["frame"]["n_words"])
    assert n_words[1] - n_words[0] == 2 * 2
