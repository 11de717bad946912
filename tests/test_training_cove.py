"""CoVe's recipe: every pair once an epoch, no padding in the loss, BLEU and perplexity as defined,
and a card that measures what ships.
"""

import gzip
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.corpora.multi30k import pairs, word_keys
from engine.errors import CorruptFile, DataUnavailable, UnknownName
from engine.training.recipes.cove import CoveObjective, CoveRecipe, CoveTraining, with_holes
from engine.training.translation_card import seen_in_training, shipped_net, translation_figures
from engine.training.translation_pairs import IGNORED, Buckets, german_vocabulary, numbered
from engine.training.translation_quality import bleu, perplexity, translations

ENGLISH = ("a man sleeps .", "a dog runs", "two men run .", "the zzxqj sleeps on the old bench .")
GERMAN = ("ein mann schläft .", "ein hund rennt", "zwei männer rennen .", "der hund schläft .")
SMALL = CoveTraining(batch_size=3, d_direction=6, d_decoder=7, d_german=5, dropout=0.0)


@pytest.fixture(scope="module")
def some_pairs():
    torch.set_num_threads(1)
    german = [tuple(text.split()) for text in GERMAN]
    return numbered([tuple(t.split()) for t in ENGLISH], german, german_vocabulary(german, 1))


@pytest.fixture
def multi30k_folder(tmp_path, monkeypatch):
    """A folder in which Multi30k consists of the four pairs above, in every split."""
    monkeypatch.setenv("CONESCOPE_DATA", str(tmp_path))
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "multi30k").mkdir()
    for split in ("train", "val", "test_2016_flickr"):
        for language, lines in (("en", ENGLISH), ("de", GERMAN)):
            path = tmp_path / "multi30k" / f"{split}.{language}.gz"
            path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return tmp_path / "multi30k"


def test_pairs_are_read_in_order(multi30k_folder):
    assert pairs("val") == list(zip(ENGLISH, GERMAN, strict=True))
    assert word_keys("Zwei Männer: Straße!") == ["zwei", "männer", ":", "strasse", "!"]


def test_broken_pairs_are_refused_with_a_sentence(multi30k_folder):
    with pytest.raises(UnknownName, match="test_2016_flickr"):
        pairs("test")
    (multi30k_folder / "val.de.gz").write_bytes(gzip.compress(b"nur eine Zeile\n"))
    with pytest.raises(CorruptFile, match="4 English and 1 German"):
        pairs("val")
    (multi30k_folder / "val.de.gz").unlink()
    with pytest.raises(DataUnavailable, match="fetch multi30k"):
        pairs("val")


def test_an_epoch_is_every_pair_once_and_follows_from_seed_and_step(rng):
    words = [("a",) * n for n in rng.integers(3, 20, 500).tolist()]
    many = numbered(words, words, german_vocabulary(words))
    buckets = Buckets(many, 32, seed=1)
    assert buckets.per_epoch == 16
    for epoch in range(2):
        steps = range(epoch * 16, (epoch + 1) * 16)
        assert Counter(i for s in steps for i in buckets.numbers(s)) == Counter(range(500))
    again, other = Buckets(many, 32, seed=1), Buckets(many, 32, seed=2)
    assert again.numbers(20) == buckets.numbers(20) != other.numbers(20)
    spread = [np.ptp([len(words[i]) for i in buckets.numbers(s)]) for s in range(16)]
    assert max(spread) <= 2
    assert spread.count(0) + spread.count(1) >= 14


def test_unknown_english_words_are_zeros_and_targets_are_shifted_by_one(some_pairs):
    batch = some_pairs.batch([3, 0])
    assert not batch.word_vectors[0, 1].any()
    assert not batch.word_vectors[1, 4:].any()
    assert batch.word_vectors[0, [0, 2, 7]].any(dim=1).all()
    assert batch.n_words.tolist() == [8, 4]
    said = batch.targets[1][batch.targets[1] != IGNORED].tolist()
    assert some_pairs.vocabulary.decode(said) == ["ein", "mann", "schläft", ".", "<eos>"]
    assert batch.inputs[1, : len(said)].tolist() == [said[-1], *said[:-1]]


def test_rare_german_words_are_unknown():
    vocabulary = german_vocabulary([("a", "b", "a"), ("b", "c")])
    assert vocabulary.words == ("<unk>", "<eos>", "a", "b")
    with_unknown = numbered([("x",)], [("a", "c", "d", "b")], vocabulary)
    assert with_unknown.unknown_rate == 0.5


def test_the_loss_of_a_batch_is_that_of_its_sentences_without_padding(some_pairs):
    torch.manual_seed(0)
    objective = CoveObjective(SMALL, some_pairs, some_pairs, torch.device("cpu"))
    loss, n_tokens = objective.loss(0)
    total, count = 0.0, 0
    for number in objective._buckets.numbers(0):
        alone = some_pairs.batch([number])
        with torch.inference_mode():
            adjusted = objective.net(alone.word_vectors, alone.n_words, alone.inputs)
            log_p = objective.net.decoder.logits(adjusted[0]).log_softmax(dim=1)
        # Smoothing gives a tenth of the target's weight to all words alike.
        own = -log_p.gather(1, alone.targets[0][:, None])[:, 0]
        total += float((0.9 * own - 0.1 * log_p.mean(dim=1)).sum())
        count += len(own)
    assert n_tokens == count
    assert float(loss.detach()) == pytest.approx(total / count, abs=1e-5)


def test_holes_take_whole_words_and_come_only_once_the_net_can_translate(some_pairs):
    torch.manual_seed(0)
    x = with_holes(torch.ones(200, 50, 3), 0.3)
    is_hole = (x == 0).all(dim=2)
    assert torch.equal(x, (~is_hole).float()[:, :, None].expand(200, 50, 3))
    assert is_hole.float().mean() == pytest.approx(0.3, abs=0.02)
    config = replace(SMALL, word_dropout=1.0, word_dropout_from=2)
    objective = CoveObjective(config, some_pairs, some_pairs, torch.device("cpu"))
    seen = []
    objective.net.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    for step in range(4):
        objective.loss(step)
    assert [bool(vectors.any()) for vectors in seen] == [True, True, False, False]


def test_a_net_that_knows_nothing_has_the_perplexity_of_its_vocabulary(some_pairs):
    objective = CoveObjective(SMALL, some_pairs, some_pairs, torch.device("cpu"))
    torch.nn.init.zeros_(objective.net.decoder.words.weight)
    assert perplexity(objective.net, some_pairs) == pytest.approx(len(some_pairs.vocabulary))


def test_bleu_of_a_hand_worked_sentence():
    """6 of 7 words agree, 4 of 6 pairs, 2 of 5 threes and 1 of 4 fours: their geometric mean."""
    translated = "ein mann schläft auf einer bank ."
    reference = "ein mann schläft auf der bank ."
    shares = [6 / 7, 4 / 6, 2 / 5, 1 / 4]
    assert bleu([translated], [reference]) == pytest.approx(100 * np.prod(shares) ** 0.25)
    assert bleu([reference], [reference]) == pytest.approx(100)


def test_four_pairs_are_learnt_by_heart_and_the_card_measures_what_ships(
    some_pairs, tmp_path, monkeypatch
):
    """Training, shipping and reading back, on a corpus where perfect translations are possible."""
    from engine.training.loop_config import LoopConfig
    from engine.training.recipes import cove as recipe

    loop = LoopConfig(n_steps=60, learning_rate=2e-2, warm_up=5, validate_every=60)
    config = replace(SMALL, loop=loop, batch_size=4, d_decoder=16, label_smoothing=0.0)
    torch.manual_seed(0)
    monkeypatch.setattr(recipe, "translation_pairs", lambda split, known=None: some_pairs)
    monkeypatch.setattr(recipe, "measured", lambda folder: {"folder": folder})
    events = list(CoveRecipe().events(config, tmp_path, torch.device("cpu")))
    assert events[-3].figures["bleu"] == pytest.approx(100)
    assert events[-3].figures["perplexity"] < 1.3
    folder = tmp_path / "shipped"
    assert CoveRecipe().ship(config, tmp_path, folder) == {"folder": folder}
    net = shipped_net(folder)
    assert translations(net, some_pairs, width=5) == list(GERMAN)
    figures = translation_figures(net, some_pairs)
    assert figures["BLEU"] == 100
    assert figures["perplexity"] == pytest.approx(events[-3].figures["perplexity"], abs=0.05)


def test_the_share_of_the_sense_corpus_that_training_has_seen():
    from engine.corpora.senses import sense_corpus

    everything = Counter(w.key for s in sense_corpus().sentences for w in s.words)
    assert seen_in_training(everything)["different words seen, share"] == 1.0
    only_bank = seen_in_training(Counter({"bank": 3}))
    assert only_bank["ambiguous words seen"].startswith("1 of ")
    assert only_bank["ambiguous words seen 10 times or more"] == 0
    assert 0 < only_bank["word occurrences seen, share"] < 0.05


def test_label_smoothing_is_what_pytorch_calls_it():
    logits, target = torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([0])
    log_p = logits.log_softmax(dim=1)
    by_hand = -0.9 * log_p[0, 0] - 0.1 * log_p.mean()
    torch.testing.assert_close(F.cross_entropy(logits, target, label_smoothing=0.1), by_hand)
