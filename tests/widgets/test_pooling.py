"""Pooling and its shift slider by mouse and by keyboard, against course_lib's reference."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F
from widgets.page import cell, code, drawn, marked, mount, mount_widget, set_slider, status

from course_lib.reference.pool import avg_pool_nd as avg_pool2d
from course_lib.reference.pool import max_pool_nd as max_pool2d
from course_lib.widgets import Pooling

pytestmark = pytest.mark.browser

OPERATIONS = {"max": max_pool2d, "mean": avg_pool2d}


def image() -> torch.Tensor:
    return torch.tensor(Pooling().state["x"], dtype=torch.float64)[None, None]


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (2, 3), (4, 1)])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_outputs_are_those_of_course_lib(page: Page, operation, kernel, stride) -> None:
    setting = {"operation": operation, "kernel": kernel, "stride": stride, "shift": [2, -1]}
    demo = mount(page, "pooling", setting)
    shifted = image().roll((2, -1), (2, 3))
    assert drawn(demo, "x") == pytest.approx(shifted[0, 0].numpy())
    right = OPERATIONS[operation](shifted, kernel, stride)[0, 0].numpy()
    assert drawn(demo, "y") == pytest.approx(right, rel=1e-3)
    before = OPERATIONS[operation](image(), kernel, stride)[0, 0].numpy()
    assert drawn(demo, "before") == pytest.approx(before, rel=1e-3)
    differ = {(int(i), int(j)) for i, j in np.argwhere(right != before)}
    assert marked(demo, "before", "window") == differ


def test_the_shift_slider_says_how_much_changed(page: Page) -> None:
    demo = mount(page, "pooling")
    expect(status(demo)).to_contain_text("Shift the image to see what changes.")
    demo.get_by_label("Shift right").focus()
    page.keyboard.press("ArrowRight")
    shifted, pooled = image().roll((0, 1), (2, 3)), max_pool2d(image(), 2, 2)
    sensitivity = (max_pool2d(shifted, 2, 2) - pooled).norm() / pooled.norm()
    identity = (shifted - image()).norm() / image().norm()
    text = status(demo).inner_text()
    found = re.search(r"the pooled image by ([\d.]+) %, the image itself by ([\d.]+) %", text)
    assert found
    shares = [float(share) / 100 for share in found.groups()]
    assert shares == pytest.approx([float(sensitivity), float(identity)], rel=1e-3)


def test_a_window_shows_the_number_that_it_keeps(page: Page) -> None:
    demo = mount(page, "pooling")
    cell(demo, "y", 1, 1).click()
    assert marked(demo, "x", "current") == {(2, 2), (3, 3)}  # two nines
    assert marked(demo, "x", "window") == {(2, 3), (3, 2)}
    page.keyboard.press("ArrowRight")
    expect(status(demo)).to_contain_text("y[1, 2] is the largest of 2, 0, 8, 1: 8.")


def test_an_image_edited_after_a_shift_is_the_image_before_it(page: Page) -> None:
    demo = mount(page, "pooling", {"shift": [0, 1]})
    cell(demo, "x", 0, 1).click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert drawn(demo, "x")[0, 1] == 5
    set_slider(demo, "Shift right", 0)
    expect(cell(demo, "x", 0, 0)).to_have_text("5")


def test_its_lines_of_code_give_the_numbers_that_it_draws(page: Page) -> None:
    demo = mount(page, "pooling", {"operation": "mean", "kernel": 3, "shift": [1, 2], "at": [1, 2]})
    names = {"torch": torch, "F": F}
    exec(code(demo, "torch"), names)
    assert drawn(demo, "y") == pytest.approx(names["y"].numpy(), rel=1e-3)
    at_place = eval(code(demo, "numpy").splitlines()[1], {"x": names["x"].numpy()})
    assert drawn(demo, "y")[1, 2] == pytest.approx(at_place, rel=1e-3)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (max_pool2d, "agrees in all 9 outputs"),
        (avg_pool2d, "Looks like the mean instead of the largest"),
        (lambda x, k, s: max_pool2d(x, k, k), "Looks like windows as far apart as they are wide"),
        (lambda x, k, s: max_pool2d(x, k, s)[..., :-1, :-1], "ends one window too early"),
        (lambda x, k, s: -max_pool2d(-x, k, s), "the smallest instead of the largest"),
    ],
)
def test_a_students_function_is_judged(page: Page, function, words) -> None:
    widget = Pooling(kernel=3, stride=2, shift=(1, 0), student=function)
    expect(mount_widget(page, widget).locator(".student")).to_contain_text(words)
