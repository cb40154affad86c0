"""The numbers of the lecture's slides on normalization and those of the notebook, from the
notebook's own solutions and by torch; and the claims that are corrected in words."""

import re
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers import sources
from torch import nn

matplotlib.use("Agg")

CELLS = sources("05-normalization")
Tensor = torch.Tensor


def solution(cell: str, name: str):
    """What `name` is after the solution in this cell alone has run."""
    namespace = {"np": np, "torch": torch}
    exec(CELLS[cell], namespace)
    return namespace[name]


def exercise(name: str):
    return solution(f"{name}-solution", name)


def run(*cells: str, **names) -> dict:
    """The names after these cells have run, with the notebook's imports."""
    namespace: dict = {}
    exec(CELLS["setup"], namespace)
    namespace |= names
    for cell in cells:
        exec(CELLS[cell], namespace)
    return namespace


@pytest.fixture(scope="module")
def small_network() -> dict:
    """The network, the data and the training of section 8."""
    return run("demo-network", "demo-train")


def tensors(*shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def plain(size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """gamma 1, beta 0, running mean 0, running variance 1."""
    one, zero = torch.ones(size, dtype=torch.float64), torch.zeros(size, dtype=torch.float64)
    return one, zero, zero, one


def test_activations_vanish_or_explode_unless_normalised():
    spreads = run("demo-depth")["spreads"]
    assert spreads(0.05)[-1] < 1e-6
    assert spreads(0.4)[-1] > 1e6
    assert 0.1 < spreads(0.14)[-1] < 1
    assert 0.1 < spreads(0.4, normalise=True)[-1] < 1


def test_descent_is_stuck_on_raw_inputs_only():
    names = run("demo-scales")
    raw, nice = names["best"](names["raw"]), names["best"](names["nice"])
    assert raw[-1] > 0.5
    assert nice[-1] < 1e-6


def test_a_batch_by_hand():
    x = torch.from_numpy(run("demo-batch")["batch"])
    y, _, _ = exercise("batchnorm_forward")(x, *plain(2), True, eps=0)
    assert x.mean(0).tolist() == [4, 20]
    assert x.var(0, correction=0).tolist() == [5, 150]
    assert y[0, 0].item() == pytest.approx(-1.34, abs=0.005)
    assert y[2, 1].item() == pytest.approx(1.63, abs=0.005)
    assert "-1.34" in CELLS["batch-by-hand"]
    assert "1.63" in CELLS["batch-by-hand"]


def test_gamma_and_beta_recover_the_identity():
    [x] = tensors((6, 3))
    mean, var, eps = x.mean(0), x.var(0, correction=0), 0.1
    forward = exercise("batchnorm_forward")
    exact, _, _ = forward(x, (var + eps).sqrt(), mean, mean, var, True, eps=eps)
    near, _, _ = forward(x, var.sqrt(), mean, mean, var, True, eps=eps)
    torch.testing.assert_close(exact, x)
    assert (near - x).abs().max() > 0.01


def test_a_batch_of_one_is_beta():
    x, gamma, beta = (torch.tensor(v) for v in ([[7.0]], [3.0], [2.0]))
    mean, var = x.mean(0), x.var(0, correction=0)
    expected = ((x - mean) / (var + 1e-5).sqrt() * gamma + beta).item()
    assert expected == solution("predict-batch-of-one-answer", "batch_of_one") == 2
    with pytest.raises(ValueError, match="more than 1 value"):
        nn.BatchNorm1d(1)(x)


def test_459_steps_and_44():
    def steps(share: float) -> int:
        running, count = 0.0, 0
        while abs(running - 1) > 0.01:
            running, count = (1 - share) * running + share, count + 1
        return count

    asked = solution("predict-running-steps-answer", "running_steps")
    assert (steps(0.01), steps(0.1)) == asked == (459, 44)
    assert np.log(0.01) / np.log(0.99) == pytest.approx(458.2, abs=0.05)
    reached = 1 - 0.99**100
    assert reached == pytest.approx(0.63, abs=0.005)


def test_three_steps_of_the_running_mean_by_hand():
    forward, path = exercise("batchnorm_forward"), []
    gamma, beta, mean, var = plain(1)
    x = torch.tensor([[4.0], [6.0]], dtype=torch.float64)
    for _ in range(3):
        _, mean, var = forward(x, gamma, beta, mean, var, True, momentum=0.01)
        path.append(round(mean.item(), 4))
    assert path == [0.05, 0.0995, 0.1485]
    assert r"0.05,\ 0.0995,\ 0.1485" in CELLS["section-4"]


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("batchnorm_forward", nn.BatchNorm1d, (5, 3)),
        ("batchnorm2d_forward", nn.BatchNorm2d, (2, 3, 4, 5)),
    ],
)
def test_both_modes_are_torchs(name, layer, shape):
    x, gamma, beta = tensors(shape, (3,), (3,))
    theirs = layer(3, dtype=torch.float64)
    theirs.load_state_dict(theirs.state_dict() | {"weight": gamma, "bias": beta})
    averages = theirs.running_mean.clone(), theirs.running_var.clone()
    for training in (True, True, False):
        theirs.train(training)
        y, *averages = exercise(name)(x, gamma, beta, *averages, training)
        torch.testing.assert_close(y, theirs(x).detach())
        torch.testing.assert_close(averages, [theirs.running_mean, theirs.running_var])


def test_the_noise_of_a_batch_falls_with_the_root_of_its_size():
    names = run("batchnorm_forward-solution", "demo-noise")
    deviations = [np.std([names["its_output"](n) for _ in range(400)]) for n in (16, 64, 256)]
    for large, small in pairwise(deviations):
        assert 1.6 < large / small < 2.5


def test_two_images_by_hand():
    x = torch.tensor([[[[0.0, 2]]], [[[4, 6]]]], dtype=torch.float64)
    _, mean, var = exercise("batchnorm2d_forward")(x, *plain(1), True, momentum=1.0)
    assert mean.item() == 3
    assert var.item() == pytest.approx(5 * 4 / 3)


def test_backward_by_hand_and_by_autograd():
    backward = exercise("batchnorm_backward")
    x, dy = (torch.tensor([v]).T.double() for v in ([0.0, 0, 2, 2], [4.0, 0, 0, 0]))
    assert backward(dy, x, torch.ones(1), eps=0)[0].flatten().tolist() == [2, -2, 0, 0]
    for name, layer in (("batchnorm", _by_batch), ("layernorm", _by_layer)):
        x, dy, gamma, beta = tensors((6, 4), (6, 4), (4,), (4,))
        leaves = [t.clone().requires_grad_() for t in (x, gamma, beta)]
        expected = torch.autograd.grad(layer(*leaves), leaves, dy)
        mine = exercise(f"{name}_backward")(dy, x, gamma)
        torch.testing.assert_close(mine, tuple(expected))
        over = 0 if name == "batchnorm" else 1
        assert mine[0].sum(over).abs().max() < 1e-9


def _by_batch(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    return F.batch_norm(x, None, None, gamma, beta, training=True)


def _by_layer(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[1:], gamma, beta)


def test_only_the_direction_of_weights_matters_and_a_bias_is_lost():
    x, dy, w, b = tensors((16, 5), (16, 3), (5, 3), (3,))
    gamma, beta, mean, var = plain(3)

    def through(w: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        z = x @ w + b
        y, _, _ = exercise("batchnorm_forward")(z, gamma, beta, mean, var, True, eps=0)
        dz, _, _ = exercise("batchnorm_backward")(dy, z, gamma, eps=0)
        return y, x.T @ dz, dz.sum(0)

    (y, dw, db), (y2, dw2, _) = through(w, b), through(2 * w, 0 * b)
    factors = (y2 / y).mean().item(), (dw2 / dw).mean().item()
    asked = solution("predict-doubled-weights-answer", "doubled_weights")
    assert factors == pytest.approx(asked)
    assert asked == (1, 0.5)
    assert db.abs().max() < 1e-12
    assert solution("predict-lost-bias-answer", "lost_bias") == 0


def test_fused_layers_give_the_same_outputs():
    fuse = exercise("fuse_conv_bn")
    one = [torch.tensor([v]) for v in (1.0, 4.0, 5.0, 2.0, 4.0)]
    w, b = fuse(torch.tensor([[[[3.0]]]]), *one, eps=0)
    assert (w.item(), b.item(), 10 * w.item() + b.item()) == (6, 3, 63)
    x, w, b, gamma, beta, mean, var = tensors((2, 3, 6, 5), (4, 3, 3, 2), *[(4,)] * 5)
    var = var**2
    for padding in (0, 1):
        two = F.batch_norm(F.conv2d(x, w, b, padding=padding), mean, var, gamma, beta)
        fused = F.conv2d(x, *fuse(w, b, gamma, beta, mean, var), padding=padding)
        torch.testing.assert_close(fused, two)
    rows, matrix = x[:, :, 0, 0], w[:, :, 0, 0]
    two = F.batch_norm(F.linear(rows, matrix, b), mean, var, gamma, beta)
    w1, b1 = fuse(matrix[:, :, None, None], b, gamma, beta, mean, var)
    torch.testing.assert_close(F.linear(rows, w1[:, :, 0, 0], b1), two)


def test_before_a_padded_convolution_it_cannot_be_fused():
    names = run("demo-reveal-fusable", plots=None, fusable=None)
    assert "square" not in names  # nothing is revealed before the answer
    names = run("demo-reveal-fusable", fusable="a")
    assert names["name"] == "d"
    assert names["error"][1:-1, 1:-1].abs().max() == 0
    assert names["error"].max() > 0.5
    assert solution("predict-fusable-answer", "fusable") == "abc"


def test_a_rate_that_breaks_the_plain_network_trains_with_batch_norm(small_network):
    losses = {
        norm: small_network["train"](model, small_network["sgd"](model, 2.0))[0]
        for norm in (None, nn.BatchNorm1d)
        for model in [small_network["network"](8, norm)]
    }
    assert not np.mean(losses[None][-20:]) < 2
    assert np.mean(losses[nn.BatchNorm1d][-20:]) < 1.2


def test_tiny_weights_train_with_batch_norm_only(small_network):
    accuracies = {norm: _accuracy(small_network, 8, norm, scale=0.01) for norm in _NORMS[:2]}
    assert accuracies[None] < 0.4
    assert accuracies[nn.BatchNorm1d] > 0.6


def test_batches_of_two_defeat_batch_norm(small_network):
    sizes = {"batch": 2, "steps": 800, "rate": 0.001 * 2**0.5}
    none, batch, layer = (_accuracy(small_network, 4, norm, **sizes) for norm in _NORMS)
    assert batch < min(none, layer) - 0.15


_NORMS = (None, nn.BatchNorm1d, nn.LayerNorm)


def _accuracy(names: dict, depth: int, norm, scale=None, rate=0.001, **more) -> float:
    model = names["network"](depth, norm, scale)
    names["train"](model, names["adam"](model, rate), **more)
    return names["accuracy"](model, names["test_x"], names["test_y"])


def test_forgotten_evaluation_mode_shows_in_small_batches(small_network):
    names = run("demo-modes", **small_network)
    wrong = [names["accuracy_in_training_mode"](names["trained"], n) for n in (500, 2)]
    right = names["accuracy"](names["trained"], names["test_x"], names["test_y"])
    stale = names["accuracy"](names["stale"], names["test_x"], names["test_y"])
    assert abs(wrong[0] - right) < 0.1
    assert wrong[1] < right - 0.2
    assert stale < right - 0.1


def test_the_given_statistics_fail_in_evaluation_and_repaired_do_not(small_network):
    repaired = CELLS["debug-running-statistics-answer"]
    given = re.sub(r" *### BEGIN SOLUTION.*### END SOLUTION\n", "", repaired, flags=re.DOTALL)
    found = []
    for source in (given, repaired):
        names = dict(small_network)
        exec(source, names)
        exec(CELLS["demo-debug-symptom"], names)
        found.append(_share(names, names["mended"]))
    assert found[0] < 0.8
    assert found[1] > 0.9


def _share(names: dict, model: nn.Module) -> float:
    return names["accuracy"](model, names["train_x"], names["train_y"])


def test_layer_norm_knows_no_batch():
    layernorm_forward = exercise("layernorm_forward")
    x, gamma, beta = tensors((8, 5), (5,), (5,))
    together, alone = (layernorm_forward(part, gamma, beta) for part in (x, x[:1]))
    assert torch.equal(together[:1], alone)
    torch.testing.assert_close(together, F.layer_norm(x, (5,), gamma, beta))
    rows = torch.from_numpy(run("demo-batch")["batch"])
    one, zero, _, _ = plain(2)
    signs = layernorm_forward(rows, one, zero).round(decimals=4)
    assert signs.tolist() == [[-1, 1]] * 4
    assert rows[0].mean() == 5.5
    assert rows[0].var(correction=0) == 4.5**2


def test_instance_norm_forgets_brightness_and_contrast():
    instancenorm_forward = exercise("instancenorm_forward")
    x, gamma, beta = tensors((2, 3, 4, 5), (3,), (3,))
    y = instancenorm_forward(x, gamma, beta)
    torch.testing.assert_close(y, F.instance_norm(x, weight=gamma, bias=beta))
    dim = instancenorm_forward(x / 2 + 7, gamma, beta, eps=0)
    torch.testing.assert_close(dim, instancenorm_forward(x, gamma, beta, eps=0))


def test_the_counts_of_means():
    x = torch.empty(4, 6, 5, 7)
    batch, instance = x.mean((0, 2, 3)).numel(), x.mean((2, 3)).numel()
    layer = x.mean((1, 2, 3)).numel()
    group = x.reshape(4, 2, 3, 5, 7).mean((2, 3, 4)).numel()
    asked = solution("predict-count-of-means-answer", "count_of_means")
    assert (batch, layer, instance, group) == asked == (6, 4, 24, 8)
    owners = run("demo-reveal-count-of-means", count_of_means=asked)["owners"]
    assert [len(np.unique(table)) for table in owners.values()] == [6, 4, 24, 8]


def test_group_norm_with_one_group_and_with_a_group_a_channel():
    groupnorm_forward = exercise("groupnorm_forward")
    x, gamma, beta = tensors((4, 6, 5, 7), (6,), (6,))
    each = [v.repeat_interleave(5 * 7) for v in (gamma, beta)]
    layer = exercise("layernorm_forward")(x.reshape(4, -1), *each).reshape(x.shape)
    torch.testing.assert_close(groupnorm_forward(x, gamma, beta, 1), layer)
    instance = exercise("instancenorm_forward")(x, gamma, beta)
    torch.testing.assert_close(groupnorm_forward(x, gamma, beta, 6), instance)
    torch.testing.assert_close(
        groupnorm_forward(x, gamma, beta, 3), F.group_norm(x, 3, gamma, beta)
    )


def test_the_questions_from_before():
    conv2 = nn.Conv2d(20, 50, 5, device="meta")
    parameters = sum(p.numel() for p in conv2.parameters())
    assert solution("recall-parameters-answer", "conv2_parameters") == parameters == 25_050
    size = nn.Conv2d(1, 1, 7, 2, 3, device="meta")(torch.empty(1, 1, 224, 224, device="meta"))
    assert solution("recall-output-size-answer", "output_size") == size.shape[2] == 112
    b = torch.zeros(6, requires_grad=True)
    F.conv2d(torch.ones(2, 3, 32, 32), torch.ones(6, 3, 5, 5), b).sum().backward()
    assert solution("recall-bias-gradient-answer", "bias_gradient") == b.grad[0] == 1568
    x = torch.arange(16.0).reshape(1, 1, 4, 4).requires_grad_()
    F.max_pool2d(x, 2).sum().backward()
    nonzero = int((x.grad != 0).sum())
    assert solution("recall-pooling-gradient-answer", "nonzero_gradients") == nonzero == 4
    line = torch.zeros(1, 1, 15, requires_grad=True)
    y = line
    for _ in range(3):
        y = F.conv1d(y, torch.ones(1, 1, 3))
    y[0, 0, 4].backward()
    seen = int((line.grad != 0).sum())
    assert solution("recall-receptive-field-answer", "receptive_field") == seen == 7
