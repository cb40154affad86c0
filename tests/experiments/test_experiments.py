"""The experiments run at tiny sizes, and their page and pictures follow from the kept results."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from normalization.claims import EXPERIMENTS
from normalization.experiment import SEEDS, SIDES, Experiment, Results
from normalization.networks import IMAGES, ROWS, connected, convolutional
from normalization.report import page, picture
from normalization.runner import complete, stored
from normalization.spread import difference, plus_minus, ratio
from normalization.training import train
from torch import nn
from torch.optim import SGD

HERE = Path(__file__).parents[2] / "docs" / "experiments"

each = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)


def kept(experiment: Experiment) -> Results:
    return stored(HERE / "results" / f"{experiment.name}.json", experiment.sizes)


@each
def test_runs_at_tiny_sizes_to_its_end(experiment: Experiment, tmp_path: Path) -> None:
    results = complete(experiment, experiment.quick, tmp_path, seeds=(0, 1))
    assert len(results.runs) == 2 * len(experiment.arms(experiment.quick))
    assert experiment.findings(results).verdict.endswith(".")
    picture(experiment, results, tmp_path / "picture.svg")


@each
def test_findings_name_a_verdict_and_fill_their_table(experiment: Experiment) -> None:
    findings = experiment.findings(kept(experiment))
    assert findings.verdict.split(":")[0] in {
        "Held",
        "Held in part",
        "Not confirmed",
        "Not decided",
        "Refuted",
    }
    assert {len(row) for row in findings.table} == {len(findings.table[0])}
    assert "nan" not in str(findings)


@each
def test_kept_results_have_every_arm_with_every_seed_at_full_size(experiment: Experiment) -> None:
    runs = [(run.arm, run.seed) for run in kept(experiment).runs]
    wanted = [(arm, seed) for seed in SEEDS for arm in experiment.arms(experiment.sizes)]
    assert len(SEEDS) >= 5
    assert sorted(map(str, runs)) == sorted(map(str, wanted))


@each
def test_picture_follows_from_the_kept_results(experiment: Experiment, tmp_path: Path) -> None:
    picture(experiment, kept(experiment), tmp_path / "picture.svg")
    drawn, stands = (
        np.array(re.findall(r"-?\d+\.?\d*", path.read_text(encoding="utf-8")), dtype=float)
        for path in (tmp_path / "picture.svg", HERE / "figures" / f"{experiment.name}.svg")
    )
    np.testing.assert_allclose(drawn, stands, atol=0.01)  # the last digits depend on the processor


def test_page_follows_from_the_kept_results() -> None:
    found = {e.name: (e, kept(e)) for e in EXPERIMENTS}
    assert (HERE / "README.md").read_text(encoding="utf-8") == page(found)


def test_a_seed_gives_the_same_run_again(tmp_path: Path) -> None:
    experiment = next(e for e in EXPERIMENTS if e.name == "smoothness")
    first = complete(experiment, experiment.quick, tmp_path / "first", seeds=(3,))
    torch.rand(1)  # the state of torch's own generator must not matter
    second = complete(experiment, experiment.quick, tmp_path / "second", seeds=(3,))
    for one, other in zip(first.runs, second.runs, strict=True):
        np.testing.assert_equal(one.values, other.values)


def test_what_was_run_is_not_run_again(tmp_path: Path) -> None:
    experiment = next(e for e in EXPERIMENTS if e.name == "initialization")
    before = complete(experiment, experiment.quick, tmp_path, seeds=(0,))

    def never(*_: object) -> None:
        raise AssertionError

    again = complete(replace(experiment, measure=never), experiment.quick, tmp_path, seeds=(0,))
    assert [run.arm for run in again.runs] == [run.arm for run in before.runs]
    assert stored(tmp_path / "initialization.json", experiment.sizes).runs == []


def test_a_loss_that_is_no_number_is_kept_as_such(tmp_path: Path) -> None:
    experiment = next(e for e in EXPERIMENTS if e.name == "smoothness")
    lost = replace(experiment, measure=lambda *_: ({"loss": float("inf")}, {"loss": [1.0]}))
    complete(lost, lost.quick, tmp_path, seeds=(0,))
    assert np.isnan(stored(tmp_path / "smoothness.json", lost.quick).runs[0].values["loss"])


@pytest.mark.parametrize(
    "build",
    [
        lambda norm: convolutional((4, 8), IMAGES[norm]),
        lambda norm: connected(3, 20, ROWS[norm], 0.1),
    ],
)
def test_both_sides_begin_with_the_same_weights(build) -> None:
    weights = []
    for norm in SIDES:
        torch.manual_seed(0)
        layers = build(norm).modules()
        weights.append([m.weight for m in layers if isinstance(m, nn.Conv2d | nn.Linear)])
    for plain, normed in zip(*weights, strict=True):
        torch.testing.assert_close(plain, normed, rtol=0, atol=0)


@pytest.mark.parametrize(("rate", "steps"), [(0.1, [2, 4, 5]), (float("inf"), [2])])
def test_training_has_checkpoints_and_ends_with_a_loss_that_is_no_number(rate, steps) -> None:
    network = connected(1, 4, None)
    images = torch.randn(12, 1, 28, 28), torch.arange(12) % 10
    curves = train(network, SGD(network.parameters(), lr=rate), images, 3, 5, seed=0, every=2)
    assert curves["steps"] == steps
    assert {len(curve) for curve in curves.values()} == {len(steps)}


def test_an_interval_by_hand() -> None:
    pairs = difference(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]))
    # 1, 2, 3: mean 2, standard deviation 1, t = 4.303 for 2 degrees of freedom
    assert asdict(pairs) == pytest.approx(
        {"mean": 2, "low": 2 - 4.303 / 3**0.5, "high": 2 + 4.303 / 3**0.5, "none": 0}
    )
    assert pairs.sign == 0
    assert pairs.words("points") == "+2.0 points (−0.5 to +4.5)"
    assert plus_minus(np.array([1.0, 2.0, 3.0])) == "2.0 ± 1.0"


def test_a_ratio_is_compared_with_one() -> None:
    half = np.array([1.0, 2.1, 3.0])
    assert ratio(half, np.array([2.0, 4.0, 6.0])).sign == -1
    assert ratio(np.array([2.0, 4.0, 6.0]), half).sign == 1
    assert ratio(half, half).sign == 0
