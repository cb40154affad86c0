"""From Gradescope's archive to files of grades: late penalties and extensions count on both roads,
points by hand too, and a second program reads the files."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from grading.nbgrader_course import run
from grading.small_course import NAME, hand_in, solved_notebook, write_course
from lms.systems import NOTEBOOK, about, gradescope

from autograders.cli import main
from autograders.grading.deadlines.due_dates import refuse_before_deadline
from autograders.grading.gradebook.course import course_directory, load_config, open_gradebook
from autograders.grading.run.table import grades_table
from autograders.lms.cells import as_csv
from autograders.lms.forms import canvas
from autograders.lms.marks import Mark, Marks
from autograders.lms.person import Person

POLICY = "c.LatePolicy.points_a_day = 2\nc.LatePolicy.grace_minutes = 10\n"
DUE = "2026-04-26 12:00:00 UTC"
NAMES = {  # student -> name, when it was handed in
    "early": ('=HYPERLINK("http://evil","Ada")', "2026-04-26 11:00:00 Z"),
    "grace": ('O\'Brien, "Pat"; Zoë', "2026-04-26 12:09:00 Z"),
    "late": ("+Late\tLee", "2026-04-27 13:00:00 Z"),
    "late-extended": ("@Ext\nEnde\\", "2026-04-27 13:00:00 Z"),
    "waits": ("Wai Ting", "2026-04-26 11:00:00 Z"),
}
GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
CELLS = ["double", "triple", "predict-sum", "unit", "manual-why"]
BY_HAND = 3.5


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Released, collected and graded; all but one have their points by hand."""
    course = write_course(tmp_path_factory.mktemp("grades") / "course")
    config = course / "nbgrader_config.py"
    trusted = config.read_text().replace("isolate.IsolatedExecute", "execute.Execute")
    config.write_text(trusted + POLICY)
    (course / "extensions.csv").write_text("student,assignment,days\nlate-extended,01,2\n")
    rows = [["id", "name", "sid", "email", "section", "lms_user_id"]]
    rows += [[s, n, s, f"{s}@uni.edu", "-B", f"{k}"] for k, (s, (n, _)) in enumerate(NAMES.items())]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    (course / "roster.csv").write_text("\n".join(quoted), encoding="utf-8")
    done = run(course, "nbgrader", "generate_assignment", NAME)
    assert done.returncode == 0, done.stderr
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
    (course / "archive.zip").write_bytes(archive(course))
    assert command(course, "collect", "01", "archive.zip").exit_code == 0
    graded = run(course, *GRADE)
    assert graded.returncode == 0, graded.stderr
    with gradebook(course) as book:
        for student in set(NAMES) - {"waits"}:
            grade = book.find_grade("manual-why", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = BY_HAND, False
        book.db.commit()
    return course


def archive(course: Path) -> bytes:
    released = json.loads((course / "release" / NAME / NOTEBOOK).read_text())
    solved = json.dumps(solved_notebook(released)).encode()
    lines = [
        about(k, time, {"name": name, "sid": student})
        for k, (student, (name, time)) in enumerate(NAMES.items())
    ]
    return gradescope({k: {NOTEBOOK: solved} for k in range(len(NAMES))}, "".join(lines))


def gradebook(course: Path) -> Any:
    return open_gradebook(course_directory(load_config(course)))


def command(course: Path, *arguments: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        return CliRunner().invoke(main, arguments)


def penalties(course: Path) -> dict[str, float]:
    with gradebook(course) as book:
        found = book.assignment_submissions(NAME)
        return {each.student.id: each.late_submission_penalty for each in found}


def read_by_sqlite(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV as another program reads them: sqlite3's own shell."""
    program = shutil.which("sqlite3")
    if not program:
        pytest.skip("no sqlite3: the files of grades are not read by a second program")
    lines = [f'.import --csv "{path}" grades', ".mode json", "select * from grades;"]
    done = subprocess.run(
        [program], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def exported(course: Path) -> tuple[dict[str, list[dict[str, Any]]], Result]:
    done = command(course, "export", "01")
    systems = ("canvas", "moodle", "gradescope")
    return {s: read_by_sqlite(course / "exports" / f"{NAME}-{s}.csv") for s in systems}, done


def test_lateness_costs_what_is_configured(course: Path) -> None:
    assert penalties(course) == {"early": 0, "grace": 0, "late": 4, "late-extended": 0, "waits": 0}
    with gradebook(course) as book:
        table = grades_table(book, NAME, {"early", "late"})
        assert [list(column.cells) for column in table.columns][3] == ["", "-4"]
        assert len(grades_table(book, NAME, {"early"}).columns) == 4


def test_the_roster_is_in_the_gradebook(course: Path) -> None:
    with gradebook(course) as book:
        known = book.find_student("late")
        assert (known.first_name, known.last_name) == ("+Late", "Lee")
        assert (known.email, known.lms_user_id) == ("late@uni.edu", "2")


def test_a_dry_run_tells_that_the_due_date_was_taken_away(course: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    with gradebook(copy) as book:
        book.update_or_create_assignment(NAME, duedate=None)
    dry = run(copy, *GRADE, "--dry-run")
    why = "handed in 2026-04-27 13:00 UTC, and there is no due date"
    assert changes_in(dry.stdout) == [["late", "being late", "-4", "0", why]]


def changes_in(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if "│" in line]
    return [re.split(r"\s*│\s*", line)[1:-1] for line in lines]


def test_an_extension_that_is_given_later_counts_when_graded_again(
    course: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    extensions = copy / "extensions.csv"
    before = extensions.read_text()
    extensions.write_text("student,assignment,days\nlate,01-small,0.5\n")
    dry = run(copy, *GRADE, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    rows = changes_in(dry.stdout)
    assert [row[:4] for row in rows] == [
        ["late", "being late", "-4", "-2"],
        ["late-extended", "being late", "0", "-4"],
    ]
    assert rows[0][4] == "handed in 2026-04-27 13:00 UTC, due 2026-04-27 00:00 UTC"
    assert "Points would change for 2 of 5 students; nothing was saved." in dry.stdout
    assert penalties(copy)["late"] == 4
    again = {"early": 0, "grace": 0, "late": 2, "late-extended": 4, "waits": 0}
    for _ in range(2):
        done = run(copy, *GRADE)
        assert done.returncode == 0, done.stderr
        assert penalties(copy) == again
        graded_before = re.findall(r": ([\w-]+) \(graded before\)", done.stdout)
        assert graded_before == sorted(NAMES)
        restored = run(copy, "autograders.cli", "grade", "--restore")
        assert restored.returncode == 0, restored.stderr
        assert penalties(copy)["late"] == 4  # which its graded notebook does not tell
    done = run(copy, *GRADE)
    assert (
        "Being late: late - 2 points off instead of 4: handed in 2026-04-27 13:00 UTC, due "
        "2026-04-27 00:00 UTC"
    ) in done.stdout
    extensions.write_text(before)
    stock = run(copy, "nbgrader", "autograde", NAME, "--student", "late-extended", "--force")
    assert stock.returncode == 0, stock.stderr
    assert penalties(copy)["late-extended"] == 0
    hand_in(copy, "broken", b"")
    assert command(copy, "export", "01").stderr.splitlines()[1:] == [
        "Left out: broken handed in and was not graded",
        "To confirm: late-extended has points by hand from before it was graded again: manual-why",
    ]


def test_solutions_go_out_after_the_deadline(course: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    directory = course_directory(load_config(copy))
    refuse_before_deadline(directory, (NAME, "02-never-released"))
    with gradebook(copy) as book:
        book.update_or_create_assignment(NAME, duedate="9000-01-01 12:00:00 UTC")
    done = command(copy, "release", "01", "--unlock", "01")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: the solutions of 01-small cannot go out yet: it is open until 9000-01-03 12:00 "
        "UTC, with the longest extension\n"
    )
    with gradebook(copy) as book:
        book.update_or_create_assignment(NAME, duedate=None)
    refuse_before_deadline(directory, (NAME,))


def test_who_waits_for_points_by_hand_is_named_and_left_out(exported: Any) -> None:
    files, done = exported
    assert done.exit_code == 1
    assert done.stderr == "Left out: waits waits for points by hand: manual-why\n"
    for rows in files.values():
        assert "Wai" not in json.dumps(rows)


def test_canvas(exported: Any) -> None:
    most, *rows = exported[0]["canvas"]
    total, *cells = list(most)[5:]
    assert (total, cells) == (NAME, [f"{NAME}: {cell}" for cell in CELLS])
    assert most["Student"] == "Points Possible"
    assert [float(most[name]) for name in [total, *cells]] == [11, 3, 2, 1, 1, 4]
    assert {row["SIS User ID"]: float(row[total]) for row in rows} == {
        "early": 10.5,
        "grace": 10.5,
        "late": 6.5,
        "late-extended": 10.5,
    }
    assert {row["ID"]: row["Section"] for row in rows} == dict.fromkeys("0123", "'-B")
    assert [float(rows[0][name]) for name in cells] == [3, 2, 1, 1, BY_HAND]


def test_moodle(exported: Any) -> None:
    rows = {row["ID number"]: row for row in exported[0]["moodle"]}
    assert float(rows["late"]["Grade"]) == 6.5
    assert float(rows["late"]["Maximum Grade"]) == 11
    assert rows["late"]["Feedback comments"] == (
        "double 3 of 3; triple 2 of 2; predict-sum 1 of 1; unit 1 of 1; manual-why 3.5 of 4; "
        "late 4 off"
    )
    assert {"Identifier", "Last modified (grade)"} <= set(rows["late"])


def test_gradescope(exported: Any) -> None:
    rows = {row["SID"]: row for row in exported[0]["gradescope"]}
    assert rows["late"]["Lateness (H:M:S)"] == "25:00:00"
    assert rows["late-extended"]["Lateness (H:M:S)"] == "00:00:00"
    assert rows["late"]["Submission Time"] == "2026-04-27 13:00:00 +0000"
    assert rows["late"]["Submission ID"] == "2"
    assert float(rows["late"]["5: manual-why (4.0 pts)"]) == BY_HAND


def test_no_cell_is_a_formula_and_names_are_whole(exported: Any) -> None:
    for rows in exported[0].values():
        for row in rows:
            for cell in row.values():
                assert not re.match(r"\s*[=+@\t\r-]", str(cell)), row
    names = {row["Full name"] for row in exported[0]["moodle"]}
    assert '"Pat"; Zoë O\'Brien' in names
    assert "'+Late Lee" in names
    assert "'@Ext Ende/" in names


def test_points_go_into_the_assignments_that_canvas_has() -> None:
    mark = Mark(Person("ada", "King, Ada"), {"a": 1 / 3}, 1 / 3, 0, (), (), None, 0, "")
    marks = Marks(NAME, {"a": 2.0, "b": 0.5}, (mark,))
    headings = ["Student", f"{NAME} (77)", f"{NAME}: a (78)", f"{NAME}: b (x)", "a (79)"]
    assert as_csv(canvas(marks, headings)).decode().splitlines() == [
        '"Student","ID","SIS User ID","SIS Login ID","Section","01-small (77)",'
        '"01-small: a (78)","01-small: b"',
        '"Points Possible","","","","",2.5,2,0.5',
        '"King, Ada","","","","",0.33,0.33,0',
    ]
