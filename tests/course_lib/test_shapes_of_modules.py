"""A torch module's table has torch's own shapes, parameters and multiply-adds; what it cannot
describe it refuses."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_lib.lenet5 import LeNet5
from course_lib.shapes import AvgPool, Conv, Field, Flatten, MaxPool, ReLU, table


class Block(nn.Module):
    """ResNet's basic block; `functional` writes ReLU and the sum as functions."""

    def __init__(self, channels, filters, stride, functional=False):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.shortcut = nn.Identity()
        if stride != 1:
            conv = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(filters))
        self.functional = functional

    def forward(self, x):
        if self.functional:
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            return torch.relu(torch.add(self.shortcut(x), y))
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += self.shortcut(x)
        return self.relu(y)


def resnet18(functional=False):
    """He et al. 2016, table 1, for 224 x 224 images."""
    widths = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1)]
    widths += [(128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        *(Block(*width, functional) for width in widths),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, 1000),
    )


def alexnet():
    return nn.Sequential(
        *(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1)),
        *(nn.ReLU(), nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU()),
        *(nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)),
    )


def every_norm():
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, padding="same", dilation=2, groups=1),
        nn.GroupNorm(4, 8),
        nn.InstanceNorm2d(8),
        nn.InstanceNorm2d(8, affine=True),
        nn.LayerNorm([8, 9, 12]),
        nn.BatchNorm2d(8, affine=False),
        nn.AvgPool2d((1, 2), padding=(0, 1)),
        nn.LayerNorm([8, 9, 7], bias=False),
        nn.LayerNorm(7, elementwise_affine=False),
        nn.Conv2d(8, 8, 3, groups=8),
        nn.GELU(),
    )


def padded():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=(1, 2), padding_mode="reflect"),
        nn.ZeroPad2d((0, 1, 2, 3)),
        nn.Conv2d(4, 2, 3, padding="same", dilation=2, padding_mode="replicate"),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(2, 2, (4, 1), 2, padding=1, padding_mode="circular"),
        nn.AvgPool2d(2, 3, ceil_mode=True),
    )


def line():
    return nn.Sequential(nn.Conv1d(2, 4, 3, 2), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(28, 5))


def volume():
    return nn.Sequential(nn.Conv3d(2, 4, (1, 2, 3), 2), nn.AvgPool3d(2), nn.AdaptiveAvgPool3d(1))


NETWORKS = [
    (LeNet5, (1, 28, 28)),
    (alexnet, (3, 224, 224)),
    (resnet18, (3, 224, 224)),
    (lambda: resnet18(functional=True), (3, 65, 97)),
    (every_norm, (3, 9, 12)),
    (padded, (3, 9, 12)),
    (line, (2, 31)),
    (volume, (2, 7, 8, 9)),
]
IDS = ["lenet5", "alexnet", "resnet18", "functional", "norms", "padded", "line", "volume"]


def on_meta(build) -> nn.Module:
    with torch.device("meta"):
        return build().eval()


@pytest.mark.parametrize(("build", "shape"), NETWORKS, ids=IDS)
def test_parameters_and_multiply_adds_are_torch_s(build, shape):
    module = on_meta(build)
    with FlopCounterMode(display=False) as counter:
        module(torch.empty(1, *shape, device="meta"))
    lines = table(module, shape)
    assert lines.parameters == sum(p.numel() for p in module.parameters())
    assert 2 * lines.multiply_adds == counter.get_total_flops()


@pytest.mark.parametrize(("build", "shape"), NETWORKS, ids=IDS)
def test_the_last_row_of_each_part_has_the_shape_that_torch_gave_it(build, shape):
    module, given = on_meta(build), {}
    for path, part in module.named_modules():
        part.register_forward_hook(lambda _, __, out, path=path: given.update({path: out.shape}))
    module(torch.empty(1, *shape, device="meta"))
    rows = [row for row in table(module, shape).rows if row.path]
    last = {row.path: row.step.shape for row in rows}
    assert len(last) >= 3
    for path, found in last.items():
        assert found == given[path][1:], path


def test_resnet18_has_the_numbers_that_are_known():
    """As torchvision documents it: 11,689,512 parameters and 1.814 billion multiply-adds."""
    lines = table(on_meta(resnet18), (3, 224, 224))
    assert lines.parameters == 11_689_512
    assert lines.multiply_adds == 1_814_073_344
    assert lines.rows[-4].step.shape == (512, 7, 7)
    assert lines.rows[-4].fields[0].size == 435


def test_a_module_and_a_list_of_layers_have_the_same_table():
    module = nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    layers = [Conv(5, 3), ReLU(), MaxPool(2), Flatten()]
    left, right = (table(network, (3, 9, 12)) for network in (module, layers))
    assert [row.step for row in left.rows] == [row.step for row in right.rows]
    assert [row.fields for row in left.rows] == [row.fields for row in right.rows]


class Measurable(nn.Module):
    """Adds positive numbers only, so that a gradient is zero just where nothing is seen. Of its two
    ways one sees more rows and the other more columns."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 1, (5, 3), (1, 2), (2, 0), bias=False)
        self.long = nn.Conv2d(1, 1, 3, 2, (1, 2), dilation=(1, 2), bias=False)
        self.pool = nn.AvgPool2d(3, 1, 1)
        self.short = nn.Conv2d(1, 1, (8, 2), 2, (3, 0), bias=False)
        for parameter in self.parameters():
            nn.init.ones_(parameter)

    def forward(self, x):
        y = self.stem(x)
        z = self.pool(self.long(y))
        z += self.short(y)
        return z.relu()


def measured(module, image, place) -> list[tuple[int, int]]:
    """For each axis the first and the last index from which a gradient reaches `place`."""
    image = image.requires_grad_()
    [gradient] = torch.autograd.grad(module(image)[0, 0][place], image)
    seen = [gradient[0, 0].sum(dim=1 - axis).nonzero().flatten() for axis in (0, 1)]
    return [(int(indices[0]), int(indices[-1])) for indices in seen]


def expected(fields, place) -> list[tuple[int, int]]:
    firsts = [f.start + index * f.jump for f, index in zip(fields, place, strict=True)]
    return [(first, first + f.size - 1) for first, f in zip(firsts, fields, strict=True)]


def test_the_field_of_a_branching_net_is_what_gradients_reach():
    module = Measurable()
    fields = table(module, (1, 40, 85)).rows[-1].fields
    for place in ((8, 10), (9, 10), (8, 11)):
        found = measured(module, torch.ones(1, 1, 40, 85), place)
        assert found == expected(fields, place)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_of_an_even_kernel_begins_where_torch_begins():
    module = nn.Conv2d(1, 1, (4, 2), padding="same")
    fields = table(module, (1, 9, 9)).rows[-1].fields
    assert measured(module, torch.ones(1, 1, 9, 9), (4, 5)) == expected(fields, (4, 5))


def test_a_module_in_training_mode_is_read_as_in_evaluation():
    module = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(2)).train()
    assert table(module, (2, 4, 6)).rows[-1].step.shape == (2, 1, 1)
    assert module[1].training
    assert module[1].num_batches_tracked == 0


def test_a_sum_sees_what_both_ways_see():
    assert Field(-3, 7, 2).joined(Field(0, 9, 2)) == Field(-3, 12, 2)
    with pytest.raises(ValueError, match="2 and 4 pixels apart in the input; expected the same"):
        Field(0, 1, 2).joined(Field(0, 1, 4))


def test_reading_a_module_leaves_it_as_it_was():
    module = LeNet5().train()
    before = [(p.data_ptr(), p._version, p.requires_grad) for p in module.parameters()]
    table(module, (1, 28, 28))
    assert [(p.data_ptr(), p._version, p.requires_grad) for p in module.parameters()] == before
    assert module.training
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in module.modules())


class Does(nn.Module):
    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.function(self, x)


def conv():
    return nn.Conv2d(2, 2, 1)


EXPECTED = (
    "expected convolution, pooling, a fully connected layer, flattening, a norm, an activation "
    "or the sum of two tensors"
)
REFUSED = [
    (
        Does(lambda m, x: torch.cat([x, m.a(x)], dim=1), a=conv()),
        f"network: it does cat on 2 x 4 x 6 and 2 x 4 x 6; {EXPECTED}",
    ),
    (Does(lambda m, x: x.softmax(dim=1)), f"network: it does softmax on 2 x 4 x 6; {EXPECTED}"),
    (Does(lambda m, x: x.mean((2, 3))), f"network: it does mean on 2 x 4 x 6; {EXPECTED}"),
    (Does(lambda m, x: x.chunk(2, 1)[0]), f"network: it does chunk on 2 x 4 x 6; {EXPECTED}"),
    (Does(lambda m, x: x + 1), f"network: it does add on 2 x 4 x 6; {EXPECTED}"),
    (
        Does(lambda m, x: F.pad(x, (0, 0, 0, 0, 1, 1))),
        "network: it pads with (0, 0, 0, 0, 1, 1); expected padding of rows and columns alone",
    ),
    (
        Does(lambda m, x: m.a(m.a(x)), a=conv()),
        "network has 6 parameters and its layers, as they ran, 12; "
        "expected each to be used in one layer, once",
    ),
    (
        Does(lambda m, x: m.a(x), a=conv(), b=conv()),
        "network has 12 parameters and its layers, as they ran, 6; "
        "expected each to be used in one layer, once",
    ),
    (
        nn.AdaptiveAvgPool2d((2, 4)),
        "network: adaptive pooling makes 2 x 4 of 4 x 6; expected divisors, "
        "so that all windows have one size",
    ),
    (
        nn.Sequential(nn.Linear(6, 3)),
        "network.0: Linear got 2 x 4 x 6; expected a flat shape: Flatten comes before",
    ),
    (print, f"network is {print!r}; expected a list of layers or a torch module"),
]


@pytest.mark.parametrize(("network", "message"), REFUSED, ids=[m[:40] for _, m in REFUSED])
def test_what_the_table_cannot_describe_is_refused(network, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        table(network, (2, 4, 6))
    assert str(raised.value) == message


@pytest.mark.parametrize("pool", [nn.MaxPool2d, nn.AvgPool2d])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", [0, 1])
def test_a_size_is_rounded_up_as_torch_does_it(pool, stride, padding):
    for size in range(3, 11):
        module = pool((2, 3), stride, padding, ceil_mode=True)
        row = table(module, (2, size, size + 1)).rows[-1]
        expected = module(torch.empty(1, 2, size, size + 1, device="meta")).shape[1:]
        assert row.step.shape == expected


def test_a_size_says_whether_it_was_rounded_up():
    up, down = (
        table([MaxPool(2, stride, padding, ceil_mode=True)], (1, 7)).rows[1].step
        for stride, padding in ((2, 0), (3, 1))
    )
    assert up.name == "MaxPool 2, stride 2, ceil_mode"
    assert up.reasons[0] == "columns: (7 - 2 + 2 - 1) // 2 + 1 = 4 (rounded up from 3.5)"
    assert down.reasons[0] == (
        "columns: (7 + 2*1 - 2) // 3 + 1 = 3 (rounded down from 3.33333): "
        "one more would begin in the padding"
    )


def test_padding_that_is_no_zeros_is_a_layer_of_its_own():
    module = nn.Conv1d(2, 3, 3, padding=2, padding_mode="circular")
    _, pad, conv = table(module, (2, 6)).rows
    assert (pad.step.name, pad.step.shape) == ("Pad, padding 2", (2, 10))
    assert pad.fields == (Field(start=-2, size=1, jump=1),)
    assert conv.fields == (Field(start=-2, size=3, jump=1),)


def test_a_norm_without_shifts_says_so():
    [_, row] = table(nn.LayerNorm([2, 6], bias=False), (2, 6)).rows
    assert (row.step.weights, row.step.biases) == (12, 0)
    assert row.step.reasons == ("parameters: 12 scales: 12",)


def test_an_adaptive_pool_is_the_pool_that_it_amounts_to():
    adaptive, plain = (
        table(network, (2, 4, 6)).rows[1].step
        for network in (nn.AdaptiveAvgPool2d((2, None)), [AvgPool((2, 1))])
    )
    assert adaptive == plain
