"""Sizes of a network worked out with integers, before any of it runs: what comes out of a layer,
how many numbers it learns, how often it multiplies, and which pixels one of its outputs sees.

>>> from course_lib.shapes import Conv, table
>>> print(table([Conv(10, 5, padding=2)], (3, 32, 32)))
layer                         output shape  parameters  multiply-adds  field  jump  start
Input                          3 x 32 x 32                                 1     1      0
Conv 5x5, 3 -> 10, padding 2  10 x 32 x 32         760        768,000      5     1     -2
    rows and columns: (32 + 2*2 - 5) // 1 + 1 = 32
    channels: 10, one for each filter
    parameters: a filter has 3*5*5 weights and 1 bias, 10 filters: 10*(75 + 1) = 760
    multiply-adds: 10*32*32 = 10,240 outputs, each with 3*5*5 = 75: 768,000
    field of rows and columns: 1 + (5 - 1)*1 = 5, jump 1*1 = 1, start 0 - 2*1 = -2
Total: 760 parameters (750 weights, 10 biases), 768,000 multiply-adds for one image
field: how many input pixels a side one output sees; jump: how far apart the fields of neighbours
lie; start: the first pixel that the first output sees (below 0 in the padding). Multiply-adds are
those of convolutions and fully connected layers, biases aside.
"""

from course_lib.shapes.layers import Add, Flatten, Layer, Linear, Norm, Pointwise, ReLU
from course_lib.shapes.network import Row, Table, table
from course_lib.shapes.windowed import AvgPool, Conv, MaxPool, Pad, conv_cost
from course_lib.shapes.windows import Field, output_size, receptive_field

__all__ = [
    "Add",
    "AvgPool",
    "Conv",
    "Field",
    "Flatten",
    "Layer",
    "Linear",
    "MaxPool",
    "Norm",
    "Pad",
    "Pointwise",
    "ReLU",
    "Row",
    "Table",
    "conv_cost",
    "output_size",
    "receptive_field",
    "table",
]
