"""CoarseWSD-10 and WiC-TSV are read as published, and what is wrong in a file is named."""

import io
import lzma
import tarfile

import pytest

from engine.corpora import coarsewsd, files, wic_tsv
from engine.errors import CorruptFile, DataUnavailable, UnknownName

BANK = {
    "train.data.txt": b"1\tthe bank 's door\r\n0\tbank\xc2\xa0of a river\r\n",
    "train.gold.txt": b"0\r\n1",
    "test.data.txt": "2\ta muddy bank of\u2028the nile\n".encode(),
    "test.gold.txt": b"1\n",
    "classes_map.txt": b"{}",
}
CLAIMS = {
    "examples": b"bank\t1\tThe Bank is closed\nzero\t0\tzero , is a digit",
    "definitions": b"a house for money\na number",
    "labels": b"T\nF",
}


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """An otherwise empty mirror, to which an archive of these members is written."""
    monkeypatch.setenv(files.MIRROR, str(tmp_path / "mirror"))
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))

    def write(name: str, members: dict[str, bytes]) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for member_name, content in members.items():
                member = tarfile.TarInfo(member_name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        (tmp_path / "mirror").mkdir(exist_ok=True)
        (tmp_path / "mirror" / name).write_bytes(lzma.compress(packed.getvalue()))

    return write


def put_bank(mirror, **changed: bytes) -> None:
    content = BANK | {name.replace("_", ".", 1) + ".txt": of for name, of in changed.items()}
    mirror(coarsewsd.ARCHIVE, {f"coarsewsd-20/bank/{name}": of for name, of in content.items()})


def put_claims(mirror, **changed: bytes) -> None:
    folder = "wic-tsv/data/en/Development/dev"
    mirror(wic_tsv.ARCHIVE, {f"{folder}_{of}.txt": text for of, text in (CLAIMS | changed).items()})


def test_a_word_stands_at_its_place_among_the_published_words(mirror):
    put_bank(mirror)
    uses = coarsewsd.labelled_uses()
    first, second = uses["bank"]["train"]
    assert [word.text for word in first.sentence.words] == ["the", "bank", "'s", "door"]
    assert (first.position, first.sense, second.position, second.sense) == (1, 0, 0, 1)
    (asked,) = uses["bank"]["test"]
    assert asked.sentence.words[asked.position].text == "bank"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"train_data": b"x\tbank\n0\tbank"}, r"train\.data\.txt, line 1: needs the place"),
        ({"train_data": b"0\tbank\n7\tbank"}, r"train\.data\.txt, line 2: needs the place"),
        ({"test_data": b"0\ta bank"}, r"test\.data\.txt, line 1: word 0 is 'a', not 'bank'"),
        ({"test_gold": b"river\n"}, r"test\.gold\.txt, line 1: needs the number.*'river'"),
        ({"train_gold": b"0\n1\n0\n"}, r"has 2 lines and .*train\.gold\.txt 3"),
    ],
)
def test_a_line_that_is_no_labelled_use_is_named(mirror, changed, said):
    put_bank(mirror, **changed)
    with pytest.raises(CorruptFile, match=said):
        coarsewsd.labelled_uses()


def test_an_archive_without_words_is_refused_and_a_missing_one_named(mirror):
    with pytest.raises(DataUnavailable, match="engine fetch coarsewsd-10"):
        coarsewsd.labelled_uses()
    mirror(coarsewsd.ARCHIVE, {"coarsewsd-20/README.txt": b"nothing"})
    with pytest.raises(CorruptFile, match="no word with senses"):
        coarsewsd.labelled_uses()
    mirror(coarsewsd.ARCHIVE, {"coarsewsd-20/bank/train.gold.txt": b"0"})
    with pytest.raises(CorruptFile, match=r"no file .*bank/train\.data\.txt"):
        coarsewsd.labelled_uses()


def test_claims_are_read_with_their_definitions_and_labels(mirror):
    put_claims(mirror)
    first, second = wic_tsv.sense_claims("dev")
    assert first.sentence.words[first.position].text == "Bank"
    assert (first.definition.text, first.holds) == ("a house for money", True)
    assert (second.word, second.position, second.holds) == ("zero", 0, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"labels": b"T\nyes"}, r"dev_labels\.txt, line 2: needs T or F; got 'yes'"),
        ({"labels": b"T"}, r"as many lines each.*dev_labels\.txt 1"),
        ({"definitions": b"a house\n "}, r"dev_definitions\.txt, line 2: has no word"),
        ({"examples": b"bank\t0\tThe bank\nzero\t0\tzero"}, r"dev_examples\.txt, line 1"),
        ({"examples": b"bank\t1\tThe bank\nzero in a sentence"}, r"dev_examples\.txt, line 2"),
    ],
)
def test_a_line_that_is_no_claim_is_named(mirror, changed, said):
    put_claims(mirror, **changed)
    with pytest.raises(CorruptFile, match=said):
        wic_tsv.sense_claims("dev")


def test_the_part_without_labels_is_refused_and_a_missing_archive_named(mirror):
    with pytest.raises(UnknownName, match="labels of its test part are secret"):
        wic_tsv.sense_claims("test")
    with pytest.raises(DataUnavailable, match="engine fetch wic-tsv"):
        wic_tsv.sense_claims("train")


@pytest.mark.usefixtures("data_folder")
def test_the_published_archives_hold_what_their_readme_says():
    uses = coarsewsd.labelled_uses()
    assert sum(len(of) for parts in uses.values() for of in parts.values()) == 29_404
    senses = [use.sense for use in uses["bank"]["train"]]
    assert (senses.count(0), senses.count(1)) == (1_061, 46)
    claims = wic_tsv.sense_claims("train")
    assert (len(claims), sum(claim.holds for claim in claims)) == (2_828, 1_414)
    assert len(wic_tsv.sense_claims("dev")) == 389
