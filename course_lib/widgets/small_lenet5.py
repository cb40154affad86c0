"""The network of the LeNet-5 demo where no other is given, trained by
`python -m course_lib.widgets.small_lenet5`.

It has the widths of the 1998 paper, 6, 16, 120 and 84: 61,706 parameters, small enough for a page.
The lecture's LeNet-5 is twenty times as large; students train that one themselves.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_lib.data import load_mnist

WEIGHTS = Path(__file__).parent / "static" / "small_lenet5.f32"
MEAN, DEVIATION = 0.1307, 0.3081


def network() -> nn.Sequential:
    """The layers, in the order in which their weights stand in the file.

    Source: LeCun et al. 1998, figure 2, with ReLU and max pooling as in the lecture.
    """
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def load() -> nn.Sequential:
    """The trained network, in evaluation mode."""
    model = network()
    numbers = torch.from_numpy(np.fromfile(WEIGHTS, "<f4"))
    nn.utils.vector_to_parameters(numbers, model.parameters())
    return model.eval()


def train(epochs: int = 12, batch: int = 128) -> float:
    """Train on MNIST, write WEIGHTS, and give the share of test images it gets right."""
    torch.manual_seed(0)
    model = network()
    images, labels = _standardised("train")
    steps = epochs * math.ceil(len(images) / batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    for _ in range(epochs):
        for chosen in torch.randperm(len(images)).split(batch):
            optimizer.zero_grad()
            F.cross_entropy(model(_distorted(images[chosen])), labels[chosen]).backward()
            optimizer.step()
            schedule.step()
    flat = nn.utils.parameters_to_vector(model.parameters()).detach()
    flat.numpy().astype("<f4").tofile(WEIGHTS)
    images, labels = _standardised("test")
    with torch.no_grad():
        return float((load()(images).argmax(1) == labels).float().mean())


def _standardised(split: str) -> tuple[Tensor, Tensor]:
    images, labels = load_mnist(split)
    pixels = torch.from_numpy(images)[:, None].float() / 255
    return (pixels - MEAN) / DEVIATION, torch.from_numpy(labels)


def _distorted(images: Tensor) -> Tensor:
    """Each image turned, scaled, slanted and moved a little: a mouse draws less neatly."""
    n = len(images)
    turn, slant = 0.2 * torch.randn(n), 0.15 * torch.randn(n)
    scale = 1 + 0.1 * torch.randn(n)
    maps = torch.zeros(n, 2, 3)
    maps[:, 0, 0], maps[:, 0, 1] = scale * turn.cos(), slant - turn.sin()
    maps[:, 1, 0], maps[:, 1, 1] = turn.sin(), scale * turn.cos()
    maps[:, :, 2] = 0.08 * torch.randn(n, 2)
    background = -MEAN / DEVIATION
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images - background, grid, align_corners=False) + background


if __name__ == "__main__":
    print(f"{train():.2%} of the test images")
