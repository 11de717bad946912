"""A reader's own sentences: read as they were written, saved, and looked through for a word."""

import random

import pytest

from engine.corpora.sense_sets import read_sense_set, words_to_choose, write_sense_set
from engine.errors import TextError, UnknownName, WordNotFound
from engine.text import Sentence
from engine.views.sense_sentences import MOST, sense_sentences


def test_labels_are_optional_line_by_line():
    found = read_sense_set("animal\tThe bat flew.\nShe swung the bat. It broke.\n\n \n")
    assert found.senses == ("animal", "", "")
    assert [s.text for s in found.sentences] == [
        "The bat flew.", "She swung the bat.", "It broke.",
    ]  # fmt: skip
    assert found.word == ""


def test_what_stands_twice_is_kept_once():
    assert len(read_sense_set("A bat.\na BAT.\nTwo bats.").sentences) == 2


def test_a_saved_set_is_the_set():
    draw = random.Random(0)
    pieces = [
        "A bat flew.",
        "Der Kran hebt",
        "הגשר ליד",
        "岸边有一家银行",
        "<b>bold</b> & co",
        "👍 ok",
        "x",
    ]
    for _ in range(50):
        sentences = tuple(Sentence(text) for text in draw.sample(pieces, draw.randint(1, 7)))
        senses = tuple(draw.choice(["", "one", "zwei", "三"]) for _ in sentences)
        text = write_sense_set("bat", sentences, senses)
        found = read_sense_set(text)
        assert (found.word, found.sentences, found.senses) == ("bat", sentences, senses)
        assert write_sense_set(found.word, found.sentences, found.senses) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no sentence"), (" \n\t \n", "no sentence|no sentence"), ("a\0b", "NUL bytes"),
        ("one\tGood line.\nanimal\t  ", "Line 2 has a sense and a TAB"),
        ("x" * 1_000_001, "the limit here is 1,000,000"), ("# word: bat\n", "no sentence"),
    ],
)  # fmt: skip
def test_bad_text_is_refused_in_a_sentence(text, told):
    with pytest.raises(TextError, match=told):
        read_sense_set(text)


def test_words_to_click_repeat_and_function_words_come_last():
    sentences = [Sentence(t) for t in ("the crane and the crane", "a crane, the end", "the pier")]
    assert words_to_choose(sentences, frozenset({"the", "and"})) == ["crane", "the"]
    assert words_to_choose(sentences[:1], frozenset({"the", "and"}))[0] == "crane"


# --- looked through for a word ----------------------------------------------------------------


def test_sentences_without_the_word_are_counted_and_its_parts_named():
    text = "The bank closed.\nA riverbank.\nBanking is dull.\nA bank of clouds.\nNothing here."
    found = sense_sentences("bank", text)
    assert len(found.sentences) == 2
    (note,) = found.notes
    assert "3 of the 5 sentences do not hold “bank”" in note
    assert "riverbank (1)" in note
    assert "banking (1)" in note


def test_a_word_that_is_only_part_of_other_words_is_explained():
    with pytest.raises(WordNotFound, match=r"only inside of other words: riverbank \(2\)"):
        sense_sentences("bank", "A riverbank.\nThe riverbank fell.")
    with pytest.raises(WordNotFound, match="in none of these 2 sentences"):
        sense_sentences("xyz", "A riverbank.\nThe riverbank fell.")
    with pytest.raises(WordNotFound, match="Choose the word"):
        sense_sentences("  ", "A riverbank.")
    with pytest.raises(UnknownName):
        sense_sentences("riverbank")


def test_homographs_by_case_are_one_word_until_capitals_count():
    text = "We ate an apple.\nShe works for Apple now.\nApple sells phones.\nOne apple fell."
    found = sense_sentences("apple", text)
    assert len(found.sentences) == 4
    assert "“apple” 2 times, “Apple” 1 times" in found.notes[0]
    assert len(sense_sentences("Apple", text, exact=True).sentences) == 2
    assert len(sense_sentences("apple", text, exact=True).sentences) == 2
    with pytest.raises(WordNotFound, match="only with other capitals"):
        sense_sentences("APPLE", text, exact=True)


def test_of_5000_sentences_a_sample_is_taken_that_keeps_every_sense():
    lines = [
        f"{'rare' if n % 500 == 0 else 'often'}\tSentence {n} has a crane." for n in range(5_000)
    ]
    found = sense_sentences("crane", "\n".join(lines))
    assert MOST <= len(found.sentences) <= MOST + 2
    assert found.senses.count("rare") == 2
    assert found.is_labelled
    assert f"{MOST} of the 5,000 sentences are measured" in found.notes[-1]
    assert found == sense_sentences("crane", "\n".join(lines), False)


def test_scripts_may_mix():
    text = "גשר ישן ליד הנהר\nגשר חדש נבנה\n一座桥 and a bridge\nмост через\nмост и мост"
    assert len(sense_sentences("мост", text).sentences) == 2
    assert len(sense_sentences("גשר", text).sentences) == 2
    assert len(sense_sentences("桥", text).sentences) == 1


def test_two_senses_of_two_sentences_can_be_compared_and_less_cannot():
    assert sense_sentences("a", "x\ta b.\nx\ta c.\ny\ta d.\ny\ta e.").is_labelled
    assert not sense_sentences("a", "x\ta b.\nx\ta c.\ny\ta d.\na e.").is_labelled
    assert not sense_sentences("a", "a b.\na c.").is_labelled
