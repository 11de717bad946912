"""The Tamil alignment: complete, labelled as made by hand, and crossing where Tamil turns round."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from engine.corpora import tamil_example
from engine.corpora.tamil_example import alignment, alignments
from engine.errors import CorruptFile, UnknownName

ROOT = Path(__file__).parents[1]


def test_both_sentences_are_the_lectures_own():
    with_name, without = alignment("with the name"), alignment("without the name")
    assert " ".join(with_name.tamil) == "Naan transfarmar padaththai rasiththen"
    assert " ".join(with_name.english) == "I enjoyed the film transformers"
    assert " ".join(without.tamil) == "Naan padaththai rasiththen"
    assert " ".join(without.english) == "I enjoyed the film"


def test_it_says_that_a_person_made_it_and_how_tamil_is_written():
    for each in alignments().values():
        assert "by hand" in each.label
        assert "Latin letters" in each.transliteration


def test_the_verb_goes_last_in_tamil():
    """Worked by hand: the English rows look at I, verb, film, film, name."""
    looked_at = alignment("with the name").matrix().argmax(axis=1)
    assert looked_at.tolist() == [0, 3, 2, 2, 1]
    assert alignment("without the name").matrix().argmax(axis=1).tolist() == [0, 2, 1, 1]


def test_rows_are_shared_like_attention():
    for each in alignments().values():
        np.testing.assert_allclose(each.matrix().sum(axis=1), 1.0)
        assert each.matrix().any(axis=0).all()


def test_a_broken_file_is_refused_with_a_sentence(tmp_path, monkeypatch):
    said = json.loads(tamil_example.PATH.read_text("utf8"))
    said["alignments"][0]["links"].pop()
    broken = tmp_path / "tamil_example.json"
    monkeypatch.setattr(tamil_example, "PATH", broken)
    for content in (json.dumps(said), "{", "[]"):
        broken.write_text(content, "utf8")
        with pytest.raises(CorruptFile, match="git checkout"):
            alignments()
    with pytest.raises(CorruptFile):
        alignment("with the name")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UnknownName, match="with the name, without the name"):
        alignment("in Hindi")


def test_its_letters_have_a_font_that_comes_with_the_app():
    css = (ROOT / "assets" / "css" / "app.css").read_text(encoding="utf8")
    (name,) = re.findall(r'url\("/api/fonts/([\w.-]+)"\)', css)
    assert (ROOT / "assets" / "fonts" / name).read_bytes()[:4] == b"wOF2"
    letters = {letter for found in alignments().values() for letter in "".join(found.tamil_script)}
    assert "unicode-range: U+0B80-0BFF;" in css
    assert all("\u0b80" <= letter <= "\u0bff" for letter in letters)
