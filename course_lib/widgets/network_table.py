"""The demo that counts what the layers of a network put out, learn and multiply."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from course_lib.widgets.demo import STATIC, Demo, whole

LENET5 = """\
nn.Conv2d(1, 6, 5, padding=2)
nn.ReLU()
nn.MaxPool2d(2)
nn.Conv2d(6, 16, 5)
nn.ReLU()
nn.MaxPool2d(2)
nn.Flatten()
nn.Linear(400, 120)
nn.ReLU()
nn.Linear(120, 84)
nn.ReLU()
nn.Linear(84, 10)"""
MOST = (512, 256, 256, 256)


class NetworkTable(Demo):
    """Shapes, parameters and multiply-adds of layers, from lines of torch, with their reasons.

    Args:
        network: lines such as `nn.Conv2d(1, 20, 5, padding=2)`, or a module, whose parts are taken
            in the order in which `print` shows them; without it, the LeNet-5 of 1998.
        in_shape: of one image, (C, H, W), of a signal, (C, L), or of a volume, (C, D, H, W).

    Raises:
        ValueError: in_shape has another number of axes, or a size outside 1 to 256, channels 512.
    """

    demo = "network_table"
    sentence = (
        "A network as a table: what comes out of each layer, and what it learns and multiplies."
    )
    _esm = STATIC / "network_table.js"

    def __init__(
        self, network: str | nn.Module = LENET5, in_shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        if len(in_shape) not in (2, 3, 4):
            raise ValueError(f"in_shape is {tuple(in_shape)}; expected (C, L), (C, H, W) or more")
        sizes = zip(in_shape, MOST, strict=False)
        state = {
            "code": str(network),
            "input": [whole("a size in in_shape", size, 1, most) for size, most in sizes],
        }
        super().__init__(state)
