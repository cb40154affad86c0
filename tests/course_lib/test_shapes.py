"""Sizes, counts and fields are those of the slides and of torch, and every printed sum is true."""

import doctest
import re
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import shapes
from course_lib.reference import shapes as reference
from course_lib.shapes import AvgPool, Conv, Flatten, Linear, MaxPool, Norm, Pad, ReLU, table

SLIDE = Conv(10, 5, padding=2)
ALEXNET = [
    *(Conv(64, 11, stride=4, padding=2), ReLU(), MaxPool(3, 2)),
    *(Conv(192, 5, padding=2), ReLU(), MaxPool(3, 2)),
    *(Conv(384, 3, padding=1), ReLU(), Conv(256, 3, padding=1), ReLU()),
    *(Conv(256, 3, padding=1), ReLU(), MaxPool(3, 2), Flatten()),
    *(Linear(4096), ReLU(), Linear(4096), ReLU(), Linear(1000)),
]
small = st.integers(1, 4)
steady = settings(deadline=None, derandomize=True)


def test_the_slide_s_convolution_has_its_size_parameters_and_multiply_adds():
    [_, row] = table([SLIDE], (3, 32, 32)).rows
    assert (row.step.shape, row.step.parameters) == ((10, 32, 32), 760)
    assert row.step.multiply_adds == 768_000
    assert shapes.conv_cost((3, 32, 32), 10, 5, padding=2) == (760, 768_000)
    assert "    rows and columns: (32 + 2*2 - 5) // 1 + 1 = 32" in str(table([SLIDE], (3, 32, 32)))


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "expected"),
    [(7, 3, 1, 0, 5), (7, 3, 2, 0, 3), (32, 5, 1, 2, 32), (224, 3, 2, 1, 112), (224, 7, 2, 3, 112)],
)
def test_the_slides_sizes(size, kernel, stride, padding, expected):
    assert shapes.output_size(size, kernel, stride, padding) == expected


def test_a_size_that_is_not_whole_is_rounded_down_and_says_so():
    text = str(table([Conv(64, 7, stride=2, padding=3)], (3, 224, 224)))
    assert "(224 + 2*3 - 7) // 2 + 1 = 112 (rounded down from 112.5)" in text


def test_layers_of_stride_one_see_1_plus_l_times_k_minus_1():
    for kernel in (1, 2, 3, 7):
        for count in range(5):
            seen = shapes.receptive_field([(kernel, 1)] * count)
            assert seen == 1 + count * (kernel - 1)
    assert shapes.receptive_field([(3, 1)] * 111) < 224 <= shapes.receptive_field([(3, 1)] * 112)


@steady
@given(st.integers(1, 40), small, small, st.integers(0, 3), small)
def test_output_size_is_torch_s(size, kernel, stride, padding, dilation):
    arguments = (size, kernel, stride, padding, dilation)
    if size + 2 * padding < dilation * (kernel - 1) + 1:
        with pytest.raises(ValueError, match=r"^kernel is \d"):
            shapes.output_size(*arguments)
    else:
        assert shapes.output_size(*arguments) == reference.output_size(*arguments)


@steady
@given(st.integers(4, 20), small, small, st.integers(0, 3), st.integers(0, 3))
def test_a_padding_for_each_end_is_as_much_input_more(size, kernel, stride, before, after):
    padded = shapes.output_size(size, kernel, stride, (before, after))
    assert padded == reference.output_size(size, kernel, stride, (before, after))


@steady
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=5))
def test_receptive_field_is_how_far_a_gradient_spreads(layers):
    assert shapes.receptive_field(layers) == reference.receptive_field(layers)


@steady
@given(small, st.integers(5, 9), st.integers(5, 9), small, small, small, small, st.integers(0, 2))
def test_conv_cost_is_torch_s(channels, height, width, filters, rows, columns, stride, padding):
    arguments = ((channels, height, width), filters, (rows, columns), (stride, 2), (padding, 0))
    assert shapes.conv_cost(*arguments) == reference.conv_cost(*arguments)


@steady
@given(st.data(), st.integers(1, 3), small, small)
def test_a_convolution_of_any_arguments_has_torch_s_shape_and_weights(data, axes, filters, groups):
    def numbers(least, most):
        return data.draw(st.tuples(*[st.integers(least, most)] * axes))

    arguments = (numbers(1, 3), numbers(1, 3), numbers(0, 2), numbers(1, 2), groups)
    space = numbers(6, 9)
    layer = [torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d][axes - 1](
        2 * groups, filters * groups, *arguments, device="meta"
    )
    step = Conv(filters * groups, *arguments).step((2 * groups, *space))
    out = layer(torch.empty(1, 2 * groups, *space, device="meta"))
    assert step.shape == out.shape[1:]
    assert step.weight_shape == layer.weight.shape
    assert step.biases == len(layer.bias)


def test_alexnet_has_the_parameters_and_multiply_adds_that_are_known():
    """As torchvision documents its AlexNet: 61,100,840 parameters, 0.71 billion multiply-adds."""
    lines = table(ALEXNET, (3, 224, 224))
    assert lines.parameters == 61_100_840
    assert lines.multiply_adds == 714_188_480
    sizes = [row.step.shape[1] for row in lines.rows if len(row.step.shape) == 3]
    assert sizes == [224, 55, 55, 27, 27, 27, 13, 13, 13, 13, 13, 13, 13, 6]
    last_pool = lines.rows[13]
    assert last_pool.fields == (shapes.Field(start=-66, size=195, jump=32),) * 2


SUMS = [
    ([SLIDE], (3, 32, 32)),
    (ALEXNET, (3, 224, 224)),
    (
        [Conv(6, (3, 2), (2, 1), ((0, 1), (2, 2)), (1, 3), 2, False), Norm(), AvgPool((2, 3), 2)],
        (4, 31, 20),
    ),
    ([Conv(2, 2, dilation=2), MaxPool(2, 1), Conv(3, (1, 2, 3))], (1, 5, 6, 9)),
    ([Pad(((1, 0), 2)), MaxPool(2, 3, ceil_mode=True), AvgPool(2, ceil_mode=True)], (2, 6, 9)),
    ([MaxPool(2, (3, 4, 5), 1, ceil_mode=True), Norm("Norm", 2, False)], (2, 7, 8, 10)),
    ([Linear(7), ReLU(), Norm("BatchNorm"), Linear(3, bias=False)], (5,)),
]


@pytest.mark.parametrize(("layers", "shape"), SUMS)
def test_every_sum_that_is_printed_is_true(layers, shape):
    rows = table(layers, shape).rows
    equations = re.findall(
        r"([\d(][\d ,()+*/-]*?) = ([\d,]+)", "\n".join(r for row in rows for r in row.step.reasons)
    )
    assert equations
    for left, right in equations:
        *_, left = left.split(", ")  # "10 filters: ..., 10*26": what lies before is a list
        assert eval(left.replace(",", "")) == int(right.replace(",", "")), (left, right)


@pytest.mark.parametrize(("layers", "shape"), SUMS)
def test_every_number_of_a_row_has_its_reason(layers, shape):
    for row in table(layers, shape).rows[1:]:
        reasons, step = " ".join(row.step.reasons), row.step
        for number in (step.parameters, step.multiply_adds):
            assert not number or f"= {number:,}" in reasons or f": {number:,}" in reasons
        if step.windows:
            for size, field in zip(step.shape[1:], row.fields, strict=True):
                assert f"= {size}" in reasons
                for number in (field.size, field.jump, field.start):
                    assert f"= {number}" in reasons


def test_the_table_reads_as_text():
    layers = [Conv(4, (3, 5), (2, 1), ((0, 1), (2, 2)), bias=False), ReLU(), Flatten(), Linear(10)]
    assert str(table(layers, (1, 6, 9))) == TEXT


TEXT = """\
layer                                                 output shape  parameters  multiply-adds  field  jump  start
Input                                                    1 x 6 x 9                                 1     1      0
Conv 3x5, 1 -> 4, stride (2, 1), padding ((0, 1), 2)     4 x 3 x 9          60          1,620  3 x 5  2, 1  0, -2
    rows: (6 + 0 + 1 - 3) // 2 + 1 = 3
    columns: (9 + 2*2 - 5) // 1 + 1 = 9
    channels: 4, one for each filter
    parameters: a filter has 1*3*5 weights, 4 filters: 4*15 = 60
    multiply-adds: 4*3*9 = 108 outputs, each with 1*3*5 = 15: 1,620
    field of rows: 1 + (3 - 1)*1 = 3, jump 1*2 = 2, start 0 - 0*1 = 0
    field of columns: 1 + (5 - 1)*1 = 5, jump 1*1 = 1, start 0 - 2*1 = -2
ReLU                                                     4 x 3 x 9                             3 x 5  2, 1  0, -2
Flatten                                                        108                             3 x 5  2, 1  0, -2
    size: 4*3*9 = 108
Linear 108 -> 10                                                10       1,090          1,080    all
    parameters: 108*10 weights + 10 biases = 1,090
    multiply-adds: 10 outputs, each with 108: 1,080
    field: each output sees the whole input
Total: 1,150 parameters (1,140 weights, 10 biases), 2,700 multiply-adds for one image
field: how many input pixels a side one output sees; jump: how far apart the fields of neighbours
lie; start: the first pixel that the first output sees (below 0 in the padding). Multiply-adds are
those of convolutions and fully connected layers, biases aside."""  # noqa: E501


FAULTS = [
    (
        lambda: shapes.output_size(7, 9),
        "kernel is 9; expected at most 7, the size of the padded input",
    ),
    (
        lambda: shapes.output_size(7, 3, padding=1, dilation=5),
        "kernel is 3, spans 11 with dilation 5; expected at most 9, the size of the padded input",
    ),
    (
        lambda: shapes.output_size(7, 3, stride=0),
        "stride is 0; it must be an integer of at least 1",
    ),
    (lambda: shapes.output_size(0, 3), "size is 0; it must be an integer of at least 1"),
    (
        lambda: shapes.output_size(7, 3, padding=-1),
        "padding is -1; it must be an integer of at least 0",
    ),
    (lambda: shapes.output_size(7, 3.0), "kernel is 3.0; it must be an integer of at least 1"),
    (lambda: shapes.output_size(7, True), "kernel is True; it must be an integer of at least 1"),
    (
        lambda: shapes.output_size(7, 3, padding=(1, 2, 3)),
        "padding is (1, 2, 3); it must be an integer or a pair (before, after)",
    ),
    (lambda: shapes.receptive_field([(3, 1), 3]), "layers[1] is 3; it must be (kernel, stride)"),
    (
        lambda: shapes.receptive_field([(3, 0)]),
        "the stride of layers[0] is 0; it must be an integer of at least 1",
    ),
    (
        lambda: table([SLIDE, MaxPool(40)], (3, 32, 32)),
        "layer 2 (MaxPool): kernel is 40; expected at most 32, the size of the padded input",
    ),
    (
        lambda: table([AvgPool(3, ceil_mode=1)], (3, 32, 32)),
        "layer 1 (AvgPool): ceil_mode is 1; it must be True or False",
    ),
    (
        lambda: table([Conv(4, (3, 3, 3))], (3, 32, 32)),
        "layer 1 (Conv): kernel is (3, 3, 3); it must be an integer of at least 1, or 2 of them",
    ),
    (
        lambda: table([Conv(4, 3, padding=(1, 1, 1))], (3, 32, 32)),
        "layer 1 (Conv): padding is (1, 1, 1); it must be an integer of at least 0, or 2 of them, "
        "or a pair (before, after) in place of each",
    ),
    (
        lambda: table([Conv(4, 3, groups=2)], (3, 32, 32)),
        "layer 1 (Conv): groups is 2; it must divide the 3 channels",
    ),
    (
        lambda: table([Conv(3, 3, groups=2)], (4, 32, 32)),
        "layer 1 (Conv): groups is 2; it must divide the 3 filters",
    ),
    (
        lambda: table([Linear(10)], (3, 4, 4)),
        "layer 1 (Linear): Linear got 3 x 4 x 4; expected a flat shape: Flatten comes before",
    ),
    (
        lambda: table([SLIDE], (32,)),
        "layer 1 (Conv): the input is 32; expected channels and 1 to 3 spatial axes",
    ),
    (
        lambda: table([ReLU], (3, 4, 4)),
        "network[0] is <class 'course_lib.shapes.layers.ReLU'>; "
        "expected a layer such as Conv(20, 5)",
    ),
    (
        lambda: table([SLIDE], 32),
        "in_shape is 32; expected the shape of one image, as (3, 32, 32)",
    ),
    (
        lambda: shapes.conv_cost((3, 0, 32), 10, 5),
        "a size in in_shape is 0; it must be an integer of at least 1",
    ),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_an_argument_that_cannot_be_is_named(fault, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        fault()
    assert str(raised.value) == message


WRONG = [
    ("output_size", (7, 9), {}),
    ("output_size", (7, 3, 0), {}),
    ("output_size", (7.0, 3), {}),
    ("output_size", (7, 3), {"padding": -1}),
    ("output_size", (7, 3), {"dilation": None}),
    ("receptive_field", (5,), {}),
    ("receptive_field", ([(3, 1), 3],), {}),
    ("receptive_field", ([(3, 0)],), {}),
    ("conv_cost", ((3, 2, 9), 4, 3), {}),
    ("conv_cost", (5, 4, 3), {}),
    ("conv_cost", ((3, 8, 9), 4.5, 3), {}),
    ("conv_cost", ((3, 8, 9), 4, (3, 0)), {}),
    ("conv_cost", ((3, 8, 9), 4, 3), {"stride": (1, 2, 3)}),
    ("conv_cost", ((3, 8, 9), 4, 3), {"padding": "same"}),
]


@pytest.mark.parametrize(("name", "arguments", "rest"), WRONG)
def test_both_sides_name_what_cannot_be(name, arguments, rest):
    said = []
    for side in (shapes, reference):
        with pytest.raises((TypeError, ValueError)) as raised:
            getattr(side, name)(*arguments, **rest)
        said.append((raised.type, str(raised.value)))
    assert said[0] == said[1]
    assert re.search(r"^.+ is .+; (it must be|expected) ", said[0][1])


@pytest.mark.parametrize("space", [(9,), (8, 9), (4, 8, 9)])
def test_conv_cost_is_torch_s_with_a_padding_for_each_end(space):
    padding = [(1, 0), (0, 2), (3, 1)][: len(space)]
    arguments = ((2, *space), 4, 3, 2, padding)
    assert shapes.conv_cost(*arguments) == reference.conv_cost(*arguments)


@pytest.mark.parametrize(
    "module", [shapes, shapes.windows, shapes.windowed, shapes.network, reference]
)
def test_the_examples_print_what_they_say(module):
    failed, attempted = doctest.testmod(module)
    assert (failed, attempted > 0) == (0, True)


IMPORT = "import sys; from course_lib.shapes import *; {}; print('torch' in sys.modules)"


def loads_torch(statement: str) -> bool:
    code = IMPORT.format(statement)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {"True": True, "False": False}[done.stdout.strip()]


def test_tables_of_lists_come_without_torch():
    assert not loads_torch("table([Conv(10, 5)], (3, 32, 32))")


def test_torch_would_be_seen():
    assert loads_torch("sys.modules['torch'] = sys")
