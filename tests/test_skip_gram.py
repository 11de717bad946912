"""Skip-gram with shared negatives: its pairs, its thinning, its loss, and that it learns."""

import pytest
import torch
import torch.nn.functional as F

from engine.nets.skip_gram import SkipGram, SkipGramConfig, kept_by_subsampling, pairs


def test_pairs_stay_within_their_sentence_and_go_both_ways():
    torch.manual_seed(0)
    ids, sentences = torch.tensor([1, 2, 3, 7, 8]), torch.tensor([0, 0, 0, 1, 1])
    found = set()
    for _ in range(50):
        found |= set(zip(*(part.tolist() for part in pairs(ids, sentences, 2)), strict=True))
    inside = {(a, b) for a in (1, 2, 3) for b in (1, 2, 3) if a != b}
    assert found == inside | {(7, 8), (8, 7)}


def test_a_window_of_one_pairs_neighbours_only_and_each_once():
    words, contexts = pairs(torch.arange(4), torch.zeros(4), 1)
    found = sorted(zip(words.tolist(), contexts.tolist(), strict=True))
    assert found == [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)]


def test_near_words_count_more():
    torch.manual_seed(0)
    words, contexts = pairs(torch.arange(4000), torch.zeros(4000), 4)
    distance = (words - contexts).abs()
    counts = [int((distance == d).sum()) / 8000 for d in (1, 2, 3, 4)]
    assert counts == pytest.approx([1, 0.75, 0.5, 0.25], abs=0.03)


def test_frequent_words_are_thinned_as_word2vec_does():
    torch.manual_seed(0)
    shares = torch.tensor([0.1, 1e-5])
    often = kept_by_subsampling(torch.zeros(20_000, dtype=torch.int64), shares, 1e-3)
    assert often.float().mean().item() == pytest.approx(0.1 + 0.01, abs=0.01)
    assert kept_by_subsampling(torch.ones(100, dtype=torch.int64), shares, 1e-3).all()


def test_the_loss_is_the_formula_written_out(monkeypatch):
    torch.manual_seed(0)
    net = SkipGram(SkipGramConfig(6, d=3, n_negatives=5, n_shared=2), torch.ones(6))
    with torch.no_grad():
        net.context_vectors.normal_()
    monkeypatch.setattr(net, "draw", lambda: torch.tensor([4, 5]))
    v, u = net.vectors[1], net.context_vectors
    by_hand = -F.logsigmoid(v @ u[2]) - 5 * (F.logsigmoid(-v @ u[4]) + F.logsigmoid(-v @ u[5])) / 2
    found = net(torch.tensor([1]), torch.tensor([2]))
    assert found.item() == pytest.approx(by_hand.item())


def test_pairs_that_share_a_word_and_draws_that_are_the_neighbour_change_nothing(monkeypatch):
    """Scored once a word, the loss and its gradients are those of every pair by itself."""
    torch.manual_seed(0)
    net = SkipGram(SkipGramConfig(6, d=3, n_negatives=5, n_shared=4), torch.ones(6))
    with torch.no_grad():
        net.context_vectors.normal_()
    words, contexts = torch.tensor([1, 1, 2, 1, 0]), torch.tensor([2, 4, 4, 2, 5])
    negatives = torch.tensor([4, 4, 0, 3])
    monkeypatch.setattr(net, "draw", lambda: negatives)
    net(words, contexts).backward()
    found = [net.vectors.grad.clone(), net.context_vectors.grad.clone()]
    net.zero_grad()
    losses = []
    for w, c in zip(words, contexts, strict=True):
        v, u = net.vectors[w], net.context_vectors
        far = [F.logsigmoid(-v @ u[n]) for n in negatives if n != c]
        losses.append(-F.logsigmoid(v @ u[c]) - 5 / 4 * sum(far))
    expected = torch.stack(losses).mean()
    expected.backward()
    torch.testing.assert_close(net(words, contexts), expected)
    for a, b in zip(found, (net.vectors.grad, net.context_vectors.grad), strict=True):
        torch.testing.assert_close(a, b)


def test_noise_is_drawn_by_count_to_the_three_quarters():
    torch.manual_seed(0)
    counts = torch.tensor([0.0, 16.0, 1.0])
    net = SkipGram(SkipGramConfig(3, n_shared=50_000), counts)
    drawn = torch.bincount(net.draw(), minlength=3) / 50_000
    assert drawn.tolist() == pytest.approx([0, 8 / 9, 1 / 9], abs=0.01)


def test_words_with_the_same_neighbours_come_close():
    torch.manual_seed(0)
    # 0 and 1 stand beside 4 or 5, 2 and 3 beside 6 or 7.
    words = torch.randint(0, 4, (4000,))
    contexts = 4 + 2 * (words // 2) + torch.randint(0, 2, (4000,))
    net = SkipGram(SkipGramConfig(8, d=8, n_shared=20), torch.ones(8))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    for start in range(0, 4000, 100):
        optimizer.zero_grad()
        net(words[start : start + 100], contexts[start : start + 100]).backward()
        optimizer.step()
    similar = F.cosine_similarity(net.vectors[0], net.vectors[1], 0)
    other = F.cosine_similarity(net.vectors[0], net.vectors[2], 0)
    # Not 0 for the others: skip-gram pushes all words to one side (Mimno & Thompson 2017).
    assert similar > 0.95 and other < similar - 0.3
