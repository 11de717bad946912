"""The command line: what it prints is true, and what goes wrong is said in one sentence."""

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import engine.encoder
from engine.cli import main, pieces
from engine.cli.checks import models as model_checks
from engine.cli.checks.installed import pinned_versions
from engine.cli.fetch import UNWANTED, WANTED
from engine.encoder import ENCODERS, load_encoder, registered
from engine.text import Sentence, find_word

ROOT = Path(__file__).parents[1]
TEXT = """The bank raised its rates.

We sat on the bank of the river, and the river was cold.
She paid the xqzzt fee at the bank today!
Cold rain and cold wind raised the river.
"""
LINES = [line for line in TEXT.splitlines() if line]
SENSES = """river\tThe bank of the river was muddy, and the bank was steep.
river\tWe sat on the bank and fished.
money\tThe bank raised its rates.
money\tShe paid the fee at the Bank.
"""


@pytest.fixture(scope="module")
def glove():
    return load_encoder("glove")


@pytest.fixture(autouse=True)
def _load_glove_once(glove, monkeypatch):
    def load(name, device):
        return glove if name == "glove" else load_encoder(name, device)

    monkeypatch.setattr(engine.encoder, "load_encoder", load)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf8")
    return str(path)


@pytest.fixture
def run(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = main(list(map(str, arguments)))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def measured(run):
    def measured(*arguments):
        code, out, err = run("measure", "--model", "glove", "--json", *arguments)
        assert code == 0, err
        return json.loads(out)

    return measured


def feed(monkeypatch, content):
    raw = io.BufferedReader(io.BytesIO(content))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf8"))


def start(*arguments, **options):
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, **options)


def cosine(x, y):
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


def assert_close(found, expected, key):
    """Equal, numbers to 1e-9, also inside of lists and records."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert_close(found[name], value, f"{key}.{name}")
    elif isinstance(expected, list):
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, key)
    else:
        close = pytest.approx(expected, rel=1e-9) if isinstance(expected, float) else expected
        assert found == close, key


def test_measure_equals_brute_force_over_all_pairs(glove, text, measured):
    vectors = glove.encode(list(map(Sentence, LINES)))
    x = vectors.layers[0].astype(np.float64)
    rows = [i for i, word in enumerate(vectors.words) if word.isalpha()]
    pairs = [
        cosine(x[i], x[j])
        for i, j in combinations(rows, 2)
        if vectors.sentence_ids[i] != vectors.sentence_ids[j] and vectors.keys[i] != vectors.keys[j]
    ]
    (layer,) = measured("--input", text)["layers"]
    assert layer["n"] == len(rows)
    assert layer["mean_cosine"] == pytest.approx(np.mean(pairs), abs=1e-6)
    assert layer["ci_low"] < layer["mean_cosine"] < layer["ci_high"]


def test_the_first_word_of_each_sentence_is_left_out_on_request(text, measured):
    with_them, without = measured("--input", text), measured("--input", text, "--no-first-words")
    n = [report["frame"]["n_words"] for report in (with_them, without)]
    assert n[0] - n[1] == len(LINES)  # GloVe knows each of them
    assert not without["frame"]["first_words"]


def test_a_static_word_is_itself_wherever_it_stands(text, measured):
    report = measured("--input", text)
    (layer,) = report["layers"]
    assert layer["self_similarity"] == pytest.approx(1.0, abs=1e-12)
    assert layer["adjusted_self_similarity"] == pytest.approx(1 - layer["mean_cosine"])
    assert report["unknown_words"] == {"count": 1, "first": ["xqzzt"]}
    assert report["frame"]["n_sentences"] == len(LINES)


@pytest.mark.parametrize("unit", ["occurrences", "one-per-sentence", "one-per-type"])
def test_the_size_of_the_pieces_changes_nothing(unit, text, measured, monkeypatch):
    arguments = ("--input", text, "--unit", unit, "--min-frequency", 2, "--punctuation")
    whole = measured(*arguments)
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    parts = measured(*arguments)
    (one,), (other,) = whole.pop("layers"), parts.pop("layers")
    assert parts == whole
    assert other.keys() == one.keys()
    for key, value in one.items():
        assert_close(other[key], value, key)


def test_a_frequency_band_from_standard_input_counts_the_whole_text(measured, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    feed(monkeypatch, TEXT.encode())
    report = measured("--input", "-", "--min-frequency", 3, "--max-frequency", 3)
    keys = [w.key for line in LINES for w in Sentence(line).words if not w.is_punctuation]
    assert report["frame"]["n_words"] == sum(keys.count(key) == 3 for key in keys) > 0


def test_a_number_that_cannot_be_is_null_and_says_why(measured, monkeypatch):
    feed(monkeypatch, b"bank\n")
    (layer,) = measured("--input", "-")["layers"]
    missing = {key for key, value in layer.items() if value is None}
    assert {"mean_cosine", "self_similarity", "intra_sentence_similarity"} < missing
    assert missing == set(layer["why"])


def test_a_state_is_fitted_on_the_whole_text(text, measured, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    report = measured("--input", text, "--state", "centred")
    assert report["state"] == "centred"
    raw = measured("--input", text)
    assert report["layers"][0]["mean_cosine"] < raw["layers"][0]["mean_cosine"]


def test_encoded_rows_are_the_words_of_their_lines(glove, text, run, tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    output = tmp_path / "vectors.npz"
    code, out, err = run("encode", "--model", "glove", "--input", text, "--output", output)
    assert code == 0
    assert str(output) in out
    assert "1 word(s)" in err
    assert "xqzzt" in err
    arrays = np.load(output)
    assert arrays["layer_0"].dtype == np.float32
    assert "xqzzt" not in arrays["words"]
    places = zip(arrays["sentence_ids"], arrays["positions"], strict=True)
    said = [Sentence(LINES[s]).words[p].text for s, p in places]
    assert arrays["words"].tolist() == said
    np.testing.assert_array_equal(
        arrays["layer_0"], glove.encode(list(map(Sentence, LINES))).layers[0]
    )
    assert {path.name for path in tmp_path.iterdir()} == {"text.txt", "vectors.npz"}


def test_lines_of_unknown_words_keep_their_numbers(run, tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    feed(monkeypatch, b"qqzzx\n\nthe bank\nxqzzt\nriver\n")
    output = tmp_path / "vectors.npz"
    code, _, err = run("encode", "--model", "glove", "--input", "-", "--output", output)
    assert code == 0
    assert "2 word(s)" in err
    assert np.load(output)["sentence_ids"].tolist() == [1, 1, 3]


def test_a_static_model_separates_no_senses(run, tmp_path):
    path = tmp_path / "bank.tsv"
    path.write_text(SENSES + "money\tNothing here.\n", encoding="utf8")
    code, out, err = run("senses", "--model", "glove", "--word", "bank", "--input", path, "--json")
    report = json.loads(out)
    (layer,) = report["layers"]
    assert code == 0
    assert "Nothing here." in err
    assert layer["n"] == sum(len(find_word(Sentence(line), "bank")) for line in SENSES.splitlines())
    assert report["n_by_sense"] == {"river": 3, "money": 2}
    assert (layer["auc"], layer["knn_accuracy_balanced"]) == (0.5, 0.5)
    assert layer["same_sense_cosine"] == pytest.approx(layer["different_sense_cosine"])


@pytest.mark.parametrize(
    ("word", "content", "sentence"),
    [
        ("boat", SENSES, "stands in none of the 4 sentences"),
        ("xqzzt", "a\tthe xqzzt\na\txqzzt a\nb\tno xqzzt\n", "does not know the word 'xqzzt'"),
        ("bank", "a\tthe bank\na\ta bank\n", "needs two senses"),
        ("bank", "a\tthe bank\nbank\n", "line 2: needs a sense, a TAB and a sentence"),
    ],
)
def test_senses_says_what_it_lacks(word, content, sentence, run, tmp_path):
    path = tmp_path / "senses.tsv"
    path.write_text(content, encoding="utf8")
    code, out, err = run("senses", "--model", "glove", "--word", word, "--input", path)
    assert (code, out) == (1, "")
    assert sentence in err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no sentence"),
        (b" \n\n", "holds no sentence"),
        (b"%PDF-1.7 text", "is a PDF file"),
        (b"good\ncaf\xe9 bar\n", "is not UTF-8 text"),
        (b"good\nb\0ad\n", "line 2: NUL bytes"),
        (b"a" * 1_000_001, "line 1: more than 1,000,000 characters"),
        (b"xqzzt qqzzx\n", "knows none of the words"),
    ],
)
@pytest.mark.parametrize("command", ["measure", "encode"])
def test_a_bad_text_is_refused_in_one_sentence(content, sentence, command, run, tmp_path):
    path, output = tmp_path / "in.txt", tmp_path / "out.npz"
    path.write_bytes(content)
    extra = ["--output", output] if command == "encode" else []
    code, out, err = run(command, "--model", "glove", "--input", path, *extra)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err
    assert [found.name for found in tmp_path.iterdir()] == ["in.txt"]


def test_files_that_cannot_be_read_or_written_are_named(text, run, tmp_path):
    for missing in (tmp_path / "none.txt", tmp_path):
        code, _, err = run("measure", "--model", "glove", "--input", missing)
        assert code == 1
        assert err.startswith(f"{missing} cannot be read: ")
    for output in (tmp_path, tmp_path / "no" / "folder.npz", text):
        code, _, err = run("encode", "--model", "glove", "--input", text, "--output", output)
        assert (code, err.count("\n")) == (1, 1)
        assert err.startswith(str(output))


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe"])
def test_byte_order_marks_and_line_ends_are_understood(mark, measured, monkeypatch):
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf8"
    feed(monkeypatch, mark + "the bank\r\nthe river\u2028bank\r\n".encode(encoding))
    frame = measured("--input", "-")["frame"]
    assert (frame["n_sentences"], frame["n_words"]) == (2, 5)


def test_wrong_usage_is_2_and_help_is_0(run, text):
    measure = ("measure", "--model", "glove", "--input", text)
    assert run()[0] == 2
    assert run("no-such-command")[0] == 2
    assert run(*measure, "--seed", "-1")[0] == 2
    assert run(*measure, "--min-frequency", 3, "--max-frequency", 2)[0] == 2
    assert "unknown state 'crooked'. Known: " in run(*measure, "--state", "crooked")[2]
    assert run("senses", "--model", "glove", "--word", "two words", "--input", text)[0] == 2
    code, out, _ = run("--version")
    assert (code, out.split()[0]) == (0, "Conescope")
    code, out, _ = run("encode", "--help")
    assert code == 0
    assert "non-empty lines, from 0" in out


def test_models_lists_every_registered_card(run):
    listed = json.loads(run("models", "--json")[1])
    assert [(m["name"], m["layers"], m["d_model"]) for m in listed] == [
        (card.name, len(card.layer_names), card.d_model) for card in registered()
    ]
    assert all(m["available"] == (m["missing"] is None) for m in listed)


def test_tables_name_every_layer_and_obey_no_control_character(run, monkeypatch):
    feed(monkeypatch, b"the bank \x1b[2J\nthe river\n")
    code, out, _ = run("measure", "--model", "glove", "--input", "-")
    assert code == 0
    assert "\x1b" not in out
    assert "\\x1b" in out
    assert all(name in out for name in ENCODERS["glove"].card.layer_names)


def test_fetch_takes_no_pickle_and_no_copy_for_other_libraries():
    from huggingface_hub.utils import filter_repo_objects

    wanted = ["config.json", "model.safetensors", "tokenizer.json", "vocab.txt", "spiece.model"]
    offered = [*wanted, "pytorch_model.bin", "tf_model.h5", "onnx/model.safetensors", "a.pkl"]
    taken = filter_repo_objects(offered, allow_patterns=WANTED, ignore_patterns=UNWANTED)
    assert list(taken) == wanted


def test_fetch_without_internet_names_the_model_and_the_reason(tmp_path):
    environment = {
        "HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0",
    }  # fmt: skip
    process = start("fetch", "acme/tiny", env={**os.environ, **environment})
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.count("\n")) == (1, 1)
    assert "'acme/tiny' could not be fetched" in err
    assert "refused" in err


def test_a_model_whose_weights_changed_is_found(glove, monkeypatch):
    assert model_checks._fault(glove.card, ENCODERS["glove"]) is None
    altered = replace(glove.card, sha256="0" * 64)
    assert "not the published ones" in model_checks._fault(altered, ENCODERS["glove"])
    monkeypatch.setattr(ENCODERS["glove"], "missing", classmethod(lambda cls: "Not here."))
    assert model_checks._fault(glove.card, ENCODERS["glove"]) == "Not here."


@pytest.mark.slow
def test_doctor_fails_exactly_when_something_needed_is_missing(run, monkeypatch):
    for missing in (None, "Not here."):
        monkeypatch.setattr(ENCODERS["glove"], "missing", classmethod(lambda cls, m=missing: m))
        code, out, _ = run("doctor", "--json")
        report = json.loads(out)
        bad = {check["name"] for check in report["checks"] if check["needed"] and not check["ok"]}
        assert ("glove" in bad) == (missing is not None)
        assert (code, report["ok"]) == (int(bool(bad)), not bad)
        assert {entry["name"] for entry in report["missing"]} == bad
        assert set(pinned_versions()) < {check["name"] for check in report["checks"]}


@pytest.mark.slow
def test_a_contextual_model_is_measured_at_all_layers_in_pieces_too(run, text, monkeypatch):
    arguments = ("--model", "minilm", "--device", "cpu", "--json", "--input", text)
    whole = json.loads(run("measure", *arguments)[1])["layers"]
    assert [layer["name"] for layer in whole] == list(ENCODERS["minilm"].card.layer_names)
    assert all(layer["self_similarity"] < 1 - 1e-3 for layer in whole)
    monkeypatch.setattr(pieces, "PIECE_SENTENCES", 1)
    for one, other in zip(whole, json.loads(run("measure", *arguments)[1])["layers"], strict=True):
        # Sentences in other batches are padded otherwise, which float32 notices in its last digits.
        assert other["mean_cosine"] == pytest.approx(one["mean_cosine"], abs=1e-5)
        assert other["self_similarity"] == pytest.approx(one["self_similarity"], abs=1e-5)


def test_importing_the_command_line_imports_nothing_heavy():
    code = "import sys, engine.cli; print(*{'torch', 'transformers', 'numpy'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_broken_pipe_ends_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    process = start("models", stdout=writer)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 141


@pytest.mark.slow
def test_ctrl_c_ends_quietly():
    # A test run in the background hands down that Ctrl-C is to be ignored.
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with start(
        "measure", "--model", "glove", "--input", "-", stdin=subprocess.PIPE, preexec_fn=heeding
    ) as process:
        try:
            # More than a pipe holds: when this returns, the command is reading.
            process.stdin.write(TEXT * 1_000)
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
            assert process.stderr.read() == ""
        finally:
            process.kill()
