"""Files of data sets: found in the mirror, then in the cache; whatever is wrong is said."""

import gzip
import json
import lzma

import pytest

from engine.corpora import files, wikipedia
from engine.corpora.data_sets import DATA_SETS
from engine.errors import CorruptFile, DataUnavailable, UnknownName

ARTICLE = {"id": 7, "title": "Río", "text": "Río\n\nA river.\n\nIts bank."}


@pytest.fixture
def places(tmp_path, monkeypatch):
    """(mirror, cache), both empty."""
    mirror, cache = tmp_path / "mirror", tmp_path / "cache"
    monkeypatch.setenv(files.MIRROR, str(mirror))
    monkeypatch.setenv(files.CACHE, str(cache))
    return mirror, cache


def put(folder, name: str, content: bytes):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def packed(*articles) -> bytes:
    return lzma.compress("\n".join(map(json.dumps, articles)).encode())


def test_the_mirror_goes_before_the_cache_and_each_is_enough(places):
    mirror, cache = places
    name = "wikipedia-articles/valid.jsonl.xz"
    in_cache = put(cache, name, packed(ARTICLE))
    assert files.path_of("wikipedia", "valid.jsonl.xz") == in_cache
    in_mirror = put(mirror, name, packed(ARTICLE))
    assert files.path_of("wikipedia", "valid.jsonl.xz") == in_mirror


def test_without_a_mirror_the_cache_is_the_home_folders(tmp_path, monkeypatch):
    for name in (files.MIRROR, files.CACHE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path, ".cache/conescope/multi30k/val.en.gz", b"")
    assert files.path_of("multi30k", "val.en.gz").is_relative_to(tmp_path)


@pytest.mark.parametrize("name", DATA_SETS)
def test_missing_data_names_the_command_that_fetches_it(places, name):
    for file_name in DATA_SETS[name].files:
        with pytest.raises(DataUnavailable, match=f"python -m engine fetch {name}`"):
            files.path_of(name, file_name)


def test_unknown_sets_files_and_splits_are_told_what_there_is(places):
    with pytest.raises(UnknownName, match="wikipedia"):
        files.path_of("wikipaedia", "x")
    with pytest.raises(UnknownName, match=r"train\.en\.gz"):
        files.path_of("multi30k", "../imdb/train.jsonl.xz")
    with pytest.raises(UnknownName, match=r"'dev'.*train, valid, test"):
        wikipedia.articles("dev")


def test_articles_come_in_the_files_order_with_their_text_unchanged(places):
    put(places[0], "wikipedia-articles/test.jsonl.xz", packed(ARTICLE, ARTICLE | {"id": 8}))
    first, second = wikipedia.articles("test")
    assert (first.title, first.text) == (ARTICLE["title"], ARTICLE["text"])
    assert (first.id, second.id) == ("7", "8")


def test_a_missing_split_is_said_before_the_first_article_is_asked_for(places):
    with pytest.raises(DataUnavailable):
        wikipedia.articles("train")


GOOD = json.dumps(ARTICLE).encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lzma.compress(GOOD * 3 + b'{"id": 1, "ti\n'), "line 4: is not JSON"),
        (lzma.compress(GOOD + b"\0\n"), "line 2: holds a NUL"),
        (lzma.compress(GOOD * 2 + b"\xff\n"), "line 3: is not UTF-8"),
        (lzma.compress(GOOD + b'{"id": 1, "text": "x"}'), "line 2: .* lacks title"),
        (lzma.compress(b"[1]"), "line 1: needs an object"),
        (GOOD, "broken or cut short"),
        (lzma.compress(bytes(range(1, 256)) * 99 + GOOD)[:-40], "line|cut short"),
        (b"", "broken or cut short"),
    ],
)
def test_a_corrupt_file_is_refused_with_its_name_and_line(places, content, message):
    path = put(places[0], "wikipedia-articles/train.jsonl.xz", content)
    with pytest.raises(CorruptFile, match=message) as refused:
        list(wikipedia.articles("train"))
    assert str(path) in str(refused.value)


def test_a_gzip_file_cut_short_is_refused(tmp_path):
    path = put(tmp_path, "x.gz", gzip.compress(b"one\ntwo\n" * 999)[:-9])
    with pytest.raises(CorruptFile, match="cut short"):
        list(files.numbered_lines(path))


def test_lines_are_numbered_from_1_whatever_ends_them(tmp_path):
    path = put(tmp_path, "x.txt", "ä\r\n\nc".encode())
    assert list(files.numbered_lines(path)) == [(1, "ä"), (2, ""), (3, "c")]


def test_the_mirrors_checksums_are_the_ones_that_are_written_down(data_folder):
    lines = (data_folder / "SHA256SUMS").read_text("utf8").splitlines()
    sums = {name.removeprefix("./"): sha for sha, _, name in (s.partition("  ") for s in lines)}
    for data_set in (one for one in DATA_SETS.values() if not one.package):
        for name, sha256 in data_set.files.items():
            path = f"{data_set.folder}/{name}".removeprefix("/")
            assert sums[path] == sha256
        sizes = [(data_folder / data_set.folder / name).stat().st_size for name in data_set.files]
        assert sum(sizes) == data_set.n_bytes
