"""The benchmarks time only peers that agree, and write into the README between their markers."""

import importlib
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.mark.parametrize("wrong", [None, 0, 1, 2])
def test_every_gradient_of_a_convolution_is_compared(load, wrong):
    ops = load("ops")
    calls = ops.convolution((2, 3, 5, 6), (4, 3, 3, 3), {"padding": 1})
    gradients = [np.array(a) for a in calls["backward"]["ours"]()]
    if wrong is not None:
        gradients[wrong].flat[-1] += 0.5
    calls["backward"]["ours"] = lambda: tuple(gradients)
    if wrong is None:
        ops.check("case", calls)
    else:
        with pytest.raises(ValueError, match="case, backward: ours and torch do not agree"):
            ops.check("case", calls)


CASES = [
    ("max_pool", (3, 2, 4, 6), (2,)),
    ("batchnorm", (3, 2, 4, 6), ()),
    ("layernorm", (4, 6), ()),
]


@pytest.mark.parametrize("case", CASES, ids=[kind for kind, *_ in CASES])
def test_pools_and_norms_pass_the_same_comparison(load, case):
    ops = load("ops")
    ops.check("case", ops.other(*case))


def test_text_goes_between_its_own_markers(load, tmp_path):
    markers, readme = load("readme.markers"), tmp_path / "README.md"
    readme.write_text("a\n<!-- benchmark: x -->\nold\n<!-- /benchmark: x -->\nb\n")
    markers.write("x", "new", readme)
    assert readme.read_text() == "a\n<!-- benchmark: x -->\nnew\n<!-- /benchmark: x -->\nb\n"
    with pytest.raises(ValueError, match=r"README\.md has no <!-- benchmark: y --> and"):
        markers.write("y", "new", readme)


def test_the_readme_has_a_place_for_each_benchmark(load):
    text = load("readme.markers").README.read_text(encoding="utf-8")
    for path in BENCHMARKS.glob("*.py"):
        assert f"<!-- benchmark: {path.stem} -->" in text
