"""What our operations promise beside their answers: examples that run, little memory, no torch."""

import doctest
import importlib
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from course_lib.ops import conv

MODULES = ["ops.conv", "ops.pool", "ops.norm", "reference.conv"]
"""Modules whose docstrings hold examples."""


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_run(name):
    failed, attempted = doctest.testmod(importlib.import_module(f"course_lib.{name}"))
    assert attempted
    assert not failed


def operations(name):
    """The public functions of a module."""
    module = importlib.import_module(f"course_lib.{name}")
    functions = [f for f in vars(module).values() if callable(f)]
    here = [f for f in functions if getattr(f, "__module__", "") == module.__name__]
    return [f for f in here if not f.__name__.startswith("_")]


OPERATIONS = [function for name in MODULES[:3] for function in operations(name)]


@pytest.mark.parametrize("function", OPERATIONS, ids=lambda function: function.__name__)
def test_each_of_our_operations_has_a_formula_a_source_and_an_example(function):
    before, _, after = function.__doc__.partition("Args")
    assert " = " in before
    assert "    Source: " in after
    assert ">>>" in after


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout.split()


def test_our_operations_import_no_torch():
    imported = modules_after("from course_lib.ops import conv, norm, pool")
    assert "course_lib.ops.norm" in imported
    assert "torch" not in imported


def test_that_an_import_of_torch_would_be_seen():
    assert "torch" in modules_after("import course_lib.reference.pool")


def peak_of(function, *arguments, **rest):
    """The most memory that a call has at one time."""
    function(*arguments, **rest)
    tracemalloc.start()
    try:
        function(*arguments, **rest)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("images", [2, 16])
def test_a_convolution_needs_one_images_columns_and_a_little_whatever_the_batch(images):
    x, w = np.ones((images, 8, 60, 60), "float32"), np.ones((8, 8, 3, 3), "float32")
    dy = np.ones((images, 8, 58, 58), "float32")
    columns = 8 * 9 * 58 * 60 * 4  # bytes; beside them the padded image and one product
    assert peak_of(conv.conv_nd, x, w, np.ones(8, "float32")) < dy.nbytes + 1.4 * columns
    assert peak_of(conv.conv_nd_backward, dy, x, w) < x.nbytes + 1.5 * columns


def test_a_kernel_as_wide_as_the_image_computes_no_stops_to_throw_away():
    x, w = np.ones((1, 1, 8000), "float32"), np.ones((1, 1, 8000), "float32")
    assert peak_of(conv.conv_nd, x, w, np.ones(1, "float32")) < 10 * x.nbytes
