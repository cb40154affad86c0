"""One place of the window at a time: a slice with steps for each, into own arrays."""

import torch


def both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def slid(x, kernel, stride):
    """What each place of the window meets: one slice of x for each."""
    (height, width), (down, right) = both(kernel), both(stride)
    rows = (x.shape[2] - height) // down + 1
    columns = (x.shape[3] - width) // right + 1
    return [
        (
            ...,
            slice(p, p + (rows - 1) * down + 1, down),
            slice(q, q + (columns - 1) * right + 1, right),
        )
        for p in range(height)
        for q in range(width)
    ]


def max_pool2d(x, kernel, stride):
    first, *others = slid(x, kernel, stride)
    y = x[first].clone()
    for part in others:
        torch.maximum(y, x[part], out=y)
    return y


def avg_pool2d(x, kernel, stride):
    parts = slid(x, kernel, stride)
    y = torch.zeros_like(x[parts[0]])
    for part in parts:
        y += x[part]
    y /= len(parts)
    return y


def max_pool2d_backward(dy, x, kernel, stride):
    y, dx, left = max_pool2d(x, kernel, stride), torch.zeros_like(x), dy.clone()
    for part in slid(x, kernel, stride):
        won = x[part] == y
        dx[part] += torch.where(won, left, 0)
        left[won] = 0
    return dx


def avg_pool2d_backward(dy, x, kernel, stride):
    parts, dx = slid(x, kernel, stride), torch.zeros_like(x)
    for part in parts:
        dx[part].add_(dy, alpha=1 / len(parts))
    return dx


def shift_sensitivity(f, x, shift):
    rows, columns = both(shift)
    before, after = f(x), f(x.roll(rows, 2).roll(columns, 3))
    return ((after - before).square().sum() / before.square().sum()).sqrt()


route_gradient = max_pool2d_backward
