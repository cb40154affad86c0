"""One release of assignment 01 for all tests of the student edition."""

from pathlib import Path

import pytest
from helpers import ASSIGNMENT, course_folder

from autograders.edition.release import release


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder in which assignment 01 has been released."""
    course = course_folder(tmp_path_factory.mktemp("released"))
    release(course, ASSIGNMENT)
    return course
