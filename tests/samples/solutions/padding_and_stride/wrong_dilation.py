"""Ignores the dilation of a layer."""

import torch

REST = "matrix"
LOSES_ALL = ()
LOSES_SOME = ("conv2d",)


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    (down, right), (rows, columns) = (
        (v, v) if isinstance(v, int) else v for v in (stride, padding)
    )
    x = torch.nn.functional.pad(x, (columns, columns, rows, rows)).unflatten(1, (groups, -1))
    windows = x.unfold(3, w.shape[2], down).unfold(4, w.shape[3], right)
    y = torch.einsum("ngcijpq,gocpq->ngoij", windows, w.unflatten(0, (groups, -1)))
    return y.flatten(1, 2) + b[:, None, None]
