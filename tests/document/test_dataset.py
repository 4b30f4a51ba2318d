"""CSV datasets: nothing is guessed; what is wrong is named by row and column. Files stay inside the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document import csv_numbers
from app.document.dataset import XOR, Dataset, file_trouble, locate, read_csv, resolve, size_words, to_csv, write_csv
from app.errors import ProblemError
from tests.document import drawings

XOR_CSV = "x1,x2,t1\n-1,-1,0\n-1,1,1\n1,-1,1\n1,1,0\n"


@pytest.mark.parametrize(
    "text",
    [
        XOR_CSV,
        "\ufeff" + XOR_CSV,
        XOR_CSV.replace("\n", "\r\n"),
        XOR_CSV.replace("\n", "\r"),
        XOR_CSV.replace(",", ";"),
        XOR_CSV.replace(",", "\t"),
        XOR_CSV.replace(",", " , "),
        XOR_CSV + "\n  \n\n",
        XOR_CSV.rstrip("\n"),
        '"x1","x2","t1"\n"-1","-1","0"\n-1.0,+1,1.\n1e0,-1E+00,1\n1,1,.0\n',
        "t1,x2,x1\n0,-1,-1\n1,1,-1\n1,-1,1\n0,1,1\n",
    ],
)
def test_the_same_rows_in_every_plain_spelling(text: str) -> None:
    assert read_csv(text) == XOR


def test_columns_by_name() -> None:
    text = "sepal,id,petal,kind\n1,77,2,0\n3,78,4,1\n"
    assert read_csv(text, ["petal", "sepal"], ["kind"]) == Dataset(
        ("petal", "sepal"), ("kind",), ((2.0, 1.0, 0.0), (4.0, 3.0, 1.0))
    )
    assert read_csv("a,b,t1\n1,2,3\n", ["b"]).rows == ((2.0, 3.0),)


@pytest.mark.parametrize(
    ("text", "code", "where", "found"),
    [
        ("", "csv-empty", "CSV", "no rows"),
        ("\n \n", "csv-empty", "CSV", "no rows"),
        ("x1,t1\n", "csv-empty", "CSV", "a header but no rows"),
        ("1,2\n3,4\n", "csv-header", "row 1", "numbers instead of column names"),
        ("x1,,t1\n1,2,3\n", "csv-header", "row 1 column 2", "no name"),
        ("x1,x1,t1\n1,2,3\n", "csv-header", "row 1 column 2", "two columns are named 'x1'"),
        ("x1,=cmd|x,t1\n1,2,3\n", "csv-header", "row 1 column 2", "begins with '='"),
        ("x1," + "n" * 70 + ",t1\n1,2,3\n", "csv-header", "row 1 column 2", "at most 64"),
        ("x1;x2,t1\n1,2,3\n", "csv-delimiter", "row 1", "comma and semicolon"),
        ("x1\tx2;t1\n", "csv-delimiter", "row 1", "semicolon and tab"),
        ("x1,x3,t1\n1,2,3\n", "csv-column", "row 1", "no input column x2"),
        ("x2,t1\n1,2\n", "csv-column", "row 1", "no input column x1"),
        ("X1,T1\n1,2\n", "csv-column", "row 1", "no input column x1"),
        ("x1,x2\n1,2\n", "csv-column", "row 1", "no target column t1"),
        ("x1,t1,day\n1,2,3\n", "csv-column", "row 1 column day", "neither an input"),
        ("x1,t1\n1,2\n1\n", "csv-ragged", "row 3", "1 cells where the header has 2"),
        ("x1,t1\n1,2,3\n", "csv-ragged", "row 2", "3 cells"),
        ("x1,t1\n\n1,2\n", "csv-ragged", "row 2", "blank"),
        ("x1,t1\n0,5,1\n", "csv-ragged", "row 2", "3 cells"),
        ("x1;t1\n1;2\n0,5;1\n", "csv-cell", "row 3 column x1", "decimal comma"),
        ('x1,t1\n1,"0,5"\n', "csv-cell", "row 2 column t1", "decimal comma"),
        ("x1\tt1\n1\t-,5\n", "csv-cell", "row 2 column t1", "decimal comma"),
        ("x1,t1\n1,\n", "csv-cell", "row 2 column t1", "empty"),
        ("x1,t1\n1,nan\n", "csv-cell", "row 2 column t1", "'nan' is not a number"),
        ("x1,t1\n1,inf\n", "csv-cell", "row 2 column t1", "not a number"),
        ("x1,t1\n1,1e999\n", "csv-cell", "row 2 column t1", "1e999 is too large"),
        ("x1,t1\n1,1_000\n", "csv-cell", "row 2 column t1", "not a number"),
        ("x1,t1\n1,0x10\n", "csv-cell", "row 2 column t1", "not a number"),
        ("x1,t1\n1,٣\n", "csv-cell", "row 2 column t1", "not a number"),
        ("x1,t1\n1,100m\n", "csv-cell", "row 2 column t1", "'100m' is not a number"),
        ("x1,t1\n1,yes\n", "csv-cell", "row 2 column t1", "'yes' is not a number"),
        ("x1,t1\n1,a\0b\n", "csv-cell", "row 2 column t1", "not a number"),
        ("x1,t1\n1," + "9" * 500 + "\n", "csv-cell", "row 2 column t1", "not a number"),
        ('x1,t1\n1,"2\n', "csv-damaged", "row 2", "unexpected end of data"),
        ("x1,t1\n1,half \ud800\n", "csv-encoding", "row 2", "not UTF-8"),
    ],
)
def test_refused_with_row_and_column(text: str, code: str, where: str, found: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_csv(text)
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.endswith(where), found in problem.found) == (code, True, True), problem
    assert problem.cure


def test_all_bad_cells_are_listed_up_to_a_bound() -> None:
    with pytest.raises(ProblemError) as caught:
        read_csv("x1,t1\n" + "a,b\n" * 1000)
    assert 20 <= len(caught.value.problems) <= 21
    assert caught.value.problems[1].where == "CSV row 2 column t1"


def test_encodings(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(XOR_CSV.encode("utf-16"))
    with pytest.raises(ProblemError, match="UTF-16"):
        read_csv(path)
    path.write_bytes("x1,t1\n1,2\n1,2µ\n".encode("latin-1"))
    with pytest.raises(ProblemError) as caught:
        read_csv(path)
    assert caught.value.problems[0].where.endswith("rows.csv row 3")


def test_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_numbers, "MAX_CELLS", 7)
    with pytest.raises(ProblemError) as caught:
        read_csv(XOR_CSV)
    assert caught.value.problems[0].where == "CSV row 4"


@pytest.mark.parametrize(
    ("inputs", "targets", "found"),
    [(["x1", "y"], ["t1"], "no column 'y'"), (["x1", "t1"], ["t1"], "chosen twice"), ([], ["t1"], "at least one")],
)
def test_wrong_choice_of_columns(inputs: list[str], targets: list[str], found: str) -> None:
    with pytest.raises(ProblemError, match=found):
        read_csv(XOR_CSV, inputs, targets)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(drawings.VOLTS, drawings.VOLTS), min_size=1, max_size=5))
def test_what_is_written_is_read_back_exactly(rows: list[tuple[float, float]]) -> None:
    written = Dataset(("a b",), ('say "x", t',), tuple(rows))
    read = read_csv(to_csv(written), written.inputs, written.targets)
    assert [list(map(repr, row)) for row in read.rows] == [list(map(repr, row)) for row in rows]


def test_beside_the_document(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write_csv(tmp_path / "data" / "xor.csv", XOR)
    kept = Dataset(XOR.inputs, XOR.targets, (), "data/xor.csv")
    assert resolve(kept, tmp_path) == Dataset(XOR.inputs, XOR.targets, XOR.rows, "data/xor.csv")
    assert resolve(XOR, tmp_path) is XOR


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../x.csv", "a/../../x.csv", "a//x.csv", "./x.csv", "a/", "C:x.csv", "C:/x.csv",
        "x.csv:stream",
        "\\\\host\\share\\x.csv", "a\\x.csv", "nul", "data/COM1.csv", "a\nb.csv", "a\0b", "file://x", "x" * 1001,
    ],
)  # fmt: skip
def test_paths_out_of_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    assert file_trouble(name)
    with pytest.raises(ProblemError) as caught:
        locate(name, tmp_path)
    assert caught.value.problems[0].code == "dataset-outside"


def test_links_and_special_files(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    write_csv(tmp_path / "secret.csv", XOR)
    write_csv(folder / "xor.csv", XOR)
    (folder / "out.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "up").symlink_to(tmp_path)
    (folder / "in.csv").symlink_to(folder / "xor.csv")
    (folder / "circle.csv").symlink_to(folder / "circle.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    assert resolve(Dataset(("x1", "x2"), ("t1",), (), "in.csv"), folder).rows == XOR.rows
    for name, code in [
        ("out.csv", "dataset-outside"), ("up/secret.csv", "dataset-outside"), ("zero.csv", "dataset-outside"),
        ("circle.csv", "dataset-unreadable"), ("pipe.csv", "dataset-unreadable"), ("none.csv", "dataset-missing"),
    ]:  # fmt: skip
        with pytest.raises(ProblemError) as caught:
            resolve(Dataset(("x1", "x2"), ("t1",), (), name), folder)
        assert caught.value.problems[0].code == code


def test_sizes_are_said_in_words() -> None:
    one = Dataset(("x1",), ("t1",), ((0.0, 1.0),))
    assert size_words(one) == "1 row, 1 input, 1 target"
    assert size_words(XOR) == "4 rows, 2 inputs, 1 target"
