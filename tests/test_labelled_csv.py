"""A user's CSV file: what is good is read as it is, what is not is named by row."""

import gzip
import json
import re

import pytest

from engine.cli import main
from engine.corpora.csv_rows import Fault
from engine.corpora.labelled_csv import Limits, read_labelled_csv

FEW = Limits(n_per_label=1)


def read(text: str | bytes, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_labelled_csv(content, limits=options.pop("limits", FEW), **options)


def reasons(reading) -> list[str]:
    return list(map(str, reading.faults))


def test_texts_labels_and_counts_are_read_in_order():
    reading = read("text,label\nGood one,pos\nBad one,neg\nFine,pos\n")
    assert reading.texts.texts == ("Good one", "Bad one", "Fine")
    assert reading.texts.label_names == ("neg", "pos")
    assert reading.texts.labels.tolist() == [1, 0, 1]
    assert reading.label_counts == (("pos", 2), ("neg", 1))
    assert reading.preview[0] == ("Good one", "pos")
    assert (reading.n_rows, reading.n_faults, reading.delimiter) == (3, 0, ",")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_and_other_marks_stay_in_the_text(mark):
    others = "".join({",", ";", "|"} - {mark})
    rows = [f'"Text {n}{others} and{others} more"{mark}{n}{mark}pos' for n in range(5)]
    rows += [f'"Other {n}{mark} quoted"{mark}{n}{mark}neg' for n in range(5)]
    reading = read("\n".join([f"Review{mark}id{mark}Sentiment", *rows]))
    assert reading.delimiter == mark
    assert (reading.text_column, reading.label_column) == ("Review", "Sentiment")
    assert reading.texts.texts[0] == f"Text 0{others} and{others} more"
    assert reading.texts.texts[9] == f"Other 4{mark} quoted"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_marks_line_ends_and_quoted_line_breaks(end):
    text = f'text,label{end}"First line{end}second ""line""",a{end}{end}Ünï 🎬,b{end}'
    for content in (text.encode("utf-8-sig"), text.encode("utf-16")):
        reading = read(content)
        assert reading.texts.texts == ('First line\nsecond "line"', "Ünï 🎬"), reasons(reading)


def test_markup_stays_text():
    reading = read("text,label\n<script>alert(1)</script>,<b>a</b>\n&lt;,b\n")
    assert reading.texts.texts == ("<script>alert(1)</script>", "&lt;")
    assert reading.texts.label_names == ("<b>a</b>", "b")


def test_columns_may_be_chosen():
    content = "id,body,stars,text\n1,Good,5,x\n2,Bad,1,y\n"
    assert read(content).n_faults == 1  # no column of labels by a usual name
    reading = read(content, columns=("Body", "stars"))
    assert reading.texts.texts == ("Good", "Bad")
    assert reading.texts.label_names == ("1", "5")


def test_every_faulty_row_is_named_as_a_spreadsheet_counts_it():
    rows = [
        b"text,label",
        b"fine,a",
        b"  ,a",
        b"no label,",
        b"too,many,cells",
        b"",
        b"a NUL \0 byte,a",
        b"caf\xe9,a",
        b'"two\nlines",b',
        b'"said "so" once",b',
        b"x" * 31 + b",a",
        b"fine," + b"y" * 61,
        b'"never closed,b',
    ]
    reading = read(b"\n".join(rows), limits=Limits(n_per_label=1, n_characters=30))
    assert reading.texts is None
    assert reasons(reading) == [
        "row 3: the text is empty",
        "row 4: the label is missing",
        "row 5: has 3 cells where the header has 2",
        "row 7: holds a NUL byte",
        "row 8: holds a byte that is not UTF-8; save the file with the encoding UTF-8",
        "row 10: a quote mark inside a quoted text must be written twice",
        "row 11: the text has 31 characters; the limit is 30",
        "row 12: the label has more than 60 characters",
        "row 13: a quote mark is opened here and never closed",
    ]
    kept = read(b"\n".join(rows), limits=Limits(n_per_label=1, n_characters=30), leave_out=True)
    assert kept.texts.texts == ("fine", "two\nlines")
    assert kept.n_faults == 9


def labelled(counts: dict[str, int]) -> str:
    rows = [f"text {n} of {label},{label}" for label, k in counts.items() for n in range(k)]
    return "\n".join(["text,label", *rows])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (labelled({"a": 50}), "only one label, 'a'; at least two are needed"),
        (labelled({"a": 50, "b": 9}), "the label 'b' has 9 different texts; 10 are needed"),
        ("text,label\n" + "same,a\n" * 20 + labelled({"b": 20})[11:], "'a' has 1 different"),
        (labelled({str(n): 10 for n in range(21)}), "21 labels; at most 20 can be learnt"),
        ("text,label\n", "no row that can be used"),
        ("text,label\n\n\n", "no row that can be used"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_even_if_rows_may_be_left_out(content, message):
    for leave_out in (False, True):
        reading = read(content, limits=Limits(), leave_out=leave_out)
        assert reading.texts is None
        assert message in reasons(reading)[0]
        assert reading.faults[0].row is None


def test_twenty_labels_with_ten_texts_each_are_enough():
    assert read(labelled({str(n): 10 for n in range(20)}), limits=Limits()).texts is not None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n...", "mine.csv is a PDF file, whatever its name says"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "is a JPEG image"),
        (b"PK\x03\x04" + bytes(99), "Excel workbook"),
        (gzip.compress(b"text,label\n", mtime=0), "is a packed file"),
        (bytes(range(256)) * 9, "is not a text file"),
        (b"", "is empty"),
        (b"\n\n", "needs a first row"),
        (b"Good film,1\nBad film,0\n", "needs a first row .* its first row is 'Good film', '1'"),
        (b"text\nGood\n", "needs a first row"),
        (b"text,text\nGood,Bad\n", "needs a first row"),
    ],
)
def test_what_is_no_table_is_one_sentence(content, message):
    reading = read(content, name="mine.csv")
    (fault,) = reading.faults
    assert isinstance(fault, Fault)
    assert fault.row is None
    assert reading.texts is None
    assert re.search(message, fault.reason)


def test_limits_of_bytes_and_rows_are_stated():
    content = labelled({"a": 20, "b": 20})
    (fault,) = read(content, limits=Limits(n_bytes=100)).faults
    assert "the limit is" in fault.reason
    reading = read(content, limits=Limits(n_rows=30))
    assert reasons(reading) == ["more than 30 rows; take a part of it"]
    assert reading.n_rows == 30


def test_of_many_faults_a_hundred_are_listed_and_all_are_counted():
    reading = read("text,label\n" + ",a\n" * 500 + "good,a\nbad,b\n")
    assert (len(reading.faults), reading.n_faults) == (100, 500)


def test_a_quote_that_swallows_the_file_is_found():
    reading = read("text,label\ngood,a\nbad,b\n" + '"open,' + "x" * 200_000 + "\n")
    assert reasons(reading) == [
        "row 4: more than 131,072 characters between two quote marks; one may be missing"
    ]


# The command


def test_the_command_previews_a_good_file(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text(labelled({"good": 12, "bad\x1b[2J": 11}))
    assert main(["texts", "--check", str(path)]) == 0
    told = capsys.readouterr().out
    assert "23 texts can be used." in told
    assert "\x1b" not in told
    assert main(["texts", "--check", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["usable"]
    assert record["label_counts"]["good"] == 12


def test_the_command_lists_faulty_rows_and_fails(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text(labelled({"a": 12, "b": 12}) + "\n,a\n")
    assert main(["texts", "--check", str(path)]) == 1
    told = capsys.readouterr().out
    assert "row 26: the text is empty" in told
    assert "cannot be used as it is" in told
    assert main(["texts", "--check", str(path), "--leave-out"]) == 0
    assert main(["texts", "--check", str(tmp_path / "absent.csv")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert main(["texts", "--leave-out"]) == 2
