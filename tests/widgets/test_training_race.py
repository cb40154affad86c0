"""The race with and without batch norm by slider and by keyboard, against torch."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn
from torch.nn import functional as F
from widgets import golden
from widgets.page import code, grey, mount, set_slider, status

from course_lib.widgets import TrainingRace

pytestmark = pytest.mark.browser

SIDE, REACH = 40, 2.1


def probabilities(model: nn.Module) -> np.ndarray:
    """Of the second class, over the square that is shown."""
    places = (torch.arange(SIDE).double() + 0.5) / SIDE * 2 * REACH - REACH
    down, right = torch.meshgrid(-places, places, indexing="ij")
    with torch.no_grad():
        shares = model(torch.stack([right, down], dim=-1).reshape(-1, 2)).softmax(1)[:, 1]
    return shares.reshape(SIDE, SIDE).numpy()


def right_of(model: nn.Module) -> int:
    x, y = golden.spirals()
    return int((model(x).argmax(1) == y).sum())


def test_both_networks_are_trained_as_by_torch(page: Page) -> None:
    demo = mount(page, "training_race", {"depth": 2, "rate": 0.3, "scale": 1, "seed": 2})
    set_slider(demo, "Steps of training", 25)
    text = status(demo).inner_text()
    for name, norm in (("with", True), ("without", False)):
        model, _ = golden.raced(2, 1.0, 0.3, 2, norm, 25)
        assert np.abs(grey(demo, name) - 255 * probabilities(model)).max() <= 0.51
        _, losses = golden.raced(2, 1.0, 0.3, 2, norm, 26)
        loss = f"{np.mean(losses[-3:]):.3g}"
        said = f"loss is {loss} and {right_of(model)}" if norm else f"{loss} and {right_of(model)}."
        assert said in text


def test_steps_go_forward_and_back_and_are_no_new_training(page: Page) -> None:
    demo = mount(page, "training_race", {"step": 119, "depth": 1})
    before = status(demo).inner_text()
    page.keyboard.press("Tab")
    demo.get_by_role("button", name="Step forward").click()
    expect(demo.locator(".where")).to_have_text("121 / 121")
    page.keyboard.press(".")
    expect(demo.locator(".where")).to_have_text("1 / 121")
    page.keyboard.press(",")
    page.keyboard.press(",")
    expect(status(demo)).to_have_text(before)


def test_a_loss_that_is_no_number_is_said(page: Page) -> None:
    demo = mount(page, "training_race", {"depth": 5, "scale": 3, "rate": 1, "seed": 2, "step": 9})
    _, losses = golden.raced(5, 3.0, 1.0, 2, False, 10)
    assert np.isnan(losses[-1]), "torch gets by"
    model, _ = golden.raced(5, 3.0, 1.0, 2, True, 9)
    expect(status(demo)).to_contain_text(f"{right_of(model)} of 96 points are right; without, no ")
    expect(status(demo)).to_contain_text("without, no longer a number and 0.")


def test_the_winner_is_guessed_before_it_shows(page: Page) -> None:
    demo = mount(page, "training_race")
    demo.get_by_role("button", name="Predict first").click()
    expect(demo.locator("[data-panel=with]")).to_have_attribute(
        "aria-label", "with batch norm: hidden"
    )
    demo.get_by_label("Your prediction").fill("with")
    page.keyboard.press("Enter")
    expect(demo.locator("form.predict [role=status]")).to_contain_text("Right: with.")


def test_its_lines_of_code_train_such_networks(page: Page) -> None:
    demo = mount(page, "training_race", {"depth": 2, "rate": 0.3, "scale": 1})
    x, y = golden.spirals()
    batches = [(x[n : n + 32].float(), y[n : n + 32]) for n in (0, 32, 64)]
    names = {"torch": torch, "nn": nn, "F": F, "batches": batches}
    torch.manual_seed(0)
    exec(code(demo, "torch"), names)
    with_norm, without = names["models"]
    kinds = [type(layer).__name__ for layer in with_norm]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 2 + ["Linear"]
    assert [type(layer).__name__ for layer in without] == ["Linear", "ReLU"] * 2 + ["Linear"]
    assert int((with_norm.eval()(x.float()).argmax(1) == y).sum()) > 70
    assert eval(code(demo, "numpy").splitlines()[1], {"np": np}) == pytest.approx((1 / 6) ** 0.5)


def test_what_cannot_be_set_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rate is 0\.2; expected one of"):
        TrainingRace(0.2)
    with pytest.raises(ValueError, match="depth is 7; expected an integer from 1 to 6"):
        TrainingRace(depth=7)
