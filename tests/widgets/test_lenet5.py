"""LeNet-5 on a drawn digit, by mouse, finger and keyboard, against torch."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn
from widgets.page import code, grey, mount, mount_widget, painted, set_slider, state, status

from course_lib.lenet5 import LeNet5
from course_lib.widgets import LeNet5Demo, small_lenet5

pytestmark = pytest.mark.browser

PLAIN = {"centre": False, "drawn": [0] * 784}


def standardised(image: np.ndarray) -> torch.Tensor:
    """(1, 1, 28, 28), as the network takes what is 0 to 255."""
    pixels = torch.from_numpy(image).float().reshape(1, 1, 28, 28) / 255
    return (pixels - small_lenet5.MEAN) / small_lenet5.DEVIATION


def drawn_image(page: Page) -> np.ndarray:
    return np.array(state(page)["drawn"]).reshape(28, 28)


def shown_shares(demo: Locator) -> list[float]:
    """The ten probabilities that the chart says, in per cent."""
    words = painted(demo).locator("[data-panel=outputs]").get_attribute("aria-label") or ""
    return [float(share) for share in re.findall(r"\d: ([\d.]+) %", words)]


def assert_reads_as(demo: Locator, model: nn.Module, image: np.ndarray) -> None:
    with torch.no_grad():
        shares = model(standardised(image)).softmax(1)[0]
    assert shown_shares(demo) == pytest.approx((100 * shares).tolist(), abs=0.06)
    expect(status(demo)).to_contain_text(f"The network reads {int(shares.argmax())} (")


def test_every_map_is_that_of_torch(page: Page) -> None:
    demo = mount(page, "lenet5")
    image = grey(demo, "seen")
    flow, seen = standardised(image), []
    with torch.no_grad():
        for layer in small_lenet5.load():
            flow = layer(flow)
            if isinstance(layer, (nn.ReLU, nn.MaxPool2d)):
                seen.append(flow[0])
    names = ["convolution1", "pooling1", "convolution2", "pooling2", "linear1", "linear2"]
    for name, right in zip(names, seen, strict=True):
        shades = (right / right.max() * 255).round().flatten().numpy()
        found = grey(demo, name)
        if right.ndim == 3:
            maps, side = right.shape[:2]
            across = (found.shape[1] + 1) // (side + 1)
            corners = [((side + 1) * (m // across), (side + 1) * (m % across)) for m in range(maps)]
            found = np.stack([found[i : i + side, j : j + side] for i, j in corners])
        assert np.abs(found.ravel() - shades).max() <= 1
    assert_reads_as(demo, small_lenet5.load(), image)
    expect(demo.locator(".formula")).to_contain_text("61,706 parameters, 416,520 multiply-adds")


def test_each_of_its_own_ten_digits_is_read_right(page: Page) -> None:
    demo = mount(page, "lenet5", {"digit": 0})
    for digit in range(10):
        expect(status(demo)).to_contain_text(f"The network reads {digit} (")
        demo.get_by_role("button", name="Step forward").click()


def test_a_digit_drawn_with_the_mouse_is_read(page: Page) -> None:
    demo = mount(page, "lenet5", PLAIN)
    box = demo.locator("[data-pad]").bounding_box()
    assert box
    step = box["width"] / 28

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * step, box["y"] + y * step

    page.mouse.move(*at(8, 7))
    page.mouse.down()
    for corner in ((20, 7), (13, 22)):
        page.mouse.move(*at(*corner), steps=6)
    page.mouse.up()
    page.mouse.move(*at(2, 2))
    image = drawn_image(page)
    assert image[6, 14] == 255, "the pen left no line"
    assert not image[:4].any(), "a mouse without a button draws"
    assert grey(demo, "seen").tolist() == image.tolist()
    assert_reads_as(demo, small_lenet5.load(), image)
    expect(status(demo)).to_contain_text("The network reads 7 (")


def test_a_finger_draws_and_does_not_scroll(page: Page) -> None:
    demo = mount(page, "lenet5", PLAIN)
    pad = demo.locator("[data-pad]")
    assert pad.evaluate("pad => getComputedStyle(pad).touchAction") == "none"
    box = pad.bounding_box()
    assert box
    hand = page.context.new_cdp_session(page)
    for kind, row in (("touchStart", 4), ("touchMove", 24), ("touchEnd", None)):
        x, step = box["x"] + box["width"] / 2, box["width"] / 28
        points = [] if row is None else [{"x": x, "y": box["y"] + row * step}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    image = drawn_image(page)
    assert (image[5:23, 13:15] > 0).all()
    expect(status(demo)).to_contain_text("The network reads 1 (")


def test_the_arrow_keys_draw(page: Page) -> None:
    demo = mount(page, "lenet5", PLAIN)
    pad = demo.locator("[data-pad]")
    pad.focus()
    for key in ("Shift+ArrowUp", "Shift+ArrowUp", "Space", *["Shift+ArrowDown"] * 4, "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowLeft")
    expect(demo.locator("[data-pen]")).to_have_text("Pen up, row 21, column 9.")
    image = drawn_image(page)
    assert (image[5:22, 13] == 255).all()
    assert not image[:, 9].any(), "a lifted pen draws"
    expect(status(demo)).to_contain_text("The network reads 1 (")
    page.keyboard.press("Delete")
    assert not drawn_image(page).any()


def test_it_is_put_in_the_middle_and_moved(page: Page) -> None:
    image = np.zeros((28, 28), int)
    image[3:9, 4:6] = 255
    demo = mount(page, "lenet5", {"drawn": image.ravel().tolist(), "centre": False})
    set_slider(demo, "Then move down", 2)
    set_slider(demo, "Then move right", -3)
    assert grey(demo, "seen").tolist() == np.roll(image, (2, -3), (0, 1)).tolist()
    set_slider(demo, "Then move down", 0)
    set_slider(demo, "Then move right", 0)
    demo.get_by_label("Put it in the middle").check()
    rows, columns = np.nonzero(grey(demo, "seen"))
    assert abs(rows.mean() - 13.5) <= 0.5
    assert abs(columns.mean() - 13.5) <= 0.5


def test_a_network_of_ones_own_is_drawn(page: Page) -> None:
    torch.manual_seed(0)
    model = LeNet5()
    turned = nn.Module()  # the same parameters in another order
    for index, parameter in enumerate(reversed(list(model.parameters()))):
        turned.register_parameter(f"p{index}", parameter)
    demo = mount_widget(page, LeNet5Demo(turned, digit=3))
    assert_reads_as(demo, model, grey(demo, "seen"))
    expect(demo.locator(".formula")).to_contain_text("convolution 2: 50 × 14 × 14")
    expect(demo.locator(".formula")).to_contain_text("1,256,080 parameters")


def test_lost_weights_are_said(page: Page) -> None:
    demo = mount(page, "lenet5", given={})
    expect(status(demo)).to_contain_text("The trained weights are missing: run the cell again.")


def test_its_lines_of_code_are_those_of_the_network(page: Page) -> None:
    demo = mount(page, "lenet5")
    names = {"torch": torch, "nn": nn, "image": torch.from_numpy(grey(demo, "seen"))[None, None]}
    exec(code(demo, "torch"), names)
    shapes = [tuple(p.shape) for p in names["model"].parameters()]
    assert shapes == [tuple(p.shape) for p in small_lenet5.network().parameters()]
    assert names["logits"].shape == (1, 10)
    lines = code(demo, "numpy").splitlines()
    scope = {"np": np}
    exec(lines[1], scope)
    assert 100 * eval(lines[2], scope) == pytest.approx(shown_shares(demo), abs=0.06)


def layers(*shapes: tuple[int, ...]) -> nn.Module:
    module = nn.Module()
    for index, shape in enumerate(shapes):
        module.register_parameter(f"p{index}", nn.Parameter(torch.zeros(shape)))
    return module


CONVS = ((2, 1, 5, 5), (2,), (3, 2, 5, 5), (3,))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (nn.Linear(784, 10), r"no weights of the first convolution.*weight \(10, 784\)"),
        (layers(*CONVS, (9, 75), (9,)), "model has 9 outputs; expected 10"),
        (layers(*CONVS, (10, 74), (10,)), "a linear layer that reads 3 maps of 7 × 7"),
        (layers(*CONVS, (10, 147), (9,)), "no bias of a linear layer that reads 3 maps"),
        (layers(*CONVS, (10, 75), (10,), (7,)), "a linear layer that reads 10 numbers"),
        (layers(*CONVS[2:]), r"the first convolution, \(n, 1, 5, 5\)"),
    ],
)
def test_a_model_of_another_kind_is_refused(model, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        LeNet5Demo(model)
