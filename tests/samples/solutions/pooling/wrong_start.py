"""Begins to look for the maximum at zero, which is wrong where a window holds no positive value."""

REST = "strided"
LOSES_ALL = ()
LOSES_SOME = ("max_pool2d",)


def max_pool2d(x, kernel, stride):
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    down, right = (stride, stride) if isinstance(stride, int) else stride
    return x.unfold(2, rows, down).unfold(3, columns, right).amax((4, 5)).clamp(min=0)
