"""The demo of LeNet-5 on a digit that one draws."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from course_lib.widgets.demo import STATIC, Demo, pair, whole

SMALL = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,)]
SMALL += [(10, 84), (10,)]
SIDES = (7, 6, 5)  # of the maps that are flattened, with padding 2, 1 and 0 before them


class LeNet5Demo(Demo):
    """Draw a digit, and see what each layer of a trained LeNet-5 makes of it.

    Args:
        model: a trained network of this kind, on any device: two 5 × 5 convolutions, the first
            with padding 2, each with ReLU and 2 × 2 max pooling, then linear layers with ReLU
            between them, the last with ten outputs; for images standardised by MNIST's mean 0.1307
            and deviation 0.3081. Without one, a small network of the 1998 paper's widths.
        digit: which digit is drawn at first.
        shift: an integer, or (down, right), -8 to 8 each: how far it is moved after that.

    Raises:
        ValueError: digit or shift is outside its range, or the model's parameters are by their
            shapes not those of such a network: the message says which is missing.

    Source: LeCun et al. 1998, "Gradient-based learning applied to document recognition".
    """

    demo = "lenet5"
    sentence = "A trained LeNet-5 reads a digit; each layer's numbers are drawn as grey maps."
    _esm = STATIC / "lenet5.js"

    def __init__(
        self,
        model: nn.Module | None = None,
        *,
        digit: int = 5,
        shift: int | tuple[int, int] = 0,
    ) -> None:
        state = {
            "digit": whole("digit", digit, 0, 9),
            "drawn": None,
            "centre": True,
            "shift": pair("shift", shift, -8, 8),
        }
        super().__init__(state, network=_small() if model is None else _sent(model))


def _small() -> dict[str, Any]:
    weights = base64.b64encode((STATIC / "small_lenet5.f32").read_bytes()).decode()
    return {"shapes": [list(shape) for shape in SMALL], "weights": weights}


def _sent(model: nn.Module) -> dict[str, Any]:
    """The parameters as the browser reads them: shapes, and all numbers as base64."""
    parameters = _in_order(dict(model.named_parameters()))
    numbers = [p.detach().cpu().numpy().astype("<f4").tobytes() for p in parameters]
    return {
        "shapes": [list(p.shape) for p in parameters],
        "weights": base64.b64encode(b"".join(numbers)).decode(),
    }


def _in_order(parameters: dict[str, Tensor]) -> list[Tensor]:
    """Weight and bias of each layer, from the image to the outputs, found by their shapes."""
    left = dict(parameters)

    def take(what: str, fits: Callable[[tuple[int, ...]], bool]) -> Tensor:
        name = next((name for name, p in left.items() if fits(tuple(p.shape))), None)
        if name is None:
            shapes = ", ".join(f"{name} {tuple(p.shape)}" for name, p in parameters.items())
            raise ValueError(f"model has no {what}; its parameters are {shapes or 'none'}")
        if not left[name].isfinite().all():
            raise ValueError(f"{name} has numbers that are not finite")
        return left.pop(name)

    def layer(what: str, inputs: tuple[tuple[int, ...], ...]) -> list[Tensor]:
        weight = take(f"weights of {what}", lambda shape: shape[1:] in inputs)
        outputs = len(weight)
        return [weight, take(f"bias of {what}", lambda shape: shape == (outputs,))]

    found = layer("the first convolution, (n, 1, 5, 5)", ((1, 5, 5),))
    channels = len(found[-1])
    found += layer(f"the second convolution, (n, {channels}, 5, 5)", ((channels, 5, 5),))
    channels = len(found[-1])
    sizes = tuple((channels * side**2,) for side in SIDES)
    found += layer(f"a linear layer that reads {channels} maps of 7 × 7", sizes)
    while left:
        inputs = len(found[-1])
        found += layer(f"a linear layer that reads {inputs} numbers", ((inputs,),))
    if len(found[-1]) != 10:
        raise ValueError(f"model has {len(found[-1])} outputs; expected 10")
    return found
