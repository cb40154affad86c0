"""The numbers of the lecture's slides on LeNet-5 and those of the notebook, from the notebook's own
solutions and by torch; and the claims that are corrected in words."""

import math

import pytest
import torch
from helpers import sources
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

CELLS = sources("04-lenet5")


def solution(cell: str, name: str):
    """What `name` is after the solution in this cell alone has run."""
    namespace = {"torch": torch, "nn": nn, "F": F}
    exec(CELLS[cell], namespace)
    return namespace[name]


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(0)
    return solution("LeNet5-solution", "LeNet5")()


def table() -> list[tuple]:
    return solution("lenet5_table-solution", "lenet5_table")()


def volumes() -> list[int]:
    return [math.prod(shape) for _, shape, _ in table()]


def recorded() -> dict[str, list[float]]:
    """The loss curves that the notebook shows, by their number."""
    namespace: dict = {}
    exec(CELLS["demo-fault-curves"].split("for name")[0], namespace)
    return {k[-1]: [float(n) for n in v.split()] for k, v in namespace["recorded"].items()}


def test_the_rows_are_the_shapes_of_the_network(model):
    """The slide's eleven rows: sizes by running the layers, weights by the model's own."""
    x, weights = torch.zeros(1, 1, 28, 28), dict(model.named_parameters())
    steps = [x]
    for conv in (model.conv1, model.conv2):
        steps.append(conv(steps[-1]))
        steps += [steps[-1].relu(), F.max_pool2d(steps[-1], 2)]
    steps += [steps[-1].flatten(1), model.linear1(steps[-1].flatten(1))]
    steps += [steps[-1].relu(), model.linear2(steps[-1])]
    assert [shape for _, shape, _ in table()] == [tuple(step.shape[1:]) for step in steps]
    linear = [tuple(weights[f"linear{n}.weight"].T.shape) for n in (1, 2)]
    convolutions = [tuple(weights[f"conv{n}.weight"].shape) for n in (1, 2)]
    assert [weight for _, _, weight in table() if weight] == convolutions + linear


def test_the_volume_is_not_preserved():
    volume = volumes()
    asked = solution("predict-volume-answer", "volumes")
    assert [volume[n] for n in (1, 3, 4, 6)] == asked
    assert max(volume) == 20 * volume[0]
    assert volume[6] == volume[7] > 3 * volume[0]


def test_one_layer_holds_97_6_percent_of_the_parameters(model):
    total = sum(p.numel() for p in model.parameters())
    assert total == solution("predict-parameters-answer", "all_parameters")
    largest = sum(p.numel() for p in model.linear1.parameters())
    assert f"{largest / total:.1%}" == "97.6%"


def test_the_second_convolution_takes_75_percent_of_the_work(model):
    """By torch's own counter, which counts a multiply-add as two operations."""
    counter = FlopCounterMode(display=False)
    with counter:
        model(torch.zeros(1, 1, 28, 28))
    total = counter.get_total_flops() // 2
    work = solution("predict-work-answer", "work")
    assert f"{work / total:.0%}" == "75%"
    assert total == sum(
        math.prod(weight) * (math.prod(shape[1:]) if len(shape) == 3 else 1)
        for _, shape, weight in table()
        if weight
    )


def test_the_name_is_said_to_be_another_networks():
    assert "not the one of 1998" in CELLS["names-of-lenet"]


def test_the_first_loss_is_near_log_10(model):
    first_loss = solution("ladder-first-loss-answer", "first_loss")
    x, y = torch.randn(50, 1, 28, 28), torch.arange(50) % 10
    assert abs(first_loss(model, x, y) - math.log(10)) < 0.05


def test_every_parameter_gets_a_gradient(model):
    without_gradient = solution("ladder-gradients-answer", "without_gradient")
    x, y = torch.randn(50, 1, 28, 28), torch.arange(50) % 10
    assert without_gradient(model, x, y) == []
    with torch.no_grad():
        model.conv1.bias.fill_(-1e6)  # every ReLU after it is off, and so is what comes before
    assert set(without_gradient(model, x, y)) >= {"conv1.weight", "conv1.bias"}


def test_fifty_images_are_learned_by_heart(model):
    steps_to_fit = solution("ladder-overfit-answer", "steps_to_fit")
    x, y = torch.randn(50, 1, 28, 28), torch.arange(50) % 10
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    assert 0 < steps_to_fit(model, x, y, optimizer, 100) < 100


def test_after_two_softmaxes_no_loss_is_below_1_46():
    best = F.cross_entropy(torch.eye(10)[:1], torch.tensor([0])).item()
    assert f"{best:.2f}" == "1.46"
    assert min(recorded()["3"]) > best


def test_the_curves_are_those_of_the_faults():
    curves, (a, b, c, d, e) = recorded(), solution("debug-faults-answer", "fault_curves")
    assert f"{math.log(10) / 64:.3f}" == f"{curves[str(e)][0]:.3f}"
    assert curves[str(a)][-1] < 2 < min(curves[str(b)])
    assert min(curves[str(c)][:5]) < 1.5
    assert curves[str(c)][-1] == max(curves[str(c)])
    assert max(curves[str(d)][:5]) > 3
    assert abs(curves[str(d)][-1] - math.log(10)) < 0.01
