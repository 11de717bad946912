"""Text, words and offsets: nothing is lost, nothing is cut in the wrong place, nothing bad gets
in.
"""

import unicodedata

import pytest

from engine.errors import TextError
from engine.text import (
    Sentence,
    Word,
    align,
    check_text,
    decode_upload,
    find_word,
    is_punctuation,
    read_sentences,
    word_key,
)

NASTY = {
    "emoji joined by ZWJ": "a family 👨‍👩‍👧‍👦 and a flag 🏳️‍🌈 👍🏽",
    "flags": "🇮🇳🇫🇷 in a row",
    "combining marks": "e\u0301cole nai\u0308ve z\u0351\u036b\u0343\u036a",
    "a lone combining mark": "\u0301 alone",
    "Tamil": "ஆற்றின் கரையில் அமர்ந்தான்.",
    "Arabic": "جلس على ضفة النهر، وشاهد التيار؟",
    "Hebrew with points": "הוּא יָשַׁב עַל גְּדַת הַנָּהָר׃",
    "Persian with ZWNJ": "می\u200cخواهم بروم",
    "Thai": "เขานั่งอยู่ริมฝั่งแม่น้ำ",
    "Chinese": "他坐在河岸上。",
    "Japanese": "銀行へ行った。",
    "NUL": "a\0b",
    "RTL marks": "\u200fabc\u202e def\u2069",
    "HTML": "<script>alert('x')</script> &amp;",
    "long word": "x" * 10_000,
    "punctuation": "?!... -- ‘’ “” …",
    "mathematical letters": "𝔟𝔞𝔫𝔨 and 𝒳²",
    "underscores": "I am ___ excited",
    "numbers": "3.5 and 10,000 and 12:30 and 3rd and 3.5kg",
    "empty": "",
    "blank": " \t\u3000 ",
}
nasty = pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())


def words(text: str) -> list[str]:
    return [word.text for word in Sentence(text).words]


@nasty
def test_offsets_map_back_to_the_typed_characters(text):
    end = 0
    for word in Sentence(text).words:
        assert end <= word.start < word.end
        assert text[word.start : word.end] == word.text
        end = word.end


@nasty
def test_no_visible_character_is_lost(text):
    covered = {i for word in Sentence(text).words for i in range(word.start, word.end)}
    lost = {i for i, character in enumerate(text) if not character.isspace()} - covered
    assert not lost


@nasty
def test_no_word_holds_a_blank(text):
    assert not any(c.isspace() for word in Sentence(text).words for c in word.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the mouse's tail", ["the", "mouse", "'s", "tail"]),
        ("the mouse’s tail", ["the", "mouse", "’s", "tail"]),
        ("THE BANK'S", ["THE", "BANK", "'S"]),
        ("it's we're I've she'll", ["it", "'s", "we", "'re", "I", "'ve", "she", "'ll"]),
        ("he'd I'M", ["he", "'d", "I", "'M"]),
        ("don't O'Neill rock'n'roll", ["don't", "O'Neill", "rock'n'roll"]),
        ("the mice' tails", ["the", "mice", "'", "tails"]),
        ("a well-known river-bank", ["a", "well-known", "river-bank"]),
        ("'bank'", ["'", "bank", "'"]),
        ("bank—bank/bank.", ["bank", "—", "bank", "/", "bank", "."]),
        ("the U.S. bank", ["the", "U.S.", "bank"]),
        ("3.5 10,000 12:30 3rd", ["3.5", "10,000", "12:30", "3rd"]),
        ("河岸 bank", ["河", "岸", "bank"]),
        ("🇮🇳🇫🇷👨‍👩‍👧", ["🇮🇳", "🇫🇷", "👨‍👩‍👧"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
    ],
)
def test_words_are_cut_where_a_reader_would(text, expected):
    assert words(text) == expected


def test_word_means_every_exact_token_and_never_part_of_another():
    text = "Bank banks riverbank bankers BANK's river-bank bank, (bank) embank bank."
    found = find_word(Sentence(text), "bank")
    assert [words(text)[i] for i in found] == ["Bank", "BANK", "bank", "bank", "bank"]
    assert find_word(Sentence(text), "ban") == []


def test_composed_and_decomposed_letters_are_the_same_word():
    composed, decomposed = "École", unicodedata.normalize("NFD", "école")
    assert composed.lower() != decomposed
    assert find_word(Sentence(f"une {decomposed}"), composed) == [1]


def test_words_with_other_accents_are_other_words():
    assert word_key("résumé") != word_key("resume")
    assert word_key("STRASSE") == word_key("Straße")


@pytest.mark.parametrize("mark", ["!", "...", "“", "___", "🙂", "-", "\u200f", "،"])
def test_marks_are_punctuation(mark):
    assert is_punctuation(mark)


@pytest.mark.parametrize("word", ["a", "3", "'s", "½", "க", "é", "水"])
def test_letters_and_digits_are_not_punctuation(word):
    assert not is_punctuation(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Lee and Mr. Smith sat. She read.", ["Dr. Lee and Mr. Smith sat.", "She read."]),
        ("One\nTwo\r\nThree\rFour", ["One", "Two", "Three", "Four"]),
        ("“Is it?” he asked. Yes.", ["“Is it?” he asked.", "Yes."]),
        ("It cost 3.5 pounds. We paid.", ["It cost 3.5 pounds.", "We paid."]),
        ("\n\n  padded  \n\n", ["padded"]),
    ],
)
def test_sentences_are_split_where_a_reader_would(text, expected):
    assert [sentence.text for sentence in read_sentences(text)] == expected


@pytest.mark.parametrize("text", [t for t in NASTY.values() if t.strip() and "\0" not in t])
def test_splitting_into_sentences_loses_no_visible_character(text):
    together = "".join(sentence.text for sentence in read_sentences(text))
    assert "".join(together.split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "  \n\t", "\u3000"])
def test_a_text_without_a_word_is_refused_with_advice(text):
    with pytest.raises(TextError, match="Type or paste"):
        read_sentences(text)


def test_limit_is_named_and_exact():
    assert len(read_sentences("bank " * 2, max_characters=10)) == 1
    with pytest.raises(TextError, match=r"11 characters; the limit here is 10\."):
        read_sentences("x" * 11, max_characters=10)


def test_nul_bytes_are_refused():
    with pytest.raises(TextError, match="NUL"):
        check_text("a\0b")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_uploads_with_and_without_byte_order_mark_read_alike(encoding):
    assert decode_upload("Das Ufer, 河岸 🙂".encode(encoding), "a.txt") == "Das Ufer, 河岸 🙂"


def test_big_endian_upload_is_read():
    assert decode_upload(b"\xfe\xff" + "Ufer".encode("utf-16-be"), "a.txt") == "Ufer"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n...", "is a PDF"),
        ("naïve café".encode("latin-1"), "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"PK\x03\x04\x00\x00", "NUL"),
        (b"\xff\xfea", "not UTF-8"),
        ("a".encode("utf-16-le"), "NUL"),
    ],
    ids=["PDF", "latin-1", "PNG", "zip", "odd UTF-16", "UTF-16 without mark"],
)
def test_uploads_that_are_not_text_are_refused_by_a_sentence(content, message):
    with pytest.raises(TextError, match=message) as error:
        decode_upload(content, "notes.txt")
    assert str(error.value).endswith("first.")


def overlap(words: tuple[Word, ...], spans: list[tuple[int, int]]) -> list[list[int]]:
    """Brute force: a piece belongs to a word if they share a character."""
    return [
        [i for i, (a, b) in enumerate(spans) if set(range(a, b)) & set(range(w.start, w.end))]
        for w in words
    ]


def test_align_equals_brute_force_overlap_on_random_pieces(rng):
    alphabet = list("ab  '-.é")
    for _ in range(300):
        sentence = Sentence("".join(rng.choice(alphabet, size=rng.integers(0, 25))))
        cuts = random_cuts(rng, len(sentence.text))
        # some pieces are dropped, some empty, some (bytes of one character) share their span
        spans = [span for span in cuts for _ in range(rng.choice([0, 1, 1, 1, 3]))]
        assert align(sentence.words, spans) == overlap(sentence.words, spans)


def random_cuts(rng, length: int) -> list[tuple[int, int]]:
    ends = sorted(rng.integers(0, length + 1, size=rng.integers(0, length + 2)).tolist())
    return list(zip([0, *ends], [*ends, length], strict=True))
