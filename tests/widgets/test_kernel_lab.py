"""Kernels on photographs by mouse and by keyboard, against course_lib's reference."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F
from widgets.page import cell, code, drawn, grey, mount, painted, set_slider, state, status

from course_lib.data import load_photograph
from course_lib.reference.conv import convolve2d, cross_correlate2d
from course_lib.widgets import small_photographs

pytestmark = pytest.mark.browser

PRESETS = ["identity", "mean3", "mean7", "gauss", "sharpen", "upright", "level", "laplace"]
PRESETS += ["emboss", "shift"]


def outputs(setting: dict) -> np.ndarray:
    """What course_lib makes of the photograph and the kernel that are shown."""
    x = small_photographs.load()[setting["photograph"]] / 255
    operation = convolve2d if setting["flip"] else cross_correlate2d
    return operation(x, np.array(setting["k"], float))


def shades(y: np.ndarray, how: str) -> np.ndarray:
    farthest = np.abs(y).max()
    low, high = {"cut": (0, 1), "middle": (-farthest, farthest), "stretch": (y.min(), y.max())}[how]
    return np.clip((y - low) / (high - low), 0, 1) * 255


def test_stored_photographs_are_those_of_the_course() -> None:
    for name, pixels in small_photographs.load().items():
        assert (pixels == small_photographs.small(name)).all(), name


def test_every_preset_draws_what_course_lib_gives(page: Page) -> None:
    demo = mount(page, "kernel_lab")
    for name, photograph in zip(PRESETS, ["chelsea", "coffee", "brick"] * 4, strict=False):
        demo.get_by_label("Photograph").select_option(photograph)
        demo.get_by_label("Kernel", exact=True).select_option(name)
        found = grey(demo, "y")
        setting = state(page)
        assert np.abs(found - shades(outputs(setting), setting["grey"])).max() <= 0.51, name
    assert np.abs(grey(demo, "x") - small_photographs.load()["chelsea"]).max() == 0


def test_a_number_of_the_kernel_is_changed_by_key(page: Page) -> None:
    demo = mount(page, "kernel_lab", {"grey": "stretch", "flip": True})
    cell(demo, "k", 0, 0).click()
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    found = grey(demo, "y")
    setting = state(page)
    assert setting["k"][0] == [2.5, 0, 1]
    assert np.abs(found - shades(outputs(setting), "stretch")).max() <= 0.51
    assert drawn(demo, "turned").tolist() == drawn(demo, "k")[::-1, ::-1].tolist()
    expect(demo.get_by_label("Kernel", exact=True)).to_have_value("")


def test_the_place_is_chosen_by_slider_and_by_mouse(page: Page) -> None:
    demo = mount(page, "kernel_lab")
    set_slider(demo, "Row", 100)
    set_slider(demo, "Column", 20)
    y = outputs(state(page))
    expect(status(demo)).to_contain_text("y[100, 20] is the sum of the products")
    expect(status(demo)).to_contain_text(f"{y[100, 20]:.4g}".replace("-", "−"))
    pixels = small_photographs.load()["camera"][100:103, 20:23] / 255
    assert drawn(demo, "pixels") == pytest.approx(pixels, abs=0.0051)
    box = demo.locator("[data-panel=y]").bounding_box()
    assert box
    step = box["width"] / 126
    page.mouse.move(box["x"] + 70.5 * step, box["y"] + 64.5 * step)
    expect(status(demo)).to_contain_text("y[64, 70] is")
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    expect(painted(demo).get_by_role("button", name="Pin")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert state(page)["at"] == [64, 70]


def test_a_larger_kernel_keeps_its_middle(page: Page) -> None:
    demo = mount(page, "kernel_lab")
    set_slider(demo, "Kernel size", 5)
    assert drawn(demo, "k").tolist() == np.pad(drawn(demo, "k")[1:4, 1:4], 1).tolist()
    set_slider(demo, "Kernel size", 3)
    assert drawn(demo, "k").tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    set_slider(demo, "Kernel size", 1)
    assert grey(demo, "y").shape == (128, 128)


def test_its_lines_of_code_give_what_it_draws(page: Page) -> None:
    k = [[0, 1, 2, 0], [3, 0, 0, -5.5]]
    setting = {"photograph": "coffee", "k": k, "flip": True, "at": [9, 30]}
    demo = mount(page, "kernel_lab", setting)
    names = {"torch": torch, "F": F, "load_photograph": load_photograph}
    exec(code(demo, "torch"), names)
    y = outputs(setting)
    rounding = np.abs(k[0] + k[1]).sum() / 510  # of the stored pixels
    assert np.abs(names["y"].numpy() - y).max() <= rounding
    scope = {"x": small_photographs.load()["coffee"] / 255, "k": drawn(demo, "k")}
    assert eval(code(demo, "numpy").splitlines()[1], scope) == pytest.approx(y[9, 30])
