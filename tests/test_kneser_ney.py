"""The trigram baseline: a probability distribution, by the book, that learns what there is."""

import json
from collections import Counter

import numpy as np
import pytest

from engine.cli import main
from engine.corpora.conversions import write_lines
from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.errors import ShapeError
from engine.model_files import shipped_card
from engine.training.awd_lstm_quality import trigram_on_test_texts
from engine.training.kneser_ney import FALLBACK, Trigram, discounts, trigram_figures
from engine.training.prepared_text import prepare

V = 7


@pytest.fixture
def text(rng) -> np.ndarray:
    """Skewed and small: some contexts are frequent, some words never occur."""
    return np.minimum(rng.geometric(0.4, size=400) - 1, V - 2)


def probabilities(model: Trigram, context: tuple[int, int]) -> np.ndarray:
    """P of every word after a context, (V,)."""
    words = np.arange(model.vocab_size)
    return np.exp(
        -np.concatenate([model.surprise(words[i : i + 1], before=context) for i in words])
    )


def test_after_every_context_probabilities_are_positive_and_sum_to_one(text):
    model = Trigram(text, V)
    for context in np.ndindex(V, V):  # context 6 was never seen
        found = probabilities(model, context)
        assert found.min() > 0
        assert found.sum() == pytest.approx(1, abs=1e-12)


def by_the_book(ids: list[int], vocab_size: int, context: tuple, word: int) -> float:
    """Chen and Goodman's recursion, written with dictionaries."""
    order = len(context) + 1
    n = len(ids)
    if order == 3:
        counts = Counter(tuple(ids[i : i + 3]) for i in range(n - 2))
    else:
        longer = {tuple(ids[i : i + 3]) for i in range(n - 2)}
        for length in (2, 1)[: 3 - order]:
            counts = Counter(gram[-length:] for gram in longer)
            longer = set(counts)
    d = (0.0, *discounts(np.array(list(counts.values()))))
    here = {gram: c for gram, c in counts.items() if gram[:-1] == context}
    lower = by_the_book(ids, vocab_size, context[1:], word) if context else 1 / vocab_size
    if not here:
        return lower
    total = sum(here.values())
    freed = sum(d[min(c, 3)] for c in here.values()) / total
    own = here.get((*context, word), 0)
    return (own - d[min(own, 3)]) / total + freed * lower


def test_it_equals_the_published_recursion(text):
    model, ids = Trigram(text, V), text.tolist()
    for context in [(0, 0), (0, 1), (1, 3), (2, 0), (0, 6), (6, 0), (5, 5)]:
        expected = [by_the_book(ids, V, context, word) for word in range(V)]
        assert probabilities(model, context) == pytest.approx(expected, rel=1e-12)


def test_a_worked_example():
    # a b a b a: c(aba) = 2, c(bab) = 1; contexts before "ba": {a}, before "ab": {b}.
    model = Trigram(np.array([0, 1, 0, 1, 0]), vocab_size=2)
    d1, d2, _ = FALLBACK
    one = 1 - d1 + d1 * 0.5  # a stood after one word of two: (1 - D) / 2 + 2 D / 2 * 1/2
    unigram = one / 2 + d1 * 0.25
    bigram = (1 - d1) / 1 + d1 * unigram
    trigram = (2 - d2) / 2 + d2 / 2 * bigram
    assert probabilities(model, (0, 1))[0] == pytest.approx(trigram)


def test_frequent_in_one_context_is_unlikely_in_a_new_one():
    # "san francisco" 60 times; "the" once after each of 20 words.
    san, francisco, the, others = 0, 1, 2, range(3, 23)
    pairs = [[san, francisco]] * 60 + [[other, the] for other in others]
    model = Trigram(np.array(pairs).ravel(), vocab_size=24)
    after_a_stranger = probabilities(model, (23, 23))
    assert after_a_stranger[the] > 3 * after_a_stranger[francisco]


def test_it_learns_a_second_order_chain_to_its_entropy(rng):
    ids = [0, 1]
    for kept in rng.random(20_000) < 0.8:  # the word two places back, or another one
        ids.append(ids[-2] if kept else 1 - ids[-2])
    entropy = -(0.8 * np.log(0.8) + 0.2 * np.log(0.2))
    text = np.array(ids)
    model = Trigram(text[:15_000], 2)
    found = model.surprise(text[15_000:], before=tuple(ids[14_998:15_000])).mean()
    assert found == pytest.approx(entropy, abs=0.02)


def test_a_text_in_two_parts_is_as_surprising_as_in_one(text):
    model = Trigram(text, V)
    whole = model.surprise(text[:50], before=(0, 0))
    second = model.surprise(text[20:50], before=tuple(text[18:20]))
    assert whole[20:] == pytest.approx(second)


def test_figures_count_every_token_and_every_character():
    vocabulary = Vocabulary((*SPECIAL, "the", "cat"))
    prepared = prepare(iter(["The cat.", "The cat.\nThe dog"]), vocabulary)
    model = Trigram(prepared.ids, len(vocabulary))
    figures = trigram_figures(model, prepared)
    nats = model.surprise(prepared.ids, before=(1, 1))
    assert (figures["tokens"], figures["vocabulary"]) == (11, 4)
    assert figures["unknown_rate"] == pytest.approx(3 / 11)
    assert figures["perplexity"] == pytest.approx(np.exp(nats.mean()))
    assert figures["bits_per_character"] == pytest.approx(
        nats.sum() / np.log(2) / prepared.n_characters
    )


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        Trigram(np.array([0, 1]), 2)
    with pytest.raises(ShapeError, match="3,000,000 words"):
        Trigram(np.array([0, 1, 0]), 3_000_000)


def test_the_command_measures_on_the_texts_of_the_data_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CONESCOPE_DATA", str(tmp_path / "mirror"))
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path / "cache"))
    assert main(["trigram"]) == 1
    assert "python -m engine fetch wikipedia" in capsys.readouterr().err
    for split in ("train", "valid", "test"):
        line = json.dumps({"id": 1, "title": "Cats", "text": "The cat sat.\n\nThe cat ran."})
        write_lines([line], tmp_path / f"mirror/wikipedia-articles/{split}.jsonl.xz")
    write_lines(["= Cats =", "The <unk> sat ."], tmp_path / "mirror/wikitext-2/test.txt.xz")
    assert main(["trigram", "--vocabulary", "5", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    # Known: the, cat, "."; unknown: sat and ran here, <unk>, cats and sat there.
    assert figures["Wikipedia test"]["unknown_rate"] == pytest.approx(2 / 10)
    assert figures["WikiText-2 test"]["unknown_rate"] == pytest.approx(3 / 7)
    assert all(row["vocabulary"] == 5 for row in figures.values())
    for name, title in {"wikipedia_test": "Wikipedia", "wikitext2_test": "WikiText-2"}.items():
        measured = figures[f"{title} test"]
        assert trigram_on_test_texts(5)[name] == {
            "kneser_ney_perplexity": measured["perplexity"],
            "kneser_ney_bits_per_character": measured["bits_per_character"],
        }


@pytest.mark.parametrize(
    ("model", "text", "below"),
    [
        ("awd-lstm", "wikipedia_test", 0.25), ("awd-lstm", "wikitext2_test", 0.25),
        ("elmo", "wikipedia_test", 0.15),
    ],
)  # fmt: skip
def test_what_ships_is_far_below_the_trigram_on_its_card(model, text, below):
    figures = shipped_card(model)["quality"][text]
    for direction in ("forward", "backward"):
        assert figures[f"{direction}_perplexity"] < (1 - below) * figures["kneser_ney_perplexity"]
