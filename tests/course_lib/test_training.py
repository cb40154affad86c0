"""What training returns, what it leaves alone, and that it repeats."""

import doctest
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD
from torch.utils.data import DataLoader, TensorDataset

from course_lib import batches
from course_lib.batches import Batches, standardise
from course_lib.data import load_mnist
from course_lib.lenet5 import LeNet5
from course_lib.training import accuracy, fit, train_epoch

IMAGES, LABELS = torch.zeros(3, 1, 28, 28), torch.zeros(3, dtype=torch.int64)


@pytest.fixture(scope="module")
def digits():
    """The first 50 test digits as the network takes them, and their labels."""
    images, labels = load_mnist("test")
    return standardise(images[:50]), torch.from_numpy(labels[:50])


def small_net(dropout=0.0) -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(784, 10))


def weights(model) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def equal(left, right) -> bool:
    return all(torch.equal(a, b) for a, b in zip(left, right, strict=True))


def test_the_example_prints_what_it_says():
    assert doctest.testmod(batches) == (0, 1)


def test_pixels_are_standardised():
    images, _ = load_mnist("train")
    x = standardise(images[:20_000])
    assert (x.shape, x.dtype) == ((20_000, 1, 28, 28), torch.float32)
    assert abs(x.mean().item()) < 0.01
    assert abs(x.std().item() - 1) < 0.01


def test_images_of_another_form_are_refused():
    for images in (np.zeros((2, 28, 28)), np.zeros((28, 28), np.uint8)):
        with pytest.raises(ValueError, match=r"^images have shape .*; expected \(N, H, W\), uint8"):
            standardise(images)


def test_batches_hold_each_image_once_in_an_order_that_changes():
    images, labels = torch.arange(7.0)[:, None], torch.arange(7)
    shuffled = Batches(images, labels, 3, torch.Generator().manual_seed(0))
    passes = [list(shuffled) for _ in range(2)]
    orders = [torch.cat([y for _, y in batches]).tolist() for batches in passes]
    assert [len(y) for _, y in passes[0]] == [3, 3, 1]
    assert len(shuffled) == 3
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(7))
    assert orders[0] != orders[1]
    assert all(torch.equal(x[:, 0], y.float()) for batches in passes for x, y in batches)
    assert [y.tolist() for _, y in Batches(images, labels, 3)] == [[0, 1, 2], [3, 4, 5], [6]]


def test_train_epoch_returns_the_mean_over_images_of_the_loss_before_each_step(digits):
    x, y = digits
    model, same = small_net(), small_net()
    loader = DataLoader(TensorDataset(x, y), batch_size=16)  # the last batch has 2 images
    found = train_epoch(model, loader, SGD(model.parameters(), lr=0.1), "cpu")
    optimizer, losses = SGD(same.parameters(), lr=0.1), []
    for start in (0, 16, 32, 48):
        batch = slice(start, start + 16)
        each = F.cross_entropy(same(x[batch]), y[batch], reduction="none")
        losses.extend(each.tolist())
        optimizer.zero_grad()
        each.mean().backward()
        optimizer.step()
    assert len(losses) == 50
    assert found == pytest.approx(math.fsum(losses) / 50, rel=1e-6)
    assert isinstance(found, float)
    assert equal(weights(model), weights(same))


def test_a_gradient_from_before_does_not_count(digits):
    found = []
    for stale in (False, True):
        model = small_net()
        if stale:
            for parameter in model.parameters():
                parameter.grad = torch.full_like(parameter, 100.0)
        train_epoch(model, Batches(*digits, 25), SGD(model.parameters(), lr=0.1), "cpu")
        found.append(weights(model))
    assert equal(*found)


def test_train_epoch_trains_in_training_mode(digits):
    model = small_net(dropout=0.5).eval()
    train_epoch(model, Batches(*digits, 25), SGD(model.parameters(), lr=0.1), "cpu")
    assert model.training


def test_accuracy_is_a_share_of_all_images(digits):
    x, y = digits
    model = small_net()
    found = accuracy(model, DataLoader(TensorDataset(x, y), batch_size=16), "cpu")
    assert found == int((model(x).argmax(1) == y).sum()) / 50
    assert isinstance(found, float)
    assert 0 < found < 1


class Watched(nn.Module):
    """Notes in which mode and with which gradients it is called."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)
        self.calls = set()

    def forward(self, x):
        logits = self.layer(x.flatten(1))
        self.calls.add((self.training, logits.requires_grad))
        return logits


def test_accuracy_evaluates_without_gradients_and_leaves_them_alone(digits):
    model = Watched().train()
    model.layer.bias.requires_grad_(False)
    model.layer.weight.grad = torch.full_like(model.layer.weight, 3.0)
    before = weights(model)
    accuracy(model, Batches(*digits, 20), "cpu")
    assert model.calls == {(False, False)}
    assert [p.requires_grad for p in model.parameters()] == [True, False]
    assert (model.layer.weight.grad == 3).all()
    assert model.layer.bias.grad is None
    assert equal(weights(model), before)
    assert torch.is_grad_enabled()


def test_training_takes_gradients_in_training_mode(digits):
    model = Watched().eval()
    train_epoch(model, Batches(*digits, 20), SGD(model.parameters(), lr=0.1), "cpu")
    assert model.calls == {(True, True)}


def test_an_empty_loader_is_named():
    model = small_net()
    with pytest.raises(ValueError, match="loader gave no image; expected at least one batch"):
        accuracy(model, [], "cpu")
    with pytest.raises(ValueError, match="loader gave no image; expected at least one batch"):
        train_epoch(model, [], SGD(model.parameters(), lr=0.1), "cpu")


def test_lenet5_learns_50_images_by_heart(digits):
    torch.manual_seed(0)
    model = LeNet5()
    history = fit(model, digits, digits, epochs=8, batch=10)
    assert history.losses[0] > history.losses[-1] < 0.1
    assert history.steps[0] == pytest.approx(2.303, abs=0.15)
    assert (len(history.steps), len(history.losses), len(history.accuracies)) == (40, 8, 8)
    assert history.accuracies[-1] == 1 == accuracy(model, Batches(*digits, 20), "cpu")


@pytest.mark.parametrize("dropout", [0, 0.5])
def test_the_same_seed_gives_the_same_weights_and_another_others(digits, dropout):
    results = []
    for seed in (5, 5, 6):
        model = small_net(dropout)
        torch.manual_seed(len(results))  # what was drawn before must not matter
        history = fit(model, digits, digits, epochs=2, batch=16, seed=seed)
        results.append((weights(model), history.steps, history.accuracies))
    assert equal(results[0][0], results[1][0])
    assert results[0][1:] == results[1][1:]
    assert not equal(results[0][0], results[2][0])


def test_fit_leaves_the_random_numbers_that_follow_alone(digits):
    torch.manual_seed(1)
    expected = torch.rand(3)
    model = small_net(dropout=0.5)
    torch.manual_seed(1)
    fit(model, digits, digits, epochs=1, batch=25)
    assert torch.equal(torch.rand(3), expected)


def test_the_learning_rate_goes_up_to_the_peak_and_down_again(digits, monkeypatch):
    rates, step = [], torch.optim.AdamW.step

    def watched(self, *arguments, **keywords):
        rates.append(self.param_groups[0]["lr"])
        return step(self, *arguments, **keywords)

    monkeypatch.setattr(torch.optim.AdamW, "step", watched)
    fit(small_net(), digits, digits, epochs=2, batch=5, peak=0.01)
    top = rates.index(max(rates))
    assert len(rates) == 20
    assert rates[top] == pytest.approx(0.01)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < 1e-6


def test_outside_a_notebook_each_epoch_is_a_line(digits, capsys):
    history = fit(small_net(), digits, digits, epochs=2, batch=25)
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(", ")[0] for line in lines] == [
        f"epoch {epoch} of 2: mean loss {history.losses[epoch - 1]:.4f}, "
        f"test accuracy {history.accuracies[epoch - 1]:.2%}"
        for epoch in (1, 2)
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs is 0; it must be an integer of at least 1"),
        ({"epochs": 1.5}, "epochs is 1.5; it must be an integer of at least 1"),
        ({"batch": 0}, "batch is 0; it must be an integer of at least 1"),
        ({"peak": -1}, "peak is -1; it must be a number of at least 0"),
        ({"peak": "x"}, "peak is 'x'; it must be a number of at least 0"),
        ({"seed": None}, "seed is None; it must be an integer of at least 0"),
        (
            {"model": print},
            "model is of type builtin_function_or_method; it must be a torch module",
        ),
        (
            {"model": nn.Flatten()},
            "model has no parameter that learns; it must have at least one",
        ),
        ({"train": IMAGES}, "train is of type Tensor; it must be (images, labels)"),
        (
            {"train": (IMAGES, LABELS[:2])},
            "train has 3 images and 2 labels; it must be as many of both, at least one",
        ),
        (
            {"test": (IMAGES[:0], LABELS[:0])},
            "test has 0 images and 0 labels; it must be as many of both, at least one",
        ),
        (
            {"test": (IMAGES, LABELS.float())},
            "test has labels of shape (3,) and torch.float32; they must be (N,), torch.int64",
        ),
        (
            {"test": (IMAGES, LABELS.numpy())},
            "test has labels of type ndarray; they must be a tensor",
        ),
    ],
)
def test_what_fit_cannot_use_is_named(digits, changes, message):
    given = {"model": small_net(), "train": digits, "test": digits, "epochs": 1, **changes}
    with pytest.raises((TypeError, ValueError)) as raised:
        fit(**given)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((IMAGES, LABELS, 0), "size is 0; it must be an integer of at least 1"),
        ((IMAGES, LABELS, 2.0), "size is 2.0; it must be an integer of at least 1"),
        (
            (IMAGES, LABELS[:1], 2),
            "Batches got 3 images and 1 labels; it must be as many of both, at least one",
        ),
        (
            (torch.tensor(1.0), LABELS, 2),
            "Batches got no images and 3 labels; it must be as many of both, at least one",
        ),
        (
            (IMAGES, LABELS[:, None], 2),
            "Batches got labels of shape (3, 1) and torch.int64; they must be (N,), torch.int64",
        ),
        (([1.0], LABELS, 2), "Batches got images of type list; they must be a tensor"),
    ],
)
def test_what_no_batches_can_be_made_of_is_named(arguments, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        Batches(*arguments)
    assert str(raised.value) == message
