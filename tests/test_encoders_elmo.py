"""ELMo as an encoder, shipped, untrained and published: one vector a word, whatever the company."""

import json

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine import model_files
from engine.checkpoints import load_weights, save_weights
from engine.cli import main
from engine.corpora.vocabulary import Vocabulary
from engine.encoder import load_encoder
from engine.encoders import elmo
from engine.errors import Cancelled, CorruptFile, TextError
from engine.nets.character_cnn import CharacterConfig
from engine.nets.elmo import ElmoConfig
from engine.nets.elmo_language_model import ElmoLanguageModel, language_model
from engine.nets.projected_lstm import LstmConfig
from engine.text import Sentence

TEXTS = [
    "he sat on the bank of the river and watched the currents",
    "Bank",
    "The mouse's “unhappiness” wasn't re-categorised: naïve, 3.5!",
    "<S> of 河岸 ஆறு جلس </S>",
    "A " + "very " * 90 + "long sentence about a bank.",
    "antidisestablishmentarianism floccinaucinihilipilification" * 3,
    "I am ___ excited 👍 to watch",
]
SENTENCES = [Sentence(text) for text in TEXTS]


@pytest.fixture(scope="module")
def untrained():
    return load_encoder("elmo-untrained", "cpu")


@pytest.fixture(scope="module")
def encoded(untrained):
    return untrained.encode(SENTENCES)


@pytest.fixture
def published(data_folder):
    folder = data_folder / "elmo-reference"
    return folder / "lm_weights.hdf5", folder / "options.json"


def test_every_word_has_a_vector_at_every_layer(encoded):
    every = [word.text for sentence in SENTENCES for word in sentence.words]
    assert list(encoded.words) == every
    assert (encoded.unknown, encoded.layer_names) == ((), elmo.LAYER_NAMES)
    assert all(np.isfinite(layer).all() and layer.shape[1] == 256 for layer in encoded.layers)
    assert np.array_equal(encoded.layers[0][:, :128], encoded.layers[0][:, 128:])
    assert encoded.rank_bounds == (128, 256, 256)
    assert np.linalg.matrix_rank(encoded.layers[0]) <= 128


def test_a_batch_gives_what_each_sentence_gives_alone(untrained, encoded):
    for number, sentence in enumerate(SENTENCES):
        alone = untrained.encode([sentence])
        rows = np.flatnonzero(encoded.sentence_ids == number)
        for layer, batched in zip(alone.layers, encoded.layers, strict=True):
            assert_allclose(layer, batched[rows], rtol=0, atol=1e-5)


def test_reading_again_changes_nothing(untrained, encoded):
    again = untrained.encode([*SENTENCES, *SENTENCES])
    for layer, once in zip(again.layers, encoded.layers, strict=True):
        assert_allclose(layer, np.concatenate([once, once]), rtol=0, atol=1e-5)


def test_random_weights_are_the_same_every_time(untrained, encoded):
    other = type(untrained)("cpu").encode(SENTENCES[:1])
    assert_allclose(other.layers[2], encoded.layers[2][: len(other)], rtol=0, atol=1e-5)
    assert "random weights" in untrained.card.about
    assert untrained.missing() is None


def test_layer_0_ignores_context_and_case_counts(untrained):
    vectors = untrained.encode([Sentence("the bank raised"), Sentence("the bank burst Bank")])
    one, two, capital = vectors.rows_of("bank")
    assert np.array_equal(vectors.layers[0][one], vectors.layers[0][two])
    assert np.abs(vectors.layers[1][one] - vectors.layers[1][two]).max() > 1e-3
    assert np.abs(vectors.layers[0][two] - vectors.layers[0][capital]).max() > 1e-3


def test_progress_counts_sentences_and_may_cancel(untrained):
    seen = []
    untrained.encode(SENTENCES, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(SENTENCES), len(SENTENCES))

    def stop(_done, _total):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        untrained.encode(SENTENCES, progress=stop)


def test_a_text_without_words_is_refused(untrained):
    with pytest.raises(TextError, match="no word"):
        untrained.encode([Sentence(""), Sentence(" ")])


def test_a_shipped_file_gives_back_its_net_and_a_cut_one_is_refused(
    monkeypatch, tmp_path, untrained, encoded, request
):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    # The card of the weights that really ship is no longer the one that counts.
    model_files.shipped_card.cache_clear()
    request.addfinalizer(model_files.shipped_card.cache_clear)
    torch.manual_seed(elmo.SEED)
    model = ElmoLanguageModel(ElmoConfig(), 3)
    model.elmo.load_state_dict(untrained._reader.net.state_dict())
    path = model_files.weights_path("elmo")
    words = Vocabulary(("<unk>", "<eos>", "the"))
    save_weights(
        path,
        model.state_dict(),
        kind="elmo",
        config=ElmoConfig().as_dict(),
        vocabularies={"words": words},
        int8={"softmax_weight"},
    )
    assert elmo.Elmo.missing() is None
    shipped = elmo.Elmo("cpu").encode(SENTENCES)
    assert shipped.model == "elmo"
    for one, two in zip(shipped.layers, encoded.layers, strict=True):
        assert_allclose(one, two, rtol=0, atol=0.02)  # float16 weights
    weights = load_weights(path, kind="elmo")
    again = language_model(weights.config, weights.tensors)
    assert_allclose(
        again.softmax_weight.detach(), model.softmax_weight.detach(), rtol=0, atol=0.002
    )
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptFile, match="cannot be read as weights"):
        elmo.Elmo("cpu")


def test_what_is_missing_is_said_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    assert "python -m engine train elmo" in elmo.Elmo.missing()


def test_the_published_files_are_encoded_from_the_command_line(published, tmp_path, capsys):
    weights, options = map(str, published)
    text, output = tmp_path / "in.txt", tmp_path / "out.npz"
    text.write_text("the bank of the river\n\nthe bank\n", encoding="utf8")
    files = ("--weights", weights, "--options", options)
    arguments = ["--model", "elmo", *files, "--input", str(text)]
    assert main(["encode", *arguments, "--output", str(output)]) == 0
    arrays = np.load(output)
    expected = elmo.Elmo.from_published(*published).encode(
        [Sentence("the bank of the river"), Sentence("the bank")]
    )
    assert arrays["words"].tolist() == list(expected.words)
    for i, layer in enumerate(expected.layers):
        assert_allclose(arrays[f"layer_{i}"], layer, rtol=0, atol=1e-6)
    capsys.readouterr()
    assert main(["measure", *arguments, "--json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["name"] for layer in layers] == list(elmo.LAYER_NAMES)


def test_the_published_top_layer_is_that_of_the_reference(published, data_folder):
    """Read from zeros, as the first sentence of the reference is."""
    h5py = pytest.importorskip("h5py")
    folder = data_folder / "elmo-reference"
    words = json.loads((folder / "sentences.json").read_text("utf8"))[0][0].split()
    with h5py.File(folder / "lm_embeddings_0.hdf5") as file:
        expected = np.concatenate(file["0"][...], axis=1)
    reader = elmo.Elmo.from_published(*published, device="cpu")._reader
    ours = reader.read([["padding", "it"] * 40, words])[2][80:]
    assert_allclose(ours, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["--model", "glove", "--weights", "a", "--options", "b"], "mean nothing to --model glove"),
        (["--model", "elmo", "--weights", "a"], "belong together"),
        (["--model", "no-such", "--options", "a"], "mean nothing to --model no-such"),
    ],
)
def test_files_that_fit_no_model_are_wrong_usage(files, sentence, tmp_path, capsys):
    text = tmp_path / "in.txt"
    text.write_text("the bank\n", encoding="utf8")
    assert main(["measure", *files, "--input", str(text)]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("n_layers", [1, 3])
def test_layers_are_named_by_their_number_and_the_twin_has_as_many(
    n_layers, monkeypatch, tmp_path, request
):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    model_files.shipped_card.cache_clear()
    request.addfinalizer(model_files.shipped_card.cache_clear)
    sizes = ElmoConfig(CharacterConfig(d_word=8), LstmConfig(8, 16, n_layers))
    save_weights(
        model_files.weights_path("elmo"),
        ElmoLanguageModel(sizes, 2).state_dict(),
        kind="elmo",
        config=sizes.as_dict(),
    )
    settings = {"d_projection": 8, "d_cell": 16, "n_layers": n_layers}
    (tmp_path / "elmo" / "card.json").write_text(json.dumps({"settings": settings}))
    names = ("0 · characters", "1 · biLM 1", "2 · biLM 2", "3 · biLM 3")[: n_layers + 1]
    for kind in (elmo.Elmo, elmo.UntrainedElmo):
        encoder = kind("cpu")
        vectors = encoder.encode(SENTENCES)
        assert vectors.layer_names == encoder.card.layer_names == names
        assert {layer.shape[1] for layer in vectors.layers} == {16} == {encoder.card.d_model}
