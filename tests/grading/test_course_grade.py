"""`course grade` gives the grades that stock nbgrader gives, and a line for what is no notebook."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import nbformat
import pytest
from grading.attempts import ATTEMPTS, write_attempts
from grading.nbgrader_course import by_hand, run, scores
from grading.small_course import NAME, find, hand_in, solved_notebook, write_course

from autograders.grading.gradebook.indexes import SEARCHED

NO_NOTEBOOKS = {
    "empty-file": (b" \n", "is empty"),
    "half-a-file": (
        b'{"cells": [{',
        "is not JSON, the format of notebooks: line 1, column 13: the",
    ),
    "a-picture": (b"\x89PNG\r\n\xff\xfe", "is not JSON, the format of notebooks: line 1, column"),
    "a-list": (b"[]", "is JSON, but not a notebook: it has no list of cells"),
    "no-cells": (b'{"cells": null}', "is JSON, but not a notebook: it has no list of cells"),
    "deep": (b"[" * 100_000, "is nested too deeply to be a notebook"),
}
OTHERS = {"timestamp.txt": b"2026-03-01 12:00:00 UTC", "empty.ipynb": b'{"cells": []}'}
ODD_NAMES = {  # by student, the files in place of the notebook; those in OTHERS are none
    "ending": [f"{NAME}.ipynb.txt", "timestamp.txt"],
    "capitals": [f"{NAME.upper()}.IPYNB"],
    "renamed": ["homework (1).ipynb", "empty.ipynb", f"{NAME}-before-repair-1.ipynb"],
    "several": ["homework.ipynb", "homework (1).ipynb"],
    "foreign": ["empty.ipynb"],
}
NOT_TAKEN = {
    "several": "leave one of homework (1).ipynb, homework.ipynb",
    "foreign": "empty.ipynb holds no cell of an assignment",
}
SOME = (  # the others differ in what the notebook is rebuilt from, which the roads share
    "honest",
    "skip-execution",
    "schema-99",
    "no-check",
    "duplicates",
    "null-kernel",
    "odd-json",
    "no-scores",
    "exit",
    "hang",
    "ours",
    "shadows",
    "scratch-copy",
    "untouched-and-copied",
    "words-below",
    "words-retyped",
    "blank-words",
    "empty",
)
GRADE = ("autograders.cli", "grade", "01")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose assignment is released and for which nothing is handed in."""
    folder = write_course(tmp_path_factory.mktemp("grade") / "course")
    done = run(folder, "nbgrader", "generate_assignment", NAME)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def graded(
    released: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, CompletedProcess[str]]:
    """Some attempts and all that is no notebook, graded in one run."""
    course = copied(released, tmp_path_factory.mktemp("graded"))
    write_attempts(course, SOME)
    for student, (content, _) in NO_NOTEBOOKS.items():
        hand_in(course, student, content)
    right = json.dumps(solved(course), ensure_ascii=False)
    hand_in(course, "utf-16", right.encode("utf-16"))
    for student, files in ODD_NAMES.items():
        folder = hand_in(course, student, right.encode()).parent
        (folder / f"{NAME}.ipynb").unlink()
        for name in files:
            (folder / name).write_bytes(OTHERS.get(name, right.encode()))
    linked = course / "submitted" / "a-link" / NAME / f"{NAME}.ipynb"
    linked.parent.mkdir(parents=True)
    linked.symlink_to(course / "notebooks" / NAME / f"{NAME}.ipynb")
    return course, run(course, *GRADE, "--jobs", "2")


@pytest.mark.parametrize("student", SOME)
def test_every_attempt_gets_its_due(graded: tuple[Path, Any], student: str) -> None:
    assert scores(graded[0])[student] == ATTEMPTS[student].expected


@pytest.mark.parametrize(("table", "column"), SEARCHED.items())
def test_what_belongs_to_one_is_found_without_going_through_all(
    graded: tuple[Path, Any], table: str, column: str
) -> None:
    with closing(sqlite3.connect(graded[0] / "gradebook.db")) as gradebook:
        plan = gradebook.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} = 'x'"
        ).fetchall()
    assert [step[3] for step in plan] == [
        f"SEARCH {table} USING INDEX course_{table}_{column} ({column}=?)"
    ]


@pytest.mark.parametrize(("student", "reason"), [(k, v[1]) for k, v in NO_NOTEBOOKS.items()])
def test_what_is_no_notebook_gets_a_line_and_no_grade(
    graded: tuple[Path, CompletedProcess[str]], student: str, reason: str
) -> None:
    course, done = graded
    assert f"Not graded: {student} - {NAME}.ipynb {reason}" in done.stdout
    assert student not in scores(course)


@pytest.mark.parametrize("student", ["utf-16", *ODD_NAMES])
def test_a_file_that_another_program_named_or_wrote_is_graded_and_told(
    graded: tuple[Path, CompletedProcess[str]], student: str
) -> None:
    course, done = graded
    repaired = f"Repaired: {student} - 1 repair\n" in done.stdout
    why = [line for line in done.stdout.splitlines() if line.startswith(f"Not graded: {student}")]
    line = f"Not graded: {student} - there is no file {NAME}.ipynb in the submission"
    if student in NOT_TAKEN:
        assert why == [f"{line}; {NOT_TAKEN[student]}"]
        assert student not in scores(course)
    else:
        assert (why, repaired) == ([], True)
        assert scores(course)[student] == scores(course)["honest"]


def test_a_link_in_place_of_the_notebook_is_no_file(graded: tuple[Path, Any]) -> None:
    assert f"Not graded: a-link - there is no file {NAME}.ipynb in the sub" in graded[1].stdout


def test_the_name_that_a_notebook_had_is_told_on_its_page(graded: tuple[Path, Any]) -> None:
    page = graded[0] / "autograded" / "ending" / NAME / f"{NAME}.ipynb"
    told = f"The notebook's file was called {NAME}.ipynb.txt; it is taken for {NAME}.ipynb."
    assert told in nbformat.read(page, as_version=4).cells[0].source


def test_the_run_tells_progress_grades_and_repairs(
    graded: tuple[Path, CompletedProcess[str]],
) -> None:
    _, done = graded
    count = len(SOME) + len(NO_NOTEBOOKS) + len(ODD_NAMES) + 2
    assert f"Grading {NAME} {count}/{count}: " in done.stdout
    rows = table(done)
    assert ["honest", "7", "4", "none"] in rows
    assert ["exit", "5", "4", "triple 2"] in rows
    assert ["empty", "0", "", "all"] in rows
    assert "Repaired: no-check - 1 repair\n" in done.stdout
    assert "Repaired: honest" not in done.stdout
    assert done.returncode == 1
    assert done.stderr == ""


def test_a_fault_of_our_own_waits_for_a_person(graded: tuple[Path, Any]) -> None:
    assert by_hand(graded[0], "ours") == {"triple", "manual-why"}


@pytest.mark.parametrize(
    ("student", "where"), [("words-below", "below"), ("words-retyped", "above")]
)
def test_words_that_stand_elsewhere_wait_for_a_person_who_is_told_where(
    graded: tuple[Path, Any], student: str, where: str
) -> None:
    course = graded[0]
    assert by_hand(course, student) == {"manual-why"}
    path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
    cells = nbformat.read(path, 4).cells
    assert f"- manual-why: in the student's own cells {where} its cell." in cells[0].source
    task = find({"cells": cells}, "manual-why").source
    words = f"see what the student wrote in own cells {where} it"
    assert task == f"*This cell holds no answer: {words}.*"
    assert "Because it adds up." in [cell.source for cell in cells]
    assert by_hand(course, "blank-words") == by_hand(course, "empty") == set()


def test_stock_nbgrader_saves_the_same(released: Path, tmp_path: Path) -> None:
    stock, ours = copied(released, tmp_path / "stock"), copied(released, tmp_path / "ours")
    for course in (stock, ours):
        late = hand_in(course, "late", solved(course)).with_name("timestamp.txt")
        late.write_text("2026-03-01 12:00:00 UTC")
        unanswered = solved(course)
        unanswered["cells"] = unanswered["cells"][:7]
        hand_in(course, "half", json.dumps(unanswered).encode("utf-16"))
    assert run(stock, "nbgrader", "autograde", NAME).returncode == 0
    assert run(ours, *GRADE).returncode == 0
    assert len(saved(stock)) == 2 * (5 + 4)
    assert saved(ours) == saved(stock)
    for student in ("late", "half"):
        path = Path("autograded", student, NAME, f"{NAME}.ipynb")
        assert timeless(ours / path) == timeless(stock / path)
    assert (ours / "autograded/late" / NAME / "timestamp.txt").exists()


def test_grading_again_takes_the_new_work_and_keeps_what_a_person_gave(
    released: Path, tmp_path: Path
) -> None:
    course = copied(released, tmp_path)
    hand_in(course, "ann", solved(course))
    assert run(course, *GRADE).returncode == 0
    with closing(sqlite3.connect(course / "gradebook.db")) as connection, connection:
        changed = connection.execute("UPDATE grade SET manual_score = 2.5 WHERE auto_score IS NULL")
        assert changed.rowcount == 1
    worse = solved(course)
    find(worse, "double-solution")["source"] = "def double(x):\n    return x"
    hand_in(course, "ann", worse).with_name("timestamp.txt").write_text("yesterday")
    (course / "extensions.csv").write_text("student,assignment,days\nann,01,1\nanne,01,2\n")
    again = run(course, *GRADE)
    assert again.stdout.splitlines()[-2:] == [
        "No time: ann - its timestamp.txt holds none, and counts as missing: Unknown string "
        "format: yesterday",
        "Nothing handed in: anne, who has an extension",
    ]
    assert scores(course)["ann"]["double"] == 0
    assert ["ann", "6.5", "4", "double 3"] in table(again)
    hand_in(course, "ann", b"")
    assert f"Not graded: ann - {NAME}.ipynb is empty" in run(course, *GRADE).stdout
    assert scores(course)["ann"]["triple"] == 2


def test_a_notebook_that_would_kill_its_grader_costs_nobody_anything(
    released: Path, tmp_path: Path
) -> None:
    course = copied(released, tmp_path)
    killer = solved(course)
    source = "import os\n\nos.kill(os.getppid(), 9)\n\ndef double(x):\n    return 2 * x"
    find(killer, "double-solution")["source"] = source
    hand_in(course, "killer", killer)
    hand_in(course, "ann", solved(course))
    done = run(course, *GRADE, "--jobs", "2")
    assert done.returncode == 0, done.stdout
    assert scores(course)["killer"] == ATTEMPTS["honest"].expected  # its signal was refused
    assert scores(course)["ann"] == ATTEMPTS["honest"].expected


def test_feedback_is_written_for_all_that_were_graded(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    done = run(course, "autograders.cli", "feedback", "01", "--jobs", "2")
    assert done.returncode == 0, done.stdout
    count = len(SOME) + 1 + len(ODD_NAMES) - len(NOT_TAKEN)  # and the one in UTF-16
    assert f"{count} feedback pages lie in" in done.stdout
    page = (course / "feedback" / "no-check" / NAME / f"{NAME}.html").read_text()
    assert "The check cell double was missing; it has been put back as released." in page


def test_wrong_use_ends_with_2_and_says_what_to_do(released: Path, tmp_path: Path) -> None:
    fresh = write_course(tmp_path / "fresh")
    cases = [
        (fresh, "grade", "01", f"{NAME} was not released; run `course release 01` first"),
        (fresh, "feedback", "01", f"{NAME} was not graded; run `course grade 01` first"),
        (released, "grade", "01", "nothing was handed in: notebooks are looked for in"),
        (released, "grade", "02", "there is no assignment '02'"),
        (fresh, "release --unlock 01,07", "01", "there is no assignment '07'"),
        (tmp_path, "grade", "01", "is not inside the course"),
    ]
    for folder, command, assignment, message in cases:
        done = run(folder, "autograders.cli", *command.split(), assignment)
        assert done.returncode == 2, done
        assert message in " ".join(done.stderr.split())
    assert not (fresh / "gradebook.db").exists()


def copied(course: Path, target: Path) -> Path:
    return shutil.copytree(course, target / "course")


def solved(course: Path) -> dict[str, Any]:
    released = course / "release" / NAME / f"{NAME}.ipynb"
    return solved_notebook(json.loads(released.read_text()))


def table(done: CompletedProcess[str]) -> list[list[str]]:
    """The rows of the printed table."""
    lines = done.stdout.splitlines()
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]


def saved(course: Path) -> set[tuple[Any, ...]]:
    """What the gradebook holds of every submission, without its random keys."""
    query = """
        SELECT student_id, timestamp, late_submission_penalty, name, {columns}
        FROM {table}
        JOIN base_cell ON {table}.cell_id = base_cell.id
        JOIN submitted_notebook ON {table}.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    """
    tables = {
        "grade": "auto_score, manual_score, extra_credit, needs_manual_grade",
        "comment": "auto_comment, manual_comment",
    }
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        return {
            row
            for table, columns in tables.items()
            for row in connection.execute(query.format(table=table, columns=columns))
        }


def timeless(path: Path) -> nbformat.NotebookNode:
    """The notebook without the times of its cells, and without what `course grade` notes in it."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("course", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook
