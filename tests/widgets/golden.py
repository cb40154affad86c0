"""Golden cases for the demos' arithmetic, by torch: `python tests/widgets/golden.py` writes them.

Node's tests read the files; pytest sees that they are what torch gives today.
"""

import json
import math
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_lib.data import load_mnist
from course_lib.reference import conv as reference
from course_lib.widgets import small_lenet5

FOLDER = Path(__file__).parent / "golden"
Case = dict[str, Any]


def numbers(seed: int, *shape: int) -> torch.Tensor:
    """Normal numbers with three decimals, which travel as JSON without loss."""
    made = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return made.round(decimals=3)


def convolution() -> Iterator[Case]:
    """The layer on one image, all sizes different, with every kind of setting."""
    settings = product([(1, 1), (2, 3)], [(0, 0), (1, 2)], [(1, 1), (2, 1)], [1, 2])
    modes = ["zeros", "reflect", "replicate", "circular"]
    for seed, (stride, padding, dilation, groups) in enumerate(settings):
        x, w = numbers(seed, 4, 7, 6), numbers(seed + 100, 6, 4 // groups, 2, 3)
        b, mode = numbers(seed + 200, 6), modes[seed % 4]
        y = reference.conv_nd(x[None], w, b, stride, padding, dilation, groups, mode)[0]
        yield {
            "x": x.tolist(),
            "w": w.tolist(),
            "b": b.tolist(),
            "settings": {
                "stride": stride,
                "padding": padding,
                "dilation": dilation,
                "groups": groups,
                "mode": mode,
            },
            "y": y.tolist(),
        }


def true_convolution() -> Iterator[Case]:
    for seed, (height, width) in enumerate([(1, 1), (2, 3), (3, 2), (4, 4)]):
        x, k = numbers(seed, 5, 6).numpy(), numbers(seed + 50, height, width).numpy()
        y = reference.convolve2d(x, k)
        yield {"x": x.tolist(), "k": k.tolist(), "y": y.tolist()}


def output_size() -> Iterator[Case]:
    """Sizes where a kernel fits, by the shape that torch returns."""
    for size, kernel, stride, padding, dilation in product(
        (1, 5, 8), (1, 2, 3), (1, 2, 3), (0, 1), (1, 2)
    ):
        if size + 2 * padding < dilation * (kernel - 1) + 1:
            continue
        row = torch.zeros(1, 1, size)
        out = F.conv1d(row, torch.zeros(1, 1, kernel), None, stride, padding, dilation)
        yield {"arguments": [size, kernel, stride, padding, dilation], "out": out.shape[-1]}


def layers() -> Iterator[Case]:
    """A convolution on flat arrays and the pooling after it, all sizes different."""
    for seed, padding in enumerate((0, 1, 2)):
        x, w, b = numbers(seed, 2, 7, 6), numbers(seed + 10, 3, 2, 3, 2), numbers(seed + 20, 3)
        y = F.conv2d(x[None], w, b, padding=padding)
        pooled = F.max_pool2d(y, 2)[0]
        arrays = {"x": x, "w": w, "b": b, "y": y[0], "pooled": pooled}
        yield {name: array.tolist() for name, array in arrays.items()} | {"padding": padding}


def lenet5() -> Iterator[Case]:
    """Each layer of the small network on three digits: its shape, and a sum that no two share."""
    images, _ = load_mnist("test")
    model = small_lenet5.load().double()
    for image in images[:3]:
        flow = torch.from_numpy(image)[None, None].double() / 255
        flow = (flow - small_lenet5.MEAN) / small_lenet5.DEVIATION
        steps = []
        for index, layer in enumerate(model):
            flow = layer(flow).detach()
            if isinstance(layer, (nn.ReLU, nn.MaxPool2d)) or index == len(model) - 1:
                waves = torch.arange(flow.numel()).double().cos()
                total = float((flow.flatten() * waves).sum())
                steps.append({"shape": list(flow.shape[1:]), "sum": total})
        probabilities = flow.softmax(1)[0].tolist()
        yield {"image": image.ravel().tolist(), "layers": steps, "probabilities": probabilities}


STACKS: list[tuple[int, bool, list[list[int]]]] = [
    (15, True, [[3, 1, 1]] * 3),
    (24, True, [[3, 2, 1], [3, 1, 2], [2, 1, 1]]),
    (24, False, [[3, 1, 1], [3, 2, 1], [3, 1, 1]]),
    (20, True, [[3, 1, 1], [3, 1, 2], [3, 1, 4]]),
    (17, False, [[2, 3, 1], [4, 1, 1]]),
    (9, True, [[5, 3, 1], [4, 2, 1]]),
]


def receptive_field() -> Iterator[Case]:
    """For the units of the last layer: sizes, the field, and the paths by autograd."""
    for size, padded, stack in STACKS:
        layers = [
            nn.Conv1d(1, 1, k, s, d * (k - 1) // 2 * padded, d, bias=False).double()
            for k, s, d in stack
        ]
        x = torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)
        y, sizes = x, [size]
        for layer in layers:
            nn.init.ones_(layer.weight)
            y = layer(y)
            sizes.append(y.shape[-1])
        paths = [
            torch.autograd.grad(each, x, retain_graph=True)[0][0, 0].tolist() for each in y[0, 0]
        ]
        spread = torch.ones(1, 1, 1, dtype=torch.float64)  # the field without a border
        for k, s, d in reversed(stack):
            ones = torch.ones(1, 1, k, dtype=torch.float64)
            spread = F.conv_transpose1d(spread, ones, stride=s, dilation=d)
        yield {
            "size": size,
            "padded": padded,
            "layers": stack,
            "sizes": sizes,
            "field": spread.shape[-1],
            "paths": paths,
        }


NETWORKS: list[tuple[str, tuple[int, ...]]] = [
    (
        "nn.Conv2d(1, 20, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5, 1, 2),"
        "nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2450, 500), nn.Linear(500, 10)",
        (1, 28, 28),
    ),
    (
        "nn.Conv2d(3, 64, kernel_size=(7, 5), stride=(2, 3), padding=(3, 1), bias=False),"
        "nn.BatchNorm2d(64), nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),"
        "nn.Conv2d(64, 64, 3, padding='same', dilation=2, groups=64), nn.AdaptiveAvgPool2d((2, 3)),"
        "nn.Conv2d(64, 32, 1, padding='valid'), nn.GroupNorm(4, 32), nn.LayerNorm([2, 3]),"
        "nn.Dropout(0.5), nn.Flatten(), nn.Linear(192, 7, bias=False)",
        (3, 61, 47),
    ),
    (
        "nn.Conv1d(2, 6, 4, 3, dilation=2), nn.InstanceNorm1d(6, affine=True), nn.AvgPool1d(3),"
        "nn.LeakyReLU(0.2), nn.LayerNorm(11, elementwise_affine=False), nn.Flatten(),"
        "nn.BatchNorm1d(66), nn.Linear(66, 5)",
        (2, 104),
    ),
    (
        "nn.Conv3d(1, 4, (1, 3, 2), padding=1), nn.BatchNorm3d(4, affine=False), nn.GELU(),"
        "nn.MaxPool3d((2, 1, 2)), nn.AvgPool3d(2, 2, 1, True), nn.Conv3d(4, 4, 2, groups=2)",
        (1, 8, 9, 10),
    ),
]


def network() -> Iterator[Case]:
    """Shape, parameters and multiply-adds of every layer, from its source and as print shows it."""
    for source, in_shape in NETWORKS:
        layers = eval(f"[{source}]", {"nn": nn})
        x, rows = torch.zeros(1, *in_shape), []
        for layer in layers:
            with FlopCounterMode(display=False) as counter:
                x = layer.eval()(x)
            parameters = sum(p.numel() for p in layer.parameters())
            adds = counter.get_total_flops() // 2
            rows.append({"shape": list(x.shape[1:]), "parameters": parameters, "adds": adds})
        yield {"input": list(in_shape), "source": source, "rows": rows}
        yield {"input": list(in_shape), "source": str(nn.Sequential(*layers)), "rows": rows}


def signal() -> Iterator[Case]:
    for seed, (stride, padding, dilation) in enumerate(product((1, 2), (0, 2), (1, 3))):
        x, k = numbers(seed, 11), numbers(seed + 40, 3)
        y = F.conv1d(x[None, None], k[None, None], None, stride, padding, dilation)[0, 0]
        settings = [stride, padding, dilation]
        yield {"x": x.tolist(), "k": k.tolist(), "settings": settings, "y": y.tolist()}


def volume() -> Iterator[Case]:
    for seed, stride in enumerate((1, 2, 3)):
        x, k = numbers(seed, 5, 4, 6), numbers(seed + 60, 2, 1, 3)
        y = F.conv3d(x[None, None], k[None, None], stride=stride)[0, 0]
        yield {"x": x.tolist(), "k": k.tolist(), "stride": stride, "y": y.tolist()}


def normals(seed: int) -> Iterator[float]:
    """The numbers of js/core/random.mjs."""
    state = seed
    while True:
        total = -6.0
        for _ in range(12):
            state = (state * 1664525 + 1013904223) % 2**32
            total += state / 2**32
        yield total


def spirals() -> tuple[torch.Tensor, torch.Tensor]:
    """The points of js/core/race.mjs, (96, 2), and their classes."""
    noise, points = normals(7), []
    for n in range(96):
        turn = (29 * n) % 96 / 96
        angle, radius = 4.5 * turn + 0.6 + math.pi * (n % 2), 0.4 + 1.4 * turn
        points.append([radius * wave(angle) + 0.06 * next(noise) for wave in (math.cos, math.sin)])
    return torch.tensor(points, dtype=torch.float64), torch.arange(96) % 2


def raced(
    depth: int, scale: float, rate: float, seed: int, norm: bool, steps: int
) -> tuple[nn.Module, list[float]]:
    """The network of js/core/race.mjs after so many steps, and the loss before each."""
    x, y = spirals()
    start, layers, width = normals(1000 + seed), [], 2
    for outputs in [12] * depth + [2]:
        layer = nn.Linear(width, outputs, dtype=torch.float64)
        deviation = scale * math.sqrt(2 / width)
        weights = [deviation * next(start) for _ in range(outputs * width)]
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights, dtype=torch.float64).view(outputs, width))
            layer.bias.zero_()
        hidden = [nn.BatchNorm1d(outputs, dtype=torch.float64)] * norm + [nn.ReLU()]
        layers += [layer, *(hidden if outputs > 2 else [])]
        width = outputs
    model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for step in range(steps):
        batch = slice(step * 32 % 96, step * 32 % 96 + 32)
        loss = F.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return model.eval(), losses


def race() -> Iterator[Case]:
    """The losses of the first steps, and the logits of some points after them, by torch."""
    x, _ = spirals()
    settings = [(1, 1.0, 1.0, 1), (3, 0.3, 0.1, 2), (4, 3.0, 0.03, 3)]
    for (depth, scale, rate, seed), norm in product(settings, (False, True)):
        model, losses = raced(depth, scale, rate, seed, norm, 7)
        logits = model(x[:5]).detach().tolist()
        setting = {"depth": depth, "scale": scale, "seed": seed, "norm": norm}
        yield {"setting": setting, "rate": rate, "losses": losses, "logits": logits}


OPERATIONS: dict[str, Callable[[], Iterator[Case]]] = {
    "convolution": convolution,
    "true_convolution": true_convolution,
    "output_size": output_size,
    "layers": layers,
    "lenet5": lenet5,
    "receptive_field": receptive_field,
    "network": network,
    "race": race,
    "signal": signal,
    "volume": volume,
}


def path(name: str) -> Path:
    return FOLDER / f"{name}.json"


if __name__ == "__main__":
    for name, cases in OPERATIONS.items():
        path(name).write_text(json.dumps(list(cases())) + "\n", encoding="utf-8")
