"""A network as a table by mouse and by keyboard, against course_lib and torch."""

import itertools

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn
from widgets.page import code, mount, mount_widget, painted, set_slider, state, status

from course_lib.lenet5 import LeNet5, lenet5_costs
from course_lib.widgets import NetworkTable

pytestmark = pytest.mark.browser


def rows(demo: Locator) -> list[list[str]]:
    """The texts of the table, without its head."""
    lines = painted(demo).locator("[data-panel=table] tbody tr")
    found: list[list[str]] = lines.evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
    )
    return found


def test_the_table_of_lenet5_is_that_of_course_lib(page: Page) -> None:
    demo = mount_widget(page, NetworkTable(LeNet5().layers))
    steps = [row.step for row in lenet5_costs().rows]
    assert [row[1:] for row in rows(demo)] == [
        [" × ".join(map(str, s.shape)), f"{s.parameters:,}", f"{s.multiply_adds:,}"] for s in steps
    ]
    costs = lenet5_costs()
    expect(status(demo)).to_contain_text(
        f"In all: {costs.parameters:,} parameters, {costs.multiply_adds:,} multiply-adds"
    )


def test_lines_are_pasted_and_a_layer_that_does_not_fit_is_named(page: Page) -> None:
    demo = mount(page, "network_table")
    field = demo.get_by_label("Layers: paste")
    field.fill("self.a = nn.Conv2d(1, 8, 3)\nself.b = nn.Conv2d(9, 4, 3)\n")
    assert [row[1] for row in rows(demo)] == ["1 × 28 × 28", "8 × 26 × 26"]
    expect(status(demo)).to_contain_text(
        "Layer 2, Conv2d(9, 4, 3): it reads 9 channels, but 8 come in."
    )
    field.press("End")
    page.keyboard.type("ddp.,")
    assert state(page)["code"].endswith("ddp.,"), "keys of the field are taken as the demo's"


def test_a_network_is_built_layer_by_layer(page: Page) -> None:
    demo = mount(page, "network_table", {"code": "", "input": [3, 9, 9]})
    expect(status(demo)).to_contain_text("0 layers on 3 × 9 × 9")
    for start in ("nn.Conv2d(3, 6, 3, stride=2", "nn.BatchNorm2d(6)", "nn.Flatten", "nn.Linear"):
        menu = painted(demo).get_by_label("Add", exact=True)
        offers = menu.locator("option").all_inner_texts()
        menu.select_option(next(offer for offer in offers if offer.startswith(start)))
    shown = [row[1] for row in rows(demo)]
    assert shown == ["3 × 9 × 9", "6 × 5 × 5", "6 × 5 × 5", "150", "10"]
    expect(status(demo)).to_contain_text("chosen is layer 4, Linear(150, 10).")
    demo.get_by_role("button", name="Remove the last line").click()
    assert len(rows(demo)) == 4


def test_a_row_is_chosen_by_key_and_by_mouse_and_says_its_reasons(page: Page) -> None:
    demo = mount(page, "network_table")
    demo.locator("[data-panel=table]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    formula = painted(demo).locator(".formula")
    expect(formula).to_contain_text("rows: ⌊(14 + 2·0 − 5) / 1⌋ + 1 = 10")
    expect(formula).to_contain_text("parameters: 16 filters · (6·5·5 + 1) = 2,416")
    expect(formula).to_contain_text("multiply-adds: 16·10·10 outputs · 6·5·5 = 240,000")
    demo.get_by_role("row", name="Linear(400, 120)").click()
    expect(formula).to_contain_text("120 outputs · (400 + 1) = 48,120")
    expect(demo.locator("[data-panel=table] [aria-current]")).to_have_count(1)


def test_the_size_of_the_input_changes_the_work_and_not_the_parameters(page: Page) -> None:
    demo = mount(page, "network_table")
    demo.get_by_label("Network", exact=True).select_option("two of 3 × 3 for one of 5 × 5")
    set_slider(demo, "Rows", 28)
    assert [row[1:] for row in rows(demo)][1] == ["64 × 28 × 56", "36,864", "57,802,752"]


def test_its_lines_of_code_give_the_numbers_of_the_table(page: Page) -> None:
    printed = str(nn.Sequential(nn.Conv2d(2, 4, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2)))
    demo = mount(page, "network_table", {"code": printed, "input": [2, 8, 9], "at": [3, 0]})
    names = {"torch": torch, "nn": nn, "itertools": itertools}
    lines = code(demo, "torch").rsplit("\n", 2)
    exec(lines[0], names)
    shapes = eval(lines[1], names)
    assert [" × ".join(map(str, shape)) for shape in shapes] == [row[1] for row in rows(demo)]
    assert f"In all: {eval(lines[2], names)} parameters" in status(demo).inner_text()
    assert eval(code(demo, "numpy").splitlines()[1], {"np": np}) == 4 * 4 * 4


def test_a_prediction_hides_the_numbers_and_keeps_the_layers(page: Page) -> None:
    demo = mount(page, "network_table")
    demo.get_by_role("button", name="Predict first").click()
    assert rows(demo)[1] == ["Conv2d(1, 6, 5, padding=2)", "?", "?", "?"]
    demo.get_by_label("Your prediction").fill("6x28x28")
    page.keyboard.press("Enter")
    expect(demo.locator("form.predict [role=status]")).to_contain_text("Right: 6 × 28 × 28.")


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ValueError, match=r"in_shape is \(28,\); expected \(C, L\)"):
        NetworkTable(in_shape=(28,))
    with pytest.raises(ValueError, match="a size in in_shape is 300; expected an integer"):
        NetworkTable(in_shape=(3, 300, 20))


def test_keys_within_one_frame_all_count(page: Page) -> None:
    demo = mount(page, "network_table")
    demo.locator("[data-panel=table]").evaluate(
        """table => {
            for (let press = 0; press < 3; press++)
                table.dispatchEvent(
                    new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
        }"""
    )
    assert state(page)["at"] == [4, 0]
