"""The honest samples of the notebooks after the first, graded as `course grade` does it."""

from collections.abc import Callable
from functools import cache

import pytest
from samples.graded import Graded, assert_loses_what_it_states, grade_samples, released_course
from samples.write import honest

ASSIGNMENTS = ("02-padding-and-stride", "03-pooling", "04-lenet5", "05-normalization")
SAMPLES = [(assignment, name) for assignment in ASSIGNMENTS for name in honest(assignment)]


Grade = Callable[[str], Graded]


@pytest.fixture(scope="module")
def graded_samples(tmp_path_factory: pytest.TempPathFactory) -> Grade:
    """Grades the samples of an assignment, once."""

    @cache
    def grade(assignment: str) -> Graded:
        course = released_course(tmp_path_factory.mktemp("samples") / "course", assignment)
        return grade_samples(course, assignment, honest(assignment))

    return grade


@pytest.mark.parametrize(("assignment", "name"), SAMPLES)
def test_a_sample_earns_what_it_should(graded_samples: Grade, assignment: str, name: str) -> None:
    graded = graded_samples(assignment)
    assert graded.exit_code == 0, graded.printed
    if name == "unsolved":
        assert graded.grades[name] == dict.fromkeys(graded.points, 0.0)
    elif name.startswith("style_"):
        assert graded.grades[name] == graded.points
    else:
        assert_loses_what_it_states(graded, name)
