"""The training loop, its data and its losses."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.corpora.vocabulary import BOUNDARY, UNKNOWN, Vocabulary, build_vocabulary
from engine.errors import CorruptFile, EngineError, TextError
from engine.nets import full_softmax
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.sampled_softmax import WordSampler, sampled_softmax_loss
from engine.training.events import CheckpointWritten, Finished, Started, Step, Validated
from engine.training.loop import CHECKPOINT, iterate
from engine.training.loop_config import LoopConfig
from engine.training.perplexity import evaluated
from engine.training.prepared_text import prepare
from engine.training.recipes.awd_lstm import AwdLstmObjective, AwdLstmTraining
from engine.training.streams import Windows

CPU = torch.device("cpu")
TEXTS = [
    "The cat sat on the mat. The dog sat on the log.\n\nA cat chases a mouse.",
    "A mouse chases a cat. The log is old.",
    "The mat is new. The dog is old. The cat is new.",
] * 20


def small_text():
    words = [w for t in TEXTS for w in t.lower().replace(".", " .").split()]
    return prepare(iter(TEXTS), build_vocabulary(words, 14))


def small_config(n_steps=8, n_sampled=5):
    loop = LoopConfig(n_steps, 3e-2, warm_up=2, validate_every=4, checkpoint_every=3)
    return AwdLstmTraining(
        vocab_size=14,
        d_embedding=6,
        d_hidden=8,
        n_streams=4,
        window=12,
        n_sampled=n_sampled,
        alpha=0.1,
        beta=0.1,
        loop=loop,
    )


def run(folder, n_steps=8, stop_at=None, n_sampled=5):
    text = small_text()
    torch.manual_seed(0)
    config = small_config(n_steps, n_sampled)
    objective = AwdLstmObjective(config, text, text, CPU)
    events = []
    for event in iterate(objective, config, folder):
        events.append(event)
        if isinstance(event, Step) and event.step == stop_at:
            break
    return objective, events


def losses(events):
    return {event.step: event.loss for event in events if isinstance(event, Step)}


def test_a_vocabulary_is_the_most_frequent_words_and_nothing_of_the_test_text():
    vocabulary = build_vocabulary(["b", "a", "b", "c", "a", "b"], size=4)
    assert vocabulary.words == (UNKNOWN, BOUNDARY, "b", "a")
    assert vocabulary.ids(["a", "c", BOUNDARY]) == [3, 0, 1]
    assert "c" not in vocabulary and vocabulary.decode([2, 0]) == ["b", UNKNOWN]


def test_a_vocabulary_without_special_tokens_or_with_a_word_twice_is_refused():
    with pytest.raises(TextError, match="begins with"):
        Vocabulary(("a", "b"))
    with pytest.raises(TextError, match="once"):
        Vocabulary((UNKNOWN, BOUNDARY, "a", "a"))


def test_a_prepared_text_marks_the_end_of_every_sentence():
    vocabulary = build_vocabulary(["the", "cat", "sat", ".", "it"], size=20)
    text = prepare(iter(["The cat sat. It sat.\n\nThe dog"]), vocabulary)
    shown = " ".join(vocabulary.decode(text.ids.tolist()))
    assert shown == "the cat sat . <eos> it sat . <eos> the <unk> <eos>"
    assert text.unknown_rate == pytest.approx(1 / 12)
    assert text.starts.tolist() == [0, 12]


def test_consecutive_windows_go_through_the_stream_without_gap_and_predict_the_next_token():
    text = small_text()
    windows = Windows(text, n_streams=3, window=10, seed=1)
    last = None
    for step in range(windows.per_epoch):
        inputs, targets, first = windows.batch(step)
        assert first == (step == 0)
        assert torch.equal(inputs[:, 1:], targets[:, :-1])
        if last is not None:
            assert torch.equal(inputs[:, 0], last)
        last = targets[:, -1]


def test_backward_windows_are_the_text_in_reverse():
    text = small_text()
    ahead = Windows(text, n_streams=1, window=10, seed=1)
    back = Windows(text, n_streams=1, window=10, seed=1, backward=True)
    assert (ahead._make_streams(0)[0] == back._make_streams(0)[0][::-1]).all()


def test_another_epoch_has_another_order_and_the_same_step_always_the_same_batch():
    text = small_text()
    windows = Windows(text, n_streams=2, window=10, seed=1)
    again = Windows(text, n_streams=2, window=10, seed=1)
    step = windows.per_epoch + 1
    first_epoch = windows.batch(1)[0]
    assert torch.equal(windows.batch(step)[0], again.batch(step)[0])
    assert first_epoch.shape != windows.batch(step)[0].shape or not torch.equal(
        first_epoch, windows.batch(step)[0]
    )


@pytest.mark.parametrize("scores_at_once", [1, 40, 1 << 21])
def test_the_full_softmax_in_pieces_is_cross_entropy_to_the_last_gradient(
    scores_at_once, monkeypatch
):
    monkeypatch.setattr(full_softmax, "SCORES", scores_at_once)
    torch.manual_seed(0)
    inputs = [torch.randn(9, 4), torch.randn(13, 4), torch.randn(13)]
    targets = torch.randint(0, 13, (9,))
    ours, theirs = ([x.double().requires_grad_() for x in inputs] for _ in range(2))
    loss = full_softmax.full_softmax_loss(ours[0], targets, *ours[1:])
    expected = F.cross_entropy(F.linear(*theirs), targets)
    torch.testing.assert_close(loss, expected)
    for value in (loss, expected):
        (3 * value).backward()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


def test_sampled_softmax_over_the_whole_vocabulary_is_the_full_softmax():
    torch.manual_seed(0)
    hidden, weight, bias = torch.randn(7, 4), torch.randn(9, 4), torch.randn(9)
    targets = torch.randint(0, 9, (7,))
    found = sampled_softmax_loss(
        hidden, targets, weight, bias,
        sampled_ids=torch.arange(9), log_expected=torch.zeros(9),
    )  # fmt: skip
    assert found.item() == pytest.approx(F.cross_entropy(hidden @ weight.T + bias, targets).item())


def test_the_sampler_draws_each_word_as_often_as_it_says():
    torch.manual_seed(0)
    sampler = WordSampler(torch.tensor([100.0, 30.0, 10.0, 1.0]), n_draws=3)
    hits = torch.zeros(4)
    for _ in range(4000):
        drawn = sampler.draw()
        assert len(drawn.unique()) == len(drawn)
        hits[drawn] += 1
    torch.testing.assert_close(hits / 4000, sampler.log_expected.exp(), atol=0.03, rtol=0)


def test_the_sampled_gradient_points_where_the_full_one_does():
    torch.manual_seed(0)
    n_words, d = 200, 16
    weight, bias = torch.randn(n_words, d) / 4, torch.zeros(n_words)
    counts = 1000 / torch.arange(1.0, n_words + 1)
    targets = torch.multinomial(counts, 500, replacement=True)
    hidden = torch.randn(500, d, requires_grad=True)
    full = torch.autograd.grad(F.cross_entropy(hidden @ weight.T, targets), hidden)[0]
    sampler, mean = WordSampler(counts, 60), torch.zeros_like(full)
    for _ in range(200):
        loss = sampled_softmax_loss(
            hidden, targets, weight, bias,
            sampled_ids=sampler.draw(), log_expected=sampler.log_expected,
        )  # fmt: skip
        mean += torch.autograd.grad(loss, hidden)[0] / 200
    assert F.cosine_similarity(mean.flatten(), full.flatten(), 0) > 0.98


def test_a_run_that_was_interrupted_gives_the_same_losses_as_one_that_was_not(tmp_path):
    whole, events = run(tmp_path / "whole")
    run(tmp_path / "broken", stop_at=5)  # its last checkpoint is after step 3
    resumed, rest = run(tmp_path / "broken")
    assert isinstance(rest[0], Started) and rest[0].first_step == 3
    assert losses(rest) == {k: v for k, v in losses(events).items() if k > 3}
    for a, b in zip(whole.net.parameters(), resumed.net.parameters(), strict=True):
        assert torch.equal(a, b)


def test_the_loop_tells_what_happens_in_order(tmp_path):
    _, events = run(tmp_path)
    kinds = [type(event) for event in events]
    assert kinds[0] is Started and kinds[-1] is Finished
    assert kinds.count(Step) == 8 and kinds.count(Validated) == 2
    written = [event.step for event in events if isinstance(event, CheckpointWritten)]
    assert written == [3, 6, 8]


def test_training_lowers_the_perplexity_of_both_directions(tmp_path):
    _, events = run(tmp_path, n_steps=100, n_sampled=0)
    figures = [event.figures for event in events if isinstance(event, Validated)]
    for name in ("forward_perplexity", "backward_perplexity"):
        assert figures[-1][name] < figures[0][name] / 1.5


def test_a_checkpoint_of_another_net_is_refused(tmp_path):
    run(tmp_path, n_steps=3)
    text = small_text()
    config = AwdLstmTraining(vocab_size=14, d_embedding=4, n_streams=4, window=12)
    with pytest.raises(CorruptFile, match="another net"):
        list(iterate(AwdLstmObjective(config, text, text, CPU), config, tmp_path))


def test_a_truncated_checkpoint_is_refused_with_a_sentence(tmp_path):
    run(tmp_path, n_steps=3)
    path = tmp_path / CHECKPOINT
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(CorruptFile, match="not a checkpoint"):
        run(tmp_path, n_steps=4)


def test_a_folder_with_a_run_is_not_overwritten(tmp_path):
    from engine.training.loop import train

    run(tmp_path, n_steps=3)
    with pytest.raises(EngineError, match="--resume"):
        list(train("awd-lstm", small_config(), tmp_path, device=CPU))


def test_perplexity_of_a_net_that_knows_nothing_is_the_vocabulary_size():
    lm = AwdLstm(AwdLstmConfig(10, 4, 4, 1))
    with torch.no_grad():
        lm.embedding.zero_()
    ids = np.random.default_rng(0).integers(0, 10, 400)
    assert math.exp(evaluated(lm, ids, backward=False)) == pytest.approx(10, rel=1e-5)


def test_evaluation_does_not_depend_on_where_windows_are_cut(monkeypatch):
    torch.manual_seed(0)
    lm = AwdLstm(AwdLstmConfig(10, 4, 6, 2))
    ids = np.random.default_rng(0).integers(0, 10, 300)
    whole = evaluated(lm, ids, backward=True, n_streams=1)
    monkeypatch.setattr("engine.training.perplexity.WINDOW", 7)
    assert evaluated(lm, ids, backward=True, n_streams=1) == pytest.approx(whole, rel=1e-5)
