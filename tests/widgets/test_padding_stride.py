"""Padding, stride, dilation and groups by mouse and by keyboard, against course_lib and torch."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn
from torch.nn import functional as F
from widgets.page import (
    cell,
    code,
    drawn,
    marked,
    mount,
    mount_widget,
    painted,
    set_slider,
    state,
    status,
)

from course_lib.reference.conv import conv_nd
from course_lib.reference.shapes import conv_cost, output_size
from course_lib.widgets import PaddingStride

pytestmark = pytest.mark.browser

SETTINGS = [
    {},
    {"size": [6, 9], "kernel": [2, 3], "stride": [1, 3], "padding": [2, 0], "linked": False},
    {"dilation": [2, 2], "mode": "reflect", "padding": [3, 3], "stride": [1, 1]},
    {"mode": "circular", "kernel": [4, 4]},
    {"mode": "replicate", "padding": [2, 2]},
]


def expected(setting: dict) -> np.ndarray:
    """The outputs of a kernel of ones, by course_lib."""
    rows, columns = setting["size"]
    x = torch.arange(rows * columns, dtype=torch.float64).reshape(1, 1, rows, columns) % 10
    w, b = torch.ones(1, 1, *setting["kernel"]).double(), torch.zeros(1).double()
    pairs = [tuple(setting[name]) for name in ("stride", "padding", "dilation")]
    return conv_nd(x, w, b, *pairs, 1, setting["mode"])[0, 0].numpy()


@pytest.mark.parametrize("setting", SETTINGS)
def test_outputs_sizes_and_costs_are_those_of_course_lib(page: Page, setting) -> None:
    demo = mount(page, "padding_stride", setting)
    page.locator("#around").focus()
    demo.get_by_label("Groups").select_option("2")
    settled = state(page)
    outputs = expected(settled)
    assert drawn(demo, "y") == pytest.approx(outputs)
    formula = painted(demo).locator(".formula").inner_text()
    for axis, name in enumerate(("rows", "columns")):
        keys = ("size", "kernel", "stride", "padding", "dilation")
        size = output_size(*(settled[key][axis] for key in keys))
        assert size == outputs.shape[axis]
        assert f"= {size}" in next(line for line in formula.splitlines() if line.startswith(name))
    layer = nn.Conv2d(4, 6, tuple(settled["kernel"]), groups=2)
    parameters = sum(p.numel() for p in layer.parameters())
    assert f"{parameters} parameters" in formula
    assert f"{layer.weight.numel() * outputs.size} multiply-adds" in formula


def test_costs_without_groups_are_those_of_the_notebook(page: Page) -> None:
    demo = mount(page, "padding_stride")
    parameters, adds = conv_cost((4, 7, 7), 6, 3, 2, 1)
    words = f"{parameters} parameters with biases, {adds} multiply-adds"
    expect(demo.locator(".formula")).to_contain_text(words)


def read_by(row: int, column: int, setting: dict) -> set[tuple[int, int]]:
    """The outputs that an input moves, by autograd."""
    x = torch.zeros(1, 1, *setting["size"], requires_grad=True)
    w = torch.ones(1, 1, *setting["kernel"])
    y = F.conv2d(x, w, None, setting["stride"], setting["padding"], setting["dilation"])[0, 0]
    found = set()
    for i, j in np.ndindex(*y.shape):
        [gradient] = torch.autograd.grad(y[i, j], x, retain_graph=True)
        if gradient[0, 0, row, column]:
            found.add((i, j))
    return found


@pytest.mark.parametrize("place", [(0, 0), (3, 3), (3, 2), (6, 6)])
def test_an_input_shows_the_outputs_that_read_it(page: Page, place) -> None:
    demo = mount(page, "padding_stride")
    cell(demo, "x", place[0] + 1, place[1] + 1).click()
    expected_outputs = read_by(*place, state(page))
    assert marked(demo, "y", "window") == expected_outputs
    expect(status(demo)).to_contain_text(f"is read by {len(expected_outputs)} output")


def test_an_output_shows_its_window_by_key(page: Page) -> None:
    demo = mount(page, "padding_stride", {"dilation": [2, 2], "size": [9, 9]})
    cell(demo, "y", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    taps = {(2 + 2 * p, 2 + 2 * q) for p in range(3) for q in range(3)}
    assert marked(demo, "x", "window") == taps
    values = drawn(demo, "x")[2:7:2, 2:7:2]
    expect(status(demo)).to_contain_text(f"= {values.sum():g}.")


def test_inputs_that_a_stride_leaves_unread_are_marked(page: Page) -> None:
    demo = mount(page, "padding_stride", {"size": [5, 5], "kernel": [1, 1], "padding": [0, 0]})
    everywhere = set(np.ndindex(5, 5))
    assert marked(demo, "x", "unread") == everywhere - {
        (i, j) for i in (0, 2, 4) for j in (0, 2, 4)
    }


def legal(demo: Locator) -> bool:
    sliders = demo.locator("input[type=range]")
    return bool(
        sliders.evaluate_all("all => all.every(s => +s.min <= +s.value && +s.value <= +s.max)")
    )


def test_no_slider_leads_to_a_kernel_that_does_not_fit(page: Page) -> None:
    demo = mount(page, "padding_stride")
    for label, value in (
        ("Input", 1),
        ("Kernel", 5),
        ("Padding", 0),
        ("Dilation", 3),
        ("Kernel", 5),
    ):
        slider = demo.get_by_label(label, exact=True)
        low, high = (int(slider.get_attribute(side) or 0) for side in ("min", "max"))
        if low < high:
            set_slider(demo, label, min(max(value, low), high))
        expect(demo.locator("[data-panel=y] .row")).not_to_have_count(0)
        assert legal(demo)
        assert drawn(demo, "y") == pytest.approx(expected(state(page)))


def test_groups_show_which_filter_reads_which_channel(page: Page) -> None:
    demo = mount(page, "padding_stride", {"groups": 2})
    rows = demo.locator("[data-panel=channels] .row").evaluate_all(
        "rows => rows.map(r => [...r.children].map(c => c.textContent === '●'))"
    )
    layer = nn.Conv2d(4, 6, 1, groups=2, bias=False)
    one_by_one = torch.eye(4)[:, :, None, None]
    reads = layer(one_by_one)[:, :, 0, 0].T != 0
    assert rows == reads.tolist()
    assert demo.get_by_label("Groups").locator("option").all_inner_texts() == ["1", "2"]


def test_its_lines_of_code_give_the_numbers_that_it_draws(page: Page) -> None:
    setting = {"size": [7, 8], "kernel": [2, 3], "dilation": [2, 1], "linked": False, "at": [2, 1]}
    demo = mount(page, "padding_stride", setting)
    names = {"torch": torch, "nn": nn}
    exec(code(demo, "torch"), names)
    assert tuple(names["y"].shape[2:]) == drawn(demo, "y").shape
    at_place = eval(code(demo, "numpy").splitlines()[1], {"padded": drawn(demo, "x")})
    assert at_place == drawn(demo, "y")[2, 1]


def test_the_number_of_outputs_is_guessed_before_it_shows(page: Page) -> None:
    demo = mount(page, "padding_stride")
    demo.get_by_role("button", name="Predict first").click()
    expect(demo.locator("[data-panel=y] .cell")).to_have_count(1)
    expect(demo.locator(".formula")).to_contain_text("= ?")
    expect(demo.locator(".where")).to_have_text("1")
    demo.get_by_label("Your prediction").fill("4x4")
    page.keyboard.press("Enter")
    expect(demo.locator("form.predict [role=status]")).to_contain_text("Right: 4 × 4.")
    expect(demo.locator("[data-panel=y] .cell")).to_have_count(16)


def swaps_padding(x, w, b, stride, padding, dilation, groups):
    return F.conv2d(x, w, b, stride, padding[::-1], dilation, groups)


def forgets_stride(x, w, b, stride, padding, dilation, groups):
    return F.conv2d(x, w, b, 1, padding, dilation, groups)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (F.conv2d, "agrees in all 20 outputs"),
        (swaps_padding, "Looks like a padding whose rows and columns are exchanged"),
        (forgets_stride, "Looks like a stride that is ignored"),
    ],
)
def test_a_students_function_is_judged(page: Page, function, words) -> None:
    widget = PaddingStride((7, 6), 3, 2, (2, 1), student=function)
    demo = mount_widget(page, widget)
    if "agrees" in words:
        words = words.replace("20", str(expected(state_of(widget)).size))
    expect(demo.locator(".student")).to_contain_text(words)


def state_of(widget: PaddingStride) -> dict:
    return dict(widget.state)
