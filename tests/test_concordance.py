"""Sentences found in running text hold the word, as a word of its own, wherever one looks."""

from collections import Counter

import numpy as np
import pytest

from engine.corpora import large_texts
from engine.errors import Cancelled, UnknownName, WordNotFound
from engine.text import Sentence, find_word
from engine.views import concordance as found_in
from engine.views.concordance import EXCERPT, LONGEST, _sample, concordance, is_found, places
from engine.views.kept import Kept

TEXT = (
    "Rivers\n\nThe bank is steep. A riverbank is not. The Bank of England, however, is.\n\n"
    "Nothing here.\n\n" + "The bank " * LONGEST + ".\n\nOne more bank."
)
FOUND = ["The bank is steep.", "The Bank of England, however, is.", "One more bank."]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(found_in, "_found", Kept(max_bytes=16))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder whose texts may be read."""
    monkeypatch.setenv(large_texts.FOLDER, str(tmp_path))
    return tmp_path


class Source:
    """A text of two splits."""

    def documents(self, split: str) -> list[str]:
        if split == "test":
            raise UnknownName("no such split")
        return [TEXT]


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setattr(found_in, "fetched_texts", lambda: {"rivers": "Rivers", "b": "B"})
    monkeypatch.setattr(found_in, "TEXTS", {"rivers": Source()})
    return "text rivers"


def test_whole_words_of_short_sentences_are_found_in_their_order(source):
    assert concordance("bank", source) == FOUND * 2
    assert is_found(" Bank ", source)
    some = concordance(" BANK ", source, most=4)
    assert len(some) == 4
    assert set(some) <= set(FOUND)


@pytest.mark.parametrize("word", ["", "nowhere", "<script>"])
def test_a_word_that_stands_nowhere_is_told(source, word):
    with pytest.raises(WordNotFound, match=r"stands in 0 sentence.* of “Rivers”"):
        concordance(word, source)


def test_a_file_of_the_folder_is_a_place_and_bytes_that_are_no_text_do_no_harm(folder):
    lines = TEXT.replace("\n\n", "\n").encode()
    (folder / "mine.txt").write_bytes(b"\xff\xfe\x00 bank\n" + lines)
    name = next(name for name, title in places().items() if title == "mine.txt")
    assert concordance("bank", name) == FOUND


def test_only_what_is_offered_is_read(folder):
    (folder.parent / "secret.txt").write_text("A bank.\nThe bank.\n")
    for place in ("file ../secret.txt", "text nonsense", ""):
        with pytest.raises(UnknownName, match="no text"):
            concordance("bank", place)


def test_progress_runs_through_the_file_and_may_stop_it(folder):
    (folder / "long.txt").write_text("A bank.\n" * 1_000)
    seen = []
    concordance("bank", "file long.txt", progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[0] == (0, 8_000)
    assert len(seen) == 5

    def stop(done: int, total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        concordance("bank ", "file long.txt", most=7, progress=stop)


def test_of_many_sentences_a_uniform_sample_is_taken(monkeypatch):
    seeds = iter(range(4_000))
    real = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda _seed: real(next(seeds)))
    counts = Counter(one for _ in range(4_000) for one in _sample(map(str, range(20)), 5))
    assert sum(counts.values()) == 20_000
    # 1,000 each; the standard deviation is sqrt(4,000 * 1/4 * 3/4) = 27
    assert all(abs(counts[str(n)] - 1_000) < 5 * 27 for n in range(20))


@pytest.mark.slow
def test_the_excerpt_that_ships_with_gensim_holds_sentences_of_a_common_word():
    assert next(iter(places())) == EXCERPT
    lines = concordance("state")
    assert len(lines) > 20
    assert all(find_word(Sentence(line), "state") for line in lines)
