"""`measure --vectors`: any array is measured as it is, and a bad one is refused in one sentence."""

import json
import tracemalloc

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from engine.cli import main
from engine.errors import ShapeError
from engine.geometry.moments import Moments
from engine.geometry.pairs import mean_pair_cosine, mean_random_pair_cosine
from engine.geometry.rogue_dimensions import dimension_contributions
from engine.geometry.spectrum import spectrum
from engine.geometry.von_mises_fisher import kappa
from engine.vectors import arrays
from engine.vectors.arrays import RowWords, open_array, pieces_of_array

OF_WORDS = ("self_similarity", "inter_type_cosine", "intra_type_cosine", "static_share_centred")


@pytest.fixture
def saved(tmp_path):
    def save(array, name="vectors.npy"):
        np.save(tmp_path / name, array)
        return str(tmp_path / name)

    return save


@pytest.fixture
def written(tmp_path):
    def write(*lines):
        (tmp_path / "words.tsv").write_text("\n".join(lines) + "\n", encoding="utf8")
        return str(tmp_path / "words.tsv")

    return write


@pytest.fixture
def run(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = main(["measure", "--vectors", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def measured(run):
    def measured(*arguments):
        code, out, err = run(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return measured


@pytest.fixture
def cloud(rng):
    return rng.normal(size=(60, 8)) + 0.6


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int16])
def test_without_words_every_pair_of_rows_counts(cloud, saved, measured, dtype):
    x = (10 * cloud).astype(dtype)
    report = measured(saved(x))
    (layer,) = report["layers"]
    assert layer["n"] == 60
    assert layer["mean_cosine"] == pytest.approx(mean_pair_cosine(x.astype(np.float32)), abs=1e-12)
    assert layer["ci_low"] < layer["mean_cosine"] < layer["ci_high"]
    assert layer["pair_cosines"]["n_pairs"] == 60 * 59 / 2
    assert report["vectors"]["dtype"] == str(x.dtype)
    assert (report["vectors"]["n"], report["vectors"]["d"]) == (60, 8)


def test_what_needs_words_is_null_and_says_that_none_were_given(cloud, saved, measured):
    (layer,) = measured(saved(cloud))["layers"]
    for key in (*OF_WORDS, "intra_sentence_similarity"):
        assert layer[key] is None, key
        assert "--words" in layer["why"][key]
    assert {key for key, value in layer.items() if value is None} == set(layer["why"])
    for key in ("iso_score", "kappa", "participation_ratio", "effective_rank", "mean_cosine"):
        assert layer[key] > 0, key


def test_rows_with_words_leave_out_pairs_of_one_word(cloud, saved, written, measured):
    words = [f"w{i % 7}" for i in range(60)]
    (layer,) = measured(saved(cloud), "--words", written(*words))["layers"]
    types = np.arange(60) % 7
    expected = mean_random_pair_cosine(cloud.astype(np.float32), types, np.arange(60))
    assert layer["mean_cosine"] == pytest.approx(expected, abs=1e-12)
    cosines = cosine_similarity(cloud.astype(np.float32).astype(float))
    own = [cosines[np.ix_(types == t, types == t)] for t in range(7)]
    alike = np.mean([one[np.triu_indices(len(one), 1)].mean() for one in own])
    assert layer["self_similarity"] == pytest.approx(alike, abs=1e-9)
    assert layer["static_share_n_types"] == 7
    assert "no sentences" in layer["why"]["intra_sentence_similarity"]


def test_sentences_of_words_are_kept_apart_and_never_split(
    cloud, saved, written, measured, monkeypatch
):
    lines = [f"w{i}\ts{i // 5}" for i in range(60)]
    whole = measured(saved(cloud), "--words", written(*lines))
    monkeypatch.setattr(arrays, "PIECE_ROWS", 7)
    parts = measured(saved(cloud), "--words", written(*lines))
    (layer,), (other,) = whole["layers"], parts["layers"]
    expected = mean_random_pair_cosine(cloud.astype(np.float32), np.arange(60), np.arange(60) // 5)
    assert layer["mean_cosine"] == pytest.approx(expected, abs=1e-12)
    assert whole["frame"]["n_sentences"] == 12
    for key in ("mean_cosine", "ci_low", "intra_sentence_similarity", "iso_score", "kappa"):
        assert other[key] == pytest.approx(layer[key], rel=1e-11), key


def test_the_frame_applies_to_words(cloud, saved, written, measured):
    words = ["!" if i % 3 == 0 else f"w{i % 4}" for i in range(60)]
    path, file = saved(cloud), written(*words)
    assert measured(path, "--words", file)["layers"][0]["n"] == 40
    assert measured(path, "--words", file, "--punctuation")["layers"][0]["n"] == 60
    assert measured(path, "--words", file, "--unit", "one-per-type")["layers"][0]["n"] == 4
    often = measured(path, "--words", file, "--min-frequency", 15, "--punctuation")
    assert often["layers"][0]["n"] == 20


def test_a_state_is_fitted_on_all_rows(cloud, saved, measured, monkeypatch):
    monkeypatch.setattr(arrays, "PIECE_ROWS", 7)
    (layer,) = measured(saved(cloud), "--state", "centred")["layers"]
    centred = (cloud.astype(np.float32) - cloud.astype(np.float32).mean(axis=0)).astype(np.float32)
    assert layer["mean_cosine"] == pytest.approx(mean_pair_cosine(centred), abs=1e-6)


def test_the_shape_of_a_file_is_that_of_its_array(cloud, saved, measured):
    (layer,) = measured(saved(cloud))["layers"]
    moments = Moments.of(cloud.astype(np.float32))
    for name, value in vars(spectrum(moments)).items():
        assert layer[name] == pytest.approx(value, rel=1e-9), name
    assert layer["mean_resultant_length"] == pytest.approx(moments.mean_resultant_length)
    assert layer["kappa"] == pytest.approx(kappa(moments.mean_resultant_length, 8))
    contributions = dimension_contributions(cloud.astype(np.float32))
    assert layer["top_dimensions"][0] == contributions.argmax()
    shares = np.sort(contributions)[::-1][:5] / contributions.sum()
    assert layer["top_dimension_shares"] == pytest.approx(shares, rel=1e-9)


def test_the_table_names_the_file_and_says_what_is_missing(cloud, saved, run):
    code, out, err = run(saved(cloud))
    assert (code, err) == (0, "")
    assert "vectors.npy" in out
    assert "no pair left out" in out
    assert out.count("No words were given") == 1


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros((0, 5)), "holds no vector"),
        (np.zeros((5, 0)), "holds no vector"),
        (np.ones(5), "has the shape (5,)"),
        (np.ones((2, 3, 4)), "has the shape (2, 3, 4)"),
        (np.float64(3), "has the shape ()"),
        (np.ones((2, 9_000)), "8,192 is the most"),
        (np.ones((2, 2), complex), "not numbers"),
        (np.array([["a", "b"]]), "not numbers"),
        (np.array([[1, 0], [1, np.nan]]), "Row 1 (from 0) holds NaN"),
        (np.array([[1e300, 0], [1, 0]]), "Row 0 (from 0) holds NaN, an infinity or a number"),
        (np.array([[{}]], object), "not a complete array"),
    ],
)
def test_a_bad_array_is_refused_in_one_sentence(array, sentence, tmp_path, run):
    np.save(tmp_path / "bad.npy", array)
    code, out, err = run(tmp_path / "bad.npy", "--json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err


def test_files_that_are_no_array_are_refused_in_one_sentence(tmp_path, run, cloud):
    (tmp_path / "text.npy").write_text("not an array")
    (tmp_path / "empty.npy").write_bytes(b"")
    np.save(tmp_path / "whole.npy", cloud)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "whole.npy").read_bytes()[:-9])
    np.savez(tmp_path / "several.npz", a=cloud)
    for name, sentence in (
        ("text.npy", "not a complete array"),
        ("empty.npy", "not a complete array"),
        ("cut.npy", "not a complete array"),
        ("several.npz", "several arrays"),
        ("none.npy", "No such file"),
        (".", "directory"),
    ):
        code, out, err = run(tmp_path / name)
        assert (code, out, err.count("\n")) == (1, "", 1), name
        assert sentence in err, name


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["a", "b"], "holds 2 words, but there are 3 vectors"),
        (["a", "b", "c", "d"], "holds 4 words, but there are 3 vectors"),
        (["a", "", "c"], "line 2: needs the word of row 1"),
        (["a\ts", "b\tt", "c\ts"], "the rows of sentence 's' do not stand together"),
    ],
)
def test_words_that_do_not_fit_are_refused_in_one_sentence(lines, sentence, saved, written, run):
    code, out, err = run(saved(np.eye(3)), "--words", written(*lines))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err


def test_options_that_mean_nothing_together_are_a_usage_error(saved, written, run, capsys):
    path = saved(np.eye(3))
    for extra in (
        ("--model", "glove"),
        ("--input", "text.txt"),
        ("--unit", "one-per-type"),
        ("--min-frequency", 2),
    ):
        assert run(path, *extra)[0] == 2
    assert main(["measure", "--model", "glove"]) == 2
    assert main(["measure", "--model", "glove", "--input", "-", "--words", "w.tsv"]) == 2
    assert "--words goes with --vectors" in capsys.readouterr().err


@pytest.mark.parametrize("n", [1, 2])
def test_few_rows_are_measured_as_far_as_they_go(n, saved, measured):
    (layer,) = measured(saved(np.ones((n, 3))))["layers"]
    assert layer["n"] == n
    assert {key for key, value in layer.items() if value is None} == set(layer["why"])
    assert (layer["mean_cosine"] is None) == (n == 1)


def test_vectors_of_length_nought_are_told(saved, measured):
    report = measured(saved(np.array([[1.0, 0], [0, 0], [0, 1], [1, 1]])))
    assert report["notes"] == ["1 vector(s) are 0 and have no direction."]


def test_a_file_of_any_size_is_read_a_piece_at_a_time(tmp_path, monkeypatch, rng):
    monkeypatch.setattr(arrays, "PIECE_ROWS", 500)
    x = np.lib.format.open_memmap(tmp_path / "large.npy", "w+", np.float32, (10_000, 64))
    x[:] = rng.normal(size=64).astype(np.float32)
    x.flush()
    array = open_array(tmp_path / "large.npy")
    assert isinstance(array, np.memmap)
    tracemalloc.start()
    try:
        most = 0
        for piece in pieces_of_array(array):
            assert len(piece) == 500
            most = max(most, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert most < x.nbytes / 2


def test_pieces_are_the_rows_in_order(cloud, monkeypatch):
    monkeypatch.setattr(arrays, "PIECE_ROWS", 7)
    words = [f"w{i}" for i in range(60)]
    rows = RowWords(words, np.arange(60) // 9)
    pieces = list(pieces_of_array(cloud, rows))
    assert np.array_equal(np.concatenate([p.layers[0] for p in pieces]), cloud.astype(np.float32))
    assert [word for p in pieces for word in p.words] == words
    assert [len(p) for p in pieces] == [9] * 6 + [6]
    with pytest.raises(ShapeError, match="60 vectors but 2 words"):
        list(pieces_of_array(cloud, RowWords(["a", "b"], np.arange(2))))
