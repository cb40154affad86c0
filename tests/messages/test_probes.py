"""What a student reads whose class, table or training loop is not what was asked for."""

import pytest
import torch
from torch import nn

from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.report import report
from course_lib.lenet5 import LeNet5, lenet5_table

EXERCISES = load_assignment("04-lenet5").exercises


def _row(number, **parts):
    """The table with some parts of one row changed."""

    def table():
        rows = [list(row) for row in lenet5_table()]
        for name, value in parts.items():
            rows[number - 1][("name", "output", "weight").index(name)] = value
        return rows

    return table


class _Leaks(nn.Module):
    def forward(self, x):
        return None


def _opens_gradients(model, loader, device):
    return sum((model(x).argmax(1) == y).sum().item() for x, y in loader) / len(loader.dataset)


def _thaws(model, loader, device):
    model.requires_grad_(True)
    return 0.5


SAID = [
    ("lenet5_table", lambda: None, "a list of 11 rows was expected, from Input to the last Linear"),
    ("lenet5_table", lambda: lenet5_table()[:-1], "from Input to the last Linear: 10 rows"),
    (
        "lenet5_table",
        _row(2, name="Convolution"),
        "row 2 is named 'Convolution'; it must begin with Input, Conv, ReLU, MaxPool, Flatten, ",
    ),
    ("lenet5_table", _row(3, name="Conv"), "the kind of row 3 is Conv; ReLU was expected"),
    (
        "lenet5_table",
        _row(4, output=(20, 28, 28)),
        "the output shape of row 4 is (20, 28, 28); (20, 14, 14) was expected",
    ),
    (
        "lenet5_table",
        _row(2, weight=None),
        "the weight shape of row 2 is none; (20, 1, 5, 5) was expected",
    ),
    (
        "lenet5_table",
        _row(2, weight="20x1x5x5"),
        "the weight shape of row 2 is '20x1x5x5'; at most 4 whole numbers were expected",
    ),
    ("lenet5_table", lambda: [1] * 11, "row 1 is 1; (name, output shape, weight shape) was expec"),
    ("LeNet5", lambda: None, "LeNet5() is None: does it end in `return`?; a torch.nn.Module was"),
    ("LeNet5", _Leaks, "its parameters have the shapes []; expected"),
    ("train_epoch", lambda *_: None, "the mean loss is None: does it end in `return`?; a number"),
    ("train_epoch", lambda *_: "low", "the mean loss is of type str; a number was expected"),
    ("accuracy", _opens_gradients, "the model is called with gradients on; torch.no_grad() was"),
    ("accuracy", _thaws, "requires_grad of the parameters is changed; leave it as it was"),
    ("ladder-gradients", lambda *_: ["conv1"], "it is ['conv1']; a list of some of the names ['f"),
    ("ladder-gradients", lambda *_: [], "it is []; ['forgotten.weight', 'forgotten.bias'] was ex"),
]


@pytest.mark.parametrize(("name", "answer", "line"), SAID)
def test_the_first_thing_to_look_at(name, answer, line):
    verdict = judge(EXERCISES[name], answer)
    assert verdict.points < EXERCISES[name].points
    assert line in report(verdict)


@pytest.mark.parametrize("empty", [None, (), []])
def test_a_table_may_leave_out_shapes_in_its_own_way(empty):
    def table():
        return tuple([name, out, weight or empty] for name, out, weight in lenet5_table())

    assert judge(EXERCISES["lenet5_table"], table).points == 12


def test_a_bare_number_is_a_shape_of_one():
    def table():
        return [(n, out if len(out) > 1 else out[0], weight) for n, out, weight in lenet5_table()]

    assert judge(EXERCISES["lenet5_table"], table).points == 12


def test_what_follows_a_rows_first_word_is_free():
    verdict = judge(EXERCISES["lenet5_table"], _row(11, name="Linear, to the ten digits"))
    assert all(verdict.passed)


def test_lenet5_of_own_parameters_in_another_order_has_full_points():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.out, self.out_bias = (nn.Parameter(torch.randn(*s)) for s in ((10, 500), (10,)))
            self.hidden = nn.Parameter(torch.randn(500, 2450))
            self.hidden_bias = nn.Parameter(torch.randn(500))
            self.filters = nn.ParameterList([torch.randn(50, 20, 5, 5), torch.randn(50)])
            self.first = nn.Conv2d(1, 20, 5, padding="same")

        def forward(self, x):
            x = torch.max_pool2d(self.first(x), 2).clamp(min=0)
            columns = nn.functional.unfold(x, 5, padding=2)
            x = self.filters[0].flatten(1) @ columns + self.filters[1][:, None]
            x = x.unflatten(2, (14, 14)).unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5)).relu()
            x = (x.flatten(1) @ self.hidden.T + self.hidden_bias).relu()
            return x @ self.out.T + self.out_bias

    assert judge(EXERCISES["LeNet5"], Own).points == 18


def test_lenet5_of_lazy_layers_has_full_points():
    def lazy():
        return nn.Sequential(
            *(nn.LazyConv2d(20, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(), nn.Dropout()),
            *(nn.LazyConv2d(50, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten()),
            *(nn.LazyLinear(500), nn.ReLU(), nn.LazyLinear(10)),
        )

    assert judge(EXERCISES["LeNet5"], lazy).points == 18


def test_gradients_may_be_set_to_zero_after_the_step():
    def train_epoch(model, loader, optimizer, device):
        model.train()
        losses = []
        for x, y in loader:
            each = nn.functional.cross_entropy(model(x), y, reduction="none")
            each.mean().backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            losses.append(each.detach())
        return torch.cat(losses).mean()

    assert judge(EXERCISES["train_epoch"], train_epoch).points == 14


def test_lenet5_that_learns_more_than_was_asked_has_no_points():
    class More(LeNet5):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(3))

    verdict = judge(EXERCISES["LeNet5"], More)
    assert verdict.points == 0
    assert "its parameters have the shapes [(3,), (10,)," in report(verdict)
