"""Fetching data sets: from the mirror, from a hub that answers, stumbles or is not there."""

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from engine.cli import main
from engine.cli.checks.data_sets import data_sets
from engine.corpora import amazon, files, imdb, inventory, multi30k, wikipedia, wikitext2
from engine.corpora.conversions import CONVERSIONS, N_AMAZON, rows_of, write_lines
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.fetching import Downloading, Ready, Written, fetch
from engine.corpora.reviews import NEGATIVE, POSITIVE
from engine.errors import CorruptFile, DataUnavailable, UnknownName
from tests.fake_hub import FakeHub


@pytest.fixture
def places(tmp_path, monkeypatch):
    """(mirror, cache), both empty."""
    mirror, cache = tmp_path / "mirror", tmp_path / "cache"
    monkeypatch.setenv(files.MIRROR, str(mirror))
    monkeypatch.setenv(files.CACHE, str(cache))
    return mirror, cache


@pytest.fixture
def hub(places, tmp_path, monkeypatch):
    from huggingface_hub import constants

    fake = FakeHub()
    monkeypatch.setattr(constants, "ENDPOINT", fake.url)
    url = fake.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    yield fake
    fake.close()


def table(*rows: dict) -> bytes:
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), sink)
    return sink.getvalue().to_pybytes()


def text_rows(*lines: str) -> bytes:
    return table(*({"text": line} for line in lines))


def put(path, content: bytes):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


FIRST = ("", " = First = \n", "", " One line of it . \n", "")
SECOND = (" = Second = \n", "", " = = Part = = \n", " Two @-@ part . \n")


def test_wikitext_103_becomes_articles(hub, places):
    hub.repositories["Salesforce/wikitext"] = {
        # An article may go on in the next shard.
        "wikitext-103-raw-v1/train-00000-of-00002.parquet": text_rows(*FIRST, *SECOND[:2]),
        "wikitext-103-raw-v1/train-00001-of-00002.parquet": text_rows(*SECOND[2:]),
        "wikitext-103-raw-v1/validation-00000-of-00001.parquet": text_rows(*FIRST),
        "wikitext-103-raw-v1/test-00000-of-00001.parquet": text_rows(*SECOND),
        "wikitext-103-v1/train-00000-of-00001.parquet": b"another configuration",
        "README.md": b"",
    }
    events = list(fetch("wikipedia"))
    assert [e.number for e in events if isinstance(e, Downloading)] == [1, 2, 3, 4]
    assert [e.n_lines for e in events if isinstance(e, Written)] == [2, 1, 1]
    ready = events[-1]
    assert isinstance(ready, Ready)
    assert (ready.was_here, ready.found.place, ready.found.altered) == (False, places[1], ())
    first, second = wikipedia.articles("train")
    assert (first.title, first.text) == ("First", "First\n\nOne line of it.")
    assert second.text == "Second\n\nPart\n\nTwo-part."
    (again,) = fetch("wikipedia")
    assert again.was_here


def test_wikitext_2_from_the_hub_reads_as_the_published_file(hub):
    hub.repositories["Salesforce/wikitext"] = {
        "wikitext-2-v1/validation-00000-of-00001.parquet": text_rows(*FIRST),
        "wikitext-2-v1/test-00000-of-00001.parquet": text_rows(*SECOND),
    }
    list(fetch("wikitext-2"))
    assert [article.title for article in wikitext2.articles("valid")] == ["First"]
    assert list(wikitext2.lines("test", raw=True))[-1] == "Two @-@ part ."
    path = files.path_of("wikitext-2", "valid.txt.xz")
    assert [line for _, line in files.numbered_lines(path)][:2] == [" ", " = First = "]


def test_a_fetched_cache_serves_as_another_machines_mirror(hub, places, monkeypatch, tmp_path):
    review = {"text": "So<br />bad.", "label": 0}
    hub.repositories["stanfordnlp/imdb"] = {
        f"plain_text/{split}-00000-of-00001.parquet": table(review, {"text": "Good.", "label": 1})
        for split in ("train", "test", "unsupervised")
    }
    list(fetch("imdb"))
    bad, good = imdb.reviews("test")
    assert (bad.text, bad.label, good.label) == ("So\nbad.", NEGATIVE, POSITIVE)
    monkeypatch.setenv(files.MIRROR, str(places[1]))
    monkeypatch.setenv(files.CACHE, str(tmp_path / "elsewhere"))
    (ready,) = fetch("imdb")
    assert ready.was_here
    assert "imdb/test.jsonl.xz" in inventory.noted_checksums(places[1])


def test_captions_stay_pairs_whatever_breaks_their_lines(hub):
    rows = [{"en": "A man.\u2028", "de": "Ein\nMann."}, {"en": "", "de": "Nichts."}]
    content = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    hub.repositories["bentrevett/multi30k"] = {
        f"{split}.jsonl": content for split in ("train", "val", "test")
    }
    list(fetch("multi30k"))
    for split in multi30k.SPLITS:
        assert multi30k.pairs(split) == [("A man.", "Ein Mann."), ("", "Nichts.")]


def test_of_amazon_polarity_equally_many_of_each_label_are_kept():
    (conversion,) = CONVERSIONS["amazon"]
    rows = [{"label": n % 5 == 0, "title": "t", "content": str(n)} for n in range(6 * N_AMAZON)]
    lines = [json.loads(line) for line in conversion.lines(rows)]
    assert len(lines) == 2 * N_AMAZON
    assert sum(line["label"] == POSITIVE for line in lines) == N_AMAZON
    assert [line["text"] for line in lines[:4]] == ["1", "0", "2", "5"]


def test_amazon_polarity_is_read_where_nothing_better_is(hub):
    rows = [{"label": n % 2, "title": "T", "content": f"Text {n}"} for n in range(6)]
    hub.repositories["fancyzhx/amazon_polarity"] = {
        "amazon_polarity/test-00000-of-00001.parquet": table(*rows)
    }
    ready = list(fetch("amazon"))[-1]
    assert [path.name for path in ready.found.files] == [amazon.FROM_HUB]
    assert len(list(amazon.reviews())) == 6


@pytest.mark.slow
def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(hub, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1_000)
    content = table(*({"text": f"{n} of many", "label": n % 2} for n in range(5_000)))
    hub.repositories["stanfordnlp/imdb"] = {
        f"plain_text/{split}-00000-of-00001.parquet": content for split in ("train", "test")
    }
    hub.cut_short = {"plain_text/train-00000-of-00001.parquet"}
    list(fetch("imdb"))
    assert hub.ranges == [f"bytes={len(content) // 2 // 1_000 * 1_000}-"]
    assert len(list(imdb.reviews("train"))) == 5_000


def test_what_is_not_as_announced_is_refused(hub, places):
    name = "plain_text/train-00000-of-00001.parquet"
    hub.repositories["stanfordnlp/imdb"] = {
        name: table({"text": "x", "label": 1}),
        "plain_text/test-00000-of-00001.parquet": table({"text": "x", "label": 1}),
    }
    hub.announced = {name: "0" * 64}
    with pytest.raises(CorruptFile, match="not what the hub announced"):
        list(fetch("imdb"))
    assert not (places[1] / "imdb").exists()


def test_a_repository_that_has_changed_is_told_as_such(hub):
    with pytest.raises(DataUnavailable, match="no public data set 'stanfordnlp/imdb'"):
        list(fetch("imdb"))
    hub.repositories["stanfordnlp/imdb"] = {"plain_text/trained.parquet": b""}
    with pytest.raises(DataUnavailable, match="no longer holds the table plain_text/train"):
        list(fetch("imdb"))
    hub.repositories["stanfordnlp/imdb"] = {
        f"plain_text/{split}-00000-of-00001.parquet": table({"words": "x"})
        for split in ("train", "test")
    }
    with pytest.raises(CorruptFile, match="no column 'label'"):
        list(fetch("imdb"))
    assert inventory.find("imdb") is None


def test_an_interrupted_conversion_leaves_no_half_file(tmp_path):
    def lines():
        yield "one"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(lines(), tmp_path / "x.xz")
    assert not (tmp_path / "x.xz").exists()


def test_a_table_that_is_none_is_refused_by_name(tmp_path):
    path = put(tmp_path / "x.parquet", b"no table")
    with pytest.raises(CorruptFile, match=r"x\.parquet cannot be read"):
        list(rows_of([path]))


def test_offline_one_sentence_says_what_to_do(hub, places, capsys, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert main(["fetch", "wikipedia"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "refused" in said
    assert "python -m engine fetch wikipedia" in said
    assert files.MIRROR in said


PACKAGED = {name for name, data_set in DATA_SETS.items() if data_set.package}


@pytest.mark.parametrize("name", sorted(set(DATA_SETS) - set(CONVERSIONS) - PACKAGED))
def test_a_set_that_the_hub_lacks_names_its_source_and_its_files(places, name):
    with pytest.raises(DataUnavailable, match="no copy on the Hugging Face hub") as refused:
        list(fetch(name))
    for file in DATA_SETS[name].files:
        assert str(Path(DATA_SETS[name].folder, file)) in str(refused.value)


def test_unknown_names_are_hub_models_to_the_command_and_unknown_to_the_function():
    with pytest.raises(UnknownName, match="wikipedia"):
        list(fetch("acme/tiny"))


def test_every_conversion_writes_the_files_that_the_set_is_read_from():
    for name, conversions in CONVERSIONS.items():
        wanted = DATA_SETS[name]
        assert [c.file for c in conversions] == list(wanted.instead or wanted.files)
        assert wanted.hub


def test_an_altered_mirror_is_refused_and_an_altered_cache_is_fetched_again(hub, places):
    mirror, cache = places
    for split in ("train", "test"):
        put(mirror / f"imdb/{split}.jsonl.xz", b"altered")
    with pytest.raises(CorruptFile, match=r"train\.jsonl\.xz, test\.jsonl\.xz.*Copy it again"):
        list(fetch("imdb"))
    mirror.rename(cache)
    hub.repositories["stanfordnlp/imdb"] = {
        f"plain_text/{split}-00000-of-00001.parquet": table({"text": "x", "label": 1})
        for split in ("train", "test")
    }
    assert inventory.find("imdb").altered
    assert not list(fetch("imdb"))[-1].found.altered


def test_doctor_lists_every_set_and_needs_none(places):
    put(places[1] / "imdb/train.jsonl.xz", b"half a set is none")
    checks = {check.name: check for check in data_sets()}
    assert list(checks) == list(DATA_SETS)
    assert not any(check.needed or check.ok for check in checks.values())
    assert checks["imdb"].mend == "python -m engine fetch imdb"
    put(places[0] / "imdb/train.jsonl.xz", b"x")
    put(places[0] / "imdb/test.jsonl.xz", b"x")
    inventory.note_checksums(places[0], [places[0] / "imdb/train.jsonl.xz"])
    (imdb_check,) = [check for check in data_sets() if check.name == "imdb"]
    assert not imdb_check.ok
    assert "mirror" in imdb_check.found
    assert imdb_check.found.endswith("altered or cut short: test.jsonl.xz")


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("name", sorted(set(DATA_SETS) - PACKAGED))
def test_with_the_mirror_nothing_is_fetched(name, capsys):
    assert main(["fetch", name]) == 0
    assert "checksums right; nothing to fetch" in capsys.readouterr().out
