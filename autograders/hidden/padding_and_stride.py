"""Hidden groups of notebook 02: all options at once, other sizes, double precision."""

from autograders.authoring.cases import draw, given
from autograders.exercises.padding_and_stride import (  # the short forms of its cases
    backward,
    costs,
    field,
    framed,
    layer,
    size,
    strided,
)

GROUPS = {
    "output_size": {
        "all arguments at once": (
            size(31, 4, 3, 2, 2),
            size(50, 5, 4, 6, 3),
        ),
        "a kernel as large as the input, and of one number": (
            size(5, 7, 2, 1),
            size(9, 1, 4),
        ),
    },
    "pad2d": {
        "double precision, padding of zero, and wide frames": (
            framed(2, 3, 4, 5, padding=(0, 2), mode="reflect", dtype="float64"),
            framed(3, 2, 5, 4, padding=0, mode="circular", dtype="float64"),
            framed(1, 2, 3, 5, padding=(7, 6), mode="replicate"),
            framed(1, 2, 4, 3, padding=(4, 3), mode="circular"),
        ),
    },
    "receptive_field": {
        "many layers": (
            field((11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)),
            field(*[(3, 1), (3, 1), (2, 2)] * 4),
        ),
        "kernels of one pixel, and strides larger than kernels": (
            field((1, 2), (1, 1), (3, 2), (1, 1), (2, 5), (3, 1)),
            field((2, 3), (1, 4), (2, 1)),
        ),
    },
    "conv2d": {
        "all options at once, double precision": (
            layer(
                *(2, 6, 9, 8),
                w=(4, 3, 3, 2),
                bias=True,
                dtype="float64",
                stride=(2, 3),
                padding=(1, 2),
                dilation=(2, 1),
                groups=2,
            ),
            layer(
                *(3, 4, 7, 10),
                w=(6, 2, 2, 3),
                bias=True,
                dtype="float64",
                stride=(3, 1),
                padding=(2, 0),
                dilation=(1, 3),
                groups=2,
            ),
        ),
        "each channel by itself, kernels of one number or as large as the image": (
            layer(2, 4, 5, 6, w=(4, 1, 3, 2), bias=True, groups=4, padding=1),
            layer(1, 3, 6, 5, w=(6, 1, 1, 1), bias=True, groups=3, stride=2),
            layer(2, 2, 3, 4, w=(3, 2, 5, 4), bias=True, padding=(1, 0), stride=3),
        ),
        "tensors that are not in C order": (
            draw(
                c_order=False,
                x=(2, 4, 6, 5),
                w=(2, 2, 3, 2),
                b=(2,),
                stride=given(2),
                groups=given(2),
            ),
            draw(
                "float64",
                c_order=False,
                x=(3, 2, 5, 7),
                w=(4, 2, 2, 3),
                b=(4,),
                padding=given((2, 1)),
                dilation=given(2),
            ),
        ),
    },
    "conv2d_backward": {
        "double precision": (
            backward(
                2,
                5,
                4,
                2,
                x=(3, 8, 6),
                kernel=(3, 4),
                dtype="float64",
                stride=(2, 3),
                padding=(1, 1),
            ),
            backward(
                3, 2, 3, 4, x=(4, 5, 6), kernel=(1, 2), dtype="float64", stride=2, padding=(0, 1)
            ),
        ),
        "strides larger than the kernel, and tensors that are not in C order": (
            backward(2, 3, 2, 3, x=(2, 7, 9), kernel=(2, 1), stride=(4, 3)),
            draw(
                c_order=False,
                dy=(2, 4, 3, 2),
                x=(2, 3, 6, 5),
                w=(4, 3, 4, 3),
                stride=given(2),
                padding=given((1, 0)),
            ),
        ),
    },
    "conv1x1": {
        "double precision": (
            draw("float64", x=(2, 3, 5, 4), w=(6, 3, 1, 1), b=(6,)),
            draw("float64", x=(3, 5, 1, 2), w=(1, 5, 1, 1), b=(1,)),
        ),
        "tensors that are not in C order": (
            draw(c_order=False, x=(3, 2, 5, 4), w=(4, 2, 1, 1), b=(4,)),
            draw("float64", c_order=False, x=(2, 4, 3, 6), w=(4, 4, 1, 1), b=(4,)),
        ),
    },
    "conv_cost": {
        "layers of well-known networks": (
            costs(1, 28, 28, c_out=20, kernel=5, padding=2),
            costs(3, 227, 227, c_out=96, kernel=11, stride=4),
        ),
        "rows and columns differ, remainders": (
            costs(4, 13, 10, c_out=3, kernel=(3, 2), stride=(3, 4), padding=(1, 0)),
            costs(6, 7, 16, c_out=9, kernel=(1, 5), stride=2, padding=(0, 3)),
        ),
    },
    "debug-strided-layer": {
        "double precision": (
            strided(2, 3, 6, 8, w=(4, 3, 3, 2), stride=2, dtype="float64"),
            strided(1, 2, 9, 12, w=(3, 2, 2, 3), stride=4, dtype="float64"),
        ),
    },
}
