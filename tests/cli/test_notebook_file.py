"""What people hand in as a notebook's file is read, or a sentence says what is wrong with it."""

import copy
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cli.student import make_student_folder, notebook_of, read, released_with_checksums
from grading.small_course import NAME, released_notebook, solved_notebook
from hypothesis import given, settings
from hypothesis import strategies as st

from autograders.notebook.file import (
    LARGEST,
    NoNotebook,
    NotebookFile,
    may_be_notebook,
    parse_notebook,
    read_notebook,
)
from autograders.notebook.rebuild import rebuild
from autograders.student_tools.submit import hand_in

SOLVED = solved_notebook()
SOLVED["cells"][0]["source"] = "Größe, ∑ und 李小龍"
TEXT = json.dumps(SOLVED, ensure_ascii=False, indent=1)
WESTERN = TEXT.replace("∑ und 李小龍", "naïve")
UTF_16 = ("The file was in UTF-16; notebooks are in UTF-8.",)
ZEROS = "Zero bytes at the end of the file were left out: {}."
BYTES = (
    "Bytes of the file that are no UTF-8 were read as Windows-1252: {}; look at what is not plain "
    "English."
)


def parse(content: bytes) -> NotebookFile:
    return parse_notebook(content, "01.ipynb")


@pytest.mark.parametrize(
    ("content", "repairs"),
    [
        (TEXT.encode(), ()),
        (TEXT.encode("utf-8-sig"), ()),
        (b"\r\n" + TEXT.replace("\n", "\r\n").encode() + b"\r\n\r\n", ()),
        (TEXT.encode("utf-16"), UTF_16),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), UTF_16),
        (TEXT.encode("utf-16-le"), UTF_16),
        (TEXT.encode("utf-16-be"), UTF_16),
        (TEXT.encode("utf-32"), ("The file was in UTF-32; notebooks are in UTF-8.",)),
        (TEXT.encode() + b"\0" * 512, (ZEROS.format(512),)),
    ],
)
def test_the_same_notebook_in_each_encoding(content: bytes, repairs: tuple[str, ...]) -> None:
    assert parse(content) == NotebookFile(SOLVED, repairs)


@pytest.mark.parametrize(
    ("content", "count"),
    [(WESTERN.encode("cp1252"), 3), (WESTERN.encode().replace("ï".encode(), b"\xef"), 1)],
)
def test_bytes_of_windows_1252_are_read_and_told(content: bytes, count: int) -> None:
    file = parse(content)
    assert file.notebook == json.loads(WESTERN)
    assert file.repairs == (BYTES.format(count),)


@pytest.mark.parametrize("number", [2, 3])
def test_worksheets_become_cells(number: int) -> None:
    old = {"nbformat": number, "metadata": {"name": ""}, "worksheets": [{"cells": []}, 3]}
    solved = solved_notebook()
    for cell in solved["cells"]:
        kept = {key: cell[key] for key in ("cell_type", "metadata")}
        code = cell["cell_type"] == "code"
        text = {"input" if code else "source": cell["source"].splitlines(keepends=True)}
        outputs = {"outputs": [{"output_type": "pyout"}], "language": "python"} if code else {}
        old["worksheets"][0]["cells"].append({**kept, **text, **outputs})
    heads = [{"cell_type": "heading", "level": n, "source": "T"} for n in (2, 10**9, "x")]
    old["worksheets"][0]["cells"] += [*heads, 5]
    file = parse(json.dumps(old).encode())
    assert file.repairs == (
        "The file was in an old format of notebooks, of which the outputs are not kept.",
    )
    *cells, two, large, odd, five = file.notebook["cells"]
    assert [cell["source"] for cell in (two, large, odd)] == ["## T", "###### T", "# T"]
    assert five == 5
    released = released_notebook()
    rebuilt = rebuild({**file.notebook, "cells": cells}, released)
    assert rebuilt.repairs == []
    assert rebuilt.notebook.cells == rebuild(solved, released).notebook.cells


def test_what_is_nested_deeply_is_left_out_and_told() -> None:
    deep = b"[" * 700 + b"]" * 700
    file = parse(edited(metadata={"deep": "D"}).replace(b'"D"', deep))
    assert file.notebook["cells"] == SOLVED["cells"]
    assert file.repairs == ("What was nested deeper than 100 levels was left out.",)
    copy.deepcopy(file.notebook)
    shallow = {"deep": json.loads("[" * 98 + "]" * 98)}
    assert parse(edited(metadata=shallow)) == NotebookFile(SOLVED | {"metadata": shallow})


def edited(**changes: Any) -> bytes:
    return json.dumps({**SOLVED, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        edited(metadata={"number": float("nan"), "other": float("-inf")}),
        edited(metadata={"number": "N"}).replace(b'"N"', b"9" * 5000),
        edited(cells=[*SOLVED["cells"], None, {"source": "\ud800"}]),
        edited(nbformat=None, nbformat_minor="x"),
        b'{"cells": [], "cells": ' + json.dumps(SOLVED["cells"]).encode() + b"}",
    ],
)
def test_what_jupyter_reads_or_another_tool_writes_is_no_hindrance(content: bytes) -> None:
    file = parse(content)
    assert file.notebook["cells"][: len(SOLVED["cells"])] == SOLVED["cells"]
    assert file.repairs == ()
    rebuild(copy.deepcopy(file.notebook), released_notebook())


MERGE = TEXT.replace('\n "nbf', '\n<<<<<<< HEAD\n "x": 1,\n=======\n>>>>>>> b\n "nbf', 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\0\0\0\0\0", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"[]", "is JSON, but not a notebook: it has no list of cells"),
        (b'{"cells": 3}', "is JSON, but not a notebook: it has no list of cells"),
        (b'{"worksheets": [{}, 5]}', "is JSON, but not a notebook: it has no list of cells"),
        (b"[" * 100_000, "is nested too deeply to be a notebook"),
        (
            TEXT[:-20].encode(),
            "is not JSON, the format of notebooks: line {lines}, column 17: the end is missing",
        ),
        (b'{"cells": ["x', "line 1, column 12: the end is missing (Unterminated string"),
        (b'\xef\xbb\xbf\n\n{"cells": [] x}', "line 3, column 14: Expecting ',' delimiter"),
        (b'{"cells": [] x}', "line 1, column 14: Expecting ',' delimiter; it reads there: {{"),
        (TEXT.encode() + b"\n]}", "the notebook ends before line {after}, column 1, but the"),
        (MERGE.encode(), "line {conflict} is a conflict marker of Git (<<<<<<< HEAD); finish"),
        (TEXT.encode("utf-16")[:-1], "is damaged: byte {last} is no text in utf-16"),
        (b"PK\x03\x04\0\0", "is not JSON, the format of notebooks, but a zip archive"),
        (b"%PDF-1.7", "but a PDF"),
        (b"\n<!DOCTYPE html><html>", "but a web page; download the notebook itself"),
        (b"\x1b[2Jx", "Expecting value; it reads there: ?[2Jx"),
    ],
)
def test_what_is_no_notebook_is_told_in_one_sentence(content: bytes, sentence: str) -> None:
    lines = TEXT[:-20].count("\n") + 1
    places = {"lines": lines, "after": TEXT.count("\n") + 2, "conflict": 2}
    with pytest.raises(NoNotebook) as raised:
        parse(content)
    message = str(raised.value)
    assert message.startswith("01.ipynb is")
    assert sentence.format(last=len(TEXT.encode("utf-16")) - 2, **places) in message
    assert message.isprintable()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_no_damage_to_a_file_ends_in_another_error(data: st.DataObject) -> None:
    content = bytearray(TEXT.encode(data.draw(st.sampled_from(["utf-8", "utf-16", "utf-32"]))))
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(content), len(content) // 2]))
    with suppress(NoNotebook):
        rebuild(parse(bytes(content[:cut])).notebook, released_notebook())


def test_course_check_writes_it_as_jupyter_does(tmp_path: Path) -> None:
    folder = make_student_folder(tmp_path / "cnn-course")
    solved = solved_notebook(released_with_checksums())
    sheets = [{"cells": solved["cells"]}]
    old = {"metadata": solved["metadata"], "nbformat": 3, "worksheets": sheets}
    notebook_of(folder).write_bytes(json.dumps(old).encode("utf-16"))
    receipt = hand_in(folder, NAME)
    assert "The file was in UTF-16; notebooks are in UTF-8.\n" in receipt.text
    assert "The file was in an old format of notebooks, of which the outputs are" in receipt.text
    assert "Not done yet" not in receipt.text
    assert read(notebook_of(folder)) == read(receipt.notebook) == solved
    mine = folder / NAME / "mine.ipynb.txt"
    mine.write_bytes(json.dumps(solved).encode("utf-16"))
    assert read(hand_in(folder, NAME, mine).notebook) == solved


def test_a_link_a_pipe_and_a_huge_file_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(TEXT)
    (tmp_path / "link.ipynb").symlink_to("a.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert read_notebook(tmp_path / "a.ipynb").notebook == SOLVED
    for name, sentence in {
        "link.ipynb": "is no plain file",
        "pipe.ipynb": "is no plain file",
        "huge.ipynb": "is larger than 100 MB",
    }.items():
        with pytest.raises(NoNotebook, match=f"^{name} {sentence}$"):
            read_notebook(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01.ipynb", True),
        ("01.IPYNB", True),
        ("01.ipynb.txt", True),
        ("01.ipynb.json", True),
        ("01 (1).ipynb", True),
        ("01.ipynb (1).txt", True),
        ("01.ipynb-2.txt", True),
        ("01.ipynb.download", True),
        ("a/b/01.json", True),
        ("01.ipynb.zip", False),
        ("._01.ipynb", False),
        ("01-before-repair-1.ipynb", False),
        ("01.py", False),
        ("lenet5.safetensors", False),
    ],
)
def test_names_that_notebooks_get(name: str, expected: bool) -> None:
    assert may_be_notebook(name) is expected
