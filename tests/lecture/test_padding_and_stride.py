"""The numbers of the lecture's slides on sizes, receptive fields, strides and costs, from the
notebook's own solutions and by torch; and the slides that are corrected in words."""

import ast
import contextlib
import io
import re

import pytest
import torch
import torch.nn.functional as F
from helpers import sources

from autograders.checks.breaks import break_task, judge_breaks

CELLS = sources("02-padding-and-stride")
ONES = torch.ones(1, 1, 3, 3)


def solution(cell: str, name: str, **given: object):
    """What `name` is after this cell alone has run, with what is `given`."""
    namespace = {"torch": torch, "F": F, **given}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(CELLS[cell], namespace)
    return namespace[name]


def exercise(name: str):
    return solution(f"{name}-solution", name)


def defined(cell: str, name: str, **given: object):
    """The function `name` of a cell that does more than define it."""
    [function] = [
        node for node in ast.parse(CELLS[cell]).body if getattr(node, "name", None) == name
    ]
    namespace = {"torch": torch, "F": F, **given}
    exec(ast.unparse(function), namespace)
    return namespace[name]


def tensors(*shapes: tuple[int, ...], dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]


def by_torch(size: int, kernel: int, **options: int) -> int:
    return F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), **options).shape[2]


def told(cell: str, **given: object) -> str:
    """What a cell prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(CELLS[cell], {"torch": torch, "F": F, **given})
    return output.getvalue()


@pytest.mark.parametrize(
    ("size", "kernel", "options", "expected"),
    [
        (7, 3, {}, 5),
        (7, 3, {"padding": 1}, 7),
        (7, 3, {"stride": 2}, 3),
        (32, 5, {"padding": 2}, 32),
    ],
)
def test_sizes_of_the_slides(size, kernel, options, expected):
    assert exercise("output_size")(size, kernel, **options) == expected
    assert by_torch(size, kernel, **options) == expected


def test_maps_shrink_by_two_with_each_layer():
    size = 32
    for _ in range(15):
        size = exercise("output_size")(size, 3)
    assert size == 2
    assert "after fifteen layers of 3 × 3, an image of 32 × 32 is down to 2 × 2" in CELLS["title"]


def test_a_corner_is_seen_once_and_the_middle_nine_times():
    x = torch.zeros(1, 1, 7, 7, requires_grad=True)
    F.conv2d(x, ONES).sum().backward()
    assert (x.grad[0, 0, 0, 0], x.grad[0, 0, 3, 3]) == (1, 9)
    assert "seen once, the middle nine times" in CELLS["padding-text"]


@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_same_padding_keeps_the_size(kernel):
    padding = (kernel - 1) // 2
    for size in (7, 32, 225):
        assert exercise("output_size")(size, kernel, padding=padding) == size
        assert by_torch(size, kernel, padding=padding) == size


def test_an_even_kernel_cannot_keep_the_size():
    sizes = tuple(by_torch(8, 4, padding=padding) for padding in (1, 2))
    assert sizes == solution("predict-even-kernel-answer", "even_kernel") == (7, 9)
    assert 8 not in [by_torch(8, 4, padding=padding) for padding in range(5)]
    assert told("demo-reveal-even-kernel", even_kernel=(1, 1)).endswith("the other 2: 8\n")


def test_112_and_a_half_is_rounded_down():
    """Slide "Convolution Summary": K=3, P=1, S=2 and K=7, P=3, S=2."""
    assert [(224 - kernel + 2 * padding) / 2 + 1 for kernel, padding in ((3, 1), (7, 3))] == [
        112.5,
        112.5,
    ]
    sizes = tuple(by_torch(224, k, padding=p, stride=2) for k, p in ((3, 1), (7, 3)))
    assert sizes == solution("predict-halving-answer", "halved") == (112, 112)
    assert sizes == tuple(exercise("output_size")(224, k, 2, p) for k, p in ((3, 1), (7, 3)))
    assert told("demo-reveal-halving", halved=(1, 1)).count("gives 112.5, torch 112") == 2


def test_what_a_remainder_leaves_unread_gets_no_gradient():
    unread = torch.zeros(1, 1, 8, requires_grad=True)
    F.conv1d(unread, torch.ones(1, 1, 3), stride=2).sum().backward()
    assert [i for i, g in enumerate(unread.grad.flatten()) if g == 0] == [7]
    frame = torch.zeros(1, 1, 226, requires_grad=True)
    F.conv1d(frame, torch.ones(1, 1, 3), stride=2).sum().backward()
    assert [i for i, g in enumerate(frame.grad.flatten()) if g == 0] == [225]


def test_common_settings_keep_or_halve():
    module = ast.parse(CELLS["demo-common-settings"])
    settings = ast.literal_eval(module.body[0].value)
    for kernel, stride, padding in settings.values():
        for size in (32, 33, 224):
            expected = -(-size // stride)
            assert exercise("output_size")(size, kernel, stride, padding) == expected
            assert by_torch(size, kernel, stride=stride, padding=padding) == expected
    assert list(settings.values()) == [(3, 1, 1), (5, 1, 2), (1, 1, 0), (3, 2, 1), (7, 2, 3)]


def test_padded_rows_of_the_table_are_those_of_torch_and_the_solution():
    row = torch.tensor([[[[1.0, 2, 3, 4]]]])
    table = re.findall(r"^\| `(\w+)` \| ([\d* ]+) \|", CELLS["modes-text"], re.MULTILINE)
    assert len(table) == 4
    for mode, shown in table:
        numbers = [float(n) for n in shown.replace("*", "").split()]
        torchs = F.pad(row, (2, 2, 0, 0), "constant" if mode == "zeros" else mode)
        assert exercise("pad2d")(row, (0, 2), mode).flatten().tolist() == numbers
        assert torchs.flatten().tolist() == numbers


def measured(layers: list[tuple[int, int]], size: int = 255) -> int:
    """How many inputs, switched on one at a time, move the output in the middle."""
    return defined("demo-measured-field", "measured_field")(layers, size)


@pytest.mark.parametrize("depth", [0, 1, 2, 5, 20])
@pytest.mark.parametrize("kernel", [3, 5])
def test_a_field_is_one_and_k_minus_one_for_each_layer(depth, kernel):
    expected = 1 + depth * (kernel - 1)
    assert exercise("receptive_field")([(kernel, 1)] * depth) == expected
    assert measured([(kernel, 1)] * depth) == expected


def test_112_layers_see_224_columns_and_seven_with_stride_two():
    field = exercise("receptive_field")
    for stride, cell, name, expected in (
        (1, "predict-layers-answer", "layers_needed", 112),
        (2, "predict-strided-layers-answer", "strided_layers", 7),
    ):
        depths = [d for d in range(1, 130) if field([(3, stride)] * d) >= 224]
        assert min(depths) == solution(cell, name) == expected
    assert told("demo-reveal-layers", layers_needed=1).endswith("see 1 + 112 x 2 = 225 columns\n")
    assert told("demo-reveal-strided-layers", strided_layers=1).endswith(
        "7 layers see 255 columns\n"
    )


def test_the_formula_of_the_field_is_what_is_measured():
    stacks = [[(3, 2), (3, 1), (3, 1)], [(3, 1), (3, 1), (3, 2)], [(5, 3), (3, 2), (7, 1)]]
    fields = [exercise("receptive_field")(stack) for stack in stacks]
    assert fields == [measured(stack, 127) for stack in stacks] == [11, 7, 47]
    assert "see 11 columns with the stride first, but only 7" in CELLS["field-answer"]
    assert [exercise("receptive_field")([(3, 2)] * n) for n in (1, 2, 3)] == [3, 7, 15]


def test_the_field_in_the_input_is_not_that_in_the_previous_layer():
    moved_by = defined("demo-moved-by", "moved_by")
    one = moved_by(lambda x: F.conv2d(x, ONES, padding=1), (7, 7), (3, 3))
    both = moved_by(
        lambda x: F.conv2d(F.conv2d(x, ONES, padding=1), ONES, padding=1), (7, 7), (3, 3)
    )
    assert (one.sum(), both.sum()) == (9, 25)
    assert both[1:6, 1:6].all()


def test_conv2d_is_torchs_with_every_option():
    x, w, b = tensors((2, 6, 11, 10), (4, 3, 3, 2), (4,))
    for options in (
        {},
        {"stride": 2},
        {"padding": (2, 1)},
        {"dilation": (2, 3)},
        {"stride": (3, 2), "padding": 1, "dilation": (1, 2)},
    ):
        expected = F.conv2d(x, w, b, groups=2, **options)
        torch.testing.assert_close(exercise("conv2d")(x, w, b, groups=2, **options), expected)


def test_a_strided_dilated_example_by_hand():
    x = torch.arange(1.0, 7.0).reshape(1, 1, 1, 6)
    w, b = torch.tensor([[[[1.0, 10]]]]), torch.zeros(1)
    assert exercise("conv2d")(x, w, b, stride=2, dilation=3).flatten().tolist() == [41, 63]
    assert "= 41" in CELLS["section-6"]
    assert "= 63" in CELLS["section-6"]


def test_ten_filters_give_10_by_32_by_32():
    x, w, b = tensors((1, 3, 32, 32), (10, 3, 5, 5), (10,))
    y = exercise("conv2d")(x, w, b, stride=1, padding=2)
    assert y.shape == F.conv2d(x, w, b, padding=2).shape == (1, 10, 32, 32)
    torch.testing.assert_close(y, F.conv2d(x, w, b, padding=2))


def test_760_parameters_and_768_000_multiply_adds():
    layer = torch.nn.Conv2d(3, 10, 5, padding=2)
    parameters = sum(p.numel() for p in layer.parameters())
    outputs = layer(torch.zeros(1, 3, 32, 32)).numel()
    multiply_adds = outputs * layer.weight[0].numel()
    assert outputs == 10_240
    assert layer.weight[0].numel() + 1 == 76
    expected = (parameters, multiply_adds)
    assert expected == solution("predict-example-answer", "example_cost") == (760, 768_000)
    assert exercise("conv_cost")((3, 32, 32), 10, 5, padding=2) == expected


def test_two_small_kernels_learn_less_than_one_large_one():
    small, large = (torch.nn.Conv2d(64, 64, k, bias=False).weight.numel() for k in (3, 5))
    answer = solution("predict-two-small-answer", "small_and_large")
    assert (2 * small, large) == answer == (73_728, 102_400)
    assert small // 64**2 * 2 == 18
    assert large // 64**2 == 25
    assert exercise("receptive_field")([(3, 1), (3, 1)]) == 5


def test_a_depthwise_layer_has_a_sixty_fourth_of_the_weights():
    full, depthwise = (
        torch.nn.Conv2d(64, 64, 3, groups=groups, bias=False).weight.numel() for groups in (1, 64)
    )
    assert depthwise == solution("predict-depthwise-answer", "depthwise") == 576
    assert full == 64 * depthwise == 36_864
    assert depthwise + torch.nn.Conv2d(64, 64, 1, bias=False).weight.numel() == 4672


def test_only_groups_and_bias_change_the_number_of_parameters():
    lines = told("demo-reveal-arguments", changing="A").splitlines()
    changed = [line[0] for line in lines if len(set(line.split("} ")[1].split(" -> "))) == 2]
    assert "".join(changed) == solution("predict-arguments-answer", "changing") == "DE"


def test_conv1d_and_conv3d_take_the_same_arguments():
    row = F.conv1d(torch.zeros(1, 1, 9), torch.zeros(1, 1, 3), stride=2, dilation=2)
    assert row.shape[2] == exercise("output_size")(9, 3, stride=2, dilation=2) == 3
    scan = torch.nn.Conv3d(1, 4, (3, 1, 5), padding=(1, 0, 2))(torch.zeros(1, 1, 8, 16, 16))
    sizes = zip((8, 16, 16), (3, 1, 5), (1, 0, 2), strict=True)
    expected = [exercise("output_size")(n, k, padding=p) for n, k, p in sizes]
    assert list(scan.shape[2:]) == expected == [8, 16, 16]


def test_a_constant_image_shows_the_border_to_zero_padding_only():
    for mode in ("zeros", "replicate", "reflect", "circular"):
        y = F.conv2d(exercise("pad2d")(torch.ones(1, 1, 3, 4), 1, mode), ONES)[0, 0]
        corner, edge, inside = y[0, 0].item(), y[0, 1].item(), y[1, 1].item()
        assert (corner, edge, inside) == ((4, 6, 9) if mode == "zeros" else (9, 9, 9))


def test_a_1x1_convolution_is_a_linear_layer_at_each_pixel():
    x, w, b = tensors((2, 3, 5, 4), (6, 3, 1, 1), (6,))
    at_each_pixel = F.linear(x.permute(0, 2, 3, 1), w[:, :, 0, 0], b).permute(0, 3, 1, 2)
    torch.testing.assert_close(exercise("conv1x1")(x, w, b), at_each_pixel)
    torch.testing.assert_close(F.conv2d(x, w, b), at_each_pixel)
    pixel = torch.tensor([1.0, 2, 3]).reshape(1, 3, 1, 1)
    filters = torch.tensor([[1.0, 0, -1], [0, 2, 0]])[:, :, None, None]
    by_hand = exercise("conv1x1")(pixel, filters, torch.tensor([10.0, 20]))
    assert by_hand.flatten().tolist() == [8, 24]


def test_backward_with_stride_and_padding_is_torchs():
    x, w, b = tensors((2, 3, 8, 7), (4, 3, 3, 2), (4,))
    options = {"stride": (2, 1), "padding": (1, 2)}
    leaves = [t.clone().requires_grad_() for t in (x, w, b)]
    y = F.conv2d(*leaves, **options)
    [dy] = tensors(tuple(y.shape))
    expected = torch.autograd.grad(y, leaves, dy)
    torch.testing.assert_close(exercise("conv2d_backward")(dy, x, w, **options), expected)


def test_backward_by_hand_delivers_two_pixels_apart():
    dy, w = torch.tensor([[[[1.0, 2, 3]]]]), torch.tensor([[[[1.0, 10]]]])
    for size, expected in ((6, [1, 10, 2, 20, 3, 30]), (7, [1, 10, 2, 20, 3, 30, 0])):
        dx, _, _ = exercise("conv2d_backward")(dy, torch.zeros(1, 1, 1, size), w, stride=(1, 2))
        assert dx.flatten().tolist() == expected
    deliveries = defined("demo-deliveries", "deliveries", ones=ONES)
    assert set(deliveries(stride=2).flatten().tolist()) == {1, 2, 4}
    assert set(deliveries(stride=4).flatten().tolist()) == {0, 1}


def test_three_ways_give_the_same_numbers():
    x, w, b = tensors((1, 3, 9, 8), (2, 3, 5, 5), (2,))
    expected = F.conv2d(x, w, b, padding=2)
    for name in ("by_pixels", "by_windows", "by_matrix"):
        torch.testing.assert_close(solution("demo-three-ways", name)(x, w, b), expected)


@pytest.mark.parametrize("mode", ["zeros", "replicate", "reflect", "circular"])
def test_same_padding_and_stacking_agree_at_the_border_only_when_circular(mode):
    pad2d = exercise("pad2d")
    x, k1, k2 = tensors((1, 1, 6, 6), (1, 1, 3, 3), (1, 1, 3, 3))
    k_both = F.conv2d(F.pad(k1, (2, 2, 2, 2)), k2.flip(2, 3))
    two = F.conv2d(pad2d(F.conv2d(pad2d(x, 1, mode), k1), 1, mode), k2)
    differs = (two - F.conv2d(pad2d(x, 2, mode), k_both))[0, 0].abs() > 1e-9
    assert not differs[1:-1, 1:-1].any()
    assert int(differs.sum()) == (0 if mode == "circular" else 6 * 6 - 4 * 4)


def test_the_given_strided_layer_is_right_in_shape_and_wrong_in_its_columns():
    cell = CELLS["debug-strided-layer-answer"]
    unsolved = re.sub(r"### BEGIN.*?### END SOLUTION", "", cell, flags=re.DOTALL)
    namespace = {"torch": torch}
    exec(unsolved, namespace)
    x, w, b = tensors((1, 2, 7, 8), (3, 2, 2, 3), (3,))
    right, given = F.conv2d(x, w, b, stride=2), namespace["strided_layer"](x, w, b, 2)
    assert given.shape == right.shape
    assert not torch.allclose(given, right)
    torch.testing.assert_close(given[..., 0], right[..., 0])
    repaired = solution("debug-strided-layer-answer", "strided_layer")
    torch.testing.assert_close(repaired(x, w, b, 2), right)


def stack_cost(stack: list[tuple[int, int, int]]):
    cost = defined("demo-stride-early", "stack_cost", conv_cost=exercise("conv_cost"))
    return cost(stack)


def test_an_early_stride_saves_work():
    first, last = (
        stack_cost([(3, stride, 64) for stride in strides]) for strides in ((2, 1, 1), (1, 1, 2))
    )
    assert first[0] == last[0]
    assert first[2] == last[2] == (64, 112, 112)
    assert 2.5 < last[1] / first[1] < 2.6
    assert "two and a half times the work" in CELLS["stride-early-answer"]


def test_the_design_in_the_solution_meets_its_demands_with_the_numbers_it_gives():
    text = CELLS["manual-design-stack"]
    stack = ast.literal_eval(re.search(r"`(\[.*?\])`", text)[1])
    params, macs, shape = stack_cost(stack)
    field = exercise("receptive_field")([layer[:2] for layer in stack])
    layers = torch.nn.Sequential(
        *(
            torch.nn.Conv2d(c, n, k, s, k // 2)
            for (k, s, n), c in zip(stack, [3, *(n for _, _, n in stack)], strict=False)
        )
    )
    assert shape == tuple(layers(torch.zeros(1, 3, 224, 224)).shape[1:]) == (64, 7, 7)
    assert params == sum(p.numel() for p in layers.parameters())
    assert field >= 224
    assert macs <= 100e6
    assert f"sees {field} columns" in text
    assert f"{params:,} parameters and takes {macs / 1e6:.0f} million" in text
    failed = stack_cost([(3, 2, 64)] * 7)
    assert f"{failed[1] / 1e6:.0f} million, and the last map is 2 × 2" in text
    assert failed[2] == (64, 2, 2)
    alone = exercise("conv_cost")((64, 224, 224), 64, 3, padding=1)[1]
    assert f"would take {alone / 1e9:.1f} billion" in text


def test_the_recalled_answers_are_right():
    shape = F.conv2d(torch.zeros(4, 3, 20, 30), torch.zeros(8, 3, 5, 3)).shape
    assert solution("recall-shape-answer", "recalled_shape") == tuple(shape)
    layer = torch.nn.Conv2d(3, 10, 7)
    assert solution("recall-parameters-answer", "recalled_parameters") == sum(
        p.numel() for p in layer.parameters()
    )
    assert solution("recall-stack-answer", "recalled_stack") == measured([(3, 1)] * 3)


TASK = break_task("breaks-options")


def arguments(x=(1, 4, 8, 10), w=(4, 2, 3, 2), stride=(3, 2), padding=1, dilation=(1, 2), groups=2):
    return (*tensors(x, w, w[:1]), stride, padding, dilation, groups)


def test_one_input_exposes_all_five_and_options_left_alone_expose_none():
    answer = solution("breaks-options-answer", "inputs")
    assert len(answer) == 1
    assert judge_breaks(TASK, 5.0, answer)[0] == 5
    alone = arguments(w=(4, 4, 3, 2), stride=1, padding=0, dilation=1, groups=1)
    assert judge_breaks(TASK, 5.0, [alone])[0] == 0


@pytest.mark.parametrize(
    "hides",
    [
        {"stride": 2},
        {"w": (4, 1, 3, 2), "groups": 4},
        {"x": (1, 4, 7, 11)},
        {"padding": 0},
        {"dilation": 2},
    ],
)
def test_each_fault_hides_on_some_inputs_of_its_option(hides):
    points, text = judge_breaks(TASK, 5.0, [arguments(**hides)])
    assert points == 4, text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (3, "it must be a tuple (x, w, b, stride, padding, dilation, groups)"),
        (arguments(stride=0), "stride must be an int from 1 to 20, or a pair of them"),
        (arguments(padding=(1, True)), "padding must be an int from 0 to 20, or a pair of them"),
        (arguments(dilation=(1, 2, 3)), "dilation must be an int from 1 to 20, or a pair of them"),
        (arguments(groups=3), "groups must be an int that divides the channels of x and the"),
        (arguments(groups=1), "shapes (1, 4, 8, 10), (4, 2, 3, 2), (4,) do not fit together"),
        (arguments(w=(4, 2, 11, 2)), "the kernel is larger than the padded image"),
        (arguments(x=(4, 8, 10)), "x and w need 4 axes and b one; they have 3, 4 and 1"),
        (
            arguments(x=(40, 4, 8, 10), padding=20, stride=1),
            "the output has more than 100000 numbers",
        ),
        (arguments(x=(400, 4, 8, 10)), "no argument may be empty or have more than 100000 numbers"),
        ((1, 2, 3, 1, 1, 1, 1), "x, w and b must be torch tensors of floats"),
    ],
)
def test_invalid_inputs_expose_nothing_and_say_why(given, sentence):
    points, text = judge_breaks(TASK, 5.0, [given])
    assert points == 0
    assert f"input 1 is not valid and exposes nothing: {sentence}" in text
