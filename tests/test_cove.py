"""CoVe's encoder: padding changes nothing, and only layer 2 mixes the directions."""

import pytest
import torch
from torch import nn

from engine.nets.cove import Cove, CoveConfig, untrained, words_mask

SMALL = CoveConfig(d_word=6, d_direction=5)


@pytest.fixture(scope="module")
def net() -> Cove:
    return untrained(SMALL, seed=3)


@pytest.fixture
def sentences() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(n, 6, generator=generator) for n in (4, 1, 7)]


def run(net: Cove, sentences: list[torch.Tensor]) -> list[torch.Tensor]:
    n_words = torch.tensor([len(words) for words in sentences])
    with torch.inference_mode():
        return net(nn.utils.rnn.pad_sequence(sentences, batch_first=True), n_words)


def test_a_padded_batch_gives_what_each_sentence_gives_alone(net, sentences):
    together = run(net, sentences)
    for i, words in enumerate(sentences):
        for batched, alone in zip(together, run(net, [words]), strict=True):
            torch.testing.assert_close(batched[i, : len(words)], alone[0], rtol=0, atol=1e-6)


def test_padding_holds_zeros(net, sentences):
    is_word = words_mask(torch.tensor([4, 1, 7]), 7)
    for layer in run(net, sentences):
        assert not layer[~is_word].any()
        assert layer[is_word].abs().sum(dim=1).min() > 0


def test_a_layer_is_two_lstms_unrolled_by_hand(net, sentences):
    """Each direction is LSTMCell steps from zeros; the leftward one begins at the last word."""
    words = sentences[0]
    weights = net.layers[0].lstm.state_dict()
    halves = []
    for ending, order in (("_l0", range(4)), ("_l0_reverse", reversed(range(4)))):
        cell = nn.LSTMCell(6, 5)
        cell.load_state_dict({name: weights[name + ending] for name in cell.state_dict()})
        state, found = None, {}
        for i in order:
            state = cell(words[None, i], state)
            found[i] = state[0][0]
        halves.append(torch.stack([found[i] for i in range(4)]))
    torch.testing.assert_close(run(net, [words])[1][0], torch.cat(halves, dim=1))


def test_what_follows_moves_layer_1_leftward_states_only_and_all_of_layer_2(net, sentences):
    """Change word 5 of 7: what the left-to-right LSTM of layer 1 said before it stays exactly."""
    words = sentences[2]
    changed = words.clone()
    changed[5] += 1.0
    _, first, second = (layer[0] for layer in run(net, [words]))
    _, first_after, second_after = (layer[0] for layer in run(net, [changed]))
    assert torch.equal(first[:5, :5], first_after[:5, :5])
    assert (first[:5, 5:] != first_after[:5, 5:]).any(dim=1).all()
    assert (second[:5, :5] != second_after[:5, :5]).any(dim=1).all()


def test_layer_0_is_the_input_and_widths_are_the_papers():
    net = untrained(CoveConfig())
    layers = run(net, [torch.ones(2, 50)])
    assert [layer.shape[-1] for layer in layers] == [50, 600, 600]
    assert torch.equal(layers[0], torch.ones(1, 2, 50))
    assert sum(p.numel() for p in net.parameters()) == 2 * 4 * 300 * (50 + 300 + 2 + 600 + 300 + 2)


def test_untrained_weights_follow_from_the_seed_and_leave_the_random_state_alone():
    before = torch.get_rng_state()
    one, same, other = (untrained(SMALL, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["layers.0.lstm.weight_hh_l0"], other["layers.0.lstm.weight_hh_l0"])
