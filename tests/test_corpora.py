"""What the bundled corpora promise: natural, labelled, balanced, and not solved by topic words."""

from collections import Counter

import numpy as np
import pytest

from engine.corpora import CORPORA
from engine.corpora import senses as sense_module
from engine.corpora.senses import polysemous_words, read_labelled, sentences_of
from engine.errors import CorruptFile, TextError, UnknownName
from engine.geometry.moments import unit
from engine.geometry.senses import knn_accuracy_balanced
from engine.text import Sentence, find_word

LECTURE = [
    "he sat on the bank of the river and watched the currents",
    "he went to the bank to check balance in his current account",
    "The mouse is too bad and the response is very poor",
    "A mouse chases a cat",
    "A cat chases a mouse",
    "I went to the bank",
    "A stunning story with a lots of twists and..",
    "The trimmer is noisy, not customizable",
    "Bert is a matured character in the comic series whereas Elmo is mischievous",
    "I am ___ excited to watch the film as it is directed by Rajamouli",
]
every_word = pytest.mark.parametrize("word", polysemous_words())


def bare_words(sentence: Sentence) -> list[str]:
    return [word.key for word in sentence.words if not word.is_punctuation]


def third(sentence: Sentence, word: str) -> int:
    """0, 1 or 2: in which third of the sentence's words (without punctuation) the word stands."""
    words = bare_words(sentence)
    return 3 * words.index(word) // len(words)


def test_the_corpus_is_large_enough():
    corpus = CORPORA["senses"]()
    assert len(polysemous_words()) >= 40
    assert len(corpus.sentences) >= 1_000
    assert sum(len(bare_words(sentence)) for sentence in corpus.sentences) >= 10_000
    assert len(corpus.sentences) == len(corpus.target_words) == len(corpus.senses)


@every_word
def test_each_word_has_two_senses_with_twelve_sentences_each(word):
    counts = Counter(sense for sense, _ in sentences_of(word))
    assert len(counts) >= 2
    assert min(counts.values()) >= 12, counts


@every_word
def test_each_sentence_holds_its_word_exactly_once(word):
    for _, sentence in sentences_of(word):
        assert len(find_word(sentence, word)) == 1, sentence.text


@every_word
def test_the_place_in_the_sentence_tells_no_sense(word):
    """Every third of the sentence holds 20 to 50 % of the occurrences of the word, and of each of
    its senses.
    """
    labelled = sentences_of(word)
    for group in [None, *{sense for sense, _ in labelled}]:
        places = [third(s, word) for sense, s in labelled if group in (None, sense)]
        shares = np.bincount(places, minlength=3) / len(places)
        assert (shares >= 0.2).all() and (shares <= 0.5).all(), (group, shares)


def test_sentences_are_of_natural_length():
    lengths = [len(bare_words(sentence)) for sentence in CORPORA["senses"]().sentences]
    assert np.mean(lengths) >= 11
    assert len(set(lengths)) >= 10


def test_no_two_sentences_share_five_words_in_a_row():
    first_seen: dict[tuple[str, ...], int] = {}
    shared = []
    for number, sentence in enumerate(CORPORA["senses"]().sentences):
        words = bare_words(sentence)
        for five in {tuple(words[i : i + 5]) for i in range(len(words) - 4)}:
            if first_seen.setdefault(five, number) != number:
                shared.append(" ".join(five))
    assert not shared


@pytest.mark.parametrize("text", LECTURE)
def test_the_lectures_sentences_are_there_to_the_letter(text):
    assert Sentence(text) in CORPORA["lecture"]().sentences


@pytest.mark.parametrize(
    ("word", "sense", "text"), [("bank", "river", LECTURE[0]), ("bank", "finance", LECTURE[1])]
)
def test_the_lectures_two_banks_carry_their_senses(word, sense, text):
    assert (sense, Sentence(text)) in sentences_of(word)


def test_an_unknown_word_is_answered_with_the_known_ones():
    with pytest.raises(UnknownName, match="bank, "):
        sentences_of("serendipity")


@pytest.mark.parametrize("line", ["no tab here", "\tno sense", "no sentence\t", "no sentence\t  "])
def test_a_bad_line_is_named(line):
    with pytest.raises(TextError, match=r"mine\.tsv, line 3: .*got"):
        read_labelled(f"river\tA bank.\n\n{line}\n", "mine.tsv")


def test_labelled_lines_keep_sense_and_sentence():
    assert read_labelled(" a \t One\ttwo. \n\nb\tThree.", "x.tsv") == (
        ("a", Sentence("One\ttwo.")),
        ("b", Sentence("Three.")),
    )
    with pytest.raises(TextError, match="holds no sentence"):
        read_labelled("\n", "x.tsv")


def test_a_damaged_bundled_file_is_called_corrupt(tmp_path, monkeypatch):
    (tmp_path / "senses").mkdir()
    (tmp_path / "senses" / "bank.tsv").write_text("river only")
    monkeypatch.setattr(sense_module, "FOLDER", tmp_path)
    with pytest.raises(CorruptFile, match=r"bank\.tsv, line 1"):
        sentences_of.__wrapped__("bank")


def bag_of_context_accuracy(glove, word: str, left_out: set[str]) -> float:
    """1-NN accuracy, balanced over senses, of the mean GloVe vector of a sentence's *other* words;
    the neighbour comes from another sentence, and the word itself is never looked at.
    """
    senses, sentences = zip(*sentences_of(word), strict=True)
    vectors = glove.encode(sentences)
    used = np.array([key != word and key not in left_out for key in vectors.keys])
    numbers = np.arange(len(sentences))
    bags = unit(
        [vectors.layers[0][used & (vectors.sentence_ids == s)].mean(axis=0) for s in numbers]
    )
    labels = np.unique(senses, return_inverse=True)[1]
    return knn_accuracy_balanced(bags @ bags.T, labels, numbers)


def test_topic_words_alone_do_not_solve_the_corpus(glove_model):
    """The control that a contextual model has to beat, with all words and with content words only
    (without GloVe's 300 most frequent).
    """
    frequent = set(glove_model.words(300).keys)
    scores = {
        word: [bag_of_context_accuracy(glove_model, word, out) for out in (set(), frequent)]
        for word in polysemous_words()
    }
    table = ["1-NN by the context's GloVe vectors: all words, content words, chance"]
    for word, (everything, content) in sorted(scores.items(), key=lambda item: item[1]):
        n_senses = len({sense for sense, _ in sentences_of(word)})
        table.append(f"{word:10} {everything:5.2f} {content:5.2f} {1 / n_senses:5.2f}")
    mean = np.mean(list(scores.values()), axis=0)
    table.append(f"{'mean':10} {mean[0]:5.2f} {mean[1]:5.2f}")
    print("\n" + "\n".join(table))
    assert (mean < 0.85).all()
    assert np.max(list(scores.values())) < 1
