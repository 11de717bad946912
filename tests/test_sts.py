"""SemEval's sentence pairs, and the published numbers that were measured on them."""

import io
import json
import lzma
import tarfile

import pytest

from engine.corpora import ethayarajh_2019, files, sts
from engine.errors import CorruptFile, DataUnavailable

TEST = (
    b"5.000\tA cat sat.\tThe cat sat. \n"
    b"\tNobody scored this.\tNor this.\n"
    b'0.8\t"Two\xe2\x80\xa8lines" in one.\tA dog.\r\n'
)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """An otherwise empty mirror, to which an archive of these members is written."""
    monkeypatch.setenv(files.MIRROR, str(tmp_path / "mirror"))
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))

    def write(name: str, members: dict[str, bytes]):
        path = tmp_path / "mirror" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for member_name, content in members.items():
                member = tarfile.TarInfo(member_name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        path.write_bytes(lzma.compress(packed.getvalue()))
        return path

    return write


def test_scored_pairs_are_read_and_what_nobody_scored_is_left_out(mirror):
    mirror(sts.ARCHIVE, {"sts_flat/2012.OnWN.test.tsv": TEST, "sts_flat/README": b"no pairs"})
    first, second = sts.sentence_pairs()
    assert (first.first, first.second, first.score) == ("A cat sat.", "The cat sat.", 5.0)
    assert first.part == second.part == "2012.OnWN"
    assert (second.first, second.score) == ('"Two\u2028lines" in one.', 0.8)


def test_the_file_that_repeats_others_is_left_out(mirror):
    names = ("2014.images", "2015.images", "2015")
    mirror(sts.ARCHIVE, {f"sts_flat/{name}.test.tsv": TEST for name in names})
    assert [pair.part for pair in sts.sentence_pairs()] == ["2014.images"] * 2 + ["2015.images"] * 2


@pytest.mark.parametrize(
    "line",
    [b"high\tA.\tB.", b"5.5\tA.\tB.", b"3.0\tA.", b"3.0\tA.\t", b"nan\tA.\tB.", b"3\ta\tb\tc"],
)
def test_a_line_that_is_no_pair_is_named(mirror, line):
    mirror(sts.ARCHIVE, {"sts_flat/2013.FNWN.test.tsv": TEST + line})
    with pytest.raises(CorruptFile, match=r"2013\.FNWN\.test\.tsv, line 4: needs a score"):
        sts.sentence_pairs()


def test_an_archive_without_pairs_is_refused_and_a_missing_one_named(mirror):
    with pytest.raises(DataUnavailable, match="engine fetch sts"):
        sts.sentence_pairs()
    mirror(sts.ARCHIVE, {"sts_flat/2012.OnWN.test.tsv": b"\tA.\tB.\n"})
    with pytest.raises(CorruptFile, match="no scored pair"):
        sts.sentence_pairs()


@pytest.mark.usefixtures("data_folder")
def test_the_published_archive_holds_the_scored_pairs_of_five_years():
    found = sts.sentence_pairs()
    # As the yearly overviews count them (2013: without the part that must be bought).
    years = {"2012": 2_358, "2013": 1_500, "2014": 3_750, "2015": 3_000, "2016": 1_186}
    counts = dict.fromkeys(years, 0)
    for pair in found:
        counts[pair.part[:4]] += 1
    assert counts == years


# --- published numbers --------------------------------------------------------------------------


def put_published(mirror, stats: dict, table: bytes) -> None:
    path = mirror("ethayarajh-2019/per-word.tar.xz", {"eth/elmo.self_similarity.csv": table})
    path.with_name("elmo.embedding_space_stats.json").write_text(json.dumps(stats))


def stats(n_layers: int) -> dict:
    layers = {f"layer_{layer}": layer / 10 for layer in range(n_layers)}
    return dict.fromkeys(ethayarajh_2019.KEYS.values(), layers)


def test_self_similarity_is_the_mean_over_word_types(mirror):
    table = b'word,layer_0,layer_1\nbank,1.0,0.4\n"a,b",0.5,0.8\n'
    put_published(mirror, stats(2), table)
    bottom, top = ethayarajh_2019.published_layers("elmo")
    assert (bottom.self_similarity, top.self_similarity) == pytest.approx((0.75, 0.6))
    assert (top.layer, top.n_types, top.mean_cosine) == (1, 2, 0.1)


def test_published_files_that_lack_a_number_are_refused(mirror):
    put_published(mirror, stats(1), b"word,layer_0,layer_1\nbank,1.0,0.4\n")
    with pytest.raises(CorruptFile, match="layer_1"):
        ethayarajh_2019.published_layers("elmo")
    put_published(mirror, stats(2), b"word,layer_0,layer_1\nbank,1.0,high\n")
    with pytest.raises(CorruptFile, match="high"):
        ethayarajh_2019.published_layers("elmo")
