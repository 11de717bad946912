"""The task model, its inputs, and the study that compares them, on planted reviews."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.encoder import ENCODERS
from engine.errors import CorruptFile, EngineError, UnknownName
from engine.nets import bert, cove, elmo
from engine.nets.character_cnn import CharacterConfig
from engine.nets.projected_lstm import LstmConfig
from engine.nets.task_inputs import StoredLayers, StoredVectors, TunedBert, TunedCove, TunedElmo
from engine.nets.task_model import TaskConfig, TaskModel, n_parameters, pooled_over_words
from engine.text import Sentence
from engine.training.json_lines import append
from engine.training.task.config import TaskStudy
from engine.training.task.features import StoredFeatures, every_word
from engine.training.task.inputs import TableInput, padded
from engine.training.task.names import INPUTS, input_named
from engine.training.task.results import FROZEN, RANDOM, TUNED, Run, read
from engine.training.task.reviews import TaskReviews
from engine.training.task.run import blocks_of, fit, judge
from engine.training.task.study import InputMissing, Planned, study
from engine.training.task.tuned import character_batch
from engine.vectors import glove_table

CONFIG = TaskStudy(
    n_words=8, n_validation=40, n_test=100, d_random=8, d_hidden=8, dropout=0.0, max_steps=60,
    learning_rate=2e-2, table_rate=1e-2, patience=3,
)  # fmt: skip


def planted(n_pool: int = 200) -> TaskReviews:
    """Reviews of neutral words in which "good" or "bad" decides."""
    rng = np.random.default_rng(0)
    n = CONFIG.n_validation + CONFIG.n_test + n_pool
    labels = np.arange(n) % 2
    texts = []
    for label in labels:
        words = rng.choice(["the", "film", "plot", "actor", "was"], rng.integers(2, 8)).tolist()
        words.insert(rng.integers(len(words)), ["bad", "good"][label])
        texts.append(" ".join(words))
    return TaskReviews(tuple(map(Sentence, texts)), labels, CONFIG.n_validation, CONFIG.n_test)


def fitted(name: str, n_labels: int = 100):
    """The prepared input, and a classifier trained on it."""
    torch.manual_seed(0)
    reviews = planted()
    rows = reviews.draw(n_labels, 0)
    prepared = TableInput(input_named(name), reviews, CONFIG).prepare(rows)
    before = {k: v.clone() for k, v in prepared.reader.state_dict().items()}
    return prepared, before, fit(prepared, reviews, rows, CONFIG, seed=0)


@pytest.fixture
def small_glove(monkeypatch):
    """GloVe's table with four of the planted words."""
    words = ["good", "bad", "film", "the"]
    vectors = np.random.default_rng(1).normal(size=(4, 50)).astype(np.float32)

    class SmallTable:
        def __init__(self):
            self.words, self.matrix = words, vectors

        def rows_of(self, word):
            return [words.index(word)] if word in words else []

        def mean_of(self, rows):
            return vectors[rows[0]] if rows else np.zeros(50, np.float32)

    monkeypatch.setattr(glove_table, "GloveTable", SmallTable)
    glove_table.glove_table.cache_clear()  # another test may have read the real one
    yield vectors
    glove_table.glove_table.cache_clear()


# --- the net ------------------------------------------------------------------------------------


def test_pooling_ignores_padding():
    states = torch.randn(2, 5, 3)
    n_words = torch.tensor([3, 5])
    pooled = pooled_over_words(states, n_words)
    assert torch.equal(pooled[0, :3], states[0, :3].amax(0))
    torch.testing.assert_close(pooled[0, 3:], states[0, :3].mean(0))
    states[0, 3:] = 1e6
    assert torch.equal(pooled_over_words(states, n_words), pooled)


def test_a_review_is_judged_alike_alone_and_beside_a_longer_one():
    model = TaskModel(StoredVectors(), TaskConfig(d_in=4)).eval()
    short, long = torch.randn(2, 4), torch.randn(6, 4)
    beside = model(*padded([short.numpy(), long.numpy()]))
    alone = model(*padded([short.numpy()]))
    torch.testing.assert_close(beside[:1], alone)


def test_two_words_that_decide_are_learnt_from_a_hundred_labels():
    prepared, _, found = fitted("random")
    reviews = planted()
    guesses = judge(found.model, prepared, reviews.test).argmax(1).numpy()
    assert (guesses == reviews.labels[reviews.test]).mean() > 0.95


def test_frozen_vectors_stay_and_tuned_ones_move(small_glove):
    moved = {}
    for name in ("glove-frozen", "glove-tuned", "random"):
        prepared, before, _ = fitted(name)
        after = prepared.reader.state_dict()
        moved[name] = {k: not torch.equal(before[k], after[k]) for k in before}
    assert moved == {
        "glove-frozen": {"embedding.weight": False},
        "glove-tuned": {"embedding.weight": True},
        "random": {"embedding.weight": True},
    }


def test_a_table_starts_with_glove_and_gives_unknown_words_zeros(small_glove):
    prepared, before, _ = fitted("glove-frozen")
    table = before["embedding.weight"]
    assert table.shape == (5, 50)
    assert not table[0].any()
    assert {tuple(row) for row in table[1:].tolist()} == {tuple(r) for r in small_glove.tolist()}
    assert 0 < prepared.known_share < 1


def test_blocks_count_the_weights_of_the_nets_and_nothing_is_counted_twice():
    prepared, _, found = fitted("random")
    blocks = blocks_of(found.model, prepared)
    assert sum(block.n_parameters for block in blocks) == n_parameters(found.model)
    assert [block.name for block in blocks] == ["embedding", "LSTM", "classifier"]
    # 4 gates of 8 units, each with 8 inputs, 8 states and PyTorch's two biases.
    assert blocks[1].n_parameters == 4 * 8 * (8 + 8 + 2)


# --- encoders that learn on ---------------------------------------------------------------------


def moves(reader: nn.Module, d_in: int, batch: tuple) -> None:
    """Every weight of the encoder gets a gradient, and words lie where the batch says."""
    model = TaskModel(reader, TaskConfig(d_in, d_hidden=4))
    assert model.reader(*batch).shape == (len(batch[0]), int(batch[0].max()), d_in)
    model(*batch)[:, 0].sum().backward()
    still = [k for k, w in reader.named_parameters() if w.grad is None or not w.grad.any()]
    allowed = ("position", "segment", "query_key_value.bias", "convolutions", "embedding")
    assert not [k for k in still if not any(part in k for part in allowed)]


def test_cove_learns_on_beside_glove_and_glove_comes_through_unchanged():
    reader = TunedCove(cove.Cove(cove.CoveConfig(d_word=5, d_direction=3)))
    n_words, x = padded([np.ones((2, 5), np.float32), np.ones((4, 5), np.float32)])
    assert torch.equal(reader(n_words, x)[:, :, :5], x)
    moves(reader, 11, (n_words, x))


def test_elmo_learns_on_with_the_marks_left_out():
    config = elmo.ElmoConfig(
        CharacterConfig(d_character=3, filters=((1, 4), (2, 4)), d_word=6),
        LstmConfig(d_out=6, d_cell=5),
    )
    reader = TunedElmo(elmo.Elmo(config))
    batch = character_batch([Sentence("good film"), Sentence("a very good film")])
    assert batch[0].tolist() == [2, 4]
    assert batch[1].shape == (2, 6) and batch[1][0, 4] == batch[1][0, 5] == 0
    moves(reader, 12, batch)


def test_a_word_is_the_mean_of_its_pieces():
    torch.manual_seed(0)
    net = bert.Bert(bert.BertConfig(20, 10, n_layers=1, n_heads=2, d_model=4, d_feed_forward=6))
    token_ids = torch.tensor([[1, 5, 6, 7, 2]])
    mask, words = torch.ones(1, 5, dtype=torch.bool), torch.tensor([[0, 1, 1, 2, 0]])
    batch = (torch.tensor([2]), token_ids, mask, words)
    top = net(token_ids, mask)[-1][0]
    expected = torch.stack([top[1:3].mean(0), top[3]])[None]
    torch.testing.assert_close(TunedBert(net)(*batch), expected)


def test_a_mix_of_stored_layers_is_their_mean_at_first():
    layers = torch.randn(2, 3, 3 * 4)
    mixed = StoredLayers(3)(torch.tensor([3, 3]), layers)
    torch.testing.assert_close(mixed, layers.view(2, 3, 3, 4).mean(2))


# --- stored vectors -----------------------------------------------------------------------------


def test_each_review_is_encoded_once_and_found_again(tmp_path, plant):
    sentences = [Sentence("a b"), Sentence("c"), *[Sentence("d e f")] * 200]
    encoded = []

    def encode(part):
        encoded.append(len(part))
        return np.concatenate([np.full((len(s.words), 2), float(len(s.words))) for s in part])

    features = StoredFeatures(tmp_path, sentences, encode)
    assert list(features.compute([0, 1, 150])) == [(1, 2), (2, 2)]
    assert features.of(1).tolist() == [[1, 1]] and features.of(150).tolist() == [[3, 3]] * 3
    assert list(StoredFeatures(tmp_path, sentences, encode).compute([1, 199])) == []
    assert encoded == [100, 100]


def test_a_word_without_a_vector_becomes_zeros_in_its_place(plant):
    vectors = plant([["a", "b"], ["c"]], np.ones((3, 2)), np.full((3, 1), 2.0)).select([0, 2])
    assert every_word(vectors, (0, 1)).tolist() == [[1, 1, 2], [0, 0, 0], [1, 1, 2]]


# --- the study ----------------------------------------------------------------------------------


def test_draws_of_different_seeds_do_not_overlap_and_never_touch_the_other_parts():
    reviews = planted()
    draws = [set(reviews.draw(60, seed)) for seed in range(3)]
    assert not draws[0] & draws[1] and not draws[1] & draws[2] and not draws[0] & draws[2]
    assert all(draw <= set(reviews.pool) for draw in draws)
    assert reviews.labels[list(draws[0])].mean() == 0.5
    with pytest.raises(EngineError, match="201"):
        reviews.draw(201, 0)


def tiny_study(path, **changes):
    config = replace(
        CONFIG, **{"inputs": ("random",), "sizes": (20, 40), "seeds": (0,), "max_steps": 10}
        | changes
    )  # fmt: skip
    return list(study(config, path, resume=True, reviews=planted()))


def test_a_study_that_goes_on_skips_what_is_finished_and_repeats_to_the_digit(tmp_path):
    path = tmp_path / "runs.jsonl"
    first = tiny_study(path, sizes=(20,))
    assert [type(event) for event in first] == [Planned, Run]
    again = tiny_study(path)
    assert again[0] == Planned(2, 1) and [run.n_labels for run in again[1:]] == [40]
    assert tiny_study(path) == [Planned(2, 2)]
    kept = {run.n_labels: run for run in read(path)}
    fresh = tiny_study(tmp_path / "other.jsonl", sizes=(20,))[1]
    assert replace(fresh, seconds=0) == replace(kept[20], seconds=0)
    assert fresh.judged.mean() == pytest.approx(fresh.accuracy)


def test_results_hold_numbers_and_no_review(tmp_path):
    tiny_study(tmp_path / "runs.jsonl", sizes=(20,))
    record = json.loads((tmp_path / "runs.jsonl").read_text())
    words = {word for sentence in planted().sentences for word in sentence.text.split()}
    assert not words & set(json.dumps(record).replace('"', " ").split())


def test_runs_of_other_settings_are_not_mixed(tmp_path):
    path = tmp_path / "runs.jsonl"
    tiny_study(path, sizes=(20,))
    with pytest.raises(EngineError, match="other settings"):
        tiny_study(path, d_hidden=4)
    with pytest.raises(EngineError, match="--resume"):
        list(study(CONFIG, path, reviews=planted()))


def test_an_input_whose_weights_are_not_here_is_left_out_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(ENCODERS["glove"], "missing", classmethod(lambda cls: "No GloVe."))
    events = tiny_study(tmp_path / "r.jsonl", inputs=("random", "glove-tuned"), sizes=(20,))
    assert events[:2] == [InputMissing("glove-tuned", "No GloVe."), Planned(1, 0)]
    with pytest.raises(UnknownName, match="random"):
        tiny_study(tmp_path / "r.jsonl", inputs=("fasttext",))


def test_a_damaged_results_file_is_told_with_its_line(tmp_path):
    path = tmp_path / "runs.jsonl"
    run = tiny_study(path, sizes=(20,))[1]
    append(path, replace(run, correct="ff"))
    with pytest.raises(CorruptFile, match="line 2"):
        read(path)


def test_encoders_are_tuned_with_few_labels_only():
    config = TaskStudy(sizes=(100, 300, 1000), seeds=(0,), encoder_tuned_up_to=300)
    assert [n for _, n, _ in config.planned(INPUTS["cove-tuned"])] == [100, 300]
    assert [n for _, n, _ in config.planned(INPUTS["cove-frozen"])] == [100, 300, 1000]
    assert {known.start for known in INPUTS.values()} == {RANDOM, FROZEN, TUNED}


@pytest.mark.slow
def test_a_frozen_and_a_tuned_encoder_go_through_the_study(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    inputs = ("minilm-frozen", "minilm-tuned")
    events = tiny_study(
        tmp_path / "r.jsonl", inputs=inputs, sizes=(20,), n_words=9, max_steps=10, batch_size=4
    )
    frozen, tuned = (event for event in events if isinstance(event, Run))
    assert [start for _, start, _ in frozen.blocks] == [FROZEN, FROZEN, RANDOM, RANDOM]
    assert [start for _, start, _ in tuned.blocks] == [TUNED, TUNED, RANDOM, RANDOM]
    published = 22_713_216 - 384 * 385  # all-MiniLM-L6-v2's weights without the pooler's
    assert sum(n for _, _, n in frozen.blocks[:2]) == published
    stored = np.load(next((tmp_path / "cache" / "task-model").rglob("0000.npy")), mmap_mode="r")
    assert stored.dtype == np.float16
    words = [len(sentence.words) for sentence in planted().sentences[:100]]
    assert stored.shape == (sum(words), 384)
