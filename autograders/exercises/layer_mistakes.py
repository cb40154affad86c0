"""Mistakes that a convolution layer can hold, whatever its notebook, dimensions and options."""

from collections.abc import Callable
from typing import Any

import torch

from autograders.authoring.build import Altered, KnownMistake
from course_lib.reference import conv

Tensor = torch.Tensor
Changed = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]


def altered_layer(change: Changed) -> Altered:
    """A layer that gets what `change` makes of (x, w, b), its options as they are."""

    def arguments(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Any:
        return change(x, w, b), options

    return Altered(conv.conv_nd, arguments)


def layer_mistakes(section: str) -> dict[str, KnownMistake]:
    """Each has its explanation in `section` of the notebook."""
    found: dict[str, tuple[Changed, str]] = {
        "flipped": (
            lambda x, w, b: (x, w.flip(tuple(range(2, w.ndim))), b),
            "the kernel is flipped; the layer of a network slides it as it is",
        ),
        "first channel": (
            lambda x, w, b: (x[:, :1], w[:, :1], b),
            "only the first input channel is used; the products of all channels are summed",
        ),
        "channel mean": (
            lambda x, w, b: (x, w / w.shape[1], b),
            "the input channels are averaged; they are to be summed",
        ),
        "no bias": (lambda x, w, b: (x, w, 0 * b), "the bias is not added"),
        "bias for each channel": (
            lambda x, w, b: (x, w, b * w.shape[1]),
            "the bias is added once for each input channel; it belongs to the whole sum, once",
        ),
        "bias for each weight": (
            lambda x, w, b: (x, w, b * w[0].numel()),
            "the bias is added once for each product; it belongs to the whole sum, once",
        ),
        "first image": (
            lambda x, w, b: (x[:1].expand_as(x), w, b),
            "every image of the batch gets the result of the first",
        ),
        "first filter": (
            lambda x, w, b: (x, w[:1].expand_as(w), b),
            "the first filter is used for every output channel",
        ),
    }
    return {
        name: KnownMistake(altered_layer(change), sentence, section)
        for name, (change, sentence) in found.items()
    }


TOGETHER = (
    ("flipped", "first channel"),
    ("flipped", "channel mean"),
    ("channel mean", "first image"),
)
