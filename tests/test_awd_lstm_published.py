"""fastai's published AWD-LSTM: read without unpickling, by name, and fetched by name."""

import hashlib
import io
import os
import pickle
import subprocess
import tarfile
import threading
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.testing import assert_close

from engine.cli import main
from engine.corpora import files, published
from engine.encoders import awd_lstm as encoder
from engine.errors import CorruptFile, ModelUnavailable
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.awd_lstm_published import load_published
from engine.nets.pickled_data import plain_data
from engine.nets.torch_files import read_tensors, read_words
from engine.text import Sentence

WORDS = ["xxunk", "xxpad", "xxbos", "the", "bank", "of", "river", "went"]
SIZES = AwdLstmConfig(len(WORDS), d_embedding=6, d_hidden=8, n_layers=3)


def as_fastai_names_them(net):
    """fastai's names and its copies of the same tensor, as its `SequentialRNN` saves them."""
    tensors = OrderedDict()
    tensors["0.encoder.weight"] = tensors["0.encoder_dp.emb.weight"] = net.embedding
    for i, lstm in enumerate(net.lstms):
        tensors[f"0.rnns.{i}.weight_hh_l0_raw"] = lstm.weight_hh
        tensors[f"0.rnns.{i}.module.weight_ih_l0"] = lstm.weight_ih
        tensors[f"0.rnns.{i}.module.weight_hh_l0"] = torch.full_like(lstm.weight_hh, 7.0)
        tensors[f"0.rnns.{i}.module.bias_ih_l0"] = lstm.bias_ih
        tensors[f"0.rnns.{i}.module.bias_hh_l0"] = lstm.bias_hh
    tensors["1.decoder.weight"] = net.embedding
    tensors["1.decoder.bias"] = net.output_bias
    return tensors


@pytest.fixture
def net():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    net = AwdLstm(SIZES).eval()
    torch.nn.init.normal_(net.output_bias)
    return net


@pytest.fixture
def pair(net, tmp_path):
    """The two files, in the format in which fastai published its own."""
    weights, words = tmp_path / "lstm_fwd.pth", tmp_path / "itos_wt103.pkl"
    torch.save(as_fastai_names_them(net), weights, _use_new_zipfile_serialization=False)
    words.write_bytes(pickle.dumps(WORDS))
    return weights, words


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("inside", [False, True])
def test_the_published_names_give_the_same_net(net, pair, zipped, inside):
    weights, words = pair
    tensors = as_fastai_names_them(net)
    found = {"model": tensors, "opt": {"lr": 0.1}} if inside else tensors
    torch.save(found, weights, _use_new_zipfile_serialization=zipped)
    other, listed = load_published(weights, words)
    assert listed == tuple(WORDS) and other.config == SIZES
    ids = torch.randint(0, len(WORDS), (2, 5))
    assert_close(other.logits(other(ids).top), net.logits(net(ids).top), rtol=0, atol=0)


def test_the_published_sizes_are_found_from_the_shapes(tmp_path):
    with torch.device("meta"):
        large = AwdLstm(AwdLstmConfig(60_000, 400, 1152, 3))
    shapes = {name: tuple(tensor.shape) for name, tensor in as_fastai_names_them(large).items()}
    assert shapes["0.rnns.0.weight_hh_l0_raw"] == (4608, 1152)
    assert shapes["0.rnns.2.module.weight_ih_l0"] == (1600, 1152)
    assert shapes["1.decoder.bias"] == (60_000,)


@pytest.mark.parametrize("zipped", [False, True])
def test_tensors_are_those_that_torch_itself_reads(tmp_path, zipped):
    whole = torch.arange(24.0).view(4, 6)
    saved = {
        "whole": whole, "turned": whole.t(), "part": whole[1:3, ::2], "scalar": torch.tensor(2.5),
        "half": torch.randn(3).half(), "ids": torch.tensor([[1, -2]]), "flags": whole > 5,
        "learnt": torch.nn.Parameter(torch.randn(2, 2)), "int": torch.tensor([3]).int(),
        "double": torch.randn(2).double(), "version": 3, "name": "ä",
    }  # fmt: skip
    path = tmp_path / "a.pth"
    torch.save(saved, path, _use_new_zipfile_serialization=zipped)
    expected = torch.load(path, weights_only=True)
    found = read_tensors(path)
    assert set(found) == set(saved) - {"version", "name"}
    for name, tensor in found.items():
        assert_close(tensor, expected[name].detach(), rtol=0, atol=0)


def test_plain_data_is_what_unpickling_would_give():
    record = {"a": [1, 2.5, None, True, False, "ä" * 300, -5, 2**70], "b": ((), (1,), (1, 2, 3, 4))}
    for protocol in (2, 3, 4, 5):
        assert plain_data(io.BytesIO(pickle.dumps(record, protocol))) == record


class Acts:
    """What a hostile file would do when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_file_that_would_act_is_refused_and_does_nothing(tmp_path, protocol):
    trap, path = tmp_path / "trap", tmp_path / "itos.pkl"
    path.write_bytes(pickle.dumps([Acts(trap)], protocol))
    with pytest.raises(CorruptFile, match="list of words"):
        read_words(path)
    for zipped in (False, True):
        torch.save({"model": Acts(trap)}, path, _use_new_zipfile_serialization=zipped)
        with pytest.raises(CorruptFile, match="no file of tensors"):
            read_tensors(path)
    assert not trap.exists()
    pickle.loads(pickle.dumps([Acts(trap)], protocol))
    assert trap.exists()  # it would have acted


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_cut_short_anywhere_is_refused_in_a_sentence(net, pair, zipped):
    weights, words = pair
    torch.save(as_fastai_names_them(net), weights, _use_new_zipfile_serialization=zipped)
    whole = weights.read_bytes()
    for n_bytes in [*range(0, 400, 7), *range(400, len(whole), len(whole) // 40)]:
        weights.write_bytes(whole[:n_bytes])
        with pytest.raises(CorruptFile):
            load_published(weights, words)
    listed = words.read_bytes()
    for n_bytes in range(len(listed)):
        words.write_bytes(listed[:n_bytes])
        with pytest.raises(CorruptFile, match="list of words"):
            read_words(words)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"0.rnns.1.weight_hh_l0_raw": None}, "holds no AWD-LSTM"),
        ({"0.rnns.1.weight_hh_l0_raw": torch.zeros(2, 2)}, "holds no AWD-LSTM"),
        ({"1.decoder.weight": torch.zeros(8, 6)}, "softmax is not its embedding"),
    ],
)
def test_other_nets_are_refused(net, pair, change, sentence):
    tensors = as_fastai_names_them(net) | change
    torch.save({k: v for k, v in tensors.items() if v is not None}, pair[0])
    with pytest.raises(CorruptFile, match=sentence):
        load_published(*pair)


@pytest.mark.parametrize("words", [WORDS[:-1], ["a"] * len(WORDS)])
def test_the_words_must_be_those_of_the_net(pair, words):
    pair[1].write_bytes(pickle.dumps(words))
    with pytest.raises(CorruptFile, match="does not fit"):
        load_published(*pair)


def test_sentences_are_read_after_fastais_mark_for_a_beginning(net, pair):
    found = encoder.AwdLstm.from_published(*pair, device="cpu")
    vectors = found.encode([Sentence("The bank of xqzzt river")])
    ids = torch.tensor([[2, 3, 4, 5, 0, 6]])  # xxbos the bank of xxunk river
    with torch.inference_mode():
        expected = net(ids).layers
    assert [word.text for word in vectors.unknown] == ["xqzzt"]
    assert vectors.layer_names == ("0 · embedding", *(f"{i} · LSTM {i}" for i in (1, 2, 3)))
    for layer, states in zip(vectors.layers, expected, strict=True):
        assert_close(torch.from_numpy(layer), states[0, [1, 2, 3, 5]], rtol=0, atol=1e-6)
    assert "capitals" in vectors.notes[0]


def test_the_files_are_encoded_from_the_command_line(pair, tmp_path):
    text, output = tmp_path / "in.txt", tmp_path / "out.npz"
    text.write_text("the bank of the river\n", encoding="utf8")
    weights, words = map(str, pair)
    arguments = ["--model", "awd-lstm", "--weights", weights, "--options", words]
    assert main(["encode", *arguments, "--input", str(text), "--output", str(output)]) == 0
    arrays = np.load(output)
    assert arrays["words"].tolist() == ["the", "bank", "of", "the", "river"]
    assert arrays["layer_3"].shape == (5, 6)


def test_the_forward_half_of_the_shipped_net_is_encoded_on_request(tmp_path):
    text = tmp_path / "in.txt"
    text.write_text("the bank of the river\n", encoding="utf8")
    arrays = []
    for number, more in enumerate(([], ["--forward-only"])):
        output = str(tmp_path / f"{number}.npz")
        arguments = ["--model", "awd-lstm", "--input", str(text), "--output", output]
        assert main(["encode", *arguments, *more]) == 0
        arrays.append(np.load(output))
    both, ahead = arrays
    assert_allclose(ahead["layer_0"], both["layer_0"], rtol=0, atol=0)
    for layer in ("layer_1", "layer_2", "layer_3"):
        half = both[layer].shape[1] // 2
        assert ahead[layer].shape == (5, half)
        assert_allclose(ahead[layer], both[layer][:, :half], rtol=0, atol=1e-6)


def test_a_net_without_a_forward_half_is_refused_it(tmp_path, capsys):
    arguments = ["--model", "elmo", "--forward-only", "--input", "-", "--output", "x.npz"]
    assert main(["encode", *arguments]) == 2
    assert "--forward-only means something to --model awd-lstm" in capsys.readouterr().err


MADE_BY_FASTAI = """
import sys, torch
from fastai.text.models.awdlstm import AWD_LSTM, awd_lstm_lm_config
from fastai.text.models.core import get_language_model
torch.manual_seed(1)
net = get_language_model(AWD_LSTM, 8, {**awd_lstm_lm_config, "emb_sz": 6, "n_hid": 8})
for weight in net.parameters():
    torch.nn.init.normal_(weight, std=0.5)
torch.save(net.state_dict(), sys.argv[1], _use_new_zipfile_serialization=False)
net.reset(); net.eval()
torch.save({"scores": net(torch.tensor([[2, 3, 4, 0]]))[0]}, sys.argv[2])
"""


@pytest.mark.skipif(
    "CONESCOPE_FASTAI_PYTHON" not in os.environ,
    reason="CONESCOPE_FASTAI_PYTHON names no Python that has fastai.",
)
def test_a_net_that_fastai_saved_gives_fastais_scores(tmp_path):
    weights, scores, words = (tmp_path / name for name in ("a.pth", "scores.pth", "itos.pkl"))
    python = os.environ["CONESCOPE_FASTAI_PYTHON"]
    subprocess.run([python, "-c", MADE_BY_FASTAI, weights, scores], check=True)
    words.write_bytes(pickle.dumps(WORDS))
    net, _ = load_published(weights, words)
    ours = net.logits(net(torch.tensor([[2, 3, 4, 0]])).top)
    assert_close(ours, read_tensors(scores)["scores"], rtol=1e-5, atol=1e-6)


# --- fetching -----------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Gives one archive; the first `n_cut` answers break off in the middle."""

    def __init__(self, content, n_cut=0):
        super().__init__(("127.0.0.1", 0), Answer)
        self.content, self.n_cut, self.ranges = content, n_cut, []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_): ...

    def do_GET(self):
        start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        self.server.ranges.append(start)
        body = self.server.content[start:]
        self.send_response(206)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.n_cut:
            self.server.n_cut -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)


@pytest.fixture
def archive(pair, tmp_path, monkeypatch):
    """The pair packed as fastai packs it, with what a Mac adds, and a path that leads out."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for path in pair:
            tar.add(path, f"../wt103-fwd/{path.name}")
            tar.add(path, f"wt103-fwd/._{path.name}")
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))
    return packed.getvalue()


def serve(monkeypatch, archive, **changes):
    server = Server(archive, changes.pop("n_cut", 0))
    known = {
        "url": f"http://127.0.0.1:{server.server_port}/wt103-fwd.tgz",
        "n_bytes": len(archive),
        "md5": hashlib.md5(archive).hexdigest(),
    } | changes
    small = published.Archive("a small one", files=(".pth", ".pkl"), **known)
    monkeypatch.setitem(published.PUBLISHED, "awd-lstm-wt103", small)
    return server


def test_an_archive_is_fetched_once_and_used_by_its_files(archive, monkeypatch, tmp_path, capsys):
    server = serve(monkeypatch, archive)
    assert main(["fetch", "awd-lstm-wt103"]) == 0
    folder = tmp_path / "cache" / "awd-lstm-wt103"
    assert {path.name for path in folder.iterdir()} == {"lstm_fwd.pth", "itos_wt103.pkl"}
    weights, words = folder / "lstm_fwd.pth", folder / "itos_wt103.pkl"
    assert f"--weights {weights} --options {words}" in capsys.readouterr().out
    assert load_published(weights, words)[1] == tuple(WORDS)
    assert main(["fetch", "awd-lstm-wt103"]) == 0
    assert server.ranges == [0] and "here before" in capsys.readouterr().out


def test_a_download_that_broke_off_goes_on(archive, monkeypatch):
    server = serve(monkeypatch, archive, n_cut=1)
    with pytest.raises(ModelUnavailable, match="fetch awd-lstm-wt103` again"):
        list(published.fetch_published("awd-lstm-wt103"))
    assert isinstance(list(published.fetch_published("awd-lstm-wt103"))[-1], published.Here)
    assert server.ranges == [0, len(archive) // 2]


def test_another_archive_is_refused_and_deleted(archive, monkeypatch, tmp_path):
    serve(monkeypatch, archive, md5="0" * 32)
    with pytest.raises(CorruptFile, match="its publisher describes"):
        list(published.fetch_published("awd-lstm-wt103"))
    assert not list((tmp_path / "cache" / "awd-lstm-wt103").iterdir())


def test_without_internet_the_sentence_says_what_to_do(archive, monkeypatch, capsys):
    serve(monkeypatch, archive, url="http://127.0.0.1:9/wt103-fwd.tgz")
    assert main(["fetch", "awd-lstm-wt103"]) == 1
    error = capsys.readouterr().err
    assert "could not be fetched" in error and "engine fetch awd-lstm-wt103` again" in error
    assert error.count("\n") == 1
