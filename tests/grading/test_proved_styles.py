"""Right answers of every style are proved."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from checks.right_answers import right_answers
from checks.test_fairness import ASSIGNMENTS, MANNERS
from grading.replaying import proof_here

from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.grading.examiner.proof import Proof, needs_proof

STYLES = cache(right_answers)


def exercises(assignment: str) -> list[str]:
    found = load_assignment(assignment).exercises
    return [name for name, exercise in found.items() if needs_proof(exercise)]


def unproved(assignment: str, change: Callable[[Any], Any], styles: slice) -> dict[str, str]:
    """Why answers, each changed, are not proved: of each exercise the styles `styles`."""
    found, tried = {}, 0
    for name in exercises(assignment):
        exercise = load_assignment(assignment).exercises[name]
        for style, function in list(STYLES(assignment)[name].items())[styles]:
            proof, tried = proof_here(change(function), exercise), tried + 1
            if proof != Proof():
                found[f"{name} {style}"] = str(proof)
    assert tried >= len(exercises(assignment))
    return found


PROVED = [assignment for assignment in ASSIGNMENTS if assignment[:2] != "04"]


@pytest.mark.parametrize("assignment", PROVED)
def test_every_style_is_proved(assignment: str) -> None:
    assert unproved(assignment, lambda function: function, slice(None)) == {}


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("assignment", PROVED)
def test_every_manner_is_proved(assignment: str, manner: Callable[[Any], Any]) -> None:
    assert unproved(assignment, manner, slice(1)) == {}


# What people write besides, mostly with single numbers, on which it then depends what is done.
MAX_BACKWARD = """
def max_pool2d_backward(dy, x, kernel, stride):
    kh, kw = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    dx = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    top, left = i * sh, j * sw
                    window = x[n, c, top : top + kh, left : left + kw]
                    {find}
                    dx[n, c, top + p, left + q] += dy[n, c, i, j]
    return dx
"""
FINDS = {
    "argmax": "p, q = divmod(int(window.argmax()), kw)",
    "argmax, unravelled": "p, q = np.unravel_index(int(torch.argmax(window)), window.shape)",
    "argmax as a tensor": "at = window.argmax(); p, q = at // kw, at % kw",
    "argmax of each row": """
                    rows = window.max(dim=1)
                    p = int(rows.values.argmax())
                    q = int(rows.indices[p])""",
    "equal to the largest": """
                    best = window.max()
                    for a in range(kh):
                        for b in range(kw):
                            if window[a, b] == best:
                                p, q = a, b""",
    "where it is equal": "p, q = (window == window.max()).nonzero()[0]",
    "where it is equal, as a list": "(p, q), *_ = (window == window.max()).nonzero().tolist()",
    "larger than before": """
                    best, p, q = window[0, 0], 0, 0
                    for a in range(kh):
                        for b in range(kw):
                            if window[a, b] > best:
                                best, p, q = window[a, b], a, b""",
    "larger floats": """
                    best = -float("inf")
                    for a in range(kh):
                        for b in range(kw):
                            v = float(window[a, b])
                            if v > best:
                                best, p, q = v, a, b""",
    "larger items": """
                    best = -1e9
                    for a in range(kh):
                        for b in range(kw):
                            if best < window[a, b].item():
                                best, p, q = window[a, b].item(), a, b""",
    "a list's largest": """
                    rows = window.tolist()
                    best = max(max(row) for row in rows)
                    p = [best in row for row in rows].index(True)
                    q = rows[p].index(best)""",
    "the largest of pairs": """
                    cells = [(a, b) for a in range(kh) for b in range(kw)]
                    p, q = max(cells, key=lambda cell: window[cell])""",
    "equal to the largest float": """
                    best = float(window.max())
                    (p, q), *_ = [
                        (a, b) for a in range(kh) for b in range(kw) if float(window[a, b]) == best
                    ]""",
}
AVERAGE = """
def avg_pool2d(x, kernel, stride):
    kh, kw = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    h, w = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    y = {empty}
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(h):
                for j in range(w):
                    window = x[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    {average}
    return y
"""
EMPTY = "torch.empty((*x.shape[:2], h, w), dtype=x.dtype)"
AVERAGES = {
    "mean": (EMPTY, "y[n, c, i, j] = window.mean()"),
    "sum of floats": (EMPTY, "y[n, c, i, j] = sum(float(v) for v in window.flatten()) / (kh * kw)"),
    "sum of a list": (EMPTY, "y[n, c, i, j] = sum(map(sum, window.tolist())) / (kh * kw)"),
    "in place": (
        "x.new_zeros(*x.shape[:2], h, w)",
        "\n                    for v in window.flatten(): y[n, c, i, j] += v / (kh * kw)",
    ),
    "out": (
        "torch.zeros(*x.shape[:2], h, w, dtype=x.dtype)",
        "torch.div(window.sum(), kh * kw, out=y[n, c, i, j])",
    ),
}
LAYERNORM = """
def layernorm_forward(x, gamma, beta, eps=1e-5):
    {body}
"""
LAYERNORMS = {
    "math": """
    rows = []
    for row in x.tolist():
        mean = sum(row) / len(row)
        var = sum((v - mean) ** 2 for v in row) / len(row)
        rows.append([(v - mean) / math.sqrt(var + eps) for v in row])
    return torch.tensor(rows, dtype=x.dtype) * gamma + beta""",
    "rows": """
    y = torch.zeros_like(x)
    for i, row in enumerate(x):
        y[i] = gamma * (row - row.mean()) / torch.sqrt(row.var(unbiased=False) + eps) + beta
    return y""",
    "items": """
    y = x.clone()
    for i in range(len(x)):
        mean = x[i].mean().item()
        std = (x[i] - mean).pow(2).mean().add(eps).sqrt().item()
        y[i] = (x[i] - mean) / std
    return y.mul_(gamma).add_(beta)""",
    "stacked": """
    def one(row):
        d = row - row.sum() / row.numel()
        return d / (d.dot(d) / d.numel() + eps) ** 0.5
    return torch.stack([one(row) for row in x]) * gamma[None, :] + beta.unsqueeze(0)""",
    "matrix": """
    d = x.shape[1]
    m = torch.eye(d, dtype=x.dtype) - torch.ones(d, d, dtype=x.dtype) / d
    c = x @ m
    return c * torch.rsqrt((c * c) @ torch.ones(d, 1, dtype=x.dtype) / d + eps) * gamma + beta""",
    "checked": """
    assert x.dim() == 2 and torch.isfinite(x).all() and eps > 0
    mean = torch.mean(x, 1, keepdim=True)
    centred = x - mean.expand_as(x)
    var = torch.einsum("nd,nd->n", centred, centred) / x.size(1)
    return torch.addcmul(beta, centred / torch.sqrt(var + eps).view(-1, 1), gamma)""",
    "data": """
    x = x.data
    x = x - x.data.mean(1, True)
    return x / (x.square().mean(1, True) + eps).sqrt() * gamma.data + beta.data""",
    "vmap": """
    def one(row):
        d = row - row.mean()
        return d / torch.sqrt((d**2).mean() + eps) * gamma + beta
    return torch.vmap(one)(x)""",
    "inference": """
    with torch.inference_mode():
        d = x - x.mean(1, keepdim=True)
        s = torch.matmul(d[:, None], d[:, :, None])[:, 0] / x.shape[1]
        return torch.einsum("nd,d->nd", d / (s + eps).sqrt(), gamma) + beta""",
    "not finite": """
    var, mean = torch.var_mean(x, 1, correction=0, keepdim=True)
    if torch.isnan(var).any() or not torch.all(var >= 0):
        raise ValueError
    return ((x - mean) / (var + eps).sqrt()).nan_to_num(0) * gamma + beta""",
}
WRITTEN = [
    *(
        ("max_pool2d_backward", name, MAX_BACKWARD.format(find=find))
        for name, find in FINDS.items()
    ),
    *(
        ("avg_pool2d", name, AVERAGE.format(empty=empty, average=average))
        for name, (empty, average) in AVERAGES.items()
    ),
    *(
        ("layernorm_forward", name, LAYERNORM.format(body=body))
        for name, body in LAYERNORMS.items()
    ),
]


@pytest.mark.parametrize(
    ("name", "source"), [pytest.param(n, s, id=f"{n}, {i}") for n, i, s in WRITTEN]
)
def test_what_people_write_besides_is_proved(name: str, source: str) -> None:
    assignment = "05-normalization" if "norm" in name else "03-pooling"
    defined: dict[str, Any] = {"torch": torch, "math": math, "np": np}
    exec(source, defined)
    exercise = load_assignment(assignment).exercises[name]
    assert judge(exercise, defined[name]).points == exercise.points
    assert proof_here(defined[name], exercise) == Proof()
