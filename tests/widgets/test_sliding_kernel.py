"""The sliding kernel by mouse and by keyboard, against course_lib's reference."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F
from widgets.page import cell, code, drawn, marked, mount, mount_widget, set_slider, state, status

from course_lib.reference.conv import convolve2d, cross_correlate2d
from course_lib.widgets import SlidingKernel

pytestmark = pytest.mark.browser

X = np.array([[1.0, 2, 0, 1], [0, 1, 3, 2], [2, 1, 0, -1]])
K = np.array([[1.0, 0], [2, -1]])
SETTING = {"x": X.tolist(), "k": K.tolist()}


def test_clicking_an_output_shows_its_products_and_sum(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    assert drawn(demo, "y") == pytest.approx(cross_correlate2d(X, K))
    cell(demo, "y", 1, 2).click()
    expect(status(demo)).to_contain_text("y[1, 2] = 3·1 + 2·0 + 0·2 + (−1)·(−1) = 4.")
    assert drawn(demo, "products") == pytest.approx(X[1:3, 2:4] * K)
    assert marked(demo, "x", "window") == {(1, 2), (1, 3), (2, 2), (2, 3)}


def test_a_pinned_place_stays_while_the_mouse_moves(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    cell(demo, "y", 0, 1).hover()
    expect(status(demo)).to_contain_text("y[0, 1] =")
    cell(demo, "y", 1, 1).click()
    cell(demo, "y", 0, 0).hover()
    expect(status(demo)).to_contain_text("y[1, 1] =")
    demo.get_by_role("button", name="Pin").click()
    cell(demo, "y", 0, 0).hover()
    expect(status(demo)).to_contain_text("y[0, 0] =")


def test_arrow_keys_move_over_the_outputs(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    cell(demo, "y", 0, 0).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown"):  # the last one is at the edge
        page.keyboard.press(key)
    expect(status(demo)).to_contain_text("y[1, 1] =")
    page.keyboard.press("End")
    expect(cell(demo, "y", 1, 2)).to_be_focused()
    page.keyboard.press(",")
    expect(status(demo)).to_contain_text("y[1, 1] =")


def test_the_true_convolution_turns_the_kernel(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    demo.get_by_label("Operation").select_option("flip")
    expect(demo.locator("[data-panel=turned]")).to_be_visible()
    assert drawn(demo, "turned") == pytest.approx(K[::-1, ::-1])
    assert drawn(demo, "y") == pytest.approx(convolve2d(X, K))


def test_a_number_is_edited_by_key(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    cell(demo, "k", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("-")
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    changed = np.array([[1, -1.5], [2, -1]])
    expect(cell(demo, "k", 0, 1)).to_have_text("−1.5")
    expect(cell(demo, "k", 0, 1)).to_be_focused()
    assert drawn(demo, "y") == pytest.approx(cross_correlate2d(X, changed))
    assert state(page)["k"] == changed.tolist()


def test_escape_and_what_is_no_number_change_nothing(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    for typed, last in (("9", "Escape"), ("two", "Enter"), ("", "Enter")):
        cell(demo, "x", 1, 1).click()
        page.keyboard.type(typed)
        page.keyboard.press(last)
        expect(cell(demo, "x", 1, 1)).to_have_text("1")
        expect(cell(demo, "x", 1, 1)).to_be_focused()


def test_sliders_never_make_the_image_smaller_than_the_kernel(page: Page) -> None:
    demo = mount(page, "sliding_kernel", SETTING)
    set_slider(demo, "Rows of x", 8)
    expect(demo.locator("[data-panel=y] .row")).to_have_count(7)
    expect(demo.get_by_label("Rows of x")).to_have_attribute("min", "2")
    assert drawn(demo, "y") == pytest.approx(cross_correlate2d(drawn(demo, "x"), K))


def test_its_lines_of_code_give_the_numbers_that_it_draws(page: Page) -> None:
    demo = mount(page, "sliding_kernel", {**SETTING, "flip": True, "bias": 0.5, "at": [1, 2]})
    names = {"torch": torch, "F": F}
    exec(code(demo, "torch"), names)
    assert drawn(demo, "y") == pytest.approx(names["y"].numpy())
    at_place = eval(code(demo, "numpy"), {"x": X, "k": K})
    assert at_place == pytest.approx(drawn(demo, "y")[1, 2])


def test_each_wrong_output_of_a_student_is_marked_and_the_mistake_named(page: Page) -> None:
    demo = mount_widget(page, SlidingKernel(X, K, student=convolve2d))
    wrong = ~np.isclose(cross_correlate2d(X, K), convolve2d(X, K))
    assert marked(demo, "student", "wrong") == {(int(i), int(j)) for i, j in np.argwhere(wrong)}
    student = demo.locator(".student")
    expect(student).to_contain_text("the other operation: the kernel is turned")
    cell(demo, "student", 1, 2).click()
    got, right = convolve2d(X, K)[1, 2], cross_correlate2d(X, K)[1, 2]
    expect(student).to_contain_text(f"it has {got:g}; right is {right:g}")


def test_a_right_student_agrees_and_an_edited_number_asks_for_another_run(page: Page) -> None:
    demo = mount_widget(page, SlidingKernel(X, K, student=cross_correlate2d))
    expect(demo.locator(".student")).to_have_text("cross_correlate2d agrees in all 6 outputs.")
    cell(demo, "x", 0, 0).click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(demo.locator(".student")).to_contain_text("ran on another setting")
    demo.get_by_role("button", name="Start again").click()
    expect(demo.locator(".student")).to_contain_text("agrees")


def raises(x, k):
    return x[10, 10]


def hangs(x, k):
    while True:
        pass


def nonsense(x, k):
    return "four"


def too_small(x, k):
    return cross_correlate2d(x, k)[:-1, :-1]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (raises, r"raises raised IndexError: .*\nin the line: return x\[10, 10\]"),
        (hangs, r"hangs was stopped: it was still running after 0\.2 s"),
        (nonsense, r"nonsense returned a str, which is no array of numbers"),
        (too_small, r"shape 1 × 2, expected 2 × 3\. Looks like a range that ends one place too"),
        (lambda x, k: None, r"returned None: it is not written yet"),
        (lambda x, k: cross_correlate2d(x, k) * np.nan, r"differs in 6 of 6 outputs"),
    ],
)
def test_a_function_that_fails_says_so_and_the_demo_lives(page: Page, function, sentence) -> None:
    demo = mount_widget(page, SlidingKernel(X, K, student=function, seconds=0.2))
    expect(demo.locator(".student")).to_have_text(re.compile(sentence))
    cell(demo, "y", 1, 1).click()
    expect(status(demo)).to_contain_text("y[1, 1] =")


def test_a_hidden_result_hides_the_students_numbers_and_the_marks(page: Page) -> None:
    demo = mount_widget(page, SlidingKernel(X, K, student=convolve2d))
    demo.get_by_role("button", name="Predict first").click()
    expect(cell(demo, "y", 0, 0)).to_have_text("?")
    expect(demo.locator(".student")).to_be_hidden()
    demo.get_by_label("Your prediction").fill("0")
    page.keyboard.press("Enter")
    expect(demo.locator("form.predict [role=status]")).to_have_text(
        "Right: 0. 1 of 1 right so far."
    )
    assert drawn(demo, "y") == pytest.approx(cross_correlate2d(X, K))
