"""The classifier's net: pooling by brute force, and texts that do not disturb each other."""

import pytest
import torch
from torch.testing import assert_close

from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.text_classifier import (
    ClassifierConfig,
    PromptBatchNorm,
    TextClassifier,
    concat_pool,
)

DRY = AwdLstmConfig(30, 6, 8, 2, 0.0, 0.0, 0.0, 0.0, 0.0)
LENGTHS = torch.tensor([3, 11, 1, 8])


@pytest.fixture
def token_ids():
    return torch.arange(4 * 11).reshape(4, 11) % 29 + 1


def classifier(window=4, n_windows=100):
    torch.manual_seed(0)
    config = ClassifierConfig(3, d_hidden=5, window=window, n_windows=n_windows)
    net = TextClassifier(AwdLstm(DRY), config)
    net.train()
    for _ in range(3):  # running mean and variance that are not 0 and 1
        net.head(torch.randn(16, 18) * 2 + 1)
    return net.eval()


def test_pooling_is_last_highest_and_mean_of_each_texts_own_states():
    torch.manual_seed(1)
    states = torch.randn(3, 7, 2)
    first, end = torch.tensor([0, 2, 5]), torch.tensor([4, 7, 6])
    found = concat_pool([states], first, end)
    for row in range(3):
        own = states[row, int(first[row]) : int(end[row])]
        by_hand = torch.cat([own[-1], own.max(0).values, own.mean(0)])
        assert_close(found[row], by_hand)


def test_pooling_window_by_window_is_pooling_of_the_whole():
    torch.manual_seed(2)
    states = torch.randn(4, 7, 2) - 3  # a filled-up 0 would be the highest
    first, end = torch.tensor([0, 4, 1, 0]), torch.tensor([7, 6, 3, 1])
    windows = [states[:, :3], states[:2, 3:5], states[:2, 5:]]
    assert_close(concat_pool(windows, first, end), concat_pool([states], first, end))


def test_what_stands_behind_a_text_changes_nothing(token_ids):
    net = classifier()
    with torch.inference_mode():
        found = net(token_ids, LENGTHS)
        other = token_ids.clone()
        for row, length in enumerate(LENGTHS):
            other[row, length:] = 7
        assert torch.equal(net(other, LENGTHS), found)


def test_a_text_gets_the_same_answer_alone_and_in_a_batch(token_ids):
    net = classifier()
    with torch.inference_mode():
        together = net(token_ids, LENGTHS)
        for row, length in enumerate(LENGTHS):
            alone = net(token_ids[row : row + 1, :length], length[None])
            assert_close(alone[0], together[row], atol=1e-5, rtol=0)


def test_where_windows_are_cut_changes_nothing(token_ids):
    with torch.inference_mode():
        whole = classifier(window=50)(token_ids, LENGTHS)
        assert_close(classifier(window=1)(token_ids, LENGTHS), whole, atol=1e-5, rtol=0)
        assert_close(classifier(window=4)(token_ids, LENGTHS), whole, atol=1e-5, rtol=0)


def test_only_the_last_windows_are_pooled_but_the_state_remembers_the_others(token_ids):
    net = classifier(window=4, n_windows=1)
    token_ids, lengths = token_ids[1:2], LENGTHS[1:2]
    with torch.inference_mode():
        states = net.encoder(token_ids).layers[-1]
        by_hand = net.head(concat_pool([states], torch.tensor([7]), torch.tensor([11])))
        assert_close(net(token_ids, lengths), by_hand, atol=1e-5, rtol=0)
        changed = token_ids.clone()
        changed[0, 0] = 5
        assert not torch.equal(net(changed, lengths), net(token_ids, lengths))


def test_the_gradient_flows_through_the_last_windows_only():
    net = classifier(window=4, n_windows=1)
    ids = torch.arange(1, 12)[None]  # every place has a word of its own
    net(ids, torch.tensor([11])).square().sum().backward()
    touched = net.encoder.embedding.grad.abs().sum(1)[1:12] > 0
    # The last four tokens stand in the windows [4, 8) and [8, 12).
    assert touched.tolist() == [False] * 4 + [True] * 7


def test_batch_normalisation_averages_its_first_batches_and_then_forgets_slowly():
    norm = PromptBatchNorm(1)
    norm.train()
    for mean in (2.0, 4.0):
        norm(torch.tensor([[mean - 1], [mean + 1]]))
    assert norm.running_mean.item() == pytest.approx(3.0)
    assert norm.running_var.item() == pytest.approx(2.0)
    for _ in range(60):
        norm(torch.tensor([[9.0], [11.0]]))
    assert norm.momentum == 0.1
    assert norm.running_mean.item() == pytest.approx(10.0, abs=0.05)
    before = norm.running_mean.clone()
    norm.eval()(torch.tensor([[500.0]]))
    assert torch.equal(norm.running_mean, before)
