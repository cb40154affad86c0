"""LeNet-5 and its table are those of the slides, and its weights find their place by shape."""

import doctest
import math

import pytest
import safetensors.torch
import torch
from torch import nn

from course_lib import lenet5
from course_lib.lenet5 import LeNet5, lenet5_costs, lenet5_table, load_weights, save_weights

SLIDE = """
Input                          1 x 28 x 28
Conv (C_out=20, K=5, P=2, S=1) 20 x 28 x 28  20 x 1 x 5 x 5
ReLU                           20 x 28 x 28
MaxPool (K=2, S=2)             20 x 14 x 14
Conv (C_out=50, K=5, P=2, S=1) 50 x 14 x 14  50 x 20 x 5 x 5
ReLU                           50 x 14 x 14
MaxPool (K=2, S=2)             50 x 7 x 7
Flatten                        2450
Linear (2450 -> 500)           500           2450 x 500
ReLU                           500
Linear (500 -> 10)             10            500 x 10
"""


def written(shape) -> str:
    return " x ".join(map(str, shape)) if shape else ""


def test_the_examples_print_what_they_say():
    assert doctest.testmod(lenet5) == (0, 2)


def test_the_table_is_the_slide_s():
    rows = [(name.split()[0], written(out), written(w)) for name, out, w in lenet5_table()]
    lines = SLIDE.strip().splitlines()
    assert rows == [(line.split()[0], line[31:45].strip(), line[45:].strip()) for line in lines]


def test_the_table_s_shapes_are_those_that_the_network_makes():
    x = torch.zeros(2, 1, 28, 28)
    made = [tuple(x.shape[1:])]
    for layer in LeNet5().layers:
        x = layer(x)
        made.append(tuple(x.shape[1:]))
    assert made == [shape for _, shape, _ in lenet5_table()]


def test_the_costs_are_the_known_ones():
    costs = lenet5_costs()
    assert (costs.weights, costs.parameters) == (1_255_500, 1_256_080)
    work = [row.step.multiply_adds for row in costs.rows if row.step.multiply_adds]
    assert work == [392_000, 4_900_000, 1_225_000, 5_000]
    assert costs.multiply_adds == 6_522_000
    largest = max(row.step.parameters for row in costs.rows)
    assert round(100 * largest / costs.parameters, 1) == 97.6
    assert round(100 * work[1] / costs.multiply_adds, 1) == 75.1


def test_the_volume_is_not_preserved_as_the_slide_says():
    sizes = [math.prod(shape) for name, shape, _ in lenet5_table() if name.split()[0] != "ReLU"]
    assert sizes == [784, 15_680, 3_920, 9_800, 2_450, 2_450, 500, 10]


def test_an_untrained_network_guesses_each_class_alike():
    """The cross-entropy of ten equal guesses is log 10 = 2.303."""
    torch.manual_seed(0)
    x, y = torch.randn(64, 1, 28, 28), torch.arange(64) % 10
    assert nn.functional.cross_entropy(LeNet5()(x), y).item() == pytest.approx(2.303, abs=0.02)


def test_every_parameter_gets_a_gradient():
    torch.manual_seed(0)
    model = LeNet5()
    nn.functional.cross_entropy(model(torch.randn(8, 1, 28, 28)), torch.arange(8)).backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.parameters())


class Other(nn.Module):
    """A LeNet-5 with other names, in another order."""

    def __init__(self):
        super().__init__()
        self.out, self.hidden = nn.Linear(500, 10), nn.Linear(2450, 500)
        self.second, self.first = nn.Conv2d(20, 50, 5, padding=2), nn.Conv2d(1, 20, 5, padding=2)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.first(x).relu(), 2)
        x = nn.functional.max_pool2d(self.second(x).relu(), 2)
        return self.out(self.hidden(x.flatten(1)).relu())


@pytest.mark.parametrize("build", [LeNet5, Other])
def test_weights_come_back_by_shape(tmp_path, build):
    torch.manual_seed(1)
    model, x = build(), torch.randn(3, 1, 28, 28)
    save_weights(model, tmp_path / "lenet5.safetensors")
    loaded = load_weights(tmp_path / "lenet5.safetensors")
    torch.testing.assert_close(loaded(x), model(x), rtol=0, atol=0)
    assert not loaded.training
    assert all(parameter.requires_grad for parameter in loaded.parameters())
    assert (tmp_path / "lenet5.safetensors").stat().st_size < 8_000_000


def stored(tmp_path, **changes):
    """A file of LeNet-5's weights with some of its tensors changed, or left out with None."""
    tensors = {n.replace(".", "_"): p.detach() for n, p in LeNet5().named_parameters()} | changes
    path = tmp_path / "weights.safetensors"
    safetensors.torch.save_file({n: t for n, t in tensors.items() if t is not None}, path)
    return path


def test_tables_and_weights_draw_no_random_numbers(tmp_path):
    path = stored(tmp_path)
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    lenet5_table()
    load_weights(path)
    assert torch.equal(torch.rand(3), expected)


def test_half_and_double_precision_weights_are_taken(tmp_path):
    for dtype in (torch.float16, torch.float64):
        model = load_weights(stored(tmp_path, layers_9_bias=torch.arange(10, dtype=dtype)))
        assert model.layers[9].bias.tolist() == list(range(10))
        assert model.layers[9].bias.dtype == torch.float32


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers_9_bias": None}, "expected the shapes"),
        ({"more": torch.zeros(3)}, "expected the shapes"),
        ({"layers_9_bias": torch.zeros(11)}, "expected the shapes"),
        ({"layers_7_weight": torch.zeros(2450, 500)}, "expected the shapes"),
        (
            {"layers_9_bias": torch.tensor([0.0] * 9 + [math.nan])},
            r"the tensor of shape \(10,\) is torch.float32, not all of it finite in",
        ),
        (
            {"layers_9_bias": torch.full((10,), 1e300, dtype=torch.float64)},
            r"the tensor of shape \(10,\) is torch.float64, not all of it finite in float32",
        ),
        (
            {"layers_9_bias": torch.zeros(10, dtype=torch.int64)},
            r"the tensor of shape \(10,\) is torch.int64; expected finite floating point",
        ),
    ],
)
def test_weights_of_something_else_are_refused(tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        load_weights(stored(tmp_path, **changes))


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_weights(tmp_path / "absent")
    (tmp_path / "text").write_text("no weights")
    with pytest.raises(ValueError, match="text is no safetensors file"):
        load_weights(tmp_path / "text")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)
    with pytest.raises(ValueError, match="large has 8388609 bytes; expected at most 8388608"):
        load_weights(tmp_path / "large")


def test_a_model_that_is_no_lenet5_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match=r"model has parameters of shapes \[\(2,\), \(2, 3\)\]"):
        save_weights(nn.Linear(3, 2), tmp_path / "weights")
    assert not list(tmp_path.iterdir())
