"""One and three dimensions by mouse and by keyboard, against course_lib's reference and torch."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F
from widgets.page import cell, code, drawn, marked, mount, mount_widget, set_slider, state, status

from course_lib.reference.conv import conv_nd
from course_lib.widgets import Conv1dConv3d

pytestmark = pytest.mark.browser

VIDEO = np.arange(60.0).reshape(4, 3, 5) % 7
KERNEL = np.array([[[1.0, -2], [0, 3]], [[0.5, 0], [-1, 2]]])
VOLUME = {"dimensions": 3, "x": VIDEO.tolist(), "k": KERNEL.tolist()}


def right(setting: dict) -> np.ndarray:
    """What course_lib makes of the setting."""
    x, k = (torch.tensor(setting[name]).double()[None, None] for name in ("x", "k"))
    options = (setting.get("stride", 1), setting.get("padding", 0), setting.get("dilation", 1))
    return conv_nd(x, k, torch.zeros(1).double(), *options)[0, 0].numpy()


def planes(demo: Locator, name: str) -> np.ndarray:
    count = demo.locator(f"[data-panel^={name}]:not([data-panel$=ernel])").count()
    return np.stack([drawn(demo, f"{name}{d}") for d in range(count)])


def test_a_signal_is_convolved_as_by_course_lib(page: Page) -> None:
    demo = mount(page, "conv1d_conv3d")
    for changes in (("Kernel size", 4), ("Dilation", 3), ("Padding", 2), ("Stride", 2)):
        set_slider(demo, *changes)
        found = drawn(demo, "y")[0]
        assert found == pytest.approx(right(state(page)))
        expect(demo.locator(".formula")).to_contain_text(f"/ {state(page)['stride']}⌋ + 1 = ")
        assert f"+ 1 = {len(found)}\n" in demo.locator(".formula").inner_text()
    assert len(marked(demo, "x", "padding")) == 4
    cell(demo, "y", 0, 3).click()
    page.keyboard.press("ArrowLeft")
    assert marked(demo, "x", "window") == {(0, 4), (0, 7), (0, 10), (0, 13)}
    value = right(state(page))[2]
    expect(status(demo)).to_contain_text(f"= {value:g}.".replace("-", "−"))


def test_a_number_of_the_signal_is_changed(page: Page) -> None:
    demo = mount(page, "conv1d_conv3d", {"padding": 1})
    cell(demo, "x", 0, 1).click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert drawn(demo, "x")[0, :3].tolist() == [0, 5, 1]
    assert drawn(demo, "y")[0] == pytest.approx(right(state(page)))


@pytest.mark.parametrize("stride", [1, 2])
def test_a_volume_is_convolved_as_by_course_lib(page: Page, stride) -> None:
    demo = mount(page, "conv1d_conv3d", VOLUME | {"stride": stride, "at": [1, 0, 1]})
    y = right(VOLUME | {"stride": stride})
    assert planes(demo, "y") == pytest.approx(y)
    under = {(i, j) for i in (0, 1) for j in (stride, stride + 1)}
    for d in range(4):
        assert marked(demo, f"x{d}", "window") == (under if d in (stride, stride + 1) else set())
    expect(status(demo)).to_contain_text(f"= {y[1, 0, 1]:g}.".replace("-", "−"))


def test_planes_are_walked_by_key_and_chosen_by_mouse(page: Page) -> None:
    demo = mount(page, "conv1d_conv3d")
    demo.get_by_label("Dimensions").select_option("3")
    expect(status(demo)).to_contain_text("y[0, 0, 1] = 9·1 + 0·0 + 0·0 + 9·1 = 18.")
    cell(demo, "y2", 1, 3).click()
    expect(status(demo)).to_contain_text("y[2, 1, 3] = 9·1")
    page.keyboard.press("ArrowDown")
    expect(status(demo)).to_contain_text("y[2, 2, 3] = 2·1 + 2·0 + 2·0 + 2·1 = 4.")
    page.keyboard.press(".")
    expect(status(demo)).to_contain_text("y[0, 0, 0] = ")
    assert demo.locator("[data-panel^=y] [tabindex='0']").count() == 3
    cell(demo, "k1", 0, 0).click()
    page.keyboard.type("-1")
    page.keyboard.press("Enter")
    assert planes(demo, "y") == pytest.approx(right(state(page)))


def test_its_lines_of_code_give_what_it_draws(page: Page) -> None:
    demo = mount(page, "conv1d_conv3d", {"padding": 2, "dilation": 2, "stride": 2, "at": [0, 1]})
    names = {"torch": torch, "F": F}
    exec(code(demo, "torch"), names)
    assert drawn(demo, "y")[0] == pytest.approx(names["y"].numpy())
    scope = {"padded": drawn(demo, "x")[0], "k": drawn(demo, "k")[0]}
    assert eval(code(demo, "numpy").splitlines()[1], scope) == drawn(demo, "y")[0, 1]
    page.evaluate("mounted.unmount()")
    demo = mount(page, "conv1d_conv3d", VOLUME | {"stride": 2, "at": [1, 0, 1]})
    exec(code(demo, "torch"), names)
    assert planes(demo, "y") == pytest.approx(names["y"].numpy())
    scope = {"x": VIDEO, "k": KERNEL}
    assert eval(code(demo, "numpy").splitlines()[1], scope) == names["y"][1, 0, 1]


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (F.conv1d, ([1, 2, 4, 8], [1, -1]), "agrees in all 3 outputs"),
        (lambda x, w, b: F.conv1d(x, w.flip(2)), ([1, 2, 4, 8], [1, 2]), "a kernel that is turned"),
        (lambda x, w, b: F.conv1d(x, w)[..., :-1], ([1, 2, 4], [1, 2]), "ends one place too early"),
        (F.conv3d, (VIDEO, KERNEL), "agrees in all 24 outputs"),
        (lambda x, w, b: F.conv3d(x, w.flip(2)), (VIDEO, KERNEL), "planes are in the wrong order"),
        (lambda x, w, b: F.conv2d(x[0], w[0])[0], (VIDEO, KERNEL), "raised RuntimeError"),
    ],
)
def test_a_students_function_is_judged(page: Page, function, arguments, words) -> None:
    widget = Conv1dConv3d(*arguments, student=function)
    expect(mount_widget(page, widget).locator(".student")).to_contain_text(words)


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x has shape \(2, 2\); expected \(L,\) or \(D, H, W\)"):
        Conv1dConv3d([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match=r"k has shape \(3,\); expected at most \(2,\)"):
        Conv1dConv3d([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="padding is 1; expected an integer from 0 to 0"):
        Conv1dConv3d(VIDEO, padding=1)
    with pytest.raises(ValueError, match="a student's function has none of them"):
        Conv1dConv3d(stride=2, student=F.conv1d)
