"""Fixtures: the website of this course, and one of a small course, which is recorded here.

Running the five notebooks takes minutes; that recordings come out right is seen on the small one.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner
from website.small import SMALL, small_course

from autograders.cli import main
from autograders.site.build import build, keep_recordings


@pytest.fixture(scope="session")
def website(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `course site` writes."""
    folder = tmp_path_factory.mktemp("website") / "made"
    done = CliRunner().invoke(main, ["site", "--output", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def small_website(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The website of the small course, its notebook run."""
    folder = tmp_path_factory.mktemp("small-website")
    course = small_course(folder / "course")
    keep_recordings(course, SMALL)
    list(build(course, folder / "site"))
    return folder / "site"
