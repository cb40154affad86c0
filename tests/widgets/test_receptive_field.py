"""Receptive fields by mouse and by keyboard, against course_lib and torch's gradients."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn
from widgets.page import code, mount, mount_widget, painted, set_slider, state, status

from course_lib.reference.shapes import receptive_field
from course_lib.widgets import ReceptiveField

pytestmark = pytest.mark.browser

STRIDED = {"layers": [[3, 2, 1], [3, 1, 1], [2, 2, 1]], "size": 24}


def lit(demo: Locator, mark: str) -> set[tuple[int, int]]:
    """The (level, unit) of the units that bear a mark."""
    units = painted(demo).locator(f".unit.{mark}")
    places = units.evaluate_all("all => all.map(u => [+u.dataset.row, +u.dataset.column])")
    return {(level, unit) for level, unit in places}


def reached(setting: dict, level: int, unit: int) -> dict[str, set[tuple[int, int]]]:
    """What the unit sees and what sees it, by autograd through every level."""
    flows = [torch.ones(1, 1, setting["size"]).double()]
    for k, s, d in setting["layers"]:
        layer = nn.Conv1d(1, 1, k, s, d * (k - 1) // 2, d, bias=False).double()
        nn.init.ones_(layer.weight)
        flows[-1].requires_grad_()
        flows.append(layer(flows[-1]))
    sees, seen = set(), set()
    for upper, flow in enumerate(flows):
        for place in range(flow.shape[-1]):
            if upper < level or upper == 0:
                continue
            below = flows[level if upper > level else 0 : upper]
            gradients = torch.autograd.grad(flow[0, 0, place], below, retain_graph=True)
            if upper == level and place == unit:
                for under, gradient in enumerate(gradients):
                    sees |= {(under, int(i)) for i in gradient[0, 0].nonzero()}
            elif upper > level and gradients[0][0, 0, unit]:
                seen.add((upper, place))
    return {"sees": sees, "seen": seen}


@pytest.mark.parametrize("chosen", [(2, 3), (0, 8)])
def test_the_cone_is_that_of_autograd(page: Page, chosen) -> None:
    demo = mount(page, "receptive_field", STRIDED | {"at": list(chosen)})
    right = reached(STRIDED, *chosen)
    assert {mark: lit(demo, mark) for mark in right} == right
    assert lit(demo, "current") == {chosen}


def test_the_field_in_theory_is_that_of_the_notebook(page: Page) -> None:
    demo = mount(page, "receptive_field")
    for name, pairs in (
        ("stride 2 first", [(3, 2), (3, 1), (3, 1)]),
        ("stride 2 last", [(3, 1), (3, 1), (3, 2)]),
        ("convolution 3 and pooling 2, twice", [(3, 1), (2, 2), (3, 1), (2, 2)]),
    ):
        demo.get_by_label("Stack").select_option(name)
        field = receptive_field(pairs)
        expect(status(demo)).to_contain_text(f"In theory it sees {field} inputs")
        last = painted(demo).locator(".formula").inner_text().splitlines()[-1]
        assert f"= {field}, jump" in last


def test_units_are_chosen_by_key_and_by_mouse(page: Page) -> None:
    demo = mount(page, "receptive_field")
    demo.locator("[data-panel=stack]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert lit(demo, "current") == {(2, 6)}
    expect(status(demo)).to_contain_text("In theory it sees 5 inputs, from 4 to 8.")
    expect(status(demo)).to_contain_text("It is seen by 3 of layer 3.")
    demo.locator(".unit[data-row='1'][data-column='0']").click()
    assert lit(demo, "current") == {(1, 0)}
    expect(status(demo)).to_contain_text("from −1 to 1. Measured: 2 of the 15 inputs change it")
    assert demo.locator("[data-panel=stack]").get_attribute("tabindex") == "0"


def test_a_layer_is_changed_and_the_rest_stays_legal(page: Page) -> None:
    demo = mount(page, "receptive_field", {"size": 6, "padded": False})
    set_slider(demo, "Layer to change", 1)
    set_slider(demo, "Its kernel", 5)
    assert painted(demo).locator(".unit[data-row='3']").count() >= 1
    assert state(page)["layers"][0] == [5, 1, 1]
    shown = re.findall(r"[\d]+(?= →| units)", status(demo).inner_text())
    assert [int(number) for number in shown] == [6, 2, 1, 1]


def test_its_lines_of_code_give_what_it_draws(page: Page) -> None:
    demo = mount(page, "receptive_field", STRIDED | {"at": [3, 1]})
    names = {"torch": torch, "nn": nn}
    exec(code(demo, "torch"), names)
    paths = names["x"].grad[0, 0].tolist()
    texts = demo.locator(".chart text[text-anchor=middle]").all_text_contents()
    assert [float(text) for text in texts] == [number for number in paths if number]
    in_theory = receptive_field([(k, s) for k, s, _ in STRIDED["layers"]])
    assert eval(code(demo, "numpy").splitlines()[1]) == in_theory


def ignores_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (receptive_field, "receptive_field agrees."),
        (lambda layers: np.int64(receptive_field(layers)), "<lambda> agrees."),
        (ignores_strides, "Looks like strides that are ignored"),
        (lambda layers: None, "None: it is not written yet"),
    ],
)
def test_a_students_function_is_judged(page: Page, function, words) -> None:
    widget = ReceptiveField([(3, 2), (5, 1), (2, 2)], student=function)
    expect(mount_widget(page, widget).locator(".student")).to_contain_text(words)


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ValueError, match="layers has 6 layers; expected 1 to 5"):
        ReceptiveField([(3, 1)] * 6)
    with pytest.raises(ValueError, match=r"layers\[1\] is \(3,\); expected \(kernel, stride\)"):
        ReceptiveField([(3, 1), (3,)])
    with pytest.raises(ValueError, match=r"the stride of layers\[0\] is 4; expected an integer"):
        ReceptiveField([(3, 4)])
    with pytest.raises(ValueError, match="a student's receptive_field knows of none"):
        ReceptiveField([(3, 1, 2)], student=receptive_field)
