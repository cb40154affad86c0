"""Each assignment's zip by itself holds all that its released notebook needs, and no answer."""

import json
import re
from pathlib import Path

import pytest
from edition.leaks import SEARCHES
from edition.machine import Student, contents, fresh_environment, unpacked
from helpers import ROOT, course_folder, graded_cell, questions
from notebook_form import TASKS

from autograders.edition.release import release

ASSIGNMENTS = sorted(path.name for path in (ROOT / "notebooks").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_environment(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course_folder(tmp_path_factory.mktemp("course") / "course")


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def zipped(request: pytest.FixtureRequest, course: Path) -> Path:
    return release(course, request.param)


def test_the_released_notebook_runs_in_a_fresh_folder_and_says_what_to_write_first(
    zipped: Path, programs: Path, tmp_path: Path
) -> None:
    """Every cell runs, pictures and data sets as well: none ends with an error or a warning."""
    folder = unpacked(zipped, tmp_path)
    student = Student(folder, programs, {"PYTHONPATH": str(folder), "COURSE_QUICK": "1"})
    place = "import course_lib, autograders as a; print(course_lib.__file__, a.__file__)"
    names = [str(folder / name / "__init__.py") for name in ("course_lib", "autograders")]
    assert student.run("python", "-c", place).split() == names

    path = folder / zipped.stem / f"{zipped.stem}.ipynb"
    execute = "from nbclient.cli import main; main()"
    student.run("python", "-c", execute, "--inplace", str(path))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert [o for o in outputs if "error" in (o["output_type"], o.get("name"))] == []
    assert [o for o in outputs if o.get("name") == "stderr"] == []
    printed = "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")
    first = next(name for name in questions(cells) if not name.startswith(TASKS))
    assert re.search(rf"[Ww]rite [\w, ]*\b{first}\b[\w, ]* first", printed)
    [result] = [o for o in graded_cell(cells, first)["outputs"] if "data" in o]
    assert "".join(result["data"]["text/plain"]) == "0.0"


@pytest.mark.parametrize("name", [name for name in SEARCHES if name != "lines of solutions"])
def test_nothing_of_the_instructors_is_in_the_zip(zipped: Path, name: str) -> None:
    """Single lines say little: the functions of each exercise are searched for by their names."""
    assert SEARCHES[name](contents(zipped)) == []
