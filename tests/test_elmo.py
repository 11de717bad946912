"""ELMo: characters, two directions that never meet, padding that never counts, and the mix."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.testing import assert_close

from engine.nets.character_cnn import CharacterCnn, CharacterConfig, character_ids
from engine.nets.elmo import Elmo, ElmoConfig, ScalarMix, turned_round
from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.nets.projected_lstm import LstmConfig, LstmStack, ProjectedLstm

CHARACTERS = CharacterConfig(4, ((1, 3), (2, 4), (4, 5)), 2, d_word=6, max_characters=14)
LSTM = LstmConfig(6, 10, n_layers=2, cell_clip=0.6, projection_clip=0.4, dropout=0.0)
WORDS = ["the", "bank", "of", "unhappiness", "ஆறு", "👍", "a", "river", "antidisestablishment"]


@pytest.fixture(params=[1, 2, 3])
def net(request):
    torch.manual_seed(0)
    lstm = LstmConfig(6, 10, n_layers=request.param, cell_clip=0.6, projection_clip=0.4)
    return Elmo(ElmoConfig(CHARACTERS, lstm)).eval()


def vectors(*lengths):
    torch.manual_seed(1)
    return torch.randn(len(lengths), max(lengths), 6), torch.tensor(lengths)


def test_character_ids_by_hand():
    word, start, end, long = character_ids(["ab", "<S>", "</S>", "é" * 9], max_characters=6)
    assert word.tolist() == [259, 98, 99, 260, 261, 261]  # bytes 97 98 between marks, all + 1
    assert start.tolist() == [259, 257, 260, 261, 261, 261]
    assert end.tolist() == [259, 258, 260, 261, 261, 261]
    assert long.tolist() == [259, 196, 170, 196, 170, 260]  # UTF-8 bytes 195 169, cut to four


def test_words_are_told_apart_by_their_characters_alone():
    torch.manual_seed(0)
    net = CharacterCnn(CHARACTERS).eval()
    both = net(torch.from_numpy(character_ids([*WORDS, *WORDS], 14)))
    assert_close(both[: len(WORDS)], both[len(WORDS) :])
    distances = torch.cdist(both[: len(WORDS)], both[: len(WORDS)])
    assert distances[~torch.eye(len(WORDS), dtype=bool)].min() > 1e-3


def test_filler_that_is_cut_away_changes_nothing():
    torch.manual_seed(0)
    net = CharacterCnn(CharacterConfig(4, ((1, 3), (3, 4)), 1, d_word=6)).eval()
    ids = torch.from_numpy(character_ids(WORDS))
    cut = net(ids)
    net._without_idle_filler = lambda ids: ids
    assert_close(net(ids), cut, rtol=0, atol=1e-6)


@torch.inference_mode()
def test_a_batch_gives_what_each_sentence_gives_alone(net):
    x, lengths = vectors(5, 1, 8, 3)
    batched, _ = net(x, lengths)
    for number, length in enumerate(lengths.tolist()):
        alone, _ = net(x[number : number + 1, :length], torch.tensor([length]))
        for layer, together in zip(alone, batched, strict=True):
            assert_close(layer[0], together[number, :length], rtol=0, atol=1e-5)


@torch.inference_mode()
def test_padding_holds_whatever_it_likes(net):
    x, lengths = vectors(5, 2)
    other = x.clone()
    other[1, 2:] = 1e3
    for one, two in zip(net(x, lengths)[0], net(other, lengths)[0], strict=True):
        assert torch.equal(one[1, :2], two[1, :2])


@torch.inference_mode()
def test_the_two_directions_never_meet(net):
    """Exactly: a changed word moves forward states from itself on, backward states up to itself."""
    x, lengths = vectors(7)
    other, place = x.clone(), 3
    other[0, place] += 1.0
    before, after = net(x, lengths)[0], net(other, lengths)[0]
    for one, two in zip(before[1:], after[1:], strict=True):
        moved = (one != two)[0]  # (n_tokens, 12)
        ahead, back = moved[:, :6].any(1).tolist(), moved[:, 6:].any(1).tolist()
        assert ahead == [t >= place for t in range(7)]
        assert back == [t <= place for t in range(7)]


@torch.inference_mode()
def test_layer_zero_is_the_word_twice(net):
    x, lengths = vectors(3)
    assert torch.equal(net(x, lengths)[0][0], torch.cat([x, x], dim=2))


@torch.inference_mode()
def test_a_carried_state_goes_on_where_each_sentence_ended(net):
    x, lengths = vectors(5, 2)
    _, state = net(x, lengths, net.start(2))
    y, more = torch.randn(2, 4, 6), torch.tensor([4, 3])
    carried = net(y, more, state)[0][-1]
    for row in range(2):
        # Forwards this is the same as one long sentence; backwards each part is read by itself.
        whole = torch.cat([x[row, : lengths[row]], y[row, : more[row]]])[None]
        long = net(whole, torch.tensor([whole.shape[1]]))[0][-1]
        assert_close(carried[row, : more[row], :6], long[0, lengths[row] :, :6])
    fresh = net(y, more)[0][-1]
    assert not torch.allclose(carried, fresh, atol=1e-3)


@torch.inference_mode()
def test_the_cells_equal_torchs_own_lstm_where_nothing_is_clipped():
    torch.manual_seed(0)
    ours = ProjectedLstm(5, LstmConfig(4, 7, cell_clip=None, projection_clip=None))
    theirs = torch.nn.LSTM(5, 7, proj_size=4)
    order = [0, 1, 3, 2]  # ours: write, keep, show, candidate; torch: write, keep, candidate, show

    def turned(rows):
        return torch.cat([rows.chunk(4)[i] for i in order])

    ours.bias += torch.randn(28)
    theirs.weight_ih_l0.copy_(turned(ours.input_weight))
    theirs.weight_hh_l0.copy_(turned(ours.hidden_weight))
    theirs.bias_ih_l0.copy_(turned(ours.bias))
    theirs.bias_hh_l0.zero_()
    theirs.weight_hr_l0.copy_(ours.projection)
    x, h, c = torch.randn(6, 3, 5), torch.randn(3, 4), torch.randn(3, 7)
    outputs, last_h, last_c = ours(x, h, c, None)
    expected, (expected_h, expected_c) = theirs(x, (h[None], c[None]))
    for one, other in ((outputs, expected), (last_h, expected_h[0]), (last_c, expected_c[0])):
        assert_close(one, other, rtol=0, atol=1e-6)


@torch.inference_mode()
def test_clipping_by_hand():
    """All gates wide open, so that c grows by 1 a step up to its bound of 1.5."""
    lstm = ProjectedLstm(1, LstmConfig(1, 1, cell_clip=1.5, projection_clip=2.0))
    for weight in (lstm.input_weight, lstm.hidden_weight):
        weight.zero_()
    lstm.bias.fill_(20.0)
    lstm.projection.fill_(2.5)
    outputs, hidden, cell = lstm(torch.zeros(3, 1, 1), torch.zeros(1, 1), torch.zeros(1, 1), None)
    # 2.5 tanh(1) = 1.904, then 2.5 tanh(1.5) = 2.263 > 2
    assert outputs.flatten().tolist() == pytest.approx([2.5 * np.tanh(1.0), 2.0, 2.0])
    assert (float(hidden), float(cell)) == (2.0, 1.5)


def test_from_the_second_layer_on_a_layer_adds_to_what_it_read():
    torch.manual_seed(0)
    with_skip = LstmStack(6, LSTM).eval()
    without = LstmStack(6, LstmConfig(6, 10, 2, 0.6, 0.4, skip_connections=False)).eval()
    without.load_state_dict(with_skip.state_dict())
    x, _ = vectors(4, 4)
    (first, second), _ = with_skip(x, with_skip.start(2))
    (same, bare), _ = without(x, without.start(2))
    assert torch.equal(first, same)
    assert_close(second, bare + first)


def test_turning_round_twice_changes_nothing():
    x, lengths = vectors(5, 1, 4)
    assert torch.equal(turned_round(turned_round(x, lengths), lengths), x)


def test_the_mix_by_hand():
    layers = [torch.tensor([[[1.0, 3.0]]]), torch.tensor([[[5.0, 7.0]]])]
    mix = ScalarMix(2)
    assert mix(layers).flatten().tolist() == [3.0, 5.0]  # equal shares at first
    with torch.no_grad():
        mix.weights.copy_(torch.tensor([0.0, np.log(3.0)]))  # shares 1/4 and 3/4
        mix.gamma.fill_(2.0)
    assert_allclose(mix(layers).detach().flatten(), [8.0, 12.0], rtol=1e-6)
    normalised = ScalarMix(2, normalise=True)  # both layers become -1, 1; padding does not count
    padded = [torch.cat([layer, torch.full((1, 1, 2), 9e9)], dim=1) for layer in layers]
    mixed = normalised(padded, torch.tensor([[True, False]])).detach()
    assert_allclose(mixed[0, 0], [-1.0, 1.0], rtol=1e-5)


def test_a_language_model_reads_a_stream_in_windows_as_if_it_were_one():
    torch.manual_seed(0)
    model = ElmoLanguageModel(ElmoConfig(CHARACTERS, LSTM), vocab_size=20).eval()
    ids = torch.from_numpy(character_ids(WORDS, 14))
    ahead, back = torch.randint(len(WORDS), (2, 3, 8))
    whole = model(ids, ahead, back, model.elmo.start(3))
    first = model(ids, ahead[:, :5], back[:, :5], model.elmo.start(3))
    second = model(ids, ahead[:, 5:], back[:, 5:], first[2])
    for direction in range(2):
        parts = torch.cat([first[direction], second[direction]], dim=1)
        assert_close(parts, whole[direction])
    assert not second[2].detached().left_to_right.cell.requires_grad
    probabilities = model.log_probabilities(whole[0]).exp()
    assert_close(probabilities.sum(-1), torch.ones(3, 8))


def test_a_mirrored_language_model_reads_backwards_what_it_reads_forwards():
    """With the weights of one direction in both, a text read backwards is its mirror image."""
    torch.manual_seed(0)
    net = Elmo(ElmoConfig(CHARACTERS, LSTM)).eval()
    net.right_to_left.load_state_dict(net.left_to_right.state_dict())
    x, lengths = vectors(6)
    top = net(x, lengths)[0][-1]
    mirrored = net(x.flip(1), lengths)[0][-1].flip(1)
    assert_close(top[..., :6], mirrored[..., 6:])
