"""The Python side: settings, a student's function, and what is shown without a widget."""

import threading

import numpy as np
import pytest
import torch

from course_lib.reference.conv import conv_nd, cross_correlate2d
from course_lib.widgets import DEMOS, SlidingKernel
from course_lib.widgets.student import outcome

X = np.arange(12.0).reshape(3, 4)
K = np.array([[1.0, 2], [3, 4]])


@pytest.mark.parametrize("demo", DEMOS)
def test_without_a_widget_there_is_a_picture_and_a_sentence(demo):
    data, _ = demo()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"].startswith("<figure><svg")
    assert "<figcaption>" in data["text/html"]
    assert "Run this cell in JupyterLab" in data["text/plain"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1, 2], K), "x has shape \\(2,\\); expected a matrix"),
        ((X, np.ones((4, 1))), "k is 4 × 1; expected at most 3 × 4"),
        ((np.ones((13, 2)), K), "x is 13 × 2; expected at most 12 × 12"),
        ((X * np.nan, K), "expected a matrix of finite numbers"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        SlidingKernel(*arguments)


def test_a_function_of_arrays_gets_arrays_and_one_with_a_bias_gets_tensors():
    seen = []

    def two(x, k):
        seen.append((x, k))
        return cross_correlate2d(x, k)

    def three(x, w, b, stride=1):
        seen.append((x, w, b))
        return conv_nd(x, w, b)

    by_two = SlidingKernel(X, K, student=two).given["student"]
    by_three = SlidingKernel(X, K, bias=0.5, student=three).given["student"]
    assert [type(a) for a in seen[0]] == [np.ndarray] * 2
    assert [tuple(a.shape) for a in seen[1]] == [(1, 1, 3, 4), (1, 1, 2, 2), (1,)]
    assert seen[1][2].item() == 0.5
    assert by_three["shape"] == [1, 1, *by_two["shape"]]
    assert by_three["values"] == [value + 0.5 for value in by_two["values"]]


def test_a_function_cannot_change_the_demos_numbers():
    def spoils(x, k):
        x[:] = 0
        return x

    demo = SlidingKernel(X, K, student=spoils)
    assert demo.state["x"] == X.tolist()
    assert demo.given["ran"]["x"] == X.tolist()


def test_running_again_takes_the_numbers_that_are_shown():
    demo = SlidingKernel(X, K, student=cross_correlate2d)
    demo.state = {**demo.state, "k": [[1.0]], "at": [2, 3]}  # as the browser does
    demo.rerun()
    assert demo.given["ran"]["k"] == [[1.0]]
    assert demo.given["student"]["values"] == X.ravel().tolist()


def test_running_again_without_a_function_is_an_error():
    with pytest.raises(ValueError, match="no student's function"):
        SlidingKernel().rerun()


def test_a_diagnosis_sees_the_arguments_and_the_result():
    def diagnose(x, k, result):
        return f"Seen {x.shape}, {k.shape}, {result}."

    demo = SlidingKernel(X, K, student=lambda x, k: 7, diagnose=diagnose)
    assert demo.given["student"]["likely"] == "Seen (3, 4), (2, 2), 7."
    silent = SlidingKernel(X, K, student=lambda x, k: 7, diagnose=lambda *_: None)
    assert "likely" not in silent.given["student"]


def test_what_is_not_finite_travels_as_words():
    found = outcome(lambda: np.array([[np.nan, np.inf], [-np.inf, 1]]), (), 1)
    assert found["values"] == ["nan", "inf", "-inf", 1.0]


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (np.ones(5000), "5000 numbers, shape (5000,)"),
        ([[1, 2], [3]], "a list, which is no array of numbers"),
        (1j, "a complex, which is no array of numbers"),
    ],
)
def test_what_cannot_be_drawn_is_said(result, text):
    found = outcome(lambda: result, (), 1)
    assert (found["status"], found["text"]) == ("unreadable", text)


def test_gradients_and_other_dtypes_are_read():
    found = outcome(lambda: torch.ones(1, 2, dtype=torch.float16, requires_grad=True), (), 1)
    assert (found["shape"], found["values"]) == ([1, 2], [1.0, 1.0])


def test_an_exit_is_shown_and_a_stop_by_the_user_is_not_swallowed():
    def leave():
        raise SystemExit("bye")

    def stopped():
        raise KeyboardInterrupt

    assert outcome(leave, (), 1)["text"].startswith("SystemExit: bye")
    with pytest.raises(KeyboardInterrupt):
        outcome(stopped, (), 1)


def test_no_clock_keeps_running_after_a_quick_function():
    for _ in range(20):
        outcome(lambda: 1, (), 60)
    clocks = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for clock in clocks:
        clock.join(5)
    assert not any(clock.is_alive() for clock in clocks)


def test_it_can_be_made_and_told_from_another_thread():
    made = []
    thread = threading.Thread(target=lambda: made.append(SlidingKernel(X, K)))
    thread.start()
    thread.join()
    made[0].state = {**made[0].state, "flip": True}
    assert made[0].state["flip"] is True
