"""The decoder is the paper's formula; attention is a distribution over words; beam 1 is greedy."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine.nets.cove import Cove, CoveConfig, untrained, words_mask
from engine.nets.decoding import Decoding, beam, greedy
from engine.nets.translator import EncoderDecoder, Translator, TranslatorConfig

N_WORDS = 9
HOW = Decoding(boundary_id=1, unknown_id=0, max_words=12)


@pytest.fixture(scope="module")
def decoder() -> Translator:
    torch.manual_seed(0)
    net = Translator(TranslatorConfig(N_WORDS, d_source=10, d=7, d_word=4)).eval()
    for parameter in net.parameters():  # far from uniform, so that the choices are clear
        nn.init.normal_(parameter, std=0.7)
    return net


@pytest.fixture
def source() -> tuple[torch.Tensor, torch.Tensor]:
    """States of three sentences of 5, 2 and 3 words, and which rows are words."""
    n_words = torch.tensor([5, 2, 3])
    is_word = words_mask(n_words, 5)
    states = torch.randn(3, 5, 10, generator=torch.Generator().manual_seed(1))
    return states * is_word[:, :, None], is_word


@torch.inference_mode()
def test_a_step_is_the_papers_formula(decoder, source):
    """McCann et al. 2017, equations of section 3, one sentence, written out literally."""
    states, is_word = source
    H, ids = states[2, :3], [1, 4, 6]  # noqa: N806
    h = torch.tanh(decoder.start_state(H.mean(dim=0)))
    c, adjusted = torch.zeros(7), torch.zeros(7)
    expected, attended = [], []
    for word_id in ids:
        z = decoder.words.weight[word_id]
        h, c = decoder.cell(torch.cat([z, adjusted]), (h, c))
        attention = torch.softmax(H @ (decoder.query.weight @ h + decoder.query.bias), dim=0)
        adjusted = torch.tanh(
            decoder.adjust.weight @ torch.cat([H.T @ attention, h]) + decoder.adjust.bias
        )
        expected.append(adjusted)
        attended.append(attention)
    found, attention = decoder(states, is_word, torch.tensor([ids] * 3))
    torch.testing.assert_close(found[2], torch.stack(expected))
    torch.testing.assert_close(attention[2, :, :3], torch.stack(attended))
    logits = decoder.words.weight @ decoder.to_word(found[2, 0]) + decoder.word_bias
    torch.testing.assert_close(decoder.logits(found)[2, 0], logits)


@torch.inference_mode()
def test_attention_rows_sum_to_one_and_are_zero_on_padding(decoder, source):
    states, is_word = source
    _, attention = decoder(states, is_word, torch.randint(0, N_WORDS, (3, 6)))
    torch.testing.assert_close(attention.sum(dim=2), torch.ones(3, 6))
    assert not attention.transpose(1, 2)[~is_word].any()


@torch.inference_mode()
def test_padding_changes_no_translation(decoder, source):
    states, is_word = source
    together = greedy(decoder, states, is_word, HOW)
    for i, n in enumerate((5, 2, 3)):
        alone = greedy(decoder, states[i : i + 1, :n], is_word[i : i + 1, :n], HOW)[0]
        assert together[i].word_ids == alone.word_ids
        torch.testing.assert_close(together[i].attention, alone.attention)


@torch.inference_mode()
def test_greedy_is_beam_search_of_width_one(decoder, source):
    states, is_word = source
    for i, each in enumerate(greedy(decoder, states, is_word, HOW)):
        only = beam(decoder, states[i, : is_word[i].sum()], HOW, width=1)
        assert len(only) == 1
        assert only[0].word_ids == each.word_ids
        torch.testing.assert_close(only[0].attention, each.attention)
        assert only[0].log_probability == pytest.approx(each.log_probability, abs=1e-4)


@torch.inference_mode()
def test_every_hypothesis_has_the_probability_of_its_words(decoder, source):
    """Teacher forcing on what the beam found gives the same log-probability."""
    states, is_word = source
    found = beam(decoder, states[0], HOW, width=4)
    assert len({h.word_ids for h in found}) == len(found) == 4
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    for hypothesis in found:
        said = [*hypothesis.word_ids, 1][: len(hypothesis.attention)]
        adjusted, attention = decoder(states[:1], is_word[:1], torch.tensor([[1, *said[:-1]]]))
        log_p = decoder.logits(adjusted[0]).log_softmax(dim=1)
        assert HOW.unknown_id not in said
        total = float(log_p[range(len(said)), said].sum())
        assert hypothesis.log_probability == pytest.approx(total, abs=1e-4)
        torch.testing.assert_close(hypothesis.attention, attention[0])


@torch.inference_mode()
def test_a_wide_beam_finds_the_likeliest_translation(decoder, source):
    """Every translation of at most 2 words, tried one by one."""
    states, is_word = source[0][1, :2], source[1][1:2, :2]
    how = Decoding(boundary_id=1, unknown_id=0, max_words=3)
    found = beam(decoder, states, how, width=200)
    ended = {h.word_ids: h.log_probability for h in found if len(h.attention) > len(h.word_ids)}
    words = range(2, N_WORDS)
    tried = {}
    for said in [(), *((a,) for a in words), *((a, b) for a in words for b in words)]:
        adjusted, _ = decoder(states[None], is_word, torch.tensor([[1, *said]]))
        log_p = decoder.logits(adjusted[0]).log_softmax(dim=1)
        tried[said] = float(log_p[range(len(said) + 1), [*said, 1]].sum())
    assert max(ended, key=ended.get) == max(tried, key=tried.get)
    assert ended == pytest.approx({said: tried[said] for said in ended}, abs=1e-4)


def test_a_planted_language_is_learnt_and_its_attention_points_at_the_words():
    """Copying sentences of distinct words: after some seconds of training every word is right, and
    the decoder looks where the word stands.
    """
    torch.manual_seed(0)
    encoder = Cove(CoveConfig(d_word=8, d_direction=16, dropout=0.0))
    net = EncoderDecoder(encoder, Translator(TranslatorConfig(8, 32, 32, 16, 0.0)))
    meanings = torch.randn(8, 8)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)

    def draw(n: int) -> torch.Tensor:
        return torch.stack([torch.randperm(5)[:3] + 2 for _ in range(n)])  # ids 2 to 6

    for _ in range(100):
        words = draw(32)
        border = torch.ones(32, 1, dtype=torch.long)
        adjusted = net(meanings[words], torch.full((32,), 3), torch.cat([border, words], 1))
        targets = torch.cat([words, border], 1)
        loss = F.cross_entropy(net.decoder.logits(adjusted).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    words = draw(20)
    with torch.inference_mode():
        states = net.encoder(meanings[words], torch.full((20,), 3))[-1]
        found = greedy(net.decoder, states, torch.ones(20, 3, dtype=torch.bool), HOW)
    pairs = zip(found, words.tolist(), strict=True)
    right = [h for h, row in pairs if h.word_ids == tuple(row)]
    assert len(right) >= 18
    looks = torch.stack([h.attention[:3].argmax(dim=1) for h in right])
    assert (looks == torch.arange(3)).float().mean() > 0.8


def test_untrained_encoder_and_decoder_fit_together():
    encoder = untrained(CoveConfig(d_word=4, d_direction=5))
    net = EncoderDecoder(encoder, Translator(TranslatorConfig(N_WORDS, 10, 7, 4)))
    adjusted = net(torch.randn(2, 3, 4), torch.tensor([3, 2]), torch.ones(2, 6, dtype=torch.long))
    assert adjusted.shape == (2, 6, 7)
