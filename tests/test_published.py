"""Published curves beside ours: the numbers that ship are those of the files, and ours are counted
as theirs were.
"""

import json
from collections import Counter

import numpy as np
import pytest

from engine.cli.record import rounded, write
from engine.corpora.sts import SentencePair
from engine.encoder import ENCODERS, registered
from engine.errors import CorruptFile, DataUnavailable, EngineError
from engine.views import VIEWS, published_numbers, sts_geometry
from engine.views.published import MEASURES, PublishedState
from engine.views.published_numbers import published_asset
from engine.views.published_numbers import published_numbers as published
from engine.views.sts_geometry import Norms, measure_sts, recorded_sts

HERE = [card.name for card in registered() if ENCODERS[card.name].missing() is None]


# --- published numbers --------------------------------------------------------------------------


@pytest.mark.usefixtures("data_folder")
def test_what_ships_is_what_the_published_files_say():
    assert json.loads(published_numbers.PATH.read_text(encoding="utf8")) == published_asset()


def test_the_papers_own_statements_hold_of_the_numbers_that_ship():
    """Only ELMo's input is isotropic; GPT-2's last layer is nearly one direction; BERT's last but
    one exceeds its last; upper layers are more context-specific.
    """
    found = published()
    cosines = {model: [layer.mean_cosine for layer in of] for model, of in found.items()}
    assert {model: len(of) for model, of in found.items()} == {"elmo": 3, "bert": 13, "gpt2": 13}
    assert cosines["elmo"][0] < 0.02 < min(cosines["elmo"][1:])
    assert cosines["gpt2"][-1] > 0.95
    assert cosines["bert"][-2] > cosines["bert"][-1]
    for of in found.values():
        adjusted = [layer.self_similarity - layer.mean_cosine for layer in of]
        assert adjusted[-1] < adjusted[0]


def test_a_missing_or_damaged_file_is_told_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(published_numbers, "PATH", tmp_path / "x.json")
    with pytest.raises(DataUnavailable, match="engine record published"):
        published()
    for number, text in enumerate(('{"models": {}}', "no JSON")):
        (tmp_path / f"{number}.json").write_text(text)
        monkeypatch.setattr(published_numbers, "PATH", tmp_path / f"{number}.json")
        with pytest.raises(CorruptFile, match="engine record published"):
            published_numbers._read(number)


# --- ours ---------------------------------------------------------------------------------------

PAIRS = tuple(
    SentencePair(first, second, 1.0, "2012.made-up")
    for first, second in [
        ("The bank closed early.", "the river bank was wet , cold"),
        ("A bank lends money !", "Money is in the bank"),
        ("Cold rivers flood the bank", "the bank of the river"),
        ("He rowed to the other bank .", "No bank lends the poor money"),
    ]
)


@pytest.fixture
def few_pairs(monkeypatch, glove_model):
    """A handful of sentences for the whole data set, and GloVe in memory."""
    from engine.views import sources

    monkeypatch.setattr(sts_geometry, "sentence_pairs", lambda: PAIRS)
    monkeypatch.setattr(sts_geometry, "identity", lambda _: "none")
    sources._encoders.get(("glove", "auto"), lambda: glove_model, lambda _: 1)


def test_our_numbers_are_those_of_brute_force_in_the_papers_frames(few_pairs, glove_model):
    from engine.text import Sentence

    found = measure_sts("glove")
    (layer,) = found.layers
    sentences = [Sentence(text) for pair in PAIRS for text in (pair.first, pair.second)]
    vectors = glove_model.encode(sentences)
    x = vectors.layers[0].astype(np.float64)
    lengths = np.linalg.norm(x, axis=1)
    u = x / lengths[:, None]
    assert found.n_words == len(x)
    assert (layer.norm_mean, layer.norm_std) == pytest.approx((lengths.mean(), lengths.std()))
    # Within a sentence: every word, punctuation included, with the mean of them all.
    means = []
    for s in range(len(sentences)):
        rows = vectors.sentence_ids == s
        mean = x[rows].mean(axis=0)
        means.append((u[rows] @ mean / np.linalg.norm(mean)).mean())
    assert layer.intra_sentence_similarity == pytest.approx(np.mean(means))
    # One word a sentence: as many as there are sentences.
    assert layer.n == len(sentences)
    # Types of five places at least, without punctuation: "bank" and "the"; a static one is itself.
    counts = Counter(key for key in vectors.keys if key.isalpha())
    assert layer.n_types == sum(n >= 5 for n in counts.values()) == 2
    assert layer.self_similarity == pytest.approx(1.0)


def test_norms_in_pieces_are_those_of_the_whole(rng):
    x = rng.normal(size=(50, 4))
    sums = Norms()
    for piece in np.split(x, [7, 30]):
        sums.update(piece)
    lengths = np.linalg.norm(x, axis=1)
    assert (sums.mean, sums.std) == pytest.approx((lengths.mean(), lengths.std()))


def test_a_record_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "new" / "records.jsonl"
    write(path, {"model": "b", "x": rounded((0.123456, float("nan"), np.float64(1)))}, ("model",))
    write(path, {"model": "a", "x": 1}, ("model",))
    write(path, {"model": "b", "x": 2}, ("model",))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"model": "a", "x": 1}, {"model": "b", "x": 2},
    ]  # fmt: skip
    assert rounded({"x": (0.123456, float("nan"))}) == {"x": [0.1235, None]}


@pytest.mark.parametrize("model", HERE)
def test_every_model_is_recorded_as_it_is(model):
    found = recorded_sts().get(model)
    assert found is not None, "run `python -m engine record sts`"
    assert tuple(layer.layer for layer in found.layers) == ENCODERS[model].card.layer_names
    assert found.layers[0].n > 23_000


@pytest.mark.parametrize("adjusted", [True, False])
@pytest.mark.parametrize("measure", MEASURES)
def test_published_curves_are_dashed_and_ours_beside_them(measure, adjusted):
    view = VIEWS["published"]()
    state = PublishedState(tuple(HERE), measure, adjusted)
    assert view.needs(state) == []
    shown = view.show(state)
    lines = {t.name: t for t in shown.figure.data if t.name}
    assert {"ELMo published", "BERT-base published", "GPT-2 published", "ELMo ours"} <= set(lines)
    assert all((t.line.dash == "dash") == name.endswith("published") for name, t in lines.items())
    top = published()["bert"][-1]
    off = top.mean_cosine if adjusted and measure != "mean_cosine" else 0
    assert lines["BERT-base published"].y[-1] == pytest.approx(getattr(top, measure) - off)
    assert "nan" not in shown.notice
    assert len(shown.table) == 29 + sum(len(ENCODERS[m].card.layer_names) for m in HERE)


def test_a_model_that_is_not_recorded_is_told_with_its_command():
    shown = VIEWS["published"]().show(PublishedState(("some/bert",)))
    assert any("engine record sts --model some/bert" in note for note in shown.notes)
    with pytest.raises(EngineError, match="Unknown measure 'norm'"):
        VIEWS["published"]().show(PublishedState(measure_name="norm"))


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_what_is_recorded_is_what_is_measured():
    kept, now = recorded_sts()["glove"], measure_sts("glove")
    assert (kept.text_sha256, kept.sts_sha256, kept.n_words) == (
        now.text_sha256, now.sts_sha256, now.n_words,
    )  # fmt: skip
    for name in (*MEASURES, "norm_mean", "norm_std"):
        assert getattr(kept.layers[0], name) == pytest.approx(
            getattr(now.layers[0], name), abs=2e-3
        )
