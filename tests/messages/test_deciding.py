"""Where no known mistake fits, the one change of an argument that makes a case right is told."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from autograders.checks.exercise import Exercise, Group
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.report import report
from autograders.checks.stored import read_bundle, write_bundle
from autograders.exercises import discrete_convolution, normalization, padding_and_stride, pooling

MODULES = {
    "01-discrete-convolution": discrete_convolution,
    "02-padding-and-stride": padding_and_stride,
    "03-pooling": pooling,
    "05-normalization": normalization,
}
ALL = [
    pytest.param(asked, load_assignment(name).exercises[asked.name], id=f"{name[:2]}-{asked.name}")
    for name, module in MODULES.items()
    for asked in module.EXERCISES
]


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _layer(wrong):
    """A layer of notebook 02 that is one and a half times too large where `wrong` says so."""

    def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
        y = F.conv2d(x, w, b, stride, padding, dilation, groups)
        return y * 1.5 if wrong(x, w, b, _pair(stride), _pair(padding), dilation, groups) else y

    return conv2d


def _pooling(wrong):
    def max_pool2d(x, kernel, stride):
        y = F.max_pool2d(x, kernel, stride)
        return y + 1 if wrong(x, _pair(kernel), _pair(stride)) else y

    return max_pool2d


LAYERS = [
    (lambda x, w, b, s, p, d, g: s[0] != s[1], "stride=(2, 2)"),
    (lambda x, w, b, s, p, d, g: s[0] > 1, "stride=1"),
    (lambda x, w, b, s, p, d, g: p[0] != p[1], "padding=(0, 0)"),
    (lambda x, w, b, s, p, d, g: p[1] > 0, "padding=0"),
    (lambda x, w, b, s, p, d, g: d != 1, "dilation=1"),
    (lambda x, w, b, s, p, d, g: g != 1, "groups=1"),
    (lambda x, w, b, s, p, d, g: len(x) > 1, "one image"),
    (lambda x, w, b, s, p, d, g: w.shape[1] > 2, "one input channel"),
    (lambda x, w, b, s, p, d, g: len(w) > 3, "one filter"),
    (lambda x, w, b, s, p, d, g: b.any(), "b of nothing but zeros"),
]
POOLS = [
    (lambda x, k, s: x.min() < -5, "no number of x below zero"),
    (lambda x, k, s: k[0] != k[1], "kernel=(3, 3)"),
    (lambda x, k, s: s[0] != s[1], "stride=(2, 2)"),
]


def _exercise(assignment: str, name: str) -> Exercise:
    return replace(load_assignment(assignment).exercises[name], forbidden=())


@pytest.mark.parametrize(("wrong", "words"), LAYERS)
def test_the_deciding_argument_of_a_layer_is_told(wrong, words):
    verdict = judge(_exercise("02-padding-and-stride", "conv2d"), _layer(wrong))
    assert verdict.mistakes == ()
    assert f"  With {words} and all else as it is, this case is right.\n" in report(verdict)


@pytest.mark.parametrize(("wrong", "words"), POOLS)
def test_the_deciding_argument_of_a_pooling_is_told(wrong, words):
    verdict = judge(_exercise("03-pooling", "max_pool2d"), _pooling(wrong))
    assert verdict.deciding == words


def test_where_everything_is_wrong_no_argument_is_told():
    verdict = judge(_exercise("02-padding-and-stride", "conv2d"), _layer(lambda *_: True))
    assert verdict.deciding == ""
    assert "all else as it is" not in report(verdict)


def test_where_two_things_would_help_none_is_told():
    wrong = _layer(lambda x, w, b, s, p, d, g: len(x) > 1 and w.shape[1] > 2)
    assert judge(_exercise("02-padding-and-stride", "conv2d"), wrong).deciding == ""


def test_a_known_mistake_is_told_instead():
    wrong = _pooling(lambda x, kernel, stride: False)
    verdict = judge(
        _exercise("03-pooling", "max_pool2d"), lambda x, k, s: wrong(x, k, s).clamp_min(0)
    )
    assert verdict.mistakes == ("starts at zero",)
    assert verdict.deciding == ""


def test_of_a_hidden_case_nothing_is_told():
    """Only hidden cases have kernels of four rows and more."""
    wrong = _layer(lambda x, w, b, s, p, d, g: w.shape[2] > 4)
    verdict = judge(_exercise("02-padding-and-stride", "conv2d"), wrong)
    assert verdict.first_failure
    assert verdict.first_failure.group.hidden
    assert verdict.deciding == ""


def test_no_hidden_case_is_made_plainer():
    for _, exercise in (parameter.values for parameter in ALL):
        for group in exercise.groups:
            assert not (group.hidden and any(case.plainer for case in group.cases))


@pytest.mark.parametrize(("asked", "exercise"), ALL)
def test_the_reference_is_right_in_every_plainer_case(asked, exercise):
    cases = tuple(p.case for g in exercise.groups for case in g.cases for p in case.plainer)
    if cases:
        only = replace(exercise, forbidden=(), groups=(Group("plainer", cases),))
        assert judge(only, asked.reference).points == exercise.points


def test_the_student_edition_tells_the_same(tmp_path):
    write_bundle(load_assignment("02-padding-and-stride"), tmp_path / "bundle.npz")
    stored = read_bundle(tmp_path / "bundle.npz").exercises["conv2d"]
    verdict = judge(replace(stored, forbidden=()), _layer(lambda x, w, b, s, *_: s[0] != s[1]))
    assert verdict.deciding == "stride=(2, 2)"


def test_a_plainer_case_is_the_same_in_all_else():
    [exercise] = [e for s, e in (p.values for p in ALL) if e.name == "conv2d_backward"][1:]
    case = next(
        c for g in exercise.groups for c in g.cases if {p.what for p in c.plainer} >= {"stride"}
    )
    changed = next(p.case for p in case.plainer if p.what == "stride")
    assert changed.arguments["stride"] != case.arguments["stride"]
    for name in ("x", "w"):
        assert (changed.arguments[name] == case.arguments[name]).all()
    assert torch.Size(changed.arguments["dy"].shape) != torch.Size(case.arguments["dy"].shape)
