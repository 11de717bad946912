"""The readers of the data sets: every field as the file says it, every fault named."""

import io
import json
import lzma
import tarfile

import pytest

from engine.corpora import amazon, files, imdb, tamil_english, wikitext, wikitext2, word_similarity
from engine.corpora.reviews import NEGATIVE, POSITIVE
from engine.errors import CorruptFile, DataUnavailable, UnknownName
from engine.text import Sentence


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Write a file into an otherwise empty mirror."""
    monkeypatch.setenv(files.MIRROR, str(tmp_path / "mirror"))
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))

    def write(name: str, content: bytes, to: str = "mirror"):
        path = tmp_path / to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def json_lines(*records: dict) -> bytes:
    return lzma.compress("\n".join(map(json.dumps, records)).encode())


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


# IMDb

REVIEW = {"id": 3, "rating": 10, "label": "pos", "text": "Good.<br /><br />Very<br/> good."}


def test_html_line_breaks_become_line_breaks_unless_the_raw_text_is_wanted(place):
    place("imdb/train.jsonl.xz", json_lines(REVIEW))
    (review,) = imdb.reviews("train")
    assert (review.text, review.label, review.rating) == ("Good.\nVery\ngood.", POSITIVE, 10)
    (review,) = imdb.reviews("train", raw=True)
    assert review.text == REVIEW["text"]


def test_a_review_without_a_rating_keeps_its_label(place):
    place("imdb/test.jsonl.xz", json_lines({"id": 1, "label": "neg", "text": "Bad."}))
    (review,) = imdb.reviews("test")
    assert (review.label, review.rating) == (NEGATIVE, None)


def test_imdb_names_its_splits_and_refuses_other_labels(place):
    with pytest.raises(UnknownName, match=r"'valid'.*train, test"):
        imdb.reviews("valid")
    place("imdb/test.jsonl.xz", json_lines(REVIEW, REVIEW | {"id": 4, "label": "good"}))
    with pytest.raises(CorruptFile, match=r"review 4: .*'good'"):
        list(imdb.reviews("test"))


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("split", imdb.FILES)
def test_imdb_is_balanced_and_its_labels_agree_with_its_ratings(split):
    found = list(imdb.reviews(split))
    assert len(found) == 12_500
    assert sum(review.label == POSITIVE for review in found) == 6_250
    assert all((r.rating >= 7) == (r.label == POSITIVE) and r.rating not in (5, 6) for r in found)
    assert not any("<br" in review.text for review in found)


# Amazon

MARKUP = b"""<?xml version="1.0"?>
<reviews>
<review>
<unique_id>
B00:x
</unique_id>
<product_name>
Pots &amp; pans
</product_name>
<rating>
4.0
</rating>
<title>
Pans &amp; more
</title>
<review_text>
Big < heavy &amp; good.

I like it.
</review_text>
</review>
<review>
<unique_id>
B00:y
</unique_id>
<rating>
1.0
</rating>
<title>
</title>
<review_text>
Too small.
</review_text>
</review>
</reviews>
"""


def test_amazon_reviews_have_stars_a_domain_and_the_text_as_it_was_typed(place):
    place(amazon.ARCHIVE, archive(**{"kitchen/positive.review": MARKUP}))
    good, bad = amazon.reviews()
    assert (good.text, good.title) == ("Big < heavy & good.\n\nI like it.", "Pans & more")
    assert (good.rating, good.label, good.domain) == (4, POSITIVE, "kitchen")
    assert (bad.rating, bad.label, bad.id) == (1, NEGATIVE, "B00:y")


@pytest.mark.parametrize("stars", [b"3.0", b"many", b""])
def test_amazon_names_the_review_whose_stars_are_wrong(place, stars):
    markup = MARKUP.replace(b"1.0\n</rating>", stars + b"\n</rating>")
    place(amazon.ARCHIVE, archive(**{"dvd/negative.review": markup}))
    with pytest.raises(CorruptFile, match=r"dvd/negative\.review, review 2"):
        list(amazon.reviews())


def test_without_the_mirror_amazon_polarity_serves_with_labels_only(place):
    record = {"id": "test 0", "label": "neg", "title": "No", "text": "It broke."}
    place(amazon.FROM_HUB, json_lines(record), to="cache")
    (review,) = amazon.reviews()
    assert (review.label, review.rating, review.domain) == (NEGATIVE, None, "")
    place(amazon.ARCHIVE, archive(**{"kitchen/positive.review": MARKUP}))
    assert len(list(amazon.reviews())) == 2


@pytest.mark.usefixtures("data_folder")
def test_amazon_holds_a_thousand_reviews_of_each_domain_and_label():
    found = list(amazon.reviews())
    counts = {(r.domain, r.label): 0 for r in found}
    for review in found:
        counts[review.domain, review.label] += 1
    assert len(counts) == 8
    assert set(counts.values()) == {1_000}


@pytest.mark.parametrize(
    "content", [b"", archive(**{"a/x.review": MARKUP})[:-30], b"no archive", lzma.compress(b"x")]
)
def test_a_broken_archive_is_refused(place, content):
    path = place(amazon.ARCHIVE, content)
    with pytest.raises(CorruptFile, match="Fetch or copy it again") as refused:
        list(amazon.reviews())
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(("content", "fault"), [(b"\xff", "not UTF-8"), (b"a\0", "NUL")])
def test_what_is_no_text_in_an_archive_is_named(place, content, fault):
    place(amazon.ARCHIVE, archive(**{"dvd/negative.review": content}))
    with pytest.raises(CorruptFile, match=rf"dvd/negative\.review in it .*{fault}"):
        list(amazon.reviews())


# WikiText

LINES = """
 = First ( 1999 film ) =

 One @-@ half of it .
 = 1 m / s =
 k = 2

 = = Cast = =

 Mark <unk> 's role .

 = Second =

 Text .
"""


def test_articles_begin_at_titles_and_not_at_formulas():
    first, second = wikitext.split_articles(LINES.split("\n"))
    assert first[0] == "First (1999 film)"
    assert first[1].split("\n\n") == [
        *("First (1999 film)", "One-half of it.", "1 m / s"),
        *("k = 2", "Cast", "Mark <unk>'s role."),
    ]
    assert second == ("Second", "Second\n\nText.")


@pytest.mark.parametrize("lines", [[], [""], ["", ""]])
def test_no_line_is_no_article(lines):
    assert list(wikitext.split_articles(lines)) == []


def test_text_before_the_first_title_is_kept():
    assert list(wikitext.split_articles(["Alone ."])) == [("", "Alone.")]


@pytest.mark.parametrize(
    ("typed", "tokenised"),
    [
        ('It\'s "so": 1,000.5 well-known (or not)!', None),
        ("They don't, we'll", "They don 't , we 'll"),
        ("the players ' boots", "the players ' boots"),
        ("in 1932,", "in 1932 @,@"),
        ("a " * 9 + '"', "a " * 9 + '"'),
    ],
)
def test_undoing_the_tokenisation_gives_the_text_as_typed(typed, tokenised):
    if tokenised is None:
        tokenised = 'It \'s " so " : 1 @,@ 000 @.@ 5 well @-@ known ( or not ) !'
    assert wikitext.natural(tokenised) == typed


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("split", wikitext2.FILES)
def test_undoing_the_tokenisation_of_wikitext_2_moves_spaces_and_marks_only(split):
    published = list(wikitext2.lines(split, raw=True))
    undone = list(wikitext2.lines(split))
    for before, after in zip(published, undone, strict=True):
        assert after.replace(" ", "").replace("@", "") == before.replace(" ", "").replace("@", "")
    assert "".join(published).count("<unk>") == "".join(undone).count("<unk>") > 10_000
    articles = list(wikitext2.articles(split))
    assert len(articles) == 60
    assert all(article.text.startswith(article.title) for article in articles)


@pytest.mark.usefixtures("data_folder")
def test_wikitext_2_has_its_published_number_of_tokens():
    # Every line of the file ends with one more token; 245,569 is in the paper's table 1.
    path = files.path_of("wikitext-2", "test.txt.xz")
    assert sum(len(line.split()) + 1 for _, line in files.numbered_lines(path)) == 245_569


def test_wikitext_2_has_no_train_split(place):
    with pytest.raises(UnknownName, match=r"'train'.*valid, test"):
        wikitext2.lines("train")
    with pytest.raises(DataUnavailable, match="fetch wikitext-2"):
        wikitext2.articles("test")


# Word pairs


def test_scored_pairs_come_in_order_with_their_scores(place):
    place("word-similarity/EN-RG-65.txt", b"gem\tjewel\t3.94\r\nnoon\tstring\t0.08\n\n")
    gem, noon = word_similarity.scored_pairs("rg-65")
    assert (gem.first, gem.second, gem.score) == ("gem", "jewel", 3.94)
    assert noon.score == 0.08


@pytest.mark.parametrize("line", [b"gem jewel 3.9", b"gem\tjewel", b"a\tb\tc"])
def test_a_line_that_is_no_scored_pair_is_named(place, line):
    place("word-similarity/EN-RG-65.txt", b"gem\tjewel\t3.94\n" + line)
    with pytest.raises(CorruptFile, match="line 2"):
        word_similarity.scored_pairs("rg-65")


def test_gensims_copies_serve_where_there_is_no_mirror(place):
    assert len(word_similarity.scored_pairs("simlex-999")) == 999
    assert len(word_similarity.scored_pairs("wordsim-353")) == 353
    with pytest.raises(DataUnavailable, match="fetch word-similarity"):
        word_similarity.scored_pairs("rg-65")
    with pytest.raises(UnknownName, match="simlex-999"):
        word_similarity.scored_pairs("men")


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("name", word_similarity.IN_GENSIM)
def test_gensims_copies_equal_the_mirrors(name, monkeypatch, tmp_path):
    mirrored = word_similarity.scored_pairs(name)
    monkeypatch.setenv(files.MIRROR, str(tmp_path))
    monkeypatch.setenv(files.CACHE, str(tmp_path))
    assert word_similarity.scored_pairs(name) == mirrored


def test_analogies_are_googles():
    found = word_similarity.analogies()
    assert len(found) == 19_544  # Mikolov et al. (2013): 8,869 semantic and 10,675 syntactic
    assert sum(not analogy.section.startswith("gram") for analogy in found) == 8_869
    assert found[0].words == ("Athens", "Greece", "Baghdad", "Iraq")


# Tamil


def tamil_members(**other: bytes) -> dict[str, bytes]:
    members = {f"ta/dev.ta-en.en.{n}": f"Bank {n}\n\n".encode() for n in range(3)}
    members |= {"ta/dev.ta-en.en.3": "\nRiver\u2028side\n".encode()}
    members |= {"ta/dev.ta-en.ta": "வங்கி\nஆறு\n".encode(), "ta/dev.ta-en.seg_ids": b"1_1\n1_2\n"}
    return members | {"ta/dict.ta-en.ta": "வங்கி\n".encode(), "ta/dict.ta-en.en": b"bank\n"} | other


def test_a_tamil_sentence_has_its_translations_without_the_empty_ones(place):
    place("tamil-english/" + tamil_english.ARCHIVE, archive(**tamil_members()))
    bank, river = tamil_english.sentences("dev")
    assert (bank.id, bank.tamil) == ("1_1", "வங்கி")
    assert bank.english == ("Bank 0", "Bank 1", "Bank 2")
    assert river.english == ("River\u2028side",)
    assert tamil_english.dictionary() == (("வங்கி", "bank"),)


def test_tamil_files_that_do_not_fit_together_are_refused(place):
    members = tamil_members(**{"ta/dev.ta-en.ta": "ஆறு\n".encode()})
    place("tamil-english/" + tamil_english.ARCHIVE, archive(**members))
    with pytest.raises(CorruptFile, match=r"dev\.ta-en\.ta 1,"):
        tamil_english.sentences("dev")
    with pytest.raises(CorruptFile, match=r"no file ta/test\.ta-en\.seg_ids"):
        tamil_english.sentences("test")
    with pytest.raises(UnknownName, match=r"'train'.*dev, devtest, test"):
        tamil_english.sentences("train")


@pytest.mark.usefixtures("data_folder")
def test_the_tamil_sets_have_their_stated_sizes():
    found = [tamil_english.sentences(split) for split in tamil_english.SPLITS]
    assert sum(map(len, found)) == 4_095
    assert len(tamil_english.dictionary()) == 69_128
    sentence = Sentence(found[0][0].tamil)
    assert [word.text for word in sentence.words] == [sentence.text]  # one word, its marks kept
