"""Notebook 02: what it asks for, the visible cases, the known mistakes and the predictions.

Longer than a file should be, as every exercise is one piece of data.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from autograders.authoring.build import Altered, KnownMistake, Specification
from autograders.authoring.cases import Draw, draw, given
from autograders.checks.predictions import letters, numbers
from autograders.exercises.layer_mistakes import TOGETHER, altered_layer, layer_mistakes
from course_lib.reference import conv, shapes

Tensor = torch.Tensor
Pair = tuple[int, int]
Layers = list[Pair]
BORDER = "A frame around the map"
FIELD = "What one output sees"
STEPS = "Larger steps"
FIELD_STEPS = "What one output sees, with stride"
LAYER = "The layer with all its arguments"
COST = "What a layer costs"
ONE = "A kernel of one pixel"
BACKWARD = "Backward, with stride and padding"


def _pair(value: Any) -> Pair:
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def size(*sizes: int) -> Draw:
    names = ("size", "kernel", "stride", "padding", "dilation")
    return Draw({n: given(v) for n, v in zip(names, sizes, strict=False)})


OUTPUT_SIZE = Specification(
    name="output_size",
    points=7,
    library="number",
    outputs=("size",),
    reference=shapes.output_size,
    forbidden=("convolution",),
    groups={
        "no padding, steps of one": (size(7, 3), size(32, 5), size(28, 1)),
        "padding": (size(7, 3, 1, 1), size(32, 5, 1, 2), size(8, 4, 1, 3), size(40, 9, 1, 2)),
        "a stride that fits": (size(7, 3, 2), size(33, 5, 4, 2), size(12, 3, 3)),
        "a stride that does not fit": (
            size(224, 3, 2, 1),
            size(224, 7, 2, 3),
            size(18, 4, 5, 1),
            size(50, 9, 4),
            size(41, 8, 3),
            size(57, 6, 4, 2),
            size(39, 5, 3, 2),
        ),
        "dilation": (
            size(9, 3, 1, 0, 2),
            size(20, 4, 3, 2, 3),
            size(16, 3, 1, 1, 4),
            size(25, 5, 1, 2, 3),
        ),
    },
    mistakes={
        "float": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
            ),
            "half a window counts as half an output: a window fits or it does not, so the division "
            "rounds down",
            STEPS,
        ),
        "rounded up": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                -(-(size + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1
            ),
            "the division rounds up, so the last window hangs over the edge; it rounds down",
            STEPS,
        ),
        "no plus one": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + 2 * padding - dilation * (kernel - 1) - 1) // stride
            ),
            "the steps are counted; there is one place more than there are steps",
            BORDER,
        ),
        "padding once": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + padding - dilation * (kernel - 1) - 1) // stride + 1
            ),
            "the padding is counted once; it is put on both ends",
            BORDER,
        ),
        "padding ignored": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size - dilation * (kernel - 1) - 1) // stride + 1
            ),
            "the padding does not enter: it makes the input larger on both ends",
            BORDER,
        ),
        "stride ignored": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                size + 2 * padding - dilation * (kernel - 1)
            ),
            "the stride does not enter: the window moves on by so many at once",
            STEPS,
        ),
        "dilation ignored": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + 2 * padding - kernel) // stride + 1
            ),
            "the dilation does not enter: it makes the kernel reach further",
            LAYER,
        ),
        "dilation times kernel": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + 2 * padding - dilation * kernel) // stride + 1
            ),
            "a dilated kernel is taken to span dilation * kernel; between K entries there are "
            "only K - 1 gaps",
            LAYER,
        ),
        "dilation as zeros": KnownMistake(
            lambda size, kernel, stride=1, padding=0, dilation=1: (
                (size + 2 * padding - (dilation + 1) * (kernel - 1) - 1) // stride + 1
            ),
            "dilation is taken as the number of zeros between two entries; dilation=1 means none",
            LAYER,
        ),
    },
)


def _pad2d(x: Tensor, padding: int | Pair, mode: str) -> Tensor:
    rows, columns = _pair(padding)
    sides = (columns, columns, rows, rows)
    return F.pad(x, sides, mode="constant" if mode == "zeros" else mode)


def _frame_twice(x: Tensor, padding: int | Pair, mode: str) -> Tensor:
    """Reflects, but with the edge pixel twice."""
    if mode != "reflect":
        return _pad2d(x, padding, mode)
    for axis, pad in zip((2, 3), _pair(padding), strict=True):
        if pad:
            mirror = x.flip(axis)
            size = x.shape[axis]
            before, after = mirror.narrow(axis, size - pad, pad), mirror.narrow(axis, 0, pad)
            x = torch.cat([before, x, after], axis)
    return x


def _same_side(x: Tensor, padding: int | Pair, mode: str) -> Tensor:
    """Circular, but with the first rows put in front and the last ones behind."""
    if mode != "circular":
        return _pad2d(x, padding, mode)
    for axis, pad in zip((2, 3), _pair(padding), strict=True):
        first, last = x.narrow(axis, 0, pad), x.narrow(axis, x.shape[axis] - pad, pad)
        x = torch.cat([first, x, last], axis)
    return x


def _before_only(x: Tensor, padding: int | Pair, mode: str) -> Tensor:
    rows, columns = _pair(padding)
    padded = _pad2d(x, padding, mode)
    return padded[:, :, : padded.shape[2] - rows, : padded.shape[3] - columns]


def framed(*x: int, padding: int | Pair, mode: str, dtype: str = "float32") -> Draw:
    return draw(dtype, x=x, padding=given(padding), mode=given(mode))


PAD2D = Specification(
    name="pad2d",
    points=9,
    library="torch",
    outputs=("y",),
    reference=_pad2d,
    groups={
        "zeros on all sides": (
            draw(x=(1, 1, 3, 2), padding=given(1), mode=given("zeros"), whole=True),
            framed(2, 3, 4, 5, padding=2, mode="zeros"),
        ),
        "rows and columns differ": (
            draw(x=(1, 1, 2, 3), padding=given((1, 2)), mode=given("zeros"), whole=True),
            framed(2, 3, 5, 4, padding=(3, 0), mode="zeros"),
        ),
        "replicate": (
            draw(x=(1, 1, 3, 4), padding=given(2), mode=given("replicate"), whole=True),
            framed(2, 3, 4, 5, padding=(1, 3), mode="replicate"),
        ),
        "reflect": (
            draw(x=(1, 1, 3, 4), padding=given(2), mode=given("reflect"), whole=True),
            framed(2, 3, 5, 4, padding=(1, 3), mode="reflect"),
        ),
        "circular": (
            draw(x=(1, 1, 3, 4), padding=given(2), mode=given("circular"), whole=True),
            framed(2, 3, 4, 5, padding=(1, 3), mode="circular"),
        ),
    },
    mistakes={
        "swapped": KnownMistake(
            lambda x, padding, mode: _pad2d(x, _pair(padding)[::-1], mode),
            "the two numbers of padding are exchanged: rows come first, then columns",
            BORDER,
        ),
        "rows for both": KnownMistake(
            lambda x, padding, mode: _pad2d(x, _pair(padding)[0], mode),
            "the first number of padding is used for rows and columns alike",
            BORDER,
        ),
        "before only": KnownMistake(
            _before_only,
            "the frame has only a top and a left side; padding counts for both ends",
            BORDER,
        ),
        "rows only": KnownMistake(
            lambda x, padding, mode: _pad2d(x, (_pair(padding)[0], 0), mode),
            "only rows are added, at the top and the bottom; columns need it too",
            BORDER,
        ),
        "reflect repeats": KnownMistake(
            lambda x, padding, mode: _pad2d(x, padding, "replicate" if mode == "reflect" else mode),
            "reflect repeats the one pixel at the edge; it gives a mirror image",
            BORDER,
        ),
        "always zeros": KnownMistake(
            lambda x, padding, mode: _pad2d(x, padding, "zeros"),
            "the frame holds zeros whatever the mode is",
            BORDER,
        ),
        "edge twice": KnownMistake(
            _frame_twice,
            "reflect repeats the edge pixel; the mirror stands on the edge pixel, so that the "
            "first one outside equals the second one inside",
            BORDER,
        ),
        "circular from the near side": KnownMistake(
            _same_side,
            "circular takes the pixels of the near side; what leaves on one side comes in on the "
            "other",
            BORDER,
        ),
        "replicate reflects": KnownMistake(
            lambda x, padding, mode: _pad2d(x, padding, "reflect" if mode == "replicate" else mode),
            "replicate gives a mirror image; it repeats the one pixel at the edge",
            BORDER,
        ),
        "circular reflects": KnownMistake(
            lambda x, padding, mode: _pad2d(x, padding, "reflect" if mode == "circular" else mode),
            "circular gives a mirror image; it goes on with the other side of the map, as it is",
            BORDER,
        ),
    },
)


def _fold(step: Callable[[int, int, int, int], Pair], layers: Layers) -> int:
    """The field after `layers`: each turns (field, jump) into the next."""
    field, jump = 1, 1
    for kernel, stride in layers:
        field, jump = step(field, jump, kernel, stride)
    return field


def field(*layers: Pair) -> Draw:
    return draw(layers=given(list(layers)))


RECEPTIVE_FIELD = Specification(
    name="receptive_field",
    points=6,
    library="number",
    outputs=("size",),
    reference=shapes.receptive_field,
    forbidden=("convolution",),
    groups={
        "one layer": (field((3, 1)), field((7, 2)), field((5, 3))),
        "layers of stride 1": (
            field((3, 1), (3, 1)),
            field((3, 1), (5, 1), (2, 1)),
            field(*[(3, 1)] * 112),
        ),
        "a stride in the first layer": (
            field((3, 2), (3, 1)),
            field((7, 2), (3, 1), (5, 1)),
            field((1, 3), (4, 1), (2, 1)),
        ),
        "strides everywhere": (
            field((3, 2), (3, 2), (3, 2)),
            field((5, 3), (2, 2), (4, 1), (3, 3)),
            field((3, 1), (5, 2), (3, 4), (6, 2)),
            field(*[(3, 2)] * 7),
        ),
    },
    mistakes={
        "stride ignored": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + k - 1, 1), layers),
            "the strides do not enter: behind a stride, one step is several pixels of the input",
            FIELD_STEPS,
        ),
        "own stride": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * j * s, j * s), layers),
            "the stride of a layer widens its own kernel; it widens those of the layers after it",
            FIELD_STEPS,
        ),
        "only own stride": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * s, 1), layers),
            "each kernel is widened by the stride of its own layer alone; what counts is the "
            "product of all strides before it",
            FIELD_STEPS,
        ),
        "last stride only": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * j, s), layers),
            "only the stride of the layer just before counts; the strides multiply up",
            FIELD_STEPS,
        ),
        "strides added": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * j, j + s - 1), layers),
            "the strides are added up; they multiply",
            FIELD_STEPS,
        ),
        "sum of kernels": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + k * j, j * s), layers) - 1,
            "each layer adds its whole kernel; it adds K - 1, since one place is shared",
            FIELD,
        ),
        "backwards": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * j, j * s), layers[::-1]),
            "the layers are taken from the last to the first with strides counted from there: a "
            "stride widens the layers after it",
            FIELD_STEPS,
        ),
        "no middle": KnownMistake(
            lambda layers: _fold(lambda f, j, k, s: (f + (k - 1) * j, j * s), layers) - 1,
            "the one place that every field begins with is not counted",
            FIELD,
        ),
        "previous layer": KnownMistake(
            lambda layers: layers[-1][0],
            "that is the field in the layer before; asked is the field in the input",
            FIELD,
        ),
    },
)


def _first(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The options with both numbers of `name` equal to its first."""
    return {**options, name: _pair(options[name])[0]} if name in options else options


def _swapped(options: dict[str, Any], name: str) -> dict[str, Any]:
    return {**options, name: _pair(options[name])[::-1]} if name in options else options


def _on_sides(options: dict[str, Any], sides: Callable[[int], Pair]) -> dict[str, Any]:
    """The options with what `sides` makes of the padding of each axis as (before, after)."""
    return {**options, "padding": tuple(map(sides, _pair(options.get("padding", 0))))}


def _rounded_up(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Tensor:
    """As many zeros behind the last row and column as one window more needs."""
    stride, padding, dilation = (
        _pair(options.get(name, default))
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    sides = []
    for axis in (0, 1):
        span = dilation[axis] * (w.shape[2 + axis] - 1) + 1
        left = (x.shape[2 + axis] + 2 * padding[axis] - span) % stride[axis]
        sides.append((padding[axis], padding[axis] + (-left) % stride[axis]))
    return conv.conv_nd(x, w, b, **{**options, "padding": tuple(sides)})


def _wider(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "dilation": tuple(d + 1 for d in _pair(options.get("dilation", 1)))}


def _regrouped(count: int, groups: int) -> Tensor:
    """Every groups-th index from 0, then every groups-th from 1, and so on."""
    return torch.arange(count).reshape(-1, groups).T.reshape(-1)


def _filters_dealt(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Tensor:
    order = _regrouped(len(w), options.get("groups", 1))
    return conv.conv_nd(x, w[order], b[order], **options)[:, order.argsort()]


def _channels_dealt(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Tensor:
    return conv.conv_nd(x[:, _regrouped(x.shape[1], options.get("groups", 1))], w, b, **options)


def _first_group(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Tensor:
    groups = options.get("groups", 1)
    return conv.conv_nd(x[:, : w.shape[1]].repeat(1, groups, 1, 1), w, b, **options)


def _without(options: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != name}


def _altered_options(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Altered:
    """A layer that gets what `change` makes of its options."""

    def arguments(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Any:
        return (x, w, b), change(options)

    return Altered(conv.conv_nd, arguments)


def _taps_side_by_side(x: Tensor, w: Tensor, b: Tensor, **options: Any) -> Tensor:
    spread = _pair(options.get("dilation", 1))
    wide = w.new_zeros(
        *w.shape[:2], *(d * (k - 1) + 1 for d, k in zip(spread, w.shape[2:], strict=True))
    )
    wide[:, :, : w.shape[2], : w.shape[3]] = w
    return conv.conv_nd(x, wide, b, **_without(options, "dilation"))


def layer(
    *x: int,
    w: tuple[int, ...],
    bias: bool = False,
    dtype: str = "float32",
    whole: bool = False,
    **options: Any,
) -> Draw:
    """A case of the layer; its bias is zero but where `bias`."""
    options = {name: given(value) for name, value in options.items()}
    b = w[:1] if bias else np.zeros(w[0])
    return draw(dtype, whole, x=x, w=w, b=b, **options)


CONV2D = Specification(
    name="conv2d",
    points=18,
    library="torch",
    outputs=("y",),
    reference=conv.conv_nd,
    forbidden=("convolution",),
    groups={
        "no options, as in notebook 01": (
            layer(1, 2, 4, 3, w=(3, 2, 2, 2), bias=True),
            layer(2, 3, 5, 6, w=(4, 3, 3, 2), bias=True),
        ),
        "a stride": (
            layer(1, 1, 5, 7, w=(1, 1, 3, 3), stride=2, whole=True),
            layer(2, 3, 9, 8, w=(4, 3, 3, 2), stride=3),
        ),
        "padding": (
            layer(1, 1, 3, 4, w=(1, 1, 3, 3), padding=1, whole=True),
            layer(2, 3, 5, 4, w=(4, 3, 2, 3), padding=2),
            layer(1, 2, 2, 3, w=(3, 2, 4, 3), padding=3),
        ),
        "stride and padding of rows and columns differ": (
            layer(1, 2, 6, 5, w=(3, 2, 3, 2), stride=(2, 1), padding=(0, 2)),
            layer(2, 3, 7, 8, w=(2, 3, 3, 4), stride=(2, 3), padding=(2, 1)),
        ),
        "dilation": (
            layer(1, 1, 5, 6, w=(1, 1, 2, 3), dilation=2, whole=True),
            layer(2, 3, 8, 9, w=(4, 3, 3, 2), dilation=(2, 3), stride=(1, 2), padding=1),
        ),
        "groups": (
            layer(1, 4, 4, 3, w=(4, 2, 2, 2), groups=2),
            layer(2, 6, 5, 6, w=(6, 2, 3, 2), groups=3, stride=2, padding=1),
        ),
    },
    mistakes={
        **layer_mistakes(LAYER),
        "stride ignored": KnownMistake(
            _altered_options(lambda o: _without(o, "stride")),
            "the window moves by one whatever the stride is",
            STEPS,
        ),
        "stride of rows": KnownMistake(
            _altered_options(lambda o: _first(o, "stride")),
            "the first number of stride is used for rows and columns alike",
            STEPS,
        ),
        "stride swapped": KnownMistake(
            _altered_options(lambda o: _swapped(o, "stride")),
            "the two numbers of stride are exchanged: rows come first, then columns",
            STEPS,
        ),
        "rounded up": KnownMistake(
            _rounded_up,
            "there is one window too many, which hangs over the edge: the output size rounds down",
            STEPS,
        ),
        "padding ignored": KnownMistake(
            _altered_options(lambda o: _without(o, "padding")),
            "the padding does not arrive: the output is as small as without it",
            BORDER,
        ),
        "padding swapped": KnownMistake(
            _altered_options(lambda o: _swapped(o, "padding")),
            "the two numbers of padding are exchanged: rows come first, then columns",
            BORDER,
        ),
        "padding before": KnownMistake(
            _altered_options(lambda o: _on_sides(o, lambda p: (2 * p, 0))),
            "all the padding is put before the first row and column; half of it belongs behind "
            "the last",
            BORDER,
        ),
        "padding with edge": KnownMistake(
            lambda x, w, b, **o: conv.conv_nd(x, w, b, **o, padding_mode="replicate"),
            "the frame repeats the pixels at the edge; here it holds zeros",
            BORDER,
        ),
        "dilation ignored": KnownMistake(
            _altered_options(lambda o: _without(o, "dilation")),
            "the dilation does not enter",
            LAYER,
        ),
        "dilation as zeros": KnownMistake(
            _altered_options(lambda o: _wider(o)),
            "dilation is taken as the number of zeros between two entries; dilation=1 means none",
            LAYER,
        ),
        "taps side by side": KnownMistake(
            _taps_side_by_side,
            "the output has the size of a dilated layer, but the weights meet neighbours: entry "
            "p of the kernel reads p * dilation further on",
            LAYER,
        ),
        "stride for dilation": KnownMistake(
            _altered_options(
                lambda o: {
                    **_without(_without(o, "stride"), "dilation"),
                    "stride": o.get("dilation", 1),
                    "dilation": o.get("stride", 1),
                }
            ),
            "stride and dilation are exchanged: the stride moves the window, the dilation spreads "
            "its entries",
            LAYER,
        ),
        "first group": KnownMistake(
            _first_group,
            "every group of filters reads the first group of channels",
            LAYER,
        ),
        "filters dealt": KnownMistake(
            _filters_dealt,
            "the filters are dealt to the groups in turn; the first C_out / groups of them belong "
            "to the first group",
            LAYER,
        ),
        "channels dealt": KnownMistake(
            _channels_dealt,
            "the channels are dealt to the groups in turn; the first C / groups of them belong to "
            "the first group",
            LAYER,
        ),
    },
    together=(
        *TOGETHER,
        ("no bias", "stride ignored"),
        ("no bias", "padding ignored"),
        ("no bias", "dilation ignored"),
        ("flipped", "stride ignored"),
        ("flipped", "padding ignored"),
        ("flipped", "stride swapped"),
        ("stride swapped", "padding swapped"),
    ),
)


def _backward_but(**wrong: Callable[..., Tensor]) -> Callable[..., Any]:
    """The right backward pass but for the named gradients, which come from `wrong`."""

    def backward(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> tuple[Tensor, ...]:
        right = zip(("dx", "dw", "db"), conv.conv_nd_backward(dy, x, w, **options), strict=True)
        return tuple(wrong[n](dy, x, w, **options) if n in wrong else g for n, g in right)

    return backward


def _dx(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Tensor:
    return conv.conv_nd_backward(dy, x, w, **options)[0]


def _dw(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Tensor:
    return conv.conv_nd_backward(dy, x, w, **options)[1]


def _dense(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Tensor:
    """dy in the top left corner of an upstream gradient of a layer of stride 1."""
    rows, columns = _pair(options.get("padding", 0))
    height, width = x.shape[2] + 2 * rows - w.shape[2], x.shape[3] + 2 * columns - w.shape[3]
    dense = dy.new_zeros(*dy.shape[:2], height + 1, width + 1)
    dense[:, :, : dy.shape[2], : dy.shape[3]] = dy
    return dense


def _padded_dx(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Tensor:
    padded = _pad2d(x, options.get("padding", 0), "zeros")
    return _dx(dy, padded, w, **_without(options, "padding"))


def _cut_behind(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Tensor:
    return _padded_dx(dy, x, w, **options)[:, :, : x.shape[2], : x.shape[3]]


def _last_weight(w: Tensor) -> Tensor:
    last = torch.zeros_like(w)
    last[..., -1, -1] = w[..., -1, -1]
    return last


def backward(
    *dy: int,
    x: tuple[int, ...],
    kernel: Pair,
    only: tuple[str, ...] | None = None,
    dtype: str = "float32",
    **options: Any,
) -> Draw:
    """A case of the backward pass; `only` names the gradients that are compared."""
    options = {name: given(value) for name, value in options.items()}
    w = (dy[1], x[0], *kernel)
    return draw(dtype, dy=dy, x=(dy[0], *x), w=w, outputs=only, **options)


CONV2D_BACKWARD = Specification(
    name="conv2d_backward",
    points=16,
    library="torch",
    outputs=("dx", "dw", "db"),
    reference=conv.conv_nd_backward,
    forbidden=("convolution", "autograd"),
    groups={
        "no options, as in notebook 01": (
            backward(1, 1, 2, 3, x=(1, 3, 4), kernel=(2, 2)),
            backward(2, 4, 3, 4, x=(3, 5, 5), kernel=(3, 2)),
        ),
        "dw and db with a stride": (
            backward(1, 1, 2, 2, x=(1, 5, 5), kernel=(3, 3), only=("dw", "db"), stride=2),
            backward(2, 4, 2, 3, x=(3, 5, 7), kernel=(2, 3), only=("dw", "db"), stride=(3, 2)),
        ),
        "dx with a stride": (
            backward(1, 1, 2, 2, x=(1, 5, 5), kernel=(3, 3), only=("dx",), stride=2),
            backward(2, 4, 3, 2, x=(3, 7, 6), kernel=(3, 2), only=("dx",), stride=(2, 3)),
        ),
        "dw and db with padding": (
            backward(1, 1, 3, 4, x=(1, 3, 4), kernel=(3, 3), only=("dw", "db"), padding=1),
            backward(2, 4, 5, 3, x=(3, 4, 4), kernel=(2, 2), only=("dw", "db"), padding=(1, 0)),
        ),
        "dx with padding": (
            backward(1, 1, 3, 4, x=(1, 3, 4), kernel=(3, 3), only=("dx",), padding=1),
            backward(2, 4, 4, 5, x=(3, 3, 4), kernel=(2, 4), only=("dx",), padding=(1, 2)),
            backward(1, 2, 5, 7, x=(3, 2, 3), kernel=(4, 3), only=("dx",), padding=3),
        ),
        "all at once, with rows that no window reads": (
            backward(2, 4, 3, 3, x=(3, 6, 5), kernel=(3, 2), stride=2, padding=1),
            backward(3, 2, 2, 2, x=(4, 5, 4), kernel=(2, 3), stride=(4, 3), padding=(1, 2)),
        ),
    },
    mistakes={
        "dx unflipped": KnownMistake(
            _backward_but(dx=lambda dy, x, w, **o: _dx(dy, x, w.flip(2, 3), **o)),
            "dx is made with the kernel flipped the wrong way: each output spreads its gradient "
            "back to the very inputs that it read, with the weights that it read them with",
            BACKWARD,
        ),
        "dx overwritten": KnownMistake(
            _backward_but(dx=lambda dy, x, w, **o: _dx(dy, x, _last_weight(w), **o)),
            "dx keeps only the last contribution to each input: they overlap and must be added",
            BACKWARD,
        ),
        "dx dense": KnownMistake(
            _backward_but(
                dx=lambda dy, x, w, **o: _dx(_dense(dy, x, w, **o), x, w, **_without(o, "stride"))
            ),
            "dx is made as if the window had moved by one: output (i, j) read the input at "
            "(i * stride, j * stride)",
            BACKWARD,
        ),
        "dw dense": KnownMistake(
            _backward_but(
                dw=lambda dy, x, w, **o: _dw(_dense(dy, x, w, **o), x, w, **_without(o, "stride"))
            ),
            "dw is made as if the window had moved by one: output (i, j) read the input at "
            "(i * stride, j * stride)",
            BACKWARD,
        ),
        "dx with its frame": KnownMistake(
            _backward_but(dx=_padded_dx),
            "dx still has the frame: the padding is not part of x, so its gradient is cut off",
            BACKWARD,
        ),
        "dx cut on one side": KnownMistake(
            _backward_but(dx=_cut_behind),
            "the frame is cut from dx at the bottom and the right only; x lies in its middle",
            BACKWARD,
        ),
        "batch mean": KnownMistake(
            _backward_but(
                dw=lambda dy, x, w, **o: _dw(dy, x, w, **o) / len(x),
                db=lambda dy, x, w, **o: dy.sum((0, 2, 3)) / len(x),
            ),
            "dw and db are averaged over the batch; a gradient sums over all that a weight touched",
            BACKWARD,
        ),
        "db mean": KnownMistake(
            _backward_but(db=lambda dy, x, w, **o: dy.mean((0, 2, 3))),
            "db is a mean of dy; a gradient sums",
            BACKWARD,
        ),
        "db one image": KnownMistake(
            _backward_but(db=lambda dy, x, w, **o: dy[0].sum((1, 2))),
            "db uses only the first image of the batch",
            BACKWARD,
        ),
        "dw flipped": KnownMistake(
            _backward_but(dw=lambda dy, x, w, **o: _dw(dy, x, w, **o).flip(2, 3)),
            "dw comes out turned by 180 degrees",
            BACKWARD,
        ),
    },
)


def _regrouped_pixels(x: Tensor) -> Tensor:
    """x as if its numbers lay in the order (N, H, W, C)."""
    return x.reshape(len(x), *x.shape[2:], x.shape[1]).movedim(3, 1)


def _pixel(*x: int, c_out: int, bias: bool = False, whole: bool = False) -> Draw:
    b = (c_out,) if bias else np.zeros(c_out)
    return draw(x=x, w=(c_out, x[1], 1, 1), b=b, whole=whole)


CONV1X1 = Specification(
    name="conv1x1",
    points=5,
    library="torch",
    outputs=("y",),
    reference=lambda x, w, b: conv.conv_nd(x, w, b),
    forbidden=("convolution",),
    groups={
        "one image, as many filters as channels": (
            _pixel(1, 2, 2, 3, c_out=2, whole=True),
            _pixel(1, 3, 4, 5, c_out=3),
        ),
        "fewer or more filters": (_pixel(1, 5, 3, 4, c_out=2), _pixel(1, 2, 4, 3, c_out=6)),
        "a batch and a bias": (
            _pixel(2, 3, 4, 5, c_out=4, bias=True),
            _pixel(3, 4, 2, 5, c_out=4, bias=True),
        ),
    },
    mistakes={
        **{
            name: mistake
            for name, mistake in layer_mistakes(ONE).items()
            if name not in ("flipped", "bias for each weight")  # one weight a channel
        },
        "transposed": KnownMistake(
            altered_layer(lambda x, w, b: (x, w.transpose(0, 1), b)),
            "the weights are used as (C_in, C_out); they are (C_out, C_in), as a linear layer's",
            ONE,
        ),
        "pixels reshaped": KnownMistake(
            altered_layer(lambda x, w, b: (_regrouped_pixels(x), w, b)),
            "reshape makes rows of C numbers that lie side by side in memory; the C numbers of a "
            "pixel do not: move the axis first",
            ONE,
        ),
        "output reshaped": KnownMistake(
            lambda x, w, b: (
                conv.conv_nd(x, w, b).movedim(1, 3).reshape(len(x), len(w), *x.shape[2:])
            ),
            "reshape turns (N, H, W, C_out) into the shape (N, C_out, H, W) and mixes pixels and "
            "channels: move the axis instead",
            ONE,
        ),
    },
)


def _cost_but(
    params: Callable[..., int] | None = None, macs: Callable[..., int] | None = None
) -> Callable[..., Pair]:
    """The right costs but for those that come from `params` and `macs`."""

    def cost(in_shape: Any, c_out: int, kernel: Any, **options: Any) -> Pair:
        right = shapes.conv_cost(in_shape, c_out, kernel, **options)
        arguments = (in_shape, c_out, _pair(kernel))
        return (
            params(*arguments) if params else right[0],
            macs(*arguments, right[1], **options) if macs else right[1],
        )

    return cost


def _outputs(channels: int, kernel: Pair, macs: int) -> int:
    """How many outputs need so many multiply-adds."""
    return macs // (channels * kernel[0] * kernel[1])


def costs(
    *in_shape: int, c_out: int, kernel: int | Pair, only: tuple[str, ...] | None = None, **more: Any
) -> Draw:
    arguments = {"in_shape": in_shape, "c_out": c_out, "kernel": kernel, **more}
    return Draw({name: given(value) for name, value in arguments.items()}, outputs=only)


CONV_COST = Specification(
    name="conv_cost",
    points=7,
    library="number",
    outputs=("params", "macs"),
    reference=shapes.conv_cost,
    forbidden=("convolution",),
    groups={
        "the parameters": (
            costs(3, 32, 32, c_out=10, kernel=5, only=("params",)),
            costs(4, 9, 7, c_out=6, kernel=3, only=("params",)),
        ),
        "multiply-adds without padding": (
            costs(3, 32, 32, c_out=6, kernel=5),
            costs(4, 9, 7, c_out=2, kernel=3),
        ),
        "with padding": (
            costs(3, 32, 32, c_out=10, kernel=5, padding=2),
            costs(4, 8, 11, c_out=3, kernel=3, padding=1),
        ),
        "with a stride": (
            costs(3, 224, 224, c_out=64, kernel=7, stride=2, padding=3),
            costs(5, 12, 10, c_out=4, kernel=3, stride=3),
        ),
        "rows and columns differ": (
            costs(3, 9, 14, c_out=5, kernel=(2, 4), stride=(2, 3), padding=(0, 2)),
            costs(2, 20, 6, c_out=7, kernel=(5, 1), stride=(1, 2), padding=(2, 1)),
        ),
    },
    mistakes={
        "no bias": KnownMistake(
            _cost_but(params=lambda s, c, k: c * s[0] * k[0] * k[1]),
            "the biases are missing from the parameters: one for each filter",
            COST,
        ),
        "one bias": KnownMistake(
            _cost_but(params=lambda s, c, k: c * s[0] * k[0] * k[1] + 1),
            "the parameters count one bias for the whole layer; each filter has its own",
            COST,
        ),
        "flat filters": KnownMistake(
            _cost_but(
                params=lambda s, c, k: c * (k[0] * k[1] + 1),
                macs=lambda s, c, k, macs, **o: macs // s[0],
            ),
            "the filters have one channel; each extends over the full depth of the input",
            COST,
        ),
        "bias in macs": KnownMistake(
            _cost_but(macs=lambda s, c, k, macs, **o: macs + _outputs(s[0], k, macs)),
            "the multiply-adds count the bias: adding it needs no multiplication",
            COST,
        ),
        "flops": KnownMistake(
            _cost_but(macs=lambda s, c, k, macs, **o: 2 * macs),
            "each multiply-add is counted as two operations; here it is one",
            COST,
        ),
        "one map": KnownMistake(
            _cost_but(macs=lambda s, c, k, macs, **o: macs // c),
            "the multiply-adds are those of one filter; all of them have to be computed",
            COST,
        ),
        "input size": KnownMistake(
            _cost_but(
                macs=lambda s, c, k, macs, **o: c * s[0] * s[1] * s[2] * k[0] * k[1],
            ),
            "the multiply-adds are counted for each place of the input; there are as many as "
            "places of the output",
            COST,
        ),
        "stride ignored": KnownMistake(
            _cost_but(
                macs=lambda s, c, k, macs, **o: shapes.conv_cost(s, c, k, **_without(o, "stride"))[
                    1
                ]
            ),
            "the multiply-adds do not know of the stride",
            COST,
        ),
        "padding ignored": KnownMistake(
            _cost_but(
                macs=lambda s, c, k, macs, **o: shapes.conv_cost(s, c, k, **_without(o, "padding"))[
                    1
                ]
            ),
            "the multiply-adds do not know of the padding",
            COST,
        ),
    },
)


def _strided_layer(x: Tensor, w: Tensor, b: Tensor, stride: int) -> Tensor:
    return conv.conv_nd(x, w, b, stride)


def _squeezed(x: Tensor, w: Tensor, b: Tensor, stride: int) -> Tensor:
    width = (x.shape[3] - w.shape[3]) // stride + 1
    return conv.conv_nd(x, w, b, (stride, 1))[..., :width]


def strided(*x: int, w: tuple[int, ...], stride: int, dtype: str = "float32") -> Draw:
    return draw(dtype, x=x, w=w, b=w[:1], stride=given(stride))


DEBUG_STRIDED_LAYER = Specification(
    name="debug-strided-layer",
    points=4,
    library="torch",
    outputs=("y",),
    reference=_strided_layer,
    forbidden=("convolution",),
    groups={
        "one channel, one filter": (
            strided(1, 1, 5, 6, w=(1, 1, 2, 2), stride=2),
            strided(1, 1, 3, 8, w=(1, 1, 3, 2), stride=3),
        ),
        "channels, filters and a batch": (
            strided(2, 3, 7, 9, w=(4, 3, 2, 3), stride=3),
            strided(3, 2, 4, 7, w=(2, 2, 2, 1), stride=2),
            strided(1, 2, 9, 6, w=(3, 2, 2, 4), stride=2),
        ),
    },
    mistakes={
        "columns by one": KnownMistake(
            _squeezed, "the fault is still there: compare one row that you worked by hand", STEPS
        ),
    },
)

EXERCISES = (
    OUTPUT_SIZE,
    PAD2D,
    RECEPTIVE_FIELD,
    CONV2D,
    CONV_COST,
    CONV1X1,
    CONV2D_BACKWARD,
    DEBUG_STRIDED_LAYER,
)

PREDICTIONS = (
    numbers("recall-shape", 1, 4, 8, 16, 28),
    numbers("recall-parameters", 1, 1480),
    numbers("recall-stack", 1, 7),
    letters("recall-flip", 1, "ABCD", "BD"),
    letters("recall-gradient", 1, "NOCIJPQ", "NIJ"),
    numbers("predict-even-kernel", 1, 7, 9),
    numbers("predict-layers", 1, 112),
    numbers("predict-halving", 2, 112, 112),
    numbers("predict-strided-layers", 1, 7),
    letters("predict-arguments", 2, "ABCDEF", "DE"),
    numbers("predict-depthwise", 1, 576),
    numbers("predict-example", 2, 760, 768_000),
    numbers("predict-two-small", 2, 73_728, 102_400),
    letters("debug-fault-kind", 1, "abcd", "b"),
)

BREAK_POINTS = {"breaks-options": 5.0}
