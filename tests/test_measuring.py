"""A text of any length is measured in pieces, in parts, with pauses, and always to the same end."""

import json
import math
import random
import tracemalloc

import pytest

from engine.errors import CorruptFile, EngineError, TextError
from engine.geometry import word_sample
from engine.geometry.frame import Frame
from engine.geometry.stream import GeometryStream, measure
from engine.measuring import kept, text_file
from engine.measuring.job import Job
from engine.measuring.kept import about_job, merge, restore_job, save_job, save_merged
from engine.measuring.measured import Asked, Part
from engine.measuring.text_file import Place, TextFile
from engine.text import MAX_CHARACTERS, Sentence
from tests.conftest import FakeContextual, FakeStatic

pytestmark = pytest.mark.slow  # texts are measured many times over

WORDS = (
    *("the", "bank", "of", "a", "river", "we", "walked", "along", "needs", "checks", "and"),
    *("trees", "xylem", "!", ",", "money"),
)


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(text_file, "PIECE_SENTENCES", 7)
    monkeypatch.setattr(text_file, "PIECE_CHARACTERS", 150)
    monkeypatch.setattr(word_sample, "SAMPLE", 100)  # so that samples must be merged


def lines_of(n: int, seed: int = 0) -> list[str]:
    """Sentences of different lengths, with blank lines between some of them."""
    chance = random.Random(seed)
    lines = []
    for number in range(n):
        lines.append(" ".join(chance.choices(WORDS, k=chance.randint(1, 12))))
        if number % 5 == 0:
            lines.append("  ")
    return lines


@pytest.fixture
def text(tmp_path):
    return written(tmp_path / "a.txt", "\n".join(lines_of(200)))


def written(path, content, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return TextFile(path, path.name, **options)


def told(report):
    """The numbers of a report, by path, and everything else as it is."""
    found = {}

    def walk(value, path):
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, f"{path}.{key}")
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                walk(item, f"{path}.{number}")
        else:
            found[path] = value

    walk(report, "")
    return found


def assert_reports_equal(one, other, tolerance):
    ours, theirs = told(one), told(other)
    assert ours.keys() == theirs.keys()
    for path, value in ours.items():
        if isinstance(value, float) and not math.isnan(value):
            assert theirs[path] == pytest.approx(value, rel=tolerance, abs=tolerance), path
        elif not isinstance(value, float):
            assert theirs[path] == value, path


def finished(job):
    while not job.finished:
        job.advance()
    return job


# --- the file ---


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_sentence_comes_once_whatever_ends_a_line(tmp_path, small_pieces, end, mark):
    lines = lines_of(60)
    text = written(tmp_path / "a.txt", mark + end.join(lines) + end)
    pieces = list(text.pieces())
    said = [sentence for piece in pieces for sentence in piece.sentences]
    assert said == [line.strip() for line in lines if line.strip()]


def test_places_tell_where_a_piece_lies(text, small_pieces):
    content, n_sentences, reached = text.path.read_bytes(), 0, 0
    for begin, end, sentences in text.pieces():
        inside = content[begin.byte : end.byte].decode().splitlines()
        assert [line.strip() for line in inside if line.strip()] == list(sentences)
        assert (begin.byte, begin.sentence) == (reached, n_sentences)
        assert begin.line == content[: begin.byte].count(b"\n")
        n_sentences, reached = end.sentence, end.byte
        assert len(sentences) <= 7
    assert reached == len(content)
    assert n_sentences == 200


def test_reading_goes_on_from_the_end_of_any_piece(text, small_pieces):
    pieces = list(text.pieces())
    assert len(pieces) > 20
    for number, piece in enumerate(pieces):
        assert list(text.pieces(piece.end)) == pieces[number + 1 :]


@pytest.mark.parametrize("n_parts", [1, 2, 3, 8, 500])
def test_parts_hold_every_piece_once(text, small_pieces, n_parts):
    whole = list(text.pieces())
    parts = [list(text.pieces(*text.part(i, n_parts))) for i in range(1, n_parts + 1)]
    assert [piece for part in parts for piece in part] == whole
    if n_parts <= 8:
        sizes = [sum(piece.end.byte - piece.begin.byte for piece in part) for part in parts]
        assert max(sizes) - min(sizes) < 400  # two pieces


def test_lines_are_cut_into_sentences_where_that_is_asked_for(tmp_path):
    text = written(tmp_path / "a.txt", "Dr. Lee sat down. She read.\n\nA line", split=True)
    (piece,) = text.pieces()
    assert piece.sentences == ("Dr. Lee sat down.", "She read.", "A line")
    assert piece.end == Place(text.size, 3, 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 ...", "PDF file"),
        ("a line".encode("utf-16"), "UTF-16"),
        (b"a line\nan\0other", "line 2: NUL bytes"),
        (b"a line\n\xff\xfe broken", "not UTF-8 text: a byte after line 1"),
        (b"a line\n" + b"word " * (MAX_CHARACTERS // 5 + 1), "line 2: more than 1,000,000"),
        (b"x" * (4 * MAX_CHARACTERS + 9), "line 1: more than 1,000,000"),
        (bytes(range(1, 256)) * 9, "not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path, content, sentence):
    with pytest.raises(TextError, match=sentence):
        list(written(tmp_path / "a.txt", content).pieces())


def test_a_file_that_is_not_there_is_said(tmp_path, fake_static):
    text = TextFile(tmp_path / "none.txt", "none.txt")
    with pytest.raises(TextError, match=r"none.txt cannot be read: No such file"):
        Job(text, fake_static)


@pytest.mark.parametrize("content", [b"", b"\n  \n\t\n"])
def test_a_text_without_a_sentence_is_said(tmp_path, fake_static, content):
    job = finished(Job(written(tmp_path / "a.txt", content), fake_static))
    with pytest.raises(TextError, match="no sentence"):
        job.report()


def test_reading_takes_no_more_memory_for_a_longer_file(tmp_path):
    text = written(tmp_path / "a.txt", b"a line of a few words that says little\n" * 50_000)
    tracemalloc.start()
    try:
        n = sum(len(piece.sentences) for piece in text.pieces())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert n == 50_000
    assert peak < text.size / 10


# --- the job ---


@pytest.mark.parametrize("encoder", [FakeStatic(), FakeContextual()])
@pytest.mark.parametrize("unit", ["occurrences", "one per sentence"])
def test_a_job_measures_what_the_whole_text_gives(text, small_pieces, encoder, unit):
    frame = Frame(unit, min_frequency=3, seed=4)
    job = finished(Job(text, encoder, Asked(frame)))
    sentences = [Sentence(line.strip()) for line in lines_of(200) if line.strip()]
    whole = encoder.encode(sentences)
    frequencies = job.frequencies
    for record, layer in zip(
        job.report()["layers"],
        measure([whole], frame, frequencies=frequencies, shape=True),
        strict=True,
    ):
        for name in ("mean_cosine", "self_similarity", "intra_sentence_similarity"):
            assert record[name] == pytest.approx(getattr(layer, name), abs=1e-12, nan_ok=True)
        assert record["ci_low"] == pytest.approx(layer.mean_cosine_interval[0], abs=1e-12)
        assert record["iso_score"] == pytest.approx(layer.shape.spectrum.iso_score, abs=1e-12)
    assert job.report()["unknown_words"]["first"] == ["xylem"]


def test_what_can_be_asked_on_the_way_is_what_the_report_says(text, small_pieces, fake_contextual):
    job = Job(text, fake_contextual, Asked(shape=False))
    widths = []
    while not job.finished:
        job.advance()
        told = job.measured.stream.mean_cosines()
        for (mean, (low, high)), record in zip(told, job.report()["layers"], strict=True):
            assert (mean, low, high) == pytest.approx(
                (record["mean_cosine"], record["ci_low"], record["ci_high"]), abs=0, nan_ok=True
            )
        widths.append(told[1][1][1] - told[1][1][0])
    assert widths[-1] < widths[3] / 2  # the interval shrinks


def test_share_runs_from_nothing_to_all(text, small_pieces, fake_static):
    job = Job(text, fake_static, part=Part(2, 3))
    shares = [job.share]
    while not job.finished:
        job.advance()
        shares.append(job.share)
    assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares)


def test_blank_lines_at_the_end_end_it_too(tmp_path, fake_static):
    job = Job(written(tmp_path / "a.txt", "a word\n" + "\n" * 500), fake_static)
    assert finished(job).report()["frame"]["n_words"] == 2


def test_one_a_type_is_refused(text, fake_static):
    with pytest.raises(EngineError, match="over the whole text"):
        Job(text, fake_static, Asked(Frame("one per type")))


# --- pausing ---


@pytest.mark.parametrize("n_done", [0, 1, 12])
def test_a_job_that_was_saved_and_taken_up_ends_as_one_that_was_not(
    text, small_pieces, tmp_path, n_done
):
    unbroken = finished(Job(text, FakeContextual())).report()
    job = Job(text, FakeContextual())
    for _ in range(n_done):
        job.advance()
    save_job(job, tmp_path / "state.safetensors")
    again = Job(TextFile(text.path, "moved.txt"), FakeContextual())
    restore_job(again, tmp_path / "state.safetensors")
    assert (again.place, again.share, again.seconds) == (job.place, job.share, job.seconds)
    assert_reports_equal(unbroken, finished(again).report(), 0)


def test_a_saved_job_goes_on_with_nothing_else(text, small_pieces, tmp_path):
    state = tmp_path / "state.safetensors"
    job = Job(text, FakeContextual(), part=Part(1, 2))
    job.advance()
    save_job(job, state)
    other = written(tmp_path / "b.txt", text.path.read_bytes() + b"!")
    split = TextFile(text.path, "a.txt", split=True)
    for wrong, why in [
        (Job(other, FakeContextual(), part=Part(1, 2)), "another text"),
        (Job(split, FakeContextual(), part=Part(1, 2)), "cut into sentences"),
        (Job(text, FakeStatic(), part=Part(1, 2)), "another model"),
        (Job(text, FakeContextual(), Asked(Frame(seed=1)), Part(1, 2)), "another frame"),
        (Job(text, FakeContextual(), Asked(type_cap=9), Part(1, 2)), "word types"),
        (Job(text, FakeContextual()), "another part"),
        (Job(text, FakeContextual(), part=Part(2, 2)), "another part"),
    ]:
        with pytest.raises(EngineError, match=why):
            restore_job(wrong, state)
    with pytest.raises(CorruptFile, match="cannot be read"):
        restore_job(job, tmp_path / "none.safetensors")
    state.write_bytes(state.read_bytes()[:-5])
    with pytest.raises(CorruptFile):
        restore_job(Job(text, FakeContextual(), part=Part(1, 2)), state)


def test_a_saved_job_holds_the_words_but_not_the_text(text, small_pieces, tmp_path):
    save_job(finished(Job(text, FakeStatic())), tmp_path / "state.safetensors")
    content = (tmp_path / "state.safetensors").read_bytes()
    assert b"river" in content
    assert not any(line.encode() in content for line in lines_of(200) if len(line.split()) > 3)


# --- parts ---


def saved_parts(text, folder, n_parts, encoder=None, **asked):
    paths = []
    for number in range(1, n_parts + 1):
        paths.append(folder / f"{number}-of-{n_parts}.safetensors")
        part = Part(number, n_parts)
        save_job(finished(Job(text, encoder or FakeContextual(), Asked(**asked), part)), paths[-1])
    return paths


def test_one_part_is_eight_parts(text, small_pieces, tmp_path):
    whole = finished(Job(text, FakeContextual())).report()
    parts = saved_parts(text, tmp_path, 8)
    for order in (parts, parts[::-1], parts[3:] + parts[:3]):
        merged = merge(order)
        assert merged.missing == []
        assert_reports_equal(whole, merged.report(), 1e-12)


def test_merged_parts_are_a_part_to_merge(text, small_pieces, tmp_path):
    whole = finished(Job(text, FakeContextual())).report()
    parts = saved_parts(text, tmp_path, 4)
    for name, some in (("low", parts[:3]), ("high", parts[3:])):
        save_merged(merge(some), tmp_path / name)
    assert_reports_equal(whole, merge([tmp_path / "low", tmp_path / "high"]).report(), 1e-12)


def test_a_part_may_hold_nothing(tmp_path, fake_static):
    text = written(tmp_path / "a.txt", "one line with some words\nand a second one\n")
    parts = saved_parts(text, tmp_path, 5, fake_static)
    whole = finished(Job(text, fake_static)).report()
    assert_reports_equal(whole, merge(parts[::-1]).report(), 1e-12)


def test_what_is_missing_of_the_text_is_noted(text, small_pieces, tmp_path):
    parts = saved_parts(text, tmp_path, 4)
    del parts[1]
    merged = merge(parts)
    ((first, end),) = merged.missing
    assert (first, end) == (text.part(2, 4)[0].byte, text.part(3, 4)[0].byte)
    note = merged.report()["notes"][-1]
    assert note.startswith(f"Of the text {100 * (end - first) / text.size:.1f} % is not measured")


def test_an_unfinished_part_is_missing_its_rest(text, small_pieces, tmp_path):
    job = Job(text, FakeStatic())
    job.advance()
    save_job(job, tmp_path / "state")
    assert merge([tmp_path / "state"]).missing == [(job.place.byte, text.size)]


def test_parts_must_be_of_one_whole_and_apart(text, small_pieces, tmp_path):
    one, two = saved_parts(text, tmp_path, 2)
    third = saved_parts(text, tmp_path, 3)[1]
    with pytest.raises(EngineError, match="both hold bytes"):
        merge([one, two, third])
    with pytest.raises(EngineError, match="both hold bytes"):
        merge([one, one])
    other = written(tmp_path / "b.txt", "\n".join(lines_of(200, seed=1)))
    (other_one,) = saved_parts(other, tmp_path, 1)
    with pytest.raises(EngineError, match="another text"):
        merge([one, other_one])


def test_parts_may_together_hold_more_word_types_than_there_is_room_for(
    text, small_pieces, tmp_path
):
    whole = finished(Job(text, FakeContextual(), Asked(type_cap=9)))
    merged = merge(saved_parts(text, tmp_path, 60, type_cap=9))
    assert about_job(tmp_path / "1-of-60.safetensors")["type_cap"] == 9
    ours, theirs = merged.measured.stream, whole.measured.stream
    assert list(ours.types) == list(theirs.types)
    assert ours.n_beyond_cap > 0
    assert any("belong to none of the first 9 word types" in n for n in merged.report()["notes"])


def test_the_state_is_json_where_it_is_read_without_its_sums(text, small_pieces, tmp_path):
    (path,) = saved_parts(text, tmp_path, 1)
    about = about_job(path)
    assert json.loads(json.dumps(about)) == about
    assert about["kind"] == kept.KIND
    with pytest.raises(CorruptFile, match="no measured text"):
        from engine.geometry.stream_file import save_stream

        save_stream(GeometryStream(), tmp_path / "other", {})
        about_job(tmp_path / "other")
