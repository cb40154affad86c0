"""Every line that a student reads about an exercise, word for word."""

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from autograders import checks_for
from autograders.checks.check import Checks
from autograders.checks.load import load_assignment
from autograders.checks.stored import read_bundle, write_bundle
from course_lib.reference import conv

NAME = "01-discrete-convolution"


def slow_correlate(x, k):
    """Without torch, which this exercise bans."""
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return (windows * k).sum((2, 3))


@pytest.fixture
def student(tmp_path: Path):
    write_bundle(load_assignment(NAME), tmp_path / "bundle.npz")
    return Checks(read_bundle(tmp_path / "bundle.npz"))


def said(capsys, text):
    assert capsys.readouterr().out == dedent(text).lstrip("\n")


def test_all_right_on_the_students_machine(student, capsys):
    student("cross_correlate2d", slow_correlate)
    said(
        capsys,
        """
        cross_correlate2d: 8 of 8 points
          passed  1. the slide's example
          passed  2. a square kernel
          passed  3. images that are not square
          passed  4. kernels that are not square
          3 more groups are graded after you hand in
        """,
    )


def test_a_known_mistake_is_named_after_the_numbers(student, capsys):
    student("cross_correlate2d", lambda x, k: slow_correlate(x, k[::-1, ::-1]))
    said(
        capsys,
        """
        cross_correlate2d: 0 of 8 points
          Look first at 1. the slide's example, case 1: x (3, 3), k (2, 2), float32
            y differs in 3 of 4 values (75 %), most at [0, 1]: got 110, expected 30
            the largest error is 80; rounding explains 0.0005
          Looks like the kernel is flipped: that is the true convolution of the next exercise
            (see "Flip, then slide")

          failed  1. the slide's example
          failed  2. a square kernel
          failed  3. images that are not square
          failed  4. kernels that are not square
          3 more groups are graded after you hand in
        """,
    )


def test_a_hidden_failure_tells_its_kind_and_no_number(capsys):
    def single(x, k):
        return slow_correlate(x.astype("float32"), k.astype("float32"))

    checks_for(NAME)("cross_correlate2d", single)
    said(
        capsys,
        """
        cross_correlate2d: 5.71 of 8 points
          Look first at 5. double precision (hidden): the dtype is wrong.

          passed  1. the slide's example
          passed  2. a square kernel
          passed  3. images that are not square
          passed  4. kernels that are not square
          failed  5. double precision (hidden)
          passed  6. a kernel as large as the image, and of one number (hidden)
          failed  7. arrays that are not in C order (hidden)
        """,
    )


def test_a_forbidden_operation_is_named_with_its_line(student, capsys):
    student("cross_correlate2d", lambda x, k: conv.cross_correlate2d(x, k))
    out = capsys.readouterr().out
    head, line, rule = out.splitlines()
    assert head == "cross_correlate2d: 0 of 8 points"
    assert line.startswith("  The answer calls aten::convolution, torch's own convolution (line ")
    assert rule == ("  This exercise asks you to write that operation: calling it earns no points.")


DETAILS = {
    "none": (lambda x, k: None, "it returned None: is it written, and does it end in `return`?"),
    "list": (
        lambda x, k: slow_correlate(x, k).tolist(),
        "y is a list; a numpy array of real numbers was expected",
    ),
    "integer": (lambda x, k: 3, "y is an int; a numpy array of real numbers was expected"),
    "shape": (
        lambda x, k: slow_correlate(x, k)[:-1],
        "y has shape (1, 2); (2, 2) was expected",
    ),
    "dtype": (
        lambda x, k: slow_correlate(x, k).astype("float64"),
        "y has dtype float64; float32 was expected, that of the arguments",
    ),
    "nan": (
        lambda x, k: slow_correlate(x, k) * np.float32("nan"),
        "y has 4 of 4 values that are not finite numbers; the first is nan at [0, 0]",
    ),
    "one value": (
        lambda x, k: slow_correlate(x, k) + np.eye(*np.subtract(x.shape, k.shape) + 1, dtype="f"),
        "y differs in 2 of 4 values (50 %), most at [0, 0]: got 71, expected 70",
    ),
    "argument": (
        lambda x, k: (slow_correlate(x, k), x.__iadd__(1))[0],
        "its numbers are right, but it changes x, which it was given: work on a copy, x = x.copy()",
    ),
}


@pytest.mark.parametrize("name", DETAILS)
def test_each_kind_of_difference_has_its_own_words(student, capsys, name):
    wrong, words = DETAILS[name]
    student("cross_correlate2d", wrong)
    lines = capsys.readouterr().out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("  Look first at "))
    assert lines[place + 1] == f"    {words}"


def test_an_error_is_told_with_the_line_that_raised_it(student, capsys):
    def unfinished(x, k):
        raise NotImplementedError("not yet")

    student("cross_correlate2d", unfinished)
    assert (
        "    it raised NotImplementedError: not yet "
        f'(line {unfinished.__code__.co_firstlineno + 1}: raise NotImplementedError("not yet"))'
    ) in capsys.readouterr().out


RESULTS = {
    "one": (lambda dy, x, w: dy, "it returned a torch.Tensor; 3 results were expected: dx, dw, db"),
    "two": (lambda dy, x, w: (x, w), "it returned 2 results; 3 were expected: dx, dw, db"),
    "numpy": (
        lambda dy, x, w: (x, w, dy.sum((0, 2, 3)).numpy()),
        "db is a numpy array; a torch.Tensor of real numbers was expected",
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_several_results_are_told_apart(student, capsys, name):
    wrong, words = RESULTS[name]
    student("conv2d_backward", wrong)
    assert f"    {words}\n" in capsys.readouterr().out


def test_the_same_answer_reads_the_same(student, capsys):
    student("conv2d", lambda x, w, b: x)
    first = capsys.readouterr().out
    student("conv2d", lambda x, w, b: x)
    assert capsys.readouterr().out == first
