"""The depth study: small nets of one, two and three layers, trained alike, and what is shown."""

import dataclasses
import json
import math

import numpy as np
import pytest
import torch

from engine.corpora.senses import polysemous_words
from engine.corpora.vocabulary import Vocabulary
from engine.encoders import elmo as elmo_encoder
from engine.errors import CorruptFile, EngineError
from engine.nets.character_cnn import CharacterConfig
from engine.nets.elmo import Elmo, ElmoConfig
from engine.nets.projected_lstm import LstmConfig
from engine.training.depth import results
from engine.training.depth import run as depth_run
from engine.training.depth.config import DepthStudy
from engine.training.depth.results import DepthRun
from engine.training.depth.run import Texts, sense_auc
from engine.training.depth.study import Planned, study
from engine.training.loop_config import LoopConfig
from engine.training.recipes.elmo import ElmoTraining
from engine.training.written_text import as_written
from engine.views import model_quality, sense_vectors, senses, sources
from engine.views.kept import Kept

pytestmark = pytest.mark.slow  # small nets are trained

CPU = torch.device("cpu")
VOCABULARY = Vocabulary(("<unk>", "<eos>", "the", "cat", "sat", "dog", "ran", "."))
RECIPE = ElmoTraining(
    vocab_size=8, d_projection=8, d_cell=16, n_streams=4, window=10, n_sampled=0,
    loop=LoopConfig(n_steps=24, learning_rate=0.02, warm_up=1, validate_every=8),
)  # fmt: skip
STILL = dataclasses.replace(RECIPE, loop=LoopConfig(n_steps=1, learning_rate=0.0))
CONFIG = DepthStudy(n_layers=(1, 3), seeds=(0,), recipe=RECIPE)


@pytest.fixture(scope="module")
def texts():
    def written(*sentences):
        return as_written([" ".join(sentences)] * 30, VOCABULARY)

    train = written("The cat sat.", "A dog ran.")
    return Texts(train, written("A dog ran.", "The cat sat."), written("The cat sat."))


@pytest.fixture(autouse=True)
def two_words(monkeypatch):
    """The whole sense corpus would take minutes."""
    torch.set_num_threads(1)
    monkeypatch.setattr(depth_run, "polysemous_words", lambda: ("bank", "bass"))


def runs_of(path, texts, config=CONFIG):
    events = list(study(config, path, resume=True, texts=texts))
    return events[0], [event for event in events if isinstance(event, DepthRun)]


def test_every_depth_is_trained_and_measured_beside_its_untrained_twin(tmp_path, texts):
    planned, runs = runs_of(tmp_path / "depth.jsonl", texts)
    assert planned == Planned(2, 0)
    assert [run.key for run in runs] == [(1, 0), (3, 0)]
    for run in runs:
        assert np.shape(run.auc) == (2, run.n_layers + 1)
        assert run.words == ("bank", "bass")
        assert [point["step"] for point in run.curve] == [8, 16, 24]
        # Four words and a full stop a sentence, each foretold by the one before: far below chance.
        assert run.test["forward_perplexity"] < run.curve[0]["forward_perplexity"] < 8
        assert run.test["vocabulary"] == 8 and run.validation["unknown_rate"] == pytest.approx(0.1)
        assert run.n_tokens > 0.9 * 24 * 4 * 10
    # One more layer of each direction: input and hidden weights, bias and projection.
    layer = 4 * 16 * (8 + 8 + 1) + 8 * 16
    assert runs[1].n_parameters - runs[0].n_parameters == 2 * 2 * layer
    assert results.read(tmp_path / "depth.jsonl") == runs


def test_the_twin_is_the_net_before_its_first_step(tmp_path, texts):
    config = dataclasses.replace(CONFIG, recipe=STILL, n_layers=(2,))
    (run,) = runs_of(tmp_path / "depth.jsonl", texts, config)[1]
    assert run.auc == run.untrained_auc and not run.gain.any()


def test_a_study_goes_on_and_the_same_seed_gives_the_same_run(tmp_path, texts):
    path, other = tmp_path / "depth.jsonl", tmp_path / "other.jsonl"
    short = dataclasses.replace(RECIPE, loop=LoopConfig(n_steps=2, learning_rate=0.02))
    first = dataclasses.replace(CONFIG, n_layers=(1,), recipe=short)
    runs_of(path, texts, first)
    planned, runs = runs_of(path, texts, dataclasses.replace(first, n_layers=(1, 2)))
    assert planned == Planned(2, 1) and [run.n_layers for run in runs] == [2]
    (again,) = runs_of(other, texts, first)[1]
    kept = results.read(path)[0]
    assert dataclasses.replace(again, seconds=kept.seconds) == kept


def test_runs_of_other_settings_are_not_mixed(tmp_path, texts):
    path = tmp_path / "depth.jsonl"
    first = dataclasses.replace(CONFIG, n_layers=(1,), recipe=STILL)
    runs_of(path, texts, first)
    with pytest.raises(EngineError, match="--resume"):
        list(study(first, path, texts=texts))
    wider = dataclasses.replace(first, recipe=dataclasses.replace(STILL, d_cell=32))
    with pytest.raises(EngineError, match="other settings"):
        list(study(wider, path, resume=True, texts=texts))


@pytest.mark.parametrize("change", [{"auc": [[0.5]]}, {"words": ["bank"]}, {"depth": 1}, {}])
def test_a_line_that_is_no_run_is_named(tmp_path, texts, change):
    path = tmp_path / "depth.jsonl"
    runs_of(path, texts, dataclasses.replace(CONFIG, n_layers=(1,), recipe=STILL))
    record = json.loads(path.read_text()) | change
    broken = json.dumps(record) if change else "{"
    with path.open("a") as file:
        file.write(broken + "\n")
    with pytest.raises(CorruptFile, match="line 2"):
        results.read(path)


def test_sense_auc_is_the_one_that_the_cards_give(monkeypatch):
    """The study reads the sentences without encoder and view, and must find the same."""
    torch.manual_seed(1)
    config = ElmoConfig(CharacterConfig(d_word=8), LstmConfig(8, 16, 2))
    net = Elmo(config)
    monkeypatch.setattr(elmo_encoder.Elmo, "_net", staticmethod(lambda: net))
    monkeypatch.setattr(elmo_encoder.Elmo, "missing", classmethod(lambda cls: None))
    for kept in ("_encoders", "_vectors"):  # another test may have asked the real ELMo
        monkeypatch.setattr(sources, kept, Kept(200 * 2**20))
    monkeypatch.setattr(sense_vectors, "_encoded", Kept(200 * 2**20))
    monkeypatch.setattr(model_quality, "polysemous_words", lambda: ("bank", "bass"))
    monkeypatch.setattr(senses, "_panels", Kept(1024))
    words, expected = model_quality.sense_auc_by_word("elmo")
    monkeypatch.setattr(senses, "_panels", Kept(1024))
    net.train()
    found = sense_auc(net, CPU)
    assert found[0] == tuple(words)
    np.testing.assert_allclose(found[1], expected, atol=1e-6)
    assert net.training  # dropout is on again for the steps that follow


def test_an_ignorant_net_is_as_surprised_as_the_vocabulary_is_large(tmp_path, texts):
    config = dataclasses.replace(CONFIG, recipe=STILL, n_layers=(1,))
    (run,) = runs_of(tmp_path / "depth.jsonl", texts, config)[1]
    assert run.test["backward_perplexity"] == pytest.approx(8, rel=0.35)
    bits = math.log2(run.test["backward_perplexity"])
    # "The cat sat ." and the boundary: 5 tokens in 4 + 4 + 4 + 2 + 1 characters.
    assert run.test["backward_bits_per_character"] == pytest.approx(bits * 5 / 15, abs=1e-3)


def test_the_words_are_those_of_the_sense_corpus():
    assert {"bank", "bass"} < set(polysemous_words())
