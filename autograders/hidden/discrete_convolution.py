"""Hidden groups of notebook 01: other sizes, full precision, arrays that are not in C order."""

from autograders.authoring.cases import draw

_MATRICES = {
    "double precision": (
        draw("float64", x=(7, 5), k=(2, 4)),
        draw("float64", x=(4, 9), k=(3, 3)),
    ),
    "a kernel as large as the image, and of one number": (
        draw(x=(4, 3), k=(4, 3)),
        draw(x=(3, 5), k=(1, 1)),
    ),
    "arrays that are not in C order": (
        draw(c_order=False, x=(6, 7), k=(3, 2)),
        draw("float64", c_order=False, x=(5, 8), k=(2, 5)),
    ),
}

GROUPS = {
    "cross_correlate2d": _MATRICES,
    "convolve2d": _MATRICES,
    "conv2d": {
        "double precision": (
            draw("float64", x=(2, 3, 6, 7), w=(5, 3, 4, 2), b=(5,)),
            draw("float64", x=(3, 4, 5, 6), w=(2, 4, 3, 3), b=(2,)),
        ),
        "a kernel as large as the image, and of one number": (
            draw(x=(2, 3, 4, 5), w=(6, 3, 4, 5), b=(6,)),
            draw(x=(3, 5, 2, 4), w=(2, 5, 1, 1), b=(2,)),
        ),
        "tensors that are not in C order": (
            draw(c_order=False, x=(3, 2, 5, 4), w=(4, 2, 2, 3), b=(4,)),
            draw("float64", c_order=False, x=(2, 4, 6, 3), w=(3, 4, 5, 2), b=(3,)),
        ),
    },
    "compose_kernels": {
        "double precision": (
            draw("float64", k1=(4, 3, 3, 2), k2=(2, 4, 2, 4)),
            draw("float64", k1=(2, 5, 2, 2), k2=(3, 2, 3, 3)),
        ),
        "kernels of one number, and not in C order": (
            draw(k1=(3, 2, 1, 1), k2=(4, 3, 3, 2)),
            draw(c_order=False, k1=(3, 4, 2, 3), k2=(2, 3, 3, 1)),
        ),
    },
    "conv1d": {
        "double precision, a kernel as long as the signal": (
            draw("float64", x=(2, 3, 9), w=(4, 3, 5), b=(4,)),
            draw(x=(3, 2, 4), w=(5, 2, 4), b=(5,)),
        ),
    },
    "conv3d": {
        "double precision, a kernel as large as the volume": (
            draw("float64", x=(2, 3, 3, 4, 5), w=(2, 3, 2, 3, 4), b=(2,)),
            draw(x=(3, 2, 2, 3, 4), w=(4, 2, 2, 3, 4), b=(4,)),
        ),
    },
    "conv2d_backward": {
        "double precision": (
            draw("float64", dy=(2, 5, 3, 6), x=(2, 3, 6, 7), w=(5, 3, 4, 2)),
            draw("float64", dy=(3, 2, 3, 4), x=(3, 4, 5, 6), w=(2, 4, 3, 3)),
        ),
        "a kernel as large as the image, and of one number": (
            draw(dy=(2, 6, 1, 1), x=(2, 3, 4, 5), w=(6, 3, 4, 5)),
            draw(dy=(3, 2, 2, 4), x=(3, 5, 2, 4), w=(2, 5, 1, 1)),
        ),
        "tensors that are not in C order": (
            draw(c_order=False, dy=(3, 4, 4, 2), x=(3, 2, 5, 4), w=(4, 2, 2, 3)),
            draw("float64", c_order=False, dy=(2, 3, 2, 2), x=(2, 4, 6, 3), w=(3, 4, 5, 2)),
        ),
    },
    "debug-input-gradient": {
        "double precision": (
            draw("float64", dy=(2, 3, 2, 5), w=(3, 4, 3, 2)),
            draw("float64", dy=(3, 2, 1, 1), w=(2, 5, 2, 4)),
        ),
    },
}
