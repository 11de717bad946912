"""Texts to train on: splits that share no text, and an excerpt that is free of wiki markup."""

import json
import lzma
import re
from collections import Counter

import numpy as np
import pytest

from engine.cli import main
from engine.corpora import files, own_texts, split_texts, wikipedia_excerpt
from engine.corpora.labelled_csv import LabelledTexts
from engine.corpora.split_texts import (
    FromFiles,
    SplitTexts,
    balanced,
    normalised,
    split_by_group,
    stratified,
    unseen,
)
from engine.corpora.training_texts import TEXTS, LabelledSource, labelled_source, text_source
from engine.errors import CorruptFile, DataUnavailable, UnknownName


def ready(name: str):
    source = TEXTS[name]
    if missing := source.missing():
        pytest.skip(missing)
    return source


@pytest.fixture
def places(tmp_path, monkeypatch):
    """(mirror, cache), both empty."""
    mirror, cache = tmp_path / "mirror", tmp_path / "cache"
    monkeypatch.setenv(files.MIRROR, str(mirror))
    monkeypatch.setenv(files.CACHE, str(cache))
    return mirror, cache


# Splits


def test_a_text_is_the_same_whatever_its_blanks_and_kept_once():
    texts = ["a  b", "a\nb ", "A b", "c", "d"]
    assert unseen(texts).tolist() == [0, 2, 3, 4]
    assert unseen(texts, seen=[" c", "d\t"]).tolist() == [0, 2]


def test_every_part_holds_each_stratum_in_the_same_share(rng):
    strata = ["a"] * 500 + ["b"] * 300 + ["c"] * 200
    parts = stratified(strata, {"valid": 100, "test": 250})
    rows = np.concatenate(list(parts.values()))
    assert sorted(rows) == list(range(1000))
    assert Counter(strata[row] for row in parts["valid"]) == {"a": 50, "b": 30, "c": 20}
    assert Counter(strata[row] for row in parts["test"]) == {"a": 125, "b": 75, "c": 50}
    again = stratified(strata, {"valid": 100, "test": 250})
    assert all((parts[name] == again[name]).all() for name in parts)
    other = stratified(strata, {"valid": 100, "test": 250}, seed=1)
    assert (parts["valid"] != other["valid"]).any()


def test_shares_that_do_not_come_out_even_still_give_the_size_asked_for():
    parts = stratified(["a"] * 7 + ["b"] * 6 + ["c"] * 4, {"valid": 5})
    assert len(parts["valid"]) == 5
    assert len(parts["train"]) == 12


def test_groups_stay_together_and_every_row_is_somewhere_once():
    groups = [str(row // 7) for row in range(100)]
    parts = split_by_group(groups, {"valid": 10, "test": 20})
    held = {name: {groups[row] for row in rows} for name, rows in parts.items()}
    assert not held["train"] & held["valid"]
    assert not held["train"] & held["test"]
    assert not held["valid"] & held["test"]
    assert sorted(np.concatenate(list(parts.values()))) == list(range(100))
    assert 10 <= len(parts["valid"]) < 17
    assert 20 <= len(parts["test"]) < 27


def test_balancing_takes_the_last_rows_of_the_larger_label():
    labels = np.array([1, 1, 1, 0, 1, 0])
    assert balanced(np.array([4, 3, 2, 1, 5]), labels).tolist() == [4, 3, 2, 5]


# Sources


def test_every_source_says_what_it_is_and_how_to_get_it(places):
    for name, source in TEXTS.items():
        assert source.name == name
        assert source.title
        assert source.about.endswith(".")
        missing = source.missing()
        if name != "wikipedia-excerpt":  # comes with gensim
            assert "python -m engine fetch " in missing
            with pytest.raises(DataUnavailable):
                source.documents("train")


@pytest.mark.slow  # gensim's excerpt is read
def test_unknown_names_and_splits_are_told_what_there_is():
    with pytest.raises(UnknownName, match="imdb"):
        text_source("imbd")
    with pytest.raises(UnknownName, match=r"have no labels.*movie-snippets"):
        labelled_source("wikipedia")
    with pytest.raises(UnknownName, match=r"'dev'.*train, valid"):
        ready("wikipedia-excerpt").documents("dev")


@pytest.mark.parametrize("name", ["amazon", "amazon-snippets", "movie-snippets"])
def test_no_text_stands_in_two_splits(name):
    share_nothing(ready(name))


@pytest.mark.slow
def test_no_review_of_imdb_stands_in_two_splits_and_the_test_half_stays_whole():
    source = ready("imdb")
    share_nothing(source)
    for split, least in (("train", 10_000), ("valid", 2_300), ("test", 12_500)):
        texts, labels = source.labelled(split)
        assert len(texts) >= least
        assert labels.mean() == 0.5


def share_nothing(source):
    assert isinstance(source, LabelledSource)
    held = {}
    for split in ("train", "valid", "test"):
        texts, labels = source.labelled(split)
        assert labels.dtype == np.int64
        assert labels.shape == (len(texts),)
        assert list(source.documents(split)) == texts
        held[split] = set(map(normalised, texts))
        assert 0.3 < labels[: len(labels) // 2].mean() < 0.7  # not sorted by label
    assert not held["train"] & held["valid"]
    assert not held["train"] & held["test"]
    assert not held["valid"] & held["test"]


def test_scores_of_zero_are_left_out_and_the_sign_is_the_label():
    from engine.corpora.snippets import snippets

    for name, kind, n_scored in (
        ("movie-snippets", "films", 10_568),
        ("amazon-snippets", "products", 3_610),
    ):
        source = ready(name)
        by_text = {snippet.text: snippet.score for snippet in snippets(kind)}
        assert sum(snippet.score != 0 for snippet in snippets(kind)) == n_scored
        assert f"{n_scored:,}" in source.about
        texts, labels = source.labelled("valid")
        assert [by_text[text] > 0 for text in texts] == (labels == 1).tolist()


def test_of_imdbs_two_halves_the_test_half_keeps_a_text_that_both_hold(places):
    def half(*texts):
        records = [
            {"id": n, "label": "pos" if n % 2 else "neg", "text": text}
            for n, text in enumerate(texts)
        ]
        return lzma.compress("\n".join(map(json.dumps, records)).encode())

    folder = places[0] / "imdb"
    folder.mkdir(parents=True)
    train = [f"text {n}" for n in range(40)]
    (folder / "train.jsonl.xz").write_bytes(half(*train, "both  halves", "text 0"))
    (folder / "test.jsonl.xz").write_bytes(half("both halves", "alone"))
    source = TEXTS["imdb"]
    texts, labels = source.labelled("test")
    assert dict(zip(texts, labels.tolist(), strict=True)) == {"both halves": 0, "alone": 1}
    assert "both  halves" not in source.documents("train") + source.documents("valid")
    assert len(source.documents("train")) + len(source.documents("valid")) == 40
    assert source.contents().n_duplicates == 2


def test_what_was_read_is_kept_until_the_file_changes(tmp_path):
    path, reads = tmp_path / "x", []

    def read():
        reads.append(path.read_text())
        return SplitTexts({"train": (reads[-1],)})

    path.write_text("one")
    source = FromFiles("x", "X", "An x.", lambda: (path,), read)
    assert source.documents("train") == source.documents("train") == ("one",)
    assert len(reads) == 1
    path.write_text("three")
    assert source.documents("train") == ("three",)


# The excerpt inside gensim


@pytest.fixture(scope="module")
def articles():
    return wikipedia_excerpt.articles()


@pytest.mark.slow
def test_of_206_pages_106_are_articles_and_no_markup_is_left(articles):
    pages = list(wikipedia_excerpt.pages())
    redirects = [text for _, text, _ in pages if text.lstrip().lower().startswith("#redirect")]
    assert (len(pages), len(redirects), len(articles)) == (206, 100, 106)
    assert [a.id for a in articles] == sorted((a.id for a in articles), key=int)
    text = "\n".join(article.text for article in articles)
    assert len(text.split()) > 400_000
    for markup in ("[[", "]]", "{{", "}}", "<ref", "==", "''", "|", "http:", "File:", "&nbsp;"):
        assert markup not in text, markup
    anarchism = articles[0].text
    assert anarchism.startswith("Anarchism\n\nAnarchism is a political philosophy that advocates")
    assert "(as Robespierre did the Hébertists)" in anarchism  # capitals, accents, punctuation
    assert "\n\nExternal links\n" not in text


def test_the_excerpt_is_split_by_article_in_the_files_order(articles):
    source = TEXTS["wikipedia-excerpt"]
    train, valid = source.documents("train"), source.documents("valid")
    assert (len(train), len(valid)) == (96, 10)
    in_order = [article.text for article in articles]
    assert list(train) == [text for text in in_order if text in set(train)]
    assert sorted([*train, *valid]) == sorted(in_order)
    assert not isinstance(source, LabelledSource)


@pytest.mark.slow
def test_the_excerpts_words_are_those_of_gensims_own_reader(articles):
    """WikiCorpus lower-cases and drops punctuation; apart from that it must see the same text."""
    from gensim.corpora import WikiCorpus

    corpus = WikiCorpus(str(wikipedia_excerpt.path()), processes=1, dictionary={})
    corpus.metadata = True
    theirs = {title: tokens for tokens, (_, title) in corpus.get_texts()}
    ours = {article.title: article.text.lower() for article in articles}
    assert theirs.keys() == ours.keys()
    kept = [
        sum((Counter(theirs[title]) & Counter(words(text))).values()) / len(theirs[title])
        for title, text in ours.items()
    ]
    assert np.median(kept) > 0.8  # references, tables and lists of links are left out here


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_markup_becomes_running_text():
    markup = (
        "{{Infobox|a=b}}\n'''Bank''' (from {{lang|it|banca}}, \"bench\") takes [[money|the money]] "
        "of people.<ref>Smith, p. 3</ref> See [http://x.org the site] for more of it.\n"
        "== Empty ==\n== ''History'' of it ==\n* The first one was founded in 1472.\n* Short.\n"
        "{| class=wikitable\n|-\n| a cell\n|}\n"
        "File:Bank.jpg|A picture of a bank building\n"
        "== See also ==\n* [[River]] and all of its many banks\n"
    )
    assert wikipedia_excerpt.running_text(markup).split("\n\n") == [
        'Bank (from, "bench") takes the money of people. See the site for more of it.',
        "History of it",
        "The first one was founded in 1472.",
    ]


def test_a_broken_excerpt_is_named(tmp_path, monkeypatch):
    path = tmp_path / "x.bz2"
    path.write_bytes(wikipedia_excerpt.path().read_bytes()[:100_000])
    monkeypatch.setattr(wikipedia_excerpt, "path", lambda: path)
    with pytest.raises(CorruptFile, match="broken or cut short"):
        list(wikipedia_excerpt.pages())


# A user's own


def own(n: int = 40) -> LabelledTexts:
    texts = tuple(f'Text {row}, "quoted"\n<script>alert({row})</script>' for row in range(n))
    return LabelledTexts(texts, np.arange(n) % 2, ("bad", "good"))


def test_kept_texts_come_back_unchanged_and_split(places):
    name = own_texts.keep(own())
    assert own_texts.keep(own()) == name
    assert own_texts.is_own(name)
    source = labelled_source(name)
    assert source.label_names == ("bad", "good")
    assert source.missing() is None
    counts = {split: len(source.labelled(split)[0]) for split in ("train", "valid", "test")}
    assert counts == {"train": 28, "valid": 6, "test": 6}
    original = own()
    label_of = dict(zip(original.texts, original.labels.tolist(), strict=True))
    for split in counts:
        for text, label in zip(*source.labelled(split), strict=True):
            assert label_of[text] == label


def test_a_repeated_text_is_used_once(places):
    twice = LabelledTexts(own().texts * 2, np.tile(own().labels, 2), own().label_names)
    split = own_texts.split_own(twice)
    assert sum(map(len, split.texts.values())) == 40
    assert split.n_duplicates == 40


def test_kept_texts_that_are_gone_or_altered_are_said(places):
    name = own_texts.keep(own())
    path = places[1] / "own-texts" / f"{name}.csv"
    path.write_text("text,label\na,b\n")
    with pytest.raises(CorruptFile, match="was altered"):
        text_source(name)
    path.unlink()
    with pytest.raises(DataUnavailable, match="Upload the file again"):
        text_source(name)


# The command


def test_the_command_lists_what_is_here_and_how_to_get_the_rest(places, capsys):
    assert main(["texts", "--json"]) == 0
    listed = {record["name"]: record for record in json.loads(capsys.readouterr().out)["texts"]}
    assert set(listed) == set(TEXTS)
    assert listed["wikipedia-excerpt"]["n_texts"] == {"train": 96, "valid": 10}
    assert "fetch imdb" in listed["imdb"]["missing"]
    assert main(["texts"]) == 0
    told = capsys.readouterr().out
    assert "106 articles" in told
    assert "python -m engine fetch snippets" in told


def test_split_names_are_the_ones_that_everyone_uses():
    assert (split_texts.TRAIN, split_texts.VALID, split_texts.TEST) == ("train", "valid", "test")
