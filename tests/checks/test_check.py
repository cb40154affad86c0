"""The contract of `check`: one finite float, nothing on the error stream, three verdicts."""

import logging
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from autograders import checks_for
from autograders.checks.check import Checks, CouldNotBeGraded
from autograders.checks.load import load_assignment
from autograders.checks.stored import read_bundle, write_bundle

NAME = "01-discrete-convolution"


def correlate(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def layer(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]


def backward(dy, x, w):
    kh, kw = w.shape[2:]
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    padded = torch.nn.functional.pad(dy, (kw - 1, kw - 1, kh - 1, kh - 1))
    spread = padded.unfold(2, kh, 1).unfold(3, kw, 1)
    return torch.einsum("noijpq,ocpq->ncij", spread, w.flip(2, 3)), dw, dy.sum((0, 2, 3))


@pytest.fixture
def check():
    return checks_for(NAME)


@pytest.fixture
def student(tmp_path: Path):
    """The checks as the student edition has them: stored arrays, visible groups only."""
    path = tmp_path / f"{NAME}.npz"
    write_bundle(load_assignment(NAME), path)
    return Checks(read_bundle(path))


def test_a_right_answer_earns_all_points_as_a_plain_float(check, capsys):
    points = check("conv2d", layer)
    assert type(points) is float
    assert points == 18
    assert capsys.readouterr().err == ""


def test_points_follow_groups(check, student):
    def one_channel(x, w, b):
        return layer(x[:, :1], w[:, :1], b)

    assert student("conv2d", one_channel) == 18 * 1 / 6
    assert check("conv2d", one_channel) == 18 * 1 / 9


def test_each_gradient_earns_points_of_its_own(check):
    assert check("conv2d_backward", lambda dy, x, w: (None, None, dy.sum((0, 2, 3)))) == 18 * 1 / 9
    assert check("conv2d_backward", lambda *a: (None, *backward(*a)[1:])) == 18 * 3 / 9
    assert check("conv2d_backward", lambda *a: (backward(*a)[0], None, None)) == 18 * 2 / 9


def test_three_results_come_back_as_tuple_or_list(check):
    assert check("conv2d_backward", backward) == 18
    assert check("conv2d_backward", lambda dy, x, w: list(backward(dy, x, w))) == 18


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, w, b: None,
        lambda x, w, b: math.nan,
        lambda x, w, b: True,
        lambda x, w, b: layer(x, w, b) * math.nan,
        lambda x, w, b: layer(x, w, b).double().float() + math.inf,
        lambda x, w, b: layer(x, w, b).numpy(),
        lambda x, w, b: layer(x, w, b).tolist(),
        lambda x, w, b: layer(x, w, b).to(torch.complex64),
        lambda x, w, b: layer(x, w, b).to(torch.int64),
        lambda x, w, b: layer(x, w, b).to(torch.float16),
        lambda x, w, b: layer(x, w, b)[0],
        lambda x, w, b: layer(x, w, b)[None],
        lambda x, w, b: (layer(x, w, b),),
        lambda x, w, b: layer(x, w, b).to_sparse(),
        lambda x, w, b: layer(x, w, b).to("meta"),
        lambda x, w, b: sys.exit(0),
        lambda x: x,
        "conv2d",
    ],
)
def test_what_is_no_answer_earns_nothing(check, wrong):
    points = check("conv2d", wrong)
    assert type(points) is float
    assert points == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_answer_of_one_dtype_for_all_earns_less(check, dtype):
    assert 0 < check("conv2d", lambda x, w, b: layer(x, w, b).to(dtype)) < 18


def test_single_precision_inside_is_seen_in_double(check):
    def single(x, w, b):
        return layer(x.float(), w.float(), b.float()).to(x.dtype)

    assert 0 < check("conv2d", single) < 18


def test_arrays_that_are_not_in_c_order_are_among_the_hidden_cases(check, capsys):
    def flat(x, w, b):
        x.view(-1)
        return layer(x, w, b)

    assert check("conv2d", flat) == 16
    assert "failed  9. tensors that are not in C order (hidden)" in capsys.readouterr().out


def test_an_answer_that_asks_for_gradients_is_an_answer(check):
    assert check("conv2d", lambda x, w, b: layer(x, w.requires_grad_(), b)) == 18


def test_a_changed_argument_is_named(check, capsys):
    def doubles_in_place(x, w, b):
        y = layer(x, w, b)
        x *= 2
        return y

    assert check("conv2d", doubles_in_place) == 0
    assert "it changes x, which it was given: work on a copy, x = x.clone()" in (
        capsys.readouterr().out
    )


def test_a_change_that_does_not_show_costs_nothing(check):
    def own_copy(x, w, b):
        x = x.clone()
        x *= 1
        return layer(x, w, b)

    assert check("conv2d", own_copy) == 18


def test_words_and_warnings_of_an_answer_stay_out_of_the_report(check, capsys):
    def noisy(x, w, b):
        print("debugging")
        print("more", file=sys.stderr)
        warnings.warn("deprecated", stacklevel=1)
        return layer(x, w, b)

    assert check("conv2d", noisy) == 18
    printed = capsys.readouterr()
    assert "debugging" not in printed.out
    assert printed.err == ""


def test_a_stream_that_an_answer_has_kept_tells_nothing(check, capsys):
    kept, log = sys.stdout, logging.StreamHandler(sys.stderr)

    def tells(x, w, b):
        print("told", file=kept)
        log.emit(logging.makeLogRecord({"msg": "told"}))
        return layer(x, w, b)

    assert check("conv2d", tells) == 18
    printed = capsys.readouterr()
    assert "told" not in printed.out + printed.err
    print("heard again")
    assert capsys.readouterr().out == "heard again\n"


def test_an_error_that_cannot_be_printed_is_the_answers(check, capsys):
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    def raises(x, w, b):
        raise Mute

    assert check("conv2d", raises) == 0
    assert "it raised Mute: an error that cannot be printed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "call",
    [
        torch.nn.functional.conv2d,
        torch.conv2d,
        torch.ops.aten.convolution.default,
        lambda x, w, b: torch.nn.functional.conv_transpose2d(x, w.transpose(0, 1), b),
        lambda x, w, b: torch.jit.trace(torch.conv2d, (x, w, b))(x, w, b),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_calling_the_operation_itself_earns_nothing(check, capsys, call):
    def answer(x, w, b):
        if call is torch.ops.aten.convolution.default:
            return call(x, w, b, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
        return call(x, w, b)

    assert check("conv2d", answer) == 0
    assert "torch's own convolution" in capsys.readouterr().out


def test_a_right_answer_beside_a_forbidden_call_earns_nothing(check):
    def both(x, w, b):
        torch.conv2d(x, w, b)
        return layer(x, w, b)

    assert check("conv2d", both) == 0


@pytest.mark.parametrize(
    "differentiate",
    [
        lambda y, x, dy: torch.autograd.grad(y, x, dy),
        lambda y, x, dy: y.backward(dy),
        lambda y, x, dy: torch.autograd.backward(y, dy),
    ],
)
def test_autograd_is_no_backward_pass(check, capsys, differentiate):
    def by_autograd(dy, x, w):
        leaf = x.clone().requires_grad_()
        differentiate(layer(leaf, w, torch.zeros(len(w), dtype=x.dtype)), leaf, dy)
        return backward(dy, x, w)

    assert check("conv2d_backward", by_autograd) == 0
    assert "automatic differentiation" in capsys.readouterr().out


@pytest.mark.parametrize(
    "differentiate",
    [
        lambda f, x: torch.func.jvp(f, (x,), (torch.ones_like(x),)),
        lambda f, x: torch.func.jacfwd(f)(x),
        lambda f, x: torch.func.linearize(f, x),
        lambda f, x: torch.autograd.functional.jacobian(
            f, x, strategy="forward-mode", vectorize=True
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Attempted to insert a get_attr:UserWarning")
def test_forward_mode_is_no_backward_pass_either(check, capsys, differentiate):
    def by_forward_mode(dy, x, w):
        differentiate(lambda x: x.square().sum(), x)
        return backward(dy, x, w)

    assert check("conv2d_backward", by_forward_mode) == 0
    assert "automatic differentiation" in capsys.readouterr().out


def test_unfold_and_fft_are_allowed(check):
    def columns(x, w, b):
        n, _, h, wide = x.shape
        o, _, kh, kw = w.shape
        y = w.reshape(o, -1) @ torch.nn.functional.unfold(x, (kh, kw))
        return y.reshape(n, o, h - kh + 1, wide - kw + 1) + b[:, None, None]

    assert check("conv2d", columns) == 18


def test_an_unknown_task_is_named(check):
    with pytest.raises(ValueError, match="there is no task 'conv4d' here; there are: cross_corr"):
        check("conv4d", layer)


def test_an_unknown_assignment_is_named():
    with pytest.raises(ValueError, match="there is no assignment '99-none'"):
        checks_for("99-none")
    with pytest.raises(ValueError, match="it must be a full name such as"):
        checks_for("01")


def test_a_fault_of_the_course_is_a_verdict_of_its_own(student):
    student._assignment.exercises["conv2d"].groups[0].cases[0].expected.clear()
    with pytest.raises(CouldNotBeGraded, match="conv2d could not be graded, and that is the cour"):
        student("conv2d", layer)


def test_the_student_edition_counts_the_groups_that_follow(student, capsys):
    assert student("conv2d", layer) == 18
    assert "3 more groups are graded after you hand in" in capsys.readouterr().out


def test_the_bundle_holds_no_hidden_case(tmp_path, check):
    path = tmp_path / "bundle.npz"
    write_bundle(load_assignment(NAME), path)
    stored = read_bundle(path)
    visible = {
        name: [str(case) for group in e.groups if not group.hidden for case in group.cases]
        for name, e in check._assignment.exercises.items()
    }
    assert visible == {
        name: [str(case) for group in e.groups for case in group.cases]
        for name, e in stored.exercises.items()
    }
    assert not any(group.hidden for e in stored.exercises.values() for group in e.groups)


def test_a_damaged_bundle_is_named(tmp_path):
    path = tmp_path / "bundle.npz"
    path.write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(ValueError, match=r"bundle\.npz is damaged"):
        read_bundle(path)
