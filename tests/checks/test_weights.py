"""Trained weights: what of a file earns points, with the goals and without them."""

from dataclasses import replace

import pytest
import safetensors.torch
import torch
from torch import nn

from autograders.checks.exercise import Goal, TrainedWeights
from autograders.checks.load import load_assignment
from autograders.checks.trained_weights import judge_weights
from course_lib.batches import standardise
from course_lib.data import load_mnist
from course_lib.lenet5 import LeNet5, save_weights
from course_lib.training import fit

SMALL = TrainedWeights("weights", 6, "small.safetensors", ((2, 3), (2,)), hidden_goals=2)
GOALS = (
    Goal("right on the first", (0.5, 0.9), lambda path: 0.75),
    Goal("right on the second", (0.8,), lambda path: 0.8),
)


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tensors = {"a": torch.ones(2, 3), "b": torch.ones(2)}
    safetensors.torch.save_file(tensors, "small.safetensors")
    return "small.safetensors"


def test_without_goals_a_file_of_the_right_form_has_all_points(small):
    assert judge_weights(SMALL, small) == (
        6.0,
        "weights: 6 of 6 points\n"
        "  small.safetensors holds the 2 parameters asked for\n"
        "  how many images it gets right is graded after you hand in",
    )


def test_each_step_of_a_goal_earns_the_same(small):
    assert judge_weights(replace(SMALL, goals=GOALS), small) == (
        4.0,
        "weights: 4 of 6 points\n"
        "  1 of 2  1. right on the first: 75.00% (50, 90 % asked)\n"
        "  1 of 1  2. right on the second: 80.00% (80 % asked)",
    )


@pytest.mark.parametrize("goals", [(), GOALS])
def test_a_file_that_is_absent_or_of_another_form_earns_nothing(small, goals, tmp_path):
    asked = replace(SMALL, goals=goals)
    told = {
        "absent.safetensors": "  there is no file absent.safetensors: run the cells",
        "text": "  text is no safetensors file (",
        "other": "  other has parameters of shapes [(3, 2)]; expected the shapes [(2,), (2, 3)]",
    }
    (tmp_path / "text").write_text("no weights")
    safetensors.torch.save_file({"a": torch.ones(3, 2)}, tmp_path / "other")
    for name, line in told.items():
        points, text = judge_weights(asked, name)
        assert points == 0
        assert text.startswith(f"weights: 0 of 6 points\n{line}")


def test_lenet5_earns_by_what_it_gets_right_on_the_kept_images(tmp_path, monkeypatch):
    """Untrained it earns nothing; after 10,000 images it is past the first step, not the last."""
    monkeypatch.chdir(tmp_path)
    asked = load_assignment("04-lenet5").weights["weights"]
    torch.manual_seed(0)
    model = LeNet5()
    save_weights(model, asked.file)
    assert judge_weights(asked, asked.file)[0] == 0
    images, labels = (array[:10_000] for array in load_mnist("train"))
    some = standardise(images), torch.from_numpy(labels)
    fit(model, some, (some[0][:500], some[1][:500]), epochs=1, batch=64)
    save_weights(model, asked.file)
    assert 0 < judge_weights(asked, asked.file)[0] < asked.points


def test_a_file_elsewhere_is_nobodys(small, tmp_path):
    points, text = judge_weights(SMALL, str(tmp_path / small))
    assert points == 0
    assert "is a path" in text


def test_weights_of_another_network_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = load_assignment("04-lenet5").weights["weights"]
    model = LeNet5()
    model.layers[0] = nn.Conv2d(1, 6, 5, padding=2)
    safetensors.torch.save_model(model, asked.file)
    points, text = judge_weights(asked, asked.file)
    assert points == 0
    assert "(6, 1, 5, 5)" in text
