"""AWD-LSTM against PyTorch's own LSTM cell, unrolled by hand."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.nets.awd_lstm import (
    AwdLstm,
    AwdLstmConfig,
    WeightDroppedLstm,
    detached,
    embed,
    variational_dropout,
)
from engine.nets.awd_lstm_reader import AwdLstmReader
from engine.nets.both_directions import both_directions, shared

SMALL = AwdLstmConfig(vocab_size=11, d_embedding=6, d_hidden=8, n_layers=3)
DRY = AwdLstmConfig(11, 6, 8, 3, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture
def lm() -> AwdLstm:
    torch.manual_seed(0)
    return AwdLstm(DRY)


def unrolled_by_hand(lm: AwdLstm, token_ids: torch.Tensor) -> torch.Tensor:
    """Top states from nn.LSTMCell, one step and one layer after the other."""
    x = [lm.embedding[token_ids[:, t]] for t in range(token_ids.shape[1])]
    for lstm, (d_in, d_out) in zip(lm.lstms, lm.config.widths(), strict=True):
        cell = nn.LSTMCell(d_in, d_out)
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        weights = {name: getattr(lstm, name) for name in names}
        h = c = torch.zeros(len(token_ids), d_out)
        out = []
        for step in x:
            h, c = torch.func.functional_call(cell, weights, (step, (h, c)))
            out.append(h)
        x = out
    return torch.stack(x, 1)


def test_forward_gradients_and_one_training_step_equal_cells_unrolled_by_hand(lm):
    token_ids = torch.randint(0, 11, (4, 9))
    inputs, targets = token_ids[:, :-1], token_ids[:, 1:].flatten()
    other = AwdLstm(DRY)
    other.load_state_dict(lm.state_dict())
    ours, theirs = lm(inputs).top, unrolled_by_hand(other, inputs)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)

    F.cross_entropy(lm.logits(ours).flatten(0, 1), targets).backward()
    by_hand = theirs @ other.embedding.T + other.output_bias
    F.cross_entropy(by_hand.flatten(0, 1), targets).backward()
    for (name, a), b in zip(lm.named_parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, atol=1e-6, rtol=1e-5, msg=name)
    for net in (lm, other):
        torch.optim.Adam(net.parameters(), lr=0.1).step()
    for a, b in zip(lm.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b, atol=1e-3, rtol=0)


def test_two_windows_with_the_state_carried_equal_one_long_window(lm):
    token_ids = torch.randint(0, 11, (2, 12))
    whole = lm(token_ids).top
    first = lm(token_ids[:, :5])
    second = lm(token_ids[:, 5:], detached(first.state))
    torch.testing.assert_close(torch.cat([first.top, second.top], 1), whole)
    assert not any(part.requires_grad for pair in detached(first.state) for part in pair)


def test_no_forward_state_feels_a_word_to_its_right(lm):
    token_ids = torch.randint(1, 11, (1, 8))
    changed = token_ids.clone()
    changed[0, 5] = 0
    for before, after in zip(lm(token_ids).layers, lm(changed).layers, strict=True):
        assert torch.equal(before[:, :5], after[:, :5])
        assert not torch.equal(before[:, 5:], after[:, 5:])


def test_the_softmax_is_tied_to_the_embedding(lm):
    top = torch.randn(3, 6)
    torch.testing.assert_close(lm.logits(top), top @ lm.embedding.T + lm.output_bias)
    assert sum(p.numel() == 11 * 6 for p in lm.parameters()) == 1


def test_every_dropout_is_off_in_eval_mode_and_on_in_training():
    torch.manual_seed(0)
    lm = AwdLstm(AwdLstmConfig(11, 6, 8, 3, 0.5, 0.5, 0.5, 0.5, 0.5))
    token_ids = torch.randint(0, 11, (2, 7))
    assert not torch.equal(lm(token_ids).top, lm(token_ids).top)
    lm.eval()
    assert torch.equal(lm(token_ids).top, lm(token_ids).top)


def test_weight_dropout_removes_hidden_to_hidden_weights_only():
    torch.manual_seed(0)
    lstm = WeightDroppedLstm(3, 5, weight_dropout=1.0)  # all of them
    state = (torch.zeros(1, 1, 5), torch.zeros(1, 1, 5))
    out, _, _ = lstm(torch.ones(1, 2, 3), state)
    cell = nn.LSTMCell(3, 5)
    weights = {name: getattr(lstm, name) for name in ("weight_ih", "bias_ih", "bias_hh")}
    weights["weight_hh"] = torch.zeros(20, 5)
    h = c = torch.zeros(1, 5)
    for t in range(2):
        h, c = torch.func.functional_call(cell, weights, (torch.ones(1, 3), (h, c)))
        torch.testing.assert_close(out[:, t], h)


def test_variational_dropout_drops_the_same_units_at_every_position():
    torch.manual_seed(0)
    dropped = variational_dropout(torch.ones(2, 5, 40), 0.5, training=True)
    assert torch.equal(dropped, dropped[:, :1].expand(-1, 5, -1))
    assert set(dropped.unique().tolist()) == {0.0, 2.0}


def test_embedding_dropout_drops_a_word_wherever_it_stands():
    torch.manual_seed(0)
    token_ids = torch.tensor([[1, 2, 3, 1, 2, 3, 4, 5, 6, 7]])
    vectors = embed(token_ids, torch.ones(11, 4), 0.5, training=True)[0]
    for word in range(1, 8):
        rows = vectors[token_ids[0] == word]
        assert torch.equal(rows, rows[:1].expand_as(rows))
    assert 0.0 in vectors and 2.0 in vectors


def test_a_batch_of_sentences_gives_what_each_sentence_gives_alone():
    torch.manual_seed(0)
    forward_lm = AwdLstm(SMALL)
    reader = AwdLstmReader(forward_lm, AwdLstm(SMALL, forward_lm.embedding), boundary_id=1)
    sentences = [[2, 3, 4], [5], [6, 7, 8, 9, 2, 3], [4, 4]]
    together = reader.read(sentences)
    alone = [reader.read([sentence]) for sentence in sentences]
    assert [layer.shape for layer in together] == [(12, 6), (12, 16), (12, 16), (12, 12)]
    for number, layer in enumerate(together):
        parts = torch.cat([torch.from_numpy(found[number]) for found in alone])
        torch.testing.assert_close(torch.from_numpy(layer), parts, atol=1e-5, rtol=0)


def test_the_backward_half_reads_from_the_right():
    torch.manual_seed(0)
    forward_lm = AwdLstm(SMALL)
    reader = AwdLstmReader(forward_lm, AwdLstm(SMALL, forward_lm.embedding), boundary_id=1)
    before, after = reader.read([[2, 3, 4, 5]])[3], reader.read([[9, 3, 4, 5]])[3]
    d = SMALL.d_embedding
    assert (before[1:, d:] == after[1:, d:]).all()  # the first word stands left of all others
    assert (before[1:, :d] != after[1:, :d]).any()
    before, after = reader.read([[2, 3, 4, 5]])[3], reader.read([[2, 3, 4, 9]])[3]
    assert (before[:3, :d] == after[:3, :d]).all()
    assert (before[:3, d:] != after[:3, d:]).any()


def test_both_directions_share_one_embedding_after_loading():
    torch.manual_seed(0)
    config = {"vocab_size": 11, "d_embedding": 6, "d_hidden": 8, "n_layers": 3}
    net = both_directions(config)
    tensors = shared(net)
    assert sum("embedding" in name for name in tensors) == 1
    again = both_directions(config, tensors)
    assert again.forward_lm.embedding is again.backward_lm.embedding
    token_ids = torch.randint(0, 11, (1, 5))
    for one, other in zip(net.directions().values(), again.directions().values(), strict=True):
        assert torch.equal(one.eval()(token_ids).top, other.eval()(token_ids).top)
