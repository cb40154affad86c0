"""LeNet-5 as the lecture has it, the table of its layers, and its trained weights in a file."""

from __future__ import annotations

from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from course_lib.shapes import Table, table
from course_lib.weights import by_shape, read_weights

IMAGE = (1, 28, 28)


class LeNet5(nn.Module):
    """20 and 50 filters of 5x5, padding 2, each with ReLU and 2x2 max pooling, then 500 and 10
    fully connected numbers: 1,256,080 parameters.

    Args of the call: images (N, 1, 28, 28), standardised.
    Returns of the call: logits (N, 10), dtype and device of the images.

    Source: slides "Example: LeNet-5". The table there is Caffe's LeNet with padding and a second
    ReLU; the network of LeCun et al. 1998 has 6, 16, 120 and 84.

    >>> LeNet5()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 20, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(20, 50, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(50 * 7 * 7, 500),
            nn.ReLU(),
            nn.Linear(500, 10),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


def lenet5_table() -> list[tuple[str, tuple[int, ...], tuple[int, ...] | None]]:
    """The eleven rows of the lecture's table.

    Returns:
        (name, output shape of one image, weight shape) from Input to the last Linear. The name
        begins with the kind of layer; the weight shape of Linear is (in, out), as on the slide and
        unlike torch's; None where a layer has no weights. Biases are left out.

    Source: slides "Example: LeNet-5".

    >>> lenet5_table()[7:9]
    [('Flatten', (2450,), None), ('Linear 2450 -> 500', (500,), (2450, 500))]
    """
    steps = [row.step for row in lenet5_costs().rows]
    return [(step.name, step.shape, step.weight_shape) for step in steps]


def lenet5_costs() -> Table:
    """The table with parameters, multiply-adds and receptive fields, each with its reason."""
    return table(_without_numbers(), IMAGE)


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the parameters of a LeNet-5, of this class or another, as a safetensors file.

    Args:
        model: has the eight parameters of LeNet-5, under any names.
        path: where to write; a file there is replaced.

    Raises:
        ValueError: if the parameters are not those of LeNet-5 by shape.
    """
    tensors = {name: p.detach().cpu().contiguous() for name, p in model.named_parameters()}
    by_shape(tensors, _shapes(), "model")
    Path(path).write_bytes(safetensors.torch.save(tensors))


def load_weights(path: str | Path) -> LeNet5:
    """A LeNet-5 with the weights of a file, on the CPU, float32, in evaluation mode.

    Each parameter is the tensor of its shape; all eight differ, so names do not matter.

    Args:
        path: a safetensors file.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the file is too large or no safetensors file, or if its tensors are not
            floating point, not finite or not those of LeNet-5 by shape.
    """
    given = read_weights(path, _shapes())
    model = _without_numbers()
    state = {name: given[tuple(p.shape)].float() for name, p in model.named_parameters()}
    model.load_state_dict(state, assign=True)
    return model.eval()


def _without_numbers() -> LeNet5:
    """A LeNet-5 that has shapes only, and for which no random number is drawn."""
    with torch.device("meta"):
        return LeNet5()


def _shapes() -> list[tuple[int, ...]]:
    return [tuple(parameter.shape) for parameter in _without_numbers().parameters()]
