"""The articles as numbers, kept in the cache: for each source its own."""

import json
import lzma

import pytest

from engine.corpora import files
from engine.errors import DataUnavailable
from engine.training import prepared_text
from engine.training.prepared_text import wikipedia_text
from engine.training.written_text import wikipedia_as_written

SPLITS = ("train", "valid", "test")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """Fills the mirror's Wikipedia with one article a split."""
    monkeypatch.setenv(files.MIRROR, str(tmp_path / "mirror"))
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))
    return lambda text: fill(tmp_path / "mirror", text)


def fill(place, text):
    folder = place / "wikipedia-articles"
    folder.mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        article = json.dumps({"id": 1, "title": "A", "text": text})
        (folder / f"{split}.jsonl.xz").write_bytes(lzma.compress(article.encode()))


def read(split="valid"):
    """The same split as both kinds of net read it."""
    text, written = wikipedia_text(split, 20), wikipedia_as_written(split, 20)
    forms = [written.forms[i] for i in written.text.ids]
    return text.vocabulary.decode(text.ids), forms


def test_other_articles_under_the_same_name_are_read_anew(mirror):
    mirror("The cat sat.")
    assert read() == (["the", "cat", "sat", ".", "<eos>"], ["The", "cat", "sat", ".", "<eos>"])
    mirror("A dog ran off.")
    keys, forms = read()
    assert keys == ["a", "dog", "ran", "off", ".", "<eos>"]
    assert forms == ["A", "dog", "ran", "off", ".", "<eos>"]


def test_the_same_articles_from_elsewhere_are_not_read_again(mirror, tmp_path, monkeypatch):
    mirror("The cat sat.")
    expected = read()
    fill(tmp_path / "cache", "The cat sat.")
    monkeypatch.delenv(files.MIRROR)
    monkeypatch.setattr(prepared_text, "articles", lambda _split: pytest.fail("read again"))
    assert read() == expected


def test_nothing_unfinished_is_left_in_the_cache(mirror, tmp_path):
    mirror("The cat sat.")
    read("train")
    names = {path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert names == {"vocabulary-20.txt", "train-20.npz", "train-written.npz"}


def test_without_the_articles_a_sentence_says_how_to_get_them(mirror):
    with pytest.raises(DataUnavailable, match="engine fetch wikipedia"):
        wikipedia_text("train", 20)
