"""Notebook 05: what it asks for, the visible cases, the known mistakes and the predictions.

One file, longer than most: all of the assignment's data, and the few formulas that the mistakes
and the scales of rounding errors share.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from autograders.authoring.build import KnownMistake, Specification
from autograders.authoring.cases import Draw, draw, given
from autograders.checks.predictions import letters, numbers
from course_lib.reference import norm

Tensor = torch.Tensor
BATCH = "Normalise a batch"
RUNNING = "Averages for the test"
IMAGES = "One mean for each channel"
BACKWARD = "Backward"
FUSED = "At test time it is linear"
LAYER = "Without the batch"
GROUPS = "Instances and groups"

EPS = 1e-5


def tiny(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers near 0.002 whose variance is near 1e-6, so that eps decides."""
    return 1e-3 * (2 + np.random.default_rng(seed).standard_normal(shape))


def variances(size: int) -> np.ndarray:
    """Positive numbers, all different, as a variance needs them."""
    return np.geomspace(0.3, 5.0, size)


def _channels(x: Tensor) -> tuple[int, ...]:
    """The axes that batch norm averages over: all but the second."""
    return (0, *range(2, x.ndim))


def _column(values: Tensor, x: Tensor) -> Tensor:
    """One number for each channel in a shape that meets the channels of x."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def _root(var: Tensor, eps: float) -> Tensor:
    return (var + eps).sqrt()


def _eps_outside(var: Tensor, eps: float) -> Tensor:
    return var.sqrt() + eps


def _no_root(var: Tensor, eps: float) -> Tensor:
    return var + eps


def _standard(
    x: Tensor,
    axes: tuple[int, ...],
    eps: float,
    correction: int = 0,
    centred: bool = True,
    root: Callable[[Tensor, float], Tensor] = _root,
) -> Tensor:
    """x with mean 0 and variance 1 over these axes; the rest of the arguments make mistakes."""
    mean = x.mean(axes, keepdim=True)
    var = x.var(axes, correction=correction, keepdim=True)
    if not centred:
        var = (x * x).mean(axes, keepdim=True)
    return (x - mean) / root(var, eps)


def _size(x: Tensor, axes: tuple[int, ...], eps: float) -> Tensor:
    """The scale of rounding errors of `_standard`, also where the variance is the mean of the
    squares less the square of the mean."""
    var = x.var(axes, correction=0, keepdim=True) + eps
    loss = ((x * x).mean(axes, keepdim=True) / var).clamp(min=1)
    return (x.abs() + x.abs().mean(axes, keepdim=True)) / var.sqrt() * loss


@dataclass(frozen=True)
class _Call:
    """The arguments of batch norm, and what its mistakes are made of."""

    x: Tensor
    gamma: Tensor
    beta: Tensor
    running_mean: Tensor
    running_var: Tensor
    training: bool
    momentum: float = 0.1
    eps: float = EPS

    @property
    def batch_mean(self) -> Tensor:
        return self.x.mean(_channels(self.x))

    def batch_var(self, correction: int = 0) -> Tensor:
        return self.x.var(_channels(self.x), correction=correction)

    @property
    def mean(self) -> Tensor:
        return self.batch_mean if self.training else self.running_mean

    @property
    def var(self) -> Tensor:
        return self.batch_var() if self.training else self.running_var

    @property
    def standard(self) -> Tensor:
        return (self.x - _column(self.mean, self.x)) / _column(_root(self.var, self.eps), self.x)

    def normalised(
        self, mean: Tensor, var: Tensor, root: Callable[[Tensor, float], Tensor] = _root
    ) -> Tensor:
        centred = self.x - _column(mean, self.x)
        return self.scaled(centred / _column(root(var, self.eps), self.x))

    def scaled(self, standard: Tensor) -> Tensor:
        return standard * _column(self.gamma, self.x) + _column(self.beta, self.x)

    def moved(self, running: Tensor, batch: Tensor, share: float | None = None) -> Tensor:
        share = self.momentum if share is None else share
        return (1 - share) * running + share * batch

    def in_training(self, standard: Callable[[Tensor], Tensor]) -> Tensor:
        """y where the mistake `standard` is made in training only."""
        return self.scaled(standard(self.x) if self.training else self.standard)


def _forward_but(**wrong: Callable[[_Call], Tensor]) -> Callable[..., Any]:
    """The right forward pass but for the named outputs, which come from `wrong`."""

    def forward(*arguments: Any, **keywords: Any) -> tuple[Tensor, ...]:
        right = zip(
            ("y", "running_mean", "running_var"),
            norm.batchnorm_forward(*arguments, **keywords),
            strict=True,
        )
        call = _Call(*arguments, **keywords)
        return tuple(wrong[name](call) if name in wrong else r for name, r in right)

    return forward


def _mean(moved: Callable[[_Call], Tensor]) -> Callable[[_Call], Tensor]:
    """running_mean where the mistake `moved` is made in training only."""
    return lambda a: moved(a) if a.training else a.running_mean


def _var(moved: Callable[[_Call], Tensor]) -> Callable[[_Call], Tensor]:
    """running_var where the mistake `moved` is made in training only."""
    return lambda a: moved(a) if a.training else a.running_var


_REVERSED = _forward_but(
    running_mean=_mean(lambda a: a.moved(a.running_mean, a.batch_mean, 1 - a.momentum)),
    running_var=_var(lambda a: a.moved(a.running_var, a.batch_var(1), 1 - a.momentum)),
)


_BIASED = _forward_but(running_var=_var(lambda a: a.moved(a.running_var, a.batch_var())))


def _forward_bound(*arguments: Any, **keywords: Any) -> tuple[Tensor, ...]:
    a = _Call(*arguments, **keywords)
    if a.training:
        size = _size(a.x, _channels(a.x), a.eps)
    else:
        mean, root = _column(a.mean, a.x), _column((a.var + a.eps).sqrt(), a.x)
        size = (a.x.abs() + mean.abs()) / root
    gamma, beta = _column(a.gamma, a.x).abs(), _column(a.beta, a.x).abs()
    squares = (a.x * a.x).mean(_channels(a.x))
    return (
        size * gamma + beta,
        a.running_mean.abs() + a.x.abs().mean(_channels(a.x)),
        a.running_var + 2 * squares,
    )


def _forward_mistakes(section: str) -> dict[str, KnownMistake]:
    """Mistakes that batch norm can hold for features and for images."""
    return {
        "unbiased normalises": KnownMistake(
            _forward_but(
                y=lambda a: a.in_training(lambda x: _standard(x, _channels(x), a.eps, correction=1))
            ),
            "y is normalised with the unbiased variance (n - 1); that one is for running_var only, "
            "and the biased one (n) normalises",
            section,
        ),
        "not centred": KnownMistake(
            _forward_but(
                y=lambda a: a.in_training(
                    lambda x: _standard(x, _channels(x), a.eps, centred=False)
                )
            ),
            "the variance is the mean of x squared; the mean of x belongs subtracted first",
            section,
        ),
        "eps outside": KnownMistake(
            _forward_but(y=lambda a: a.normalised(a.mean, a.var, _eps_outside)),
            "eps is added to the root of the variance; it belongs under the root",
            section,
        ),
        "no root": KnownMistake(
            _forward_but(y=lambda a: a.normalised(a.mean, a.var, _no_root)),
            "x is divided by the variance; it is to be divided by its root",
            section,
        ),
        "gamma scales beta": KnownMistake(
            _forward_but(y=lambda a: (a.standard + _column(a.beta, a.x)) * _column(a.gamma, a.x)),
            "beta is added before gamma multiplies, so gamma scales it too",
            section,
        ),
        "no gamma": KnownMistake(
            _forward_but(y=lambda a: a.standard + _column(a.beta, a.x)),
            "gamma does not multiply",
            section,
        ),
        "no beta": KnownMistake(
            _forward_but(y=lambda a: a.standard * _column(a.gamma, a.x)),
            "beta is not added",
            section,
        ),
        "batch in evaluation": KnownMistake(
            _forward_but(y=lambda a: a.normalised(a.batch_mean, a.batch_var())),
            "in evaluation the batch's own mean and variance are used; there the running ones are",
            RUNNING,
        ),
        "running in training": KnownMistake(
            _forward_but(y=lambda a: a.normalised(a.running_mean, a.running_var)),
            "in training the running mean and variance are used; there the batch's own are",
            RUNNING,
        ),
        "momentum reversed": KnownMistake(
            _REVERSED,
            "momentum is the share of the old average; here, as in torch, it is the share of the "
            "new batch",
            RUNNING,
        ),
        "biased running": KnownMistake(
            _BIASED,
            "running_var moves toward the biased variance (n); here, as in torch, it moves toward "
            "the unbiased one (n - 1)",
            RUNNING,
        ),
        "never moved": KnownMistake(
            _forward_but(
                running_mean=lambda a: a.running_mean, running_var=lambda a: a.running_var
            ),
            "the running averages come back as they were; in training each batch moves them",
            RUNNING,
        ),
        "moved in evaluation": KnownMistake(
            _forward_but(
                running_mean=lambda a: a.moved(a.running_mean, a.batch_mean),
                running_var=lambda a: a.moved(a.running_var, a.batch_var(1)),
            ),
            "the running averages move in evaluation too; a test must leave the layer as it is",
            RUNNING,
        ),
    }


def forward(
    x: tuple[int, ...] | np.ndarray,
    training: bool = True,
    learned: bool = True,
    only: str = "",
    **more: Any,
) -> Draw:
    """A case of batch norm; gamma is 1 and beta 0 unless they are `learned`."""
    size = (x.shape if isinstance(x, np.ndarray) else x)[1]
    plain = (np.ones(size), np.zeros(size))
    gamma, beta = ((size,), (size,)) if learned else plain
    return draw(
        x=x,
        gamma=gamma,
        beta=beta,
        running_mean=(size,),
        running_var=variances(size),
        training=given(training),
        outputs=(only,) if only else None,
        **more,
    )


BATCHNORM_FORWARD = Specification(
    name="batchnorm_forward",
    points=16,
    library="torch",
    outputs=("y", "running_mean", "running_var"),
    reference=norm.batchnorm_forward,
    bound=_forward_bound,
    forbidden=("normalization",),
    groups={
        "y of one feature, in training": (
            forward((4, 1), learned=False, only="y", whole=True),
            forward((6, 1), learned=False, only="y", whole=True),
        ),
        "y of several features": (
            forward((5, 3), learned=False, only="y", whole=True),
            forward((6, 4), learned=False, only="y"),
        ),
        "y with gamma and beta": (
            forward((5, 2), only="y", whole=True),
            forward((7, 4), only="y"),
        ),
        "y where the variance is tiny, and with another eps": (
            forward(tiny(6, 3), only="y"),
            forward((5, 4), only="y", eps=given(0.5)),
        ),
        "running_mean": (
            forward((5, 3), only="running_mean", whole=True),
            forward((6, 4), only="running_mean", momentum=given(0.3)),
        ),
        "running_var": (
            forward((4, 3), only="running_var", whole=True),
            forward((5, 2), only="running_var", momentum=given(0.3)),
        ),
        "evaluation": (
            forward((5, 3), False, whole=True),
            forward((6, 4), False, momentum=given(0.3), eps=given(0.5)),
        ),
    },
    mistakes={
        **_forward_mistakes(BATCH),
        "rows": KnownMistake(
            _forward_but(y=lambda a: a.in_training(lambda x: _standard(x, (1,), a.eps))),
            "each row gets a mean of its own; batch norm has one for each feature, over the batch",
            BATCH,
        ),
    },
)

BATCHNORM2D_FORWARD = Specification(
    name="batchnorm2d_forward",
    points=8,
    library="torch",
    outputs=("y", "running_mean", "running_var"),
    reference=norm.batchnorm_forward,
    bound=_forward_bound,
    forbidden=("normalization",),
    groups={
        "y of one channel, in training": (
            forward((2, 1, 3, 2), learned=False, only="y", whole=True),
            forward((3, 1, 4, 3), learned=False, only="y", whole=True),
        ),
        "y of several channels, with gamma and beta": (
            forward((3, 2, 2, 4), only="y", whole=True),
            forward((2, 4, 3, 5), only="y"),
        ),
        "y where the variance is tiny, and with another eps": (
            forward(tiny(3, 2, 4, 3), only="y"),
            forward((2, 3, 4, 5), only="y", eps=given(0.5)),
        ),
        "the running averages": (
            replace(forward((3, 2, 2, 4), whole=True), outputs=("running_mean", "running_var")),
            forward((2, 3, 4, 3), only="running_mean", momentum=given(0.3)),
            forward((2, 4, 3, 2), only="running_var", whole=True),
            forward((3, 2, 1, 4), only="running_var", momentum=given(0.3)),
        ),
        "evaluation": (
            forward((3, 2, 2, 4), False, whole=True),
            forward((2, 3, 5, 4), False, momentum=given(0.3), eps=given(0.5)),
        ),
    },
    mistakes={
        **_forward_mistakes(IMAGES),
        "instance": KnownMistake(
            _forward_but(y=lambda a: a.in_training(lambda x: _standard(x, (2, 3), a.eps))),
            "each image gets means of its own; batch norm has one for each channel, over all "
            "images and pixels",
            IMAGES,
        ),
        "pixel": KnownMistake(
            _forward_but(y=lambda a: a.in_training(lambda x: _standard(x, (0,), a.eps))),
            "each pixel gets a mean of its own; all pixels of a channel share one",
            IMAGES,
        ),
        "everything": KnownMistake(
            _forward_but(y=lambda a: a.in_training(lambda x: _standard(x, (0, 1, 2, 3), a.eps))),
            "all channels share one mean; each channel has its own",
            IMAGES,
        ),
        "images counted": KnownMistake(
            _forward_but(
                running_var=_var(
                    lambda a: a.moved(a.running_var, a.batch_var() * len(a.x) / (len(a.x) - 1))
                )
            ),
            "the unbiased variance takes n as the number of images; n counts all numbers of a "
            "channel, N H W",
            IMAGES,
        ),
    },
)


_Gradient = Callable[[Tensor, Tensor, Tensor, float], Tensor]


def _dx(axis: int, mean: bool = True, var: bool = True, correction: int = 0) -> _Gradient:
    """dx of a norm over one axis of (N, D); `mean` and `var` are the roads through them."""

    def dx(dy: Tensor, x: Tensor, gamma: Tensor, eps: float) -> Tensor:
        standard = _standard(x, (axis,), eps, correction)
        root = _root(x.var(axis, correction=correction, keepdim=True), eps)
        g = dy * gamma
        through_mean = g.mean(axis, keepdim=True) if mean else 0
        through_var = standard * (g * standard).mean(axis, keepdim=True) if var else 0
        return (g - through_mean - through_var) / root

    return dx


def _backward_but(axis: int, **wrong: _Gradient) -> Callable[..., Any]:
    """The right backward pass but for the named gradients, which come from `wrong`."""
    reference = norm.layernorm_backward if axis else norm.batchnorm_backward

    def backward(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = EPS) -> tuple[Tensor, ...]:
        right = zip(("dx", "dgamma", "dbeta"), reference(dy, x, gamma, eps=eps), strict=True)
        return tuple(wrong[name](dy, x, gamma, eps) if name in wrong else g for name, g in right)

    return backward


def _backward_bound(axis: int) -> Callable[..., tuple[Tensor, ...]]:
    def bound(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = EPS) -> tuple[Tensor, ...]:
        size = _size(x, (axis,), eps)
        root = (x.var(axis, correction=0, keepdim=True) + eps).sqrt()
        g = (dy * gamma).abs()
        dx = g + g.mean(axis, keepdim=True) + size * (g * size).mean(axis, keepdim=True)
        return dx / root, (dy.abs() * size).sum(0), dy.abs().sum(0)

    return bound


def _backward_mistakes(axis: int, section: str, one: str) -> dict[str, KnownMistake]:
    """Mistakes of a norm's backward pass; `one` says what shares a mean."""
    return {
        "constants": KnownMistake(
            _backward_but(axis, dx=_dx(axis, mean=False, var=False)),
            f"dx treats mean and variance as constants; each number of {one} moves them too",
            section,
        ),
        "no variance road": KnownMistake(
            _backward_but(axis, dx=_dx(axis, var=False)),
            "dx lacks the road through the variance",
            section,
        ),
        "no mean road": KnownMistake(
            _backward_but(axis, dx=_dx(axis, mean=False)),
            "dx lacks the road through the mean",
            section,
        ),
        "no gamma": KnownMistake(
            _backward_but(
                axis, dx=lambda dy, x, gamma, eps: _dx(axis)(dy, x, torch.ones_like(gamma), eps)
            ),
            "dx lacks gamma: what arrives at the normalised x is dy times gamma",
            section,
        ),
        "unbiased": KnownMistake(
            _backward_but(axis, dx=_dx(axis, correction=1)),
            "dx is made with the unbiased variance (n - 1); the forward pass normalises with the "
            "biased one (n)",
            section,
        ),
        "other axis": KnownMistake(
            _backward_but(axis, dx=_dx(1 - axis)),
            f"dx takes its means over the wrong axis; the numbers of {one} share a mean",
            section,
        ),
        "dgamma with x": KnownMistake(
            _backward_but(axis, dgamma=lambda dy, x, gamma, eps: (dy * x).sum(0)),
            "dgamma sums dy times x; gamma was multiplied with the normalised x",
            section,
        ),
        "batch mean": KnownMistake(
            _backward_but(
                axis,
                dgamma=lambda dy, x, gamma, eps: (dy * _standard(x, (axis,), eps)).mean(0),
                dbeta=lambda dy, x, gamma, eps: dy.mean(0),
            ),
            "dgamma and dbeta are averaged over the batch; a gradient sums over all that a "
            "parameter touched",
            section,
        ),
    }


def backward(x: tuple[int, int] | np.ndarray, only: str = "", **more: Any) -> Draw:
    """A case of a backward pass; `only` names the one gradient that is compared."""
    size = x.shape if isinstance(x, np.ndarray) else x
    gamma = more.pop("gamma", size[1:])
    return draw(dy=size, x=x, gamma=gamma, outputs=(only,) if only else None, **more)


_BACKWARD_GROUPS = {
    "dbeta": (
        backward((4, 2), "dbeta", whole=True),
        backward((5, 3), "dbeta"),
    ),
    "dgamma": (
        backward((4, 2), "dgamma", whole=True),
        backward((6, 3), "dgamma"),
    ),
}

BATCHNORM_BACKWARD = Specification(
    name="batchnorm_backward",
    points=13,
    library="torch",
    outputs=("dx", "dgamma", "dbeta"),
    reference=norm.batchnorm_backward,
    bound=_backward_bound(0),
    forbidden=("normalization", "autograd"),
    groups={
        **_BACKWARD_GROUPS,
        "dx of one feature, gamma 1": (
            backward((4, 1), "dx", whole=True, gamma=np.ones(1)),
            backward((6, 1), "dx", whole=True, gamma=np.ones(1)),
        ),
        "dx of several features, with gamma": (
            backward((5, 3), "dx", whole=True),
            backward((6, 4), "dx", whole=True),
        ),
        "all three, where the variance is tiny, and with another eps": (
            backward(tiny(6, 3)),
            backward((5, 4), eps=given(0.5)),
        ),
    },
    mistakes=_backward_mistakes(0, BACKWARD, "a feature"),
)


def _fused(
    w: Tensor,
    b: Tensor,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    var: Tensor,
    eps: float = EPS,
) -> tuple[Tensor, Tensor]:
    """In evaluation batch norm is linear: apply it to the filters, without shift, and to b."""
    zero = torch.zeros_like(mean)
    filters = norm.batchnorm_forward(w.transpose(0, 1), gamma, zero, zero, var, False, eps=eps)
    shift = norm.batchnorm_forward(b[None], gamma, beta, mean, var, False, eps=eps)
    return filters[0].transpose(0, 1), shift[0][0]


@dataclass(frozen=True)
class _Fusion:
    """The arguments of fuse_conv_bn, and what its mistakes are made of."""

    w: Tensor
    b: Tensor
    gamma: Tensor
    beta: Tensor
    mean: Tensor
    var: Tensor
    eps: float = EPS

    @property
    def scale(self) -> Tensor:
        return self.gamma / _root(self.var, self.eps)

    def filters(self, scale: Tensor) -> Tensor:
        return self.w * scale.reshape(-1, 1, 1, 1)

    def bias(self, scale: Tensor) -> Tensor:
        return (self.b - self.mean) * scale + self.beta


def _fuse_but(**wrong: Callable[[_Fusion], Tensor]) -> Callable[..., Any]:
    """The right w and b but for those that come from `wrong`."""

    def fuse(*arguments: Any, **keywords: Any) -> tuple[Tensor, ...]:
        right = zip(("w", "b"), _fused(*arguments, **keywords), strict=True)
        call = _Fusion(*arguments, **keywords)
        return tuple(wrong[name](call) if name in wrong else r for name, r in right)

    return fuse


def _fuse_bound(
    w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, eps: float = EPS
) -> tuple[Tensor, ...]:
    return _fused(w.abs(), b.abs(), gamma.abs(), beta.abs(), -mean.abs(), var, eps=eps)


def fusion(*w: int, only: str = "", var: np.ndarray | None = None, **more: Any) -> Draw:
    """A case of fuse_conv_bn for filters of shape w."""
    size = w[:1]
    return draw(
        w=w,
        b=size,
        gamma=size,
        beta=size,
        mean=size,
        var=variances(*size) if var is None else var,
        outputs=(only,) if only else None,
        **more,
    )


FUSE_CONV_BN = Specification(
    name="fuse_conv_bn",
    points=9,
    library="torch",
    outputs=("w", "b"),
    reference=_fused,
    bound=_fuse_bound,
    forbidden=("normalization",),
    groups={
        "w of one filter": (
            fusion(1, 1, 2, 2, only="w", whole=True),
            fusion(1, 2, 3, 2, only="w", whole=True),
        ),
        "w of several filters": (
            fusion(4, 3, 2, 3, only="w", whole=True),
            fusion(3, 3, 3, 2, only="w"),
        ),
        "b": (
            fusion(3, 2, 2, 3, only="b", whole=True),
            fusion(4, 3, 1, 2, only="b", whole=True),
        ),
        "both, where the variance is tiny, and with another eps": (
            fusion(3, 2, 2, 3, var=1e-6 * variances(3)),
            fusion(4, 4, 3, 2, eps=given(0.5)),
        ),
    },
    mistakes={
        "no gamma": KnownMistake(
            _fuse_but(
                w=lambda a: a.filters((a.var + a.eps).rsqrt()),
                b=lambda a: a.bias((a.var + a.eps).rsqrt()),
            ),
            "gamma is missing: the layer multiplies by gamma / sqrt(var + eps)",
            FUSED,
        ),
        "no root": KnownMistake(
            _fuse_but(
                w=lambda a: a.filters(a.gamma / (a.var + a.eps)),
                b=lambda a: a.bias(a.gamma / (a.var + a.eps)),
            ),
            "the scale divides by the variance; it is to divide by its root",
            FUSED,
        ),
        "eps outside": KnownMistake(
            _fuse_but(
                w=lambda a: a.filters(a.gamma / (a.var.sqrt() + a.eps)),
                b=lambda a: a.bias(a.gamma / (a.var.sqrt() + a.eps)),
            ),
            "eps is added to the root of the variance; it belongs under the root",
            FUSED,
        ),
        "input channels": KnownMistake(
            _fuse_but(w=lambda a: a.w * a.scale.reshape(1, -1, 1, 1)),
            "the scale runs along the input channels of w; each filter, its first axis, has one",
            FUSED,
        ),
        "w unscaled": KnownMistake(
            _fuse_but(w=lambda a: a.w),
            "w comes back unchanged; the scale multiplies the filters too",
            FUSED,
        ),
        "b unscaled": KnownMistake(
            _fuse_but(b=lambda a: a.b - a.mean * a.scale + a.beta),
            "the bias of the convolution is not scaled; batch norm scales all that it receives",
            FUSED,
        ),
        "mean unscaled": KnownMistake(
            _fuse_but(b=lambda a: a.b * a.scale - a.mean + a.beta),
            "the mean is subtracted after the scaling; batch norm subtracts it before",
            FUSED,
        ),
        "no mean": KnownMistake(
            _fuse_but(b=lambda a: a.b * a.scale + a.beta),
            "the running mean is not subtracted",
            FUSED,
        ),
        "no b": KnownMistake(
            _fuse_but(b=lambda a: a.beta - a.mean * a.scale),
            "the bias of the convolution is lost",
            FUSED,
        ),
        "beta scaled": KnownMistake(
            _fuse_but(b=lambda a: (a.b - a.mean + a.beta) * a.scale),
            "beta is scaled as well; it is added after the scaling",
            FUSED,
        ),
    },
)


def _with(standard: Callable[[Tensor, float], Tensor], last: bool) -> Callable[..., Tensor]:
    """A norm with gamma and beta; `last` says that they belong to the last axis of x."""

    def forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS) -> Tensor:
        scale, shift = (v if last else _column(v, x) for v in (gamma, beta))
        return standard(x, eps) * scale + shift

    return forward


def _norm_mistakes(axes: tuple[int, ...], section: str) -> dict[str, KnownMistake]:
    """Mistakes of a norm that has its mean over `axes` and no running averages."""
    last = axes == (1,)

    right = _with(lambda x, eps: _standard(x, axes, eps), last)

    def beta_first(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS) -> Tensor:
        scale, shift = (v if last else _column(v, x) for v in (gamma, beta))
        return (_standard(x, axes, eps) + shift) * scale

    return {
        "unbiased": KnownMistake(
            _with(lambda x, eps: _standard(x, axes, eps, correction=1), last),
            "the unbiased variance (n - 1) normalises; it is to be the biased one (n)",
            section,
        ),
        "not centred": KnownMistake(
            _with(lambda x, eps: _standard(x, axes, eps, centred=False), last),
            "the variance is the mean of x squared; the mean of x belongs subtracted first",
            section,
        ),
        "eps outside": KnownMistake(
            _with(lambda x, eps: _standard(x, axes, eps, root=_eps_outside), last),
            "eps is added to the root of the variance; it belongs under the root",
            section,
        ),
        "no root": KnownMistake(
            _with(lambda x, eps: _standard(x, axes, eps, root=_no_root), last),
            "x is divided by the variance; it is to be divided by its root",
            section,
        ),
        "no gamma": KnownMistake(
            lambda x, gamma, beta, eps=EPS: right(x, torch.ones_like(gamma), beta, eps),
            "gamma does not multiply",
            section,
        ),
        "no beta": KnownMistake(
            lambda x, gamma, beta, eps=EPS: right(x, gamma, torch.zeros_like(beta), eps),
            "beta is not added",
            section,
        ),
        "gamma scales beta": KnownMistake(
            beta_first, "beta is added before gamma multiplies, so gamma scales it too", section
        ),
    }


def _norm_bound(axes: tuple[int, ...]) -> Callable[..., Tensor]:
    last = axes == (1,)
    sized = _with(lambda x, eps: _size(x, axes, eps), last)
    return lambda x, gamma, beta, eps=EPS: sized(x, gamma.abs(), beta.abs(), eps)


def normed(x: tuple[int, ...] | np.ndarray, learned: bool = True, **more: Any) -> Draw:
    """A case of a norm without running averages; gamma is 1 and beta 0 unless `learned`."""
    size = (x.shape if isinstance(x, np.ndarray) else x)[1]
    gamma, beta = ((size,), (size,)) if learned else (np.ones(size), np.zeros(size))
    return draw(x=x, gamma=gamma, beta=beta, **more)


LAYERNORM_FORWARD = Specification(
    name="layernorm_forward",
    points=5,
    library="torch",
    outputs=("y",),
    reference=norm.layernorm_forward,
    bound=_norm_bound((1,)),
    forbidden=("normalization",),
    groups={
        "one example": (
            normed((1, 5), learned=False, whole=True),
            normed((1, 7), learned=False, whole=True),
        ),
        "several examples, with gamma and beta": (
            normed((3, 5), whole=True),
            normed((4, 6), whole=True),
        ),
        "where the variance is tiny, and with another eps": (
            normed(tiny(3, 6)),
            normed((4, 5), eps=given(0.5)),
        ),
    },
    mistakes={
        **_norm_mistakes((1,), LAYER),
        "batch": KnownMistake(
            _with(lambda x, eps: _standard(x, (0,), eps), last=True),
            "each feature gets a mean over the batch: that is batch norm; here each row has its "
            "own",
            LAYER,
        ),
        "everything": KnownMistake(
            _with(lambda x, eps: _standard(x, (0, 1), eps), last=True),
            "all examples share one mean; each has its own",
            LAYER,
        ),
    },
)

LAYERNORM_BACKWARD = Specification(
    name="layernorm_backward",
    points=7,
    library="torch",
    outputs=("dx", "dgamma", "dbeta"),
    reference=norm.layernorm_backward,
    bound=_backward_bound(1),
    forbidden=("normalization", "autograd"),
    groups={
        "dbeta": (
            backward((1, 4), "dbeta", whole=True),
            backward((3, 5), "dbeta"),
        ),
        "dgamma": (
            backward((2, 5), "dgamma", whole=True),
            backward((3, 6), "dgamma", whole=True),
        ),
        "dx of one example, gamma 1": (
            backward((1, 5), "dx", whole=True, gamma=np.ones(5)),
            backward((1, 7), "dx", whole=True, gamma=np.ones(7)),
        ),
        "dx of several examples, with gamma": (
            backward((3, 5), "dx", whole=True),
            backward((4, 6), "dx", whole=True),
        ),
        "all three, where the variance is tiny, and with another eps": (
            backward(tiny(3, 6)),
            backward((4, 5), eps=given(0.5)),
        ),
    },
    mistakes={
        **_backward_mistakes(1, LAYER, "a row"),
        "gamma outside": KnownMistake(
            _backward_but(
                1,
                dx=lambda dy, x, gamma, eps: _dx(1)(dy, x, torch.ones_like(gamma), eps) * gamma,
            ),
            "gamma is multiplied at the end, as in batch norm; here it differs along the row, so "
            "it belongs into dy before the means are taken",
            LAYER,
        ),
    },
)

INSTANCENORM_FORWARD = Specification(
    name="instancenorm_forward",
    points=4,
    library="torch",
    outputs=("y",),
    reference=norm.instancenorm_forward,
    bound=_norm_bound((2, 3)),
    forbidden=("normalization",),
    groups={
        "one image, one channel": (
            normed((1, 1, 3, 2), learned=False, whole=True),
            normed((1, 1, 4, 5), learned=False, whole=True),
        ),
        "several images and channels, with gamma and beta": (
            normed((3, 2, 2, 4), whole=True),
            normed((2, 3, 4, 5), whole=True),
        ),
        "where the variance is tiny, and with another eps": (
            normed(tiny(2, 3, 3, 4)),
            normed((3, 2, 4, 5), eps=given(0.5)),
        ),
    },
    mistakes={
        **_norm_mistakes((2, 3), GROUPS),
        "batch": KnownMistake(
            _with(lambda x, eps: _standard(x, (0, 2, 3), eps), last=False),
            "the images of a batch share their means: that is batch norm; here each image has its "
            "own",
            GROUPS,
        ),
        "layer": KnownMistake(
            _with(lambda x, eps: _standard(x, (1, 2, 3), eps), last=False),
            "the channels of an image share one mean: that is layer norm; here each channel has "
            "its own",
            GROUPS,
        ),
        "row": KnownMistake(
            _with(lambda x, eps: _standard(x, (3,), eps), last=False),
            "each row of pixels gets a mean of its own; all pixels of a channel share one",
            GROUPS,
        ),
    },
)


def _grouped(x: Tensor, groups: int, eps: float, **knobs: Any) -> Tensor:
    split = x.reshape(len(x), groups, -1, *x.shape[2:])
    return _standard(split, (2, 3, 4), eps, **knobs).reshape(x.shape)


def _group_with(standard: Callable[[Tensor, int, float], Tensor]) -> Callable[..., Tensor]:
    def forward(x: Tensor, gamma: Tensor, beta: Tensor, groups: int, eps: float = EPS) -> Tensor:
        return standard(x, groups, eps) * _column(gamma, x) + _column(beta, x)

    return forward


def _interleaved(x: Tensor, groups: int, eps: float) -> Tensor:
    split = x.reshape(len(x), -1, groups, *x.shape[2:])
    return _standard(split, (1, 3, 4), eps).reshape(x.shape)


def _whole_batch(x: Tensor, groups: int, eps: float) -> Tensor:
    split = x.reshape(len(x), groups, -1, *x.shape[2:])
    return _standard(split, (0, 2, 3, 4), eps).reshape(x.shape)


def _group_beta_first(
    x: Tensor, gamma: Tensor, beta: Tensor, groups: int, eps: float = EPS
) -> Tensor:
    return (_grouped(x, groups, eps) + _column(beta, x)) * _column(gamma, x)


def _group_bound(x: Tensor, gamma: Tensor, beta: Tensor, groups: int, eps: float = EPS) -> Tensor:
    split = x.reshape(len(x), groups, -1, *x.shape[2:])
    size = _size(split, (2, 3, 4), eps).reshape(x.shape)
    return size * _column(gamma, x).abs() + _column(beta, x).abs()


def grouped(
    x: tuple[int, ...] | np.ndarray, groups: int, learned: bool = True, **more: Any
) -> Draw:
    """A case of group norm."""
    return normed(x, learned, groups=given(groups), **more)


GROUPNORM_FORWARD = Specification(
    name="groupnorm_forward",
    points=6,
    library="torch",
    outputs=("y",),
    reference=norm.groupnorm_forward,
    bound=_group_bound,
    forbidden=("normalization",),
    groups={
        "one image, one group": (
            grouped((1, 2, 3, 2), 1, learned=False, whole=True),
            grouped((1, 3, 2, 4), 1, learned=False, whole=True),
        ),
        "several groups": (
            grouped((1, 4, 2, 3), 2, learned=False, whole=True),
            grouped((1, 6, 3, 2), 3, learned=False, whole=True),
        ),
        "several images, with gamma and beta": (
            grouped((3, 6, 2, 4), 2, whole=True),
            grouped((2, 6, 4, 3), 3, whole=True),
        ),
        "where the variance is tiny, and with another eps": (
            grouped(tiny(3, 6, 2, 4), 2),
            grouped((2, 6, 4, 3), 3, eps=given(0.5)),
        ),
    },
    mistakes={
        "unbiased": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, groups, eps, correction=1)),
            "the unbiased variance (n - 1) normalises; it is to be the biased one (n)",
            GROUPS,
        ),
        "not centred": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, groups, eps, centred=False)),
            "the variance is the mean of x squared; the mean of x belongs subtracted first",
            GROUPS,
        ),
        "interleaved": KnownMistake(
            _group_with(_interleaved),
            "a group takes every so many channels; it is made of channels that are neighbours",
            GROUPS,
        ),
        "channels counted": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, x.shape[1] // groups, eps)),
            "groups is taken as the number of channels in a group; it is the number of groups",
            GROUPS,
        ),
        "one group": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, 1, eps)),
            "all channels of an image share one mean; each group has its own",
            GROUPS,
        ),
        "instance": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, x.shape[1], eps)),
            "each channel gets a mean of its own; the channels of a group share one",
            GROUPS,
        ),
        "batch": KnownMistake(
            _group_with(_whole_batch),
            "the images of a batch share their means; each image has its own",
            GROUPS,
        ),
        "eps outside": KnownMistake(
            _group_with(lambda x, groups, eps: _grouped(x, groups, eps, root=_eps_outside)),
            "eps is added to the root of the variance; it belongs under the root",
            GROUPS,
        ),
        "no gamma": KnownMistake(
            lambda x, gamma, beta, groups, eps=EPS: norm.groupnorm_forward(
                x, torch.ones_like(gamma), beta, groups, eps
            ),
            "gamma does not multiply",
            GROUPS,
        ),
        "no beta": KnownMistake(
            lambda x, gamma, beta, groups, eps=EPS: norm.groupnorm_forward(
                x, gamma, torch.zeros_like(beta), groups, eps
            ),
            "beta is not added",
            GROUPS,
        ),
        "gamma scales beta": KnownMistake(
            _group_beta_first,
            "beta is added before gamma multiplies, so gamma scales it too",
            GROUPS,
        ),
    },
)


def _collected(
    batches: Tensor, momentum: float = 0.1, function: Callable[..., Any] = norm.batchnorm_forward
) -> tuple[Tensor, Tensor]:
    """The running averages after `function` was trained on each batch."""
    zero, one = torch.zeros_like(batches[0, 0]), torch.ones_like(batches[0, 0])
    mean, var = zero, one
    for x in batches:
        _, mean, var = function(x, one, zero, mean, var, True, momentum=momentum)
    return mean, var


def _statistics(batches: Tensor, momentum: float = 0.1) -> tuple[Tensor, Tensor]:
    return _collected(batches, momentum)


def _statistics_by(function: Callable[..., Any]) -> Callable[..., tuple[Tensor, Tensor]]:
    return lambda batches, momentum=0.1: _collected(batches, momentum, function)


def _statistics_bound(batches: Tensor, momentum: float = 0.1) -> tuple[Tensor, Tensor]:
    return batches.abs(), 1 + 2 * batches * batches


DEBUG_RUNNING_STATISTICS = Specification(
    name="debug-running-statistics",
    points=4,
    library="torch",
    outputs=("running_mean", "running_var"),
    reference=_statistics,
    bound=_statistics_bound,
    forbidden=("normalization",),
    groups={
        "one batch": (
            draw(batches=(1, 4, 3), whole=True),
            draw(batches=(1, 5, 2), momentum=given(0.3)),
        ),
        "several batches": (
            draw(batches=(3, 4, 2), whole=True),
            draw(batches=(5, 4, 3), momentum=given(0.01)),
        ),
    },
    mistakes={
        "exchanged": KnownMistake(
            _statistics_by(_REVERSED),
            "the fault is still there: work out by hand what one batch does to the averages",
            RUNNING,
        ),
        "biased": KnownMistake(
            _statistics_by(_BIASED),
            "the variance is now the biased one: that line was right; change it back",
            RUNNING,
        ),
    },
)

EXERCISES = (
    BATCHNORM_FORWARD,
    BATCHNORM2D_FORWARD,
    BATCHNORM_BACKWARD,
    FUSE_CONV_BN,
    LAYERNORM_FORWARD,
    LAYERNORM_BACKWARD,
    INSTANCENORM_FORWARD,
    GROUPNORM_FORWARD,
    DEBUG_RUNNING_STATISTICS,
)

PREDICTIONS = (
    numbers("recall-parameters", 1, 25_050),
    numbers("recall-bias-gradient", 1, 1_568),
    numbers("recall-output-size", 1, 112),
    numbers("recall-receptive-field", 1, 7),
    numbers("recall-pooling-gradient", 1, 4),
    numbers("predict-running-steps", 2, 459, 44),
    numbers("predict-batch-of-one", 1, 2),
    numbers("predict-doubled-weights", 1, 1, 0.5),
    numbers("predict-lost-bias", 1, 0),
    letters("predict-fusable", 1, "abcdef", "abc"),
    numbers("predict-count-of-means", 1, 6, 4, 24, 8),
    letters("debug-fault-kind", 1, "abcde", "c"),
)

BREAK_POINTS = {"breaks-batchnorm": 5.0}
