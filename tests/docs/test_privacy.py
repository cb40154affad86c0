"""Git passes by every place of which docs/privacy.md says that it holds students' data."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def places() -> list[str]:
    """The first column of the instructor's table, with an example where it names a pattern."""
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    table = text.partition("## On the instructor's machine")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    return [name.replace("*", "some").replace("STUDENT", "ada") for name in found]


def test_the_table_names_what_the_course_and_nbgrader_leave() -> None:
    left = {"submitted/ada/", "gradebook.db", "exports/", "grades.csv", "downloaded/", "some.log"}
    assert left <= set(places())


@pytest.mark.parametrize("place", places())
def test_git_ignores(place: str) -> None:
    name = f"{place}file" if place.endswith("/") else f"{place}2026" if place[-1] == "." else place
    command = ["git", "check-ignore", "--no-index", "--quiet", name]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    if done.returncode == 128:
        pytest.skip("this is no checkout of git")
    assert done.returncode == 0
