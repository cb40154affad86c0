"""Wrong answers written apart from the known mistakes get the right name or none, and no name that
says something else."""

from dataclasses import replace

import pytest
from checks.wrong_answers import WrongAnswer, convolution, lenet5, normalization, padding, pooling

from autograders.checks.exercise import Exercise
from autograders.checks.judging.judge import ExerciseResult, judge
from autograders.checks.load import load_assignment

ASSIGNMENTS = {
    "01": "01-discrete-convolution",
    "02": "02-padding-and-stride",
    "03": "03-pooling",
    "04": "04-lenet5",
    "05": "05-normalization",
}
ANSWERS = [
    answer
    for module in (convolution, padding, pooling, lenet5, normalization)
    for answer in module.ANSWERS
]
# The known mistakes whose sentences say what is wrong in each answer, read beside its code; `()`
# where none does.
EXPECTED: dict[str, tuple[str, ...]] = {
    "correlate_flipped": ("flipped",),
    "correlate_overwrites": ("last product",),
    "correlate_short": ("one short",),
    "convolve_unflipped": ("not flipped",),
    "convolve_rows_only": ("rows only",),
    "convolve_image_flipped": ("image flipped",),
    "conv2d_no_bias": ("no bias",),
    "conv2d_bias_each_channel": ("bias for each channel",),
    "conv2d_first_channel": ("first channel",),
    "compose_correlated": ("second flipped",),
    "compose_flipped": ("both flipped",),
    "conv1d_flipped": ("flipped",),
    "conv3d_no_bias": ("no bias",),
    "conv3d_flat_kernel": ("first slice",),
    "backward_dx_flipped": ("dx unflipped",),
    "backward_batch_mean": ("batch mean",),
    "backward_dx_overwritten": ("dx windows overwritten",),
    "size_no_one": ("no plus one",),
    "size_ceil": ("rounded up",),
    "size_one_side": ("padding once",),
    "size_dilated_kernel": ("dilation times kernel",),
    "pad_reflect_edge": ("edge twice",),
    "pad_swapped": ("swapped",),
    "conv_kernel_flipped": ("flipped",),
    "conv_taps_undilated": ("taps side by side",),
    "conv_row_stride": ("stride of rows",),
    "conv_groups_interleaved": ("filters dealt",),
    "conv_stride_dilation_exchanged": ("stride for dilation",),
    "backward_crop_one_side": ("dx cut on one side",),
    "backward_stride_one": ("dx dense", "dw dense"),
    "conv1x1_no_bias": ("no bias",),
    "field_no_strides": ("stride ignored",),
    "field_own_stride": ("own stride",),
    "cost_no_bias": ("no bias",),
    "cost_input_size": ("input size",),
    "max_from_zero": ("starts at zero",),
    "max_step_kernel": ("stride is kernel",),
    "max_absolute": ("absolute",),
    "avg_sum": ("sum",),
    "avg_square": ("divided by a square",),
    "avg_exchanged": ("exchanged",),
    "max_backward_overwrites": ("overwritten",),
    "max_backward_everywhere": ("to all",),
    "avg_backward_undivided": ("whole",),
    "avg_backward_overwrites": ("overwritten",),
    "shift_over_x": ("over x",),
    "shift_of_result": ("result moved",),
    "accuracy_mean_of_batches": ("mean of batches",),
    "accuracy_training_mode": ("training mode",),
    "accuracy_percent": ("percent",),
    "train_no_zero_grad": ("gradients add up",),
    "train_mean_of_batches": ("mean of batches",),
    "train_double_softmax": ("softmax twice",),
    "LeNet5Softmax": ("softmax",),
    "LeNet5LinearTail": ("no third relu",),
    "table_unpadded": ("no padding",),
    "bn_momentum": ("momentum reversed",),
    "bn_biased_running": ("biased running",),
    "bn_eps_outside": ("eps outside",),
    "bn2d_per_image": ("instance",),
    "bn_backward_constants": ("constants",),
    "bn_backward_dgamma": ("dgamma with x",),
    "fuse_bias_unscaled": ("b unscaled",),
    "fuse_bias_forgotten": ("no b",),
    "ln_unbiased": ("unbiased",),
    "ln_over_batch": ("batch",),
    "ln_backward_gamma_late": ("gamma outside",),
    "in_all_channels": ("layer",),
    "gn_interleaved": ("interleaved",),
    "gn_no_affine": ("no gamma", "no beta"),
}


def _exercise(answer: WrongAnswer) -> Exercise:
    """Without its ban: the answers are written with torch's operations."""
    asked = load_assignment(ASSIGNMENTS[answer.notebook]).exercises[answer.exercise]
    return replace(asked, forbidden=())


@pytest.fixture(scope="module")
def verdicts() -> dict[str, ExerciseResult]:
    return {a.function.__name__: judge(_exercise(a), a.function) for a in ANSWERS}


def test_every_wrong_answer_has_its_own_name_and_an_expectation():
    assert sorted(answer.function.__name__ for answer in ANSWERS) == sorted(EXPECTED)


def test_expectations_are_known_mistakes():
    for answer in ANSWERS:
        known = _exercise(answer).mistakes
        assert set(EXPECTED[answer.function.__name__]) <= set(known), answer.function.__name__


def test_every_wrong_answer_loses_points(verdicts):
    whole = [name for name, v in verdicts.items() if v.points >= v.exercise.points]
    assert whole == []


def test_at_least_70_percent_are_named_rightly_and_none_wrongly(verdicts):
    named = {name: v.mistakes for name, v in verdicts.items() if v.mistakes}
    wrongly = {name: m for name, m in named.items() if sorted(m) != sorted(EXPECTED[name])}
    rightly = len(named) - len(wrongly)
    told = (
        f"of {len(verdicts)} wrong answers {rightly} are named rightly "
        f"({rightly / len(verdicts):.0%}), {len(wrongly)} wrongly: {wrongly}"
    )
    assert not wrongly, told
    assert rightly >= 0.7 * len(verdicts), told
