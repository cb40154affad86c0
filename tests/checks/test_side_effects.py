"""What a call may not change: its arguments, and settings of torch's and numpy's."""

import numpy as np
import pytest
import torch
from torch import nn

from autograders.checks.judging.global_state import WORDS, put_back
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.report import report
from course_lib.training import accuracy, train_epoch

SLIDING = load_assignment("01-discrete-convolution").exercises["cross_correlate2d"]
NORM = load_assignment("05-normalization").exercises["layernorm_forward"]
FIELD = load_assignment("02-padding-and-stride").exercises["receptive_field"]
LENET = load_assignment("04-lenet5").exercises


def slide(x, k):
    return (np.lib.stride_tricks.sliding_window_view(x, k.shape) * k).sum((2, 3))


def layernorm(x, gamma, beta, eps=1e-5):
    var, mean = torch.var_mean(x, 1, correction=0, keepdim=True)
    return (x - mean) / (var + eps).sqrt() * gamma + beta


def told(exercise, answer):
    """Its points, and the words of the first thing to look at."""
    verdict = judge(exercise, answer)
    return verdict.points, verdict.first_failure.wrong.detail


def test_a_change_that_a_second_call_repeats_costs_the_points_that_it_kept_before():
    """Of a centred x the mean is 0: the second call gives the same again, and earned everything."""

    def centres(x, gamma, beta, eps=1e-5):
        x -= x.mean(1, keepdim=True)
        return layernorm(x, gamma, beta, eps)

    assert judge(NORM, layernorm).points == NORM.points
    points, words = told(NORM, centres)
    assert points == 0  # NORM.points before
    assert words == (
        "its numbers are right, but it changes x, which it was given: work on a copy, x = x.clone()"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda x: np.negative(x, out=x),
        lambda x: x[1:].fill(0),
        lambda x: x.T.__setitem__(0, 0),
        lambda x: setattr(x, "shape", (x.size,)),
        lambda x: x.sort(),
    ],
)
def test_every_way_to_change_an_array_is_seen(change):
    def changes(x, k):
        y = slide(x, k)
        change(k)
        return y

    assert told(SLIDING, changes) == (
        0,
        "its numbers are right, but it changes k, which it was given: work on a copy, k = k.copy()",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.flatten()[1:].zero_(),
        lambda x: x.T.mul_(2),
        lambda x: x.unsqueeze_(0),
        lambda x: x.resize_(0),
        lambda x: setattr(x, "data", torch.zeros(2)),
        lambda x: x.numpy().fill(0),
        lambda x: x.detach().sub_(1),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_way_to_change_a_tensor_is_seen(change):
    def changes(x, gamma, beta, eps=1e-5):
        y = layernorm(x, gamma, beta, eps)
        change(x)
        return y

    points, words = told(NORM, changes)
    assert points < NORM.points
    assert "changes x" in words


def test_a_list_that_is_changed_is_told_as_one():
    def consumes(layers):
        field, jump = 1, 1
        while layers:
            kernel, stride = layers.pop(0)
            field, jump = field + (kernel - 1) * jump, jump * stride
        return field

    assert judge(FIELD, lambda layers: consumes(list(layers))).points == FIELD.points
    assert told(FIELD, consumes) == (
        0,
        "its numbers are right, but it changes layers, which it was given: work on a copy, "
        "layers = list(layers)",
    )


def test_an_argument_may_be_given_back_and_asked_for_gradients():
    pad = load_assignment("02-padding-and-stride").exercises["pad2d"]

    def padded(x, padding, mode):
        x.requires_grad_()
        rows, columns = (padding, padding) if isinstance(padding, int) else padding
        if not rows and not columns:
            return x
        mode = "constant" if mode == "zeros" else mode
        return nn.functional.pad(x, (columns, columns, rows, rows), mode=mode)

    assert judge(pad, padded).points == pad.points


def test_a_function_that_keeps_something_is_seen_by_the_second_call():
    calls = []

    def counts(x, k):
        calls.append(1)
        return slide(x, k) * (1 if len(calls) % 2 else 2)

    points, words = told(SLIDING, counts)
    assert points < SLIDING.points
    assert words.endswith("another answer: does it keep something from one call to the next?")


@pytest.mark.parametrize("name", ["train_epoch", "accuracy"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_data_of_a_loader_stay_as_they_are(name, place):
    def changes(model, loader, *more):
        got = {"train_epoch": train_epoch, "accuracy": accuracy}[name](model, loader, *more)
        loader.dataset.tensors[place].add_(1)
        return got

    points, words = told(LENET[name], changes)
    assert points == 0
    assert "it changes " + ("x" if place == 0 else "the labels") in words


def test_parameters_stay_as_they_are_where_only_gradients_are_asked():
    def steps(model, x, y):
        model.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        names = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
        torch.optim.SGD(model.parameters(), lr=0.1).step()
        return names

    points, words = told(LENET["ladder-gradients"], steps)
    assert points == 0
    assert words == "it changes parameters of the model; only their gradients were asked for"


LEFT = {
    "gradients off": lambda: torch.set_grad_enabled(False),
    "another default dtype": lambda: torch.set_default_dtype(torch.float64),
    "another default device": lambda: torch.set_default_device("meta"),
    "autocast on": lambda: torch.set_autocast_enabled("cpu", True),
    "anomaly detection on": lambda: torch.autograd.set_detect_anomaly(True, check_nan=False),
    "deterministic algorithms on": lambda: torch.use_deterministic_algorithms(True),
    "another precision of float32 products": lambda: torch.set_float32_matmul_precision("medium"),
    "another number of threads": lambda: torch.set_num_threads(torch.get_num_threads() + 1),
    "another seed of torch's generator": lambda: torch.manual_seed(torch.initial_seed() + 1),
    "numpy's generator in another state": lambda: np.random.randn(3),
    "numpy's error handling changed": lambda: np.seterr(all="ignore"),
    "numpy's print options changed": lambda: np.set_printoptions(precision=2),
    "torch's print options changed": lambda: torch.set_printoptions(precision=2),
}


def settings():
    """What a call could have changed, as it is now."""
    numpys = np.random.get_state()
    return (
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.is_autocast_enabled("cpu"),
        torch.is_anomaly_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_float32_matmul_precision(),
        torch.get_num_threads(),
        torch.get_rng_state().tolist(),
        (numpys[1].tolist(), *numpys[2:]),
        np.geterr(),
        np.get_printoptions(),
        torch._tensor_str.get_printoptions(),
    )


@pytest.mark.parametrize("words", LEFT)
def test_a_setting_is_put_back_and_told_and_costs_nothing(words):
    assert words in WORDS

    def leaves(x, k):
        y = slide(x, k)
        LEFT[words]()
        return y

    before = settings()
    verdict = judge(SLIDING, leaves)
    assert settings() == before
    assert verdict.points == SLIDING.points
    assert report(verdict).splitlines()[-1] == (
        f"  A call left this behind, and the check put it back: {words}"
    )


def test_settings_are_put_back_to_what_they_were_and_not_to_what_is_usual():
    with torch.no_grad(), put_back() as left:
        torch.set_grad_enabled(True)
    assert left == ["gradients on"]
    kept = torch.inference_mode()
    with put_back() as left:
        kept.__enter__()
    assert left == ["inference mode on", "gradients off"][: len(left)]
    assert not torch.is_inference_mode_enabled()
    (torch.ones(2, requires_grad=True) * 2).sum().backward()


def test_drawing_random_numbers_is_put_back_and_not_told():
    before = settings()
    verdict = judge(SLIDING, lambda x, k: slide(x, k + 0 * float(torch.rand(1))))
    assert settings() == before
    assert "left this behind" not in report(verdict)


def test_a_setting_is_put_back_where_the_answer_raises():
    def raises(x, k):
        torch.set_default_dtype(torch.float64)
        raise ValueError

    assert judge(SLIDING, raises).points == 0
    assert torch.get_default_dtype() is torch.float32


def test_accuracy_that_leaves_gradients_off_loses_the_points_that_it_kept_before():
    def leaves(model, loader, device):
        torch.set_grad_enabled(False)
        return accuracy(model, loader, device)

    points, words = told(LENET["accuracy"], leaves)
    assert points == 0  # LENET["accuracy"].points before
    assert words == "it leaves gradients off; `with torch.no_grad():` switches them on again"
    assert torch.is_grad_enabled()


def test_train_epoch_that_leaves_gradients_off_is_told_so():
    def leaves(model, loader, optimizer, device):
        loss = train_epoch(model, loader, optimizer, device)
        torch.set_grad_enabled(False)
        return loss

    verdict = judge(LENET["train_epoch"], leaves)
    assert verdict.points == LENET["train_epoch"].points
    assert "put it back: gradients off" in report(verdict)
