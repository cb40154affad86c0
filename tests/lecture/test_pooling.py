"""The numbers of the lecture's slides on pooling and those of the notebook, from the notebook's
own solutions and by torch; and the claims that are corrected in words."""

import matplotlib
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers import sources

from course_lib import plots
from course_lib.data import load_mnist

matplotlib.use("Agg")

CELLS = sources("03-pooling")


def solution(cell: str, name: str):
    """What `name` is after the solution in this cell alone has run."""
    namespace = {"np": np, "torch": torch}
    exec(CELLS[cell], namespace)
    return namespace[name]


def exercise(name: str):
    return solution(f"{name}-solution", name)


def run(*demos: str, **names) -> dict:
    """The names after these demo cells have run, with what earlier cells define for them."""
    functions = ("max_pool2d", "avg_pool2d", "max_pool2d_backward", "shift_sensitivity")
    namespace = {"np": np, "torch": torch, "F": F, "plots": plots, "load_mnist": load_mnist}
    namespace |= {name: exercise(name) for name in functions} | names
    for demo in demos:
        exec(CELLS[f"demo-{demo}"], namespace)
    return namespace


def random(*shapes: tuple[int, ...]) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def gradient(pool, dy: torch.Tensor, x: torch.Tensor, *settings) -> torch.Tensor:
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(pool(leaf, *settings), leaf, dy)[0]


def our_x() -> torch.Tensor:
    """The matrix of the notebook that stands for the slide's, whose numbers are lost."""
    first = CELLS["demo-slide-max"].splitlines()[0]
    namespace = {"torch": torch}
    exec(first, namespace)
    return namespace["slide_x"][None, None]


def test_max_pooling_gives_6_8_3_4():
    assert exercise("max_pool2d")(our_x(), 2, 2).tolist() == [[[[6, 8], [3, 4]]]]
    assert F.max_pool2d(our_x(), 2).tolist() == [[[[6, 8], [3, 4]]]]
    assert "6, 8, 3, 4" in CELLS["slide-example"]


def test_average_pooling_gives_4_5_2_2():
    assert exercise("avg_pool2d")(our_x(), 2, 2).tolist() == [[[[4, 5], [2, 2]]]]
    assert F.avg_pool2d(our_x(), 2).tolist() == [[[[4, 5], [2, 2]]]]
    assert "4, 5, 2, 2" in CELLS["slide-example"]
    assert "(1 + 4 + 5 + 6)/4 = 4" in CELLS["section-3"]


def test_the_matrix_is_said_to_be_ours():
    """The slide's input is lost; the well-known one of other courses gives other means."""
    assert "The matrix below is ours" in CELLS["slide-example"]
    other = torch.tensor([[1.0, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])
    assert exercise("avg_pool2d")(other[None, None], 2, 2).flatten().tolist() == [3.25, 5.25, 2, 2]


def test_64_by_224_by_224_becomes_64_by_112_by_112(capsys):
    x = torch.zeros(1, 64, 224, 224)
    assert exercise("max_pool2d")(x, 2, 2).shape == (1, 64, 112, 112)
    run("slide-shape")
    assert "(64, 112, 112)" in capsys.readouterr().out


def test_both_windows_by_hand():
    x = torch.tensor([[-1.0, -4, 2, 0, 3], [-2, -3, 1, 5, 1], [0, 1, -6, 2, 4]])[None, None]
    assert str(x[0, 0].tolist())[1:20] in str(run("window")["x"].tolist())
    assert exercise("max_pool2d")(x, 2, 2).flatten().tolist() == [-1, 5]
    assert exercise("max_pool2d")(x, 3, 2).flatten().tolist() == [2, 5]
    assert "y = (-1,\\ 5)" in CELLS["window-by-hand"]
    assert "y = (2,\\ 5)" in CELLS["window-by-hand"]


@pytest.mark.parametrize(
    ("rows", "kernel", "quotient", "output"),
    [(55, 3, 27, 27), (56, 3, 27.5, 27), (7, 2, 3.5, 3), (224, 2, 112, 112)],
)
def test_the_size_is_floored(rows, kernel, quotient, output):
    """Slide "Pooling Summary": (H - K) / S + 1, which is not always whole."""
    assert (rows - kernel) / 2 + 1 == quotient
    x = torch.zeros(1, 1, rows, kernel)
    assert exercise("max_pool2d")(x, kernel, 2).shape[2] == output
    assert exercise("avg_pool2d")(x, kernel, 2).shape[2] == output
    assert F.max_pool2d(x, kernel, 2).shape[2] == output


def test_alexnet_pools_55_rows_to_27():
    answer = solution("predict-output-sizes-answer", "output_sizes")
    sizes = [F.max_pool2d(torch.zeros(1, 1, n, n), k, 2).shape[2] for n, k in ((55, 3), (56, 3))]
    assert answer == [*sizes, F.max_pool2d(torch.zeros(1, 1, 7, 7), 2, 2).shape[2]] == [27, 27, 3]


def test_recall_answers_by_torch():
    layer = torch.nn.Conv2d(3, 64, 3, device="meta")
    parameters = sum(p.numel() for p in layer.parameters())
    assert solution("recall-parameters-answer", "parameters") == parameters
    y = torch.nn.Conv2d(1, 1, 7, 2, 3, device="meta")(torch.empty(1, 1, 224, 224, device="meta"))
    assert solution("recall-output-size-answer", "output_rows") == y.shape[2]
    image = torch.zeros(1, 1, 15, 15, dtype=torch.float64, requires_grad=True)
    seen = image
    for _ in range(3):
        seen = F.conv2d(seen, torch.ones(1, 1, 3, 3, dtype=torch.float64), padding=1)
    rows = torch.autograd.grad(seen[0, 0, 7, 7], image)[0].any(dim=3).sum().item()
    assert solution("recall-receptive-field-answer", "rows_seen") == rows
    out = torch.nn.Conv2d(3, 10, 5, padding=2, device="meta")(
        torch.empty(1, 3, 32, 32, device="meta")
    )
    assert solution("recall-work-answer", "multiply_adds") == out.numel() * 3 * 5 * 5
    assert solution("recall-many-outputs-answer", "many_outputs") == "c"


def test_pooling_has_no_learnable_parameters():
    pooling, convolution = torch.nn.MaxPool2d(3, 2), torch.nn.Conv2d(64, 64, 3, stride=2)
    counts = tuple(sum(p.numel() for p in m.parameters()) for m in (pooling, convolution))
    assert solution("predict-parameters-answer", "pooling_parameters") == counts == (0, 36_928)
    assert "36,928" in CELLS["parameters-answer"]


def test_average_pooling_is_a_convolution_with_fixed_weights():
    kernel = run("mean-as-convolution")["mean_kernel"]
    [x] = random((2, 5, 9, 8))
    w = kernel(5, 3, 2).double()
    torch.testing.assert_close(
        F.conv2d(x, w, stride=(2, 3)), exercise("avg_pool2d")(x, (3, 2), (2, 3)), atol=1e-6, rtol=0
    )
    counts = (kernel(64, 2, 2).numel(), int(kernel(64, 2, 2).count_nonzero()))
    assert solution("predict-average-weights-answer", "average_weights") == counts


def test_the_maximum_is_made_of_relus(capsys):
    a, b = random((50,), (50,))
    torch.testing.assert_close(a + (b - a).relu(), torch.maximum(a, b))
    run("reveal-relus", relus=(1, 1))
    assert capsys.readouterr().out.startswith("3 ReLUs; largest difference from max pooling ")
    assert solution("predict-relus-answer", "relus") == (2 * 2 - 1, 3 * 3 - 1) == (3, 8)


def test_the_mean_is_linear_and_the_maximum_is_not(capsys):
    run("linear")
    assert capsys.readouterr().out.splitlines() == [
        "max: 4 for the window, 3 for minus the window",
        "mean: 1 for the window, -1 for minus the window",
    ]


def test_backward_with_overlap_by_hand_and_by_autograd():
    hand = run("backward-example")
    x, dy = hand["hand_x"][None, None], hand["hand_dy"][None, None]
    assert exercise("max_pool2d")(x, 3, 2).tolist() == [[[[6, 8], [6, 6]]]]
    dx = exercise("max_pool2d_backward")(dy, x, 3, 2)
    assert dx[0, 0].nonzero().tolist() == [[0, 4], [2, 2]]
    assert (dx[0, 0, 0, 4], dx[0, 0, 2, 2]) == (2, 8)
    torch.testing.assert_close(dx, gradient(F.max_pool2d, dy, x, 3, 2))
    shared = exercise("avg_pool2d_backward")(9 * dy, x, 3, 2)[0, 0]
    assert (shared[0, 0], shared[0, 2], shared[2, 2]) == (1, 3, 10)


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), ((3, 2), (2, 3)), (2, 3)])
def test_backward_is_autograd(kernel, stride):
    [x] = random((2, 3, 7, 8))
    for name, pool in (("max_pool2d", F.max_pool2d), ("avg_pool2d", F.avg_pool2d)):
        y = exercise(name)(x, kernel, stride)
        torch.testing.assert_close(y, pool(x, kernel, stride))
        dy = torch.randn(y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(1))
        dx = exercise(f"{name}_backward")(dy, x, kernel, stride)
        torch.testing.assert_close(dx, gradient(pool, dy, x, kernel, stride))


def test_torch_breaks_a_tie_in_two_ways(capsys):
    run("reveal-ties", ties="A")
    assert capsys.readouterr().out.splitlines() == [
        "torch's max_pool2d sends [6.0, 0.0, 0.0, 0.0]",
        "torch's amax sends [2.0, 0.0, 2.0, 2.0]",
    ]


def test_valid_shares_at_a_tie_are_a_b_and_d():
    window = np.array([5, 1, 5, 5])
    shares = {}
    for line in CELLS["predict-ties-question"].splitlines():
        if line.startswith("- **"):
            shares[line[4]] = np.array([float(n) for n in line.split("**: ")[1].split(", ")])
    valid = [
        letter
        for letter, dx in shares.items()
        if dx.sum() == 6 and (dx >= 0).all() and not dx[window < 5].any()
    ]
    assert list(shares) == list("ABCDE")
    assert "".join(valid) == solution("predict-ties-answer", "ties") == "ABD"


def test_dx_sums_to_what_dy_sums_to(capsys):
    run("reveal-gradient-sums", gradient_sums="A")
    lines = capsys.readouterr().out.splitlines()
    equal = []
    for line in lines:
        letter, numbers = line.split(": dy sums to ")
        dy, dx = map(float, numbers.split(", dx to "))
        if abs(dy - dx) < 2e-4:  # printed with four digits
            equal.append(letter)
    assert solution("predict-gradient-sums-answer", "gradient_sums") == "".join(equal) == "ABCDE"


def test_a_small_shift_changes_less_after_pooling_but_not_nothing(capsys):
    """Slides "Max Pooling" and "Average Pooling": invariance to small spatial shifts."""
    lines = run("digit", "sensitivity")["lines"]
    at_one = {name: f"{values[1]:.2f}" for name, values in lines.items()}
    assert list(at_one.values()) == ["0.61", "0.47", "0.37", "0.31"]
    assert all(number in CELLS["sensitivity-answer"] for number in at_one.values())
    assert f"{lines['the image itself'][4]:.2f}" == "1.20"
    assert f"{lines['max 4 x 4'][4]:.2f}" == "0.87"
    assert "at 1.20 and 4 × 4 pooling at 0.87" in CELLS["sensitivity-answer"]
    assert "one window over the whole image: 0.0" in capsys.readouterr().out


def test_sensitivity_by_hand():
    x, sensitivity = torch.tensor([[[[3.0, 0, 0, 4]]]]), exercise("shift_sensitivity")
    assert f"{sensitivity(lambda x: x, x, (0, 1)):.2f}" == f"{26**0.5 / 5:.2f}" == "1.02"
    pooled = sensitivity(lambda x: F.max_pool2d(x, (1, 2)), x, (0, 1))
    assert f"{pooled:.2f}" == f"{17**0.5 / 5:.2f}" == "0.82"
    assert "1.02" in CELLS["section-7"]
    assert "0.82" in CELLS["section-7"]


def test_sensitivity_of_noise_is_as_the_model_answer_says():
    noise = torch.randn(8, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    sensitivity = exercise("shift_sensitivity")
    image = sensitivity(lambda x: x, noise, (0, 1))
    pooled = sensitivity(lambda x: F.max_pool2d(x, 4), noise, (0, 1))
    assert (f"{image:.2f}", f"{pooled:.2f}") == ("1.42", "0.25")
    assert "from 1.42 to 0.25" in CELLS["manual-shift-claim"]


def test_pooling_is_exact_at_multiples_of_the_stride_and_not_between(capsys):
    run("reveal-exact-shifts", exact_shifts=(1, 1))
    found = [int(line.split()[-2]) for line in capsys.readouterr().out.splitlines()]
    assert tuple(found) == solution("predict-exact-shifts-answer", "exact_shifts") == (2, 32)
    [x] = random((2, 3, 8, 12))
    y = F.max_pool2d(x, 2)
    assert torch.equal(F.max_pool2d(x.roll(4, 3), 2), y.roll(2, 3))


def test_a_blur_before_subsampling_leaves_less_unexplained():
    left = run("digit", "blur", "between")["left"]
    for values in left.values():
        assert [n for n in range(9) if values[n] < 1e-6] == [0, 4, 8]
        assert max(values) == max(values[2], values[6])
    at_two = [f"{values[2]:.2f}" for values in left.values()]
    assert at_two == ["0.99", "0.60", "0.38"]
    assert all(number in CELLS["between-answer"] for number in at_two)
    assert "0.60" in CELLS["manual-shift-claim"]


def test_the_given_route_gradient_is_right_for_2_2_and_wrong_for_3_2():
    lines = CELLS["debug-route-gradient-answer"].splitlines()
    given = "\n".join(line for line in lines if "arriving = arriving" not in line)
    namespace = {"np": np, "torch": torch}
    exec(given, namespace)
    repaired = solution("debug-route-gradient-answer", "route_gradient")
    [x] = random((2, 2, 7, 9))
    for kernel, passes in ((2, True), (3, False)):
        y = F.max_pool2d(x, kernel, 2)
        dy = torch.randn(y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(1))
        right = gradient(F.max_pool2d, dy, x, kernel, 2)
        assert torch.allclose(namespace["route_gradient"](dy, x, kernel, 2), right) == passes
        torch.testing.assert_close(repaired(dy, x, kernel, 2), right)


def test_one_input_catches_all_five_faults():
    from autograders.checks.breaks import break_task, judge_breaks

    inputs = solution("breaks-max_pool2d-answer", "inputs")
    assert len(inputs) == 1
    assert judge_breaks(break_task("breaks-max_pool2d"), 5, inputs)[0] == 5


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((torch.zeros(1, 1, 4, 4), 2), "it must be a tuple (x, kernel, stride)"),
        ((np.zeros((1, 1, 4, 4)), 2, 2), "x must be a torch tensor of float32 or float64"),
        ((torch.zeros(4, 4), 2, 2), "x needs 4 axes; it has 2"),
        ((torch.zeros(1, 1, 0, 4), 2, 2), "x may not be empty or have more than 100000 numbers"),
        (
            (torch.full((1, 1, 4, 4), torch.inf), 2, 2),
            "the numbers must be finite and at most a million",
        ),
        (
            (torch.zeros(1, 1, 4, 4), 0, 2),
            "kernel must be a positive int or a pair (rows, columns) of them",
        ),
        (
            (torch.zeros(1, 1, 4, 4), 2, (1, True)),
            "stride must be a positive int or a pair (rows, columns) of them",
        ),
        ((torch.zeros(1, 1, 4, 4), (2, 5), 2), "the kernel is larger than the image"),
    ],
)
def test_an_input_that_is_no_pooling_exposes_nothing(given, sentence):
    from autograders.checks.breaks import break_task

    assert break_task("breaks-max_pool2d").invalid(given) == sentence
