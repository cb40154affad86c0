"""The numbers of the lecture's slides on convolution, from the notebook's own solutions and by
torch; and the slides that are corrected in words."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers import sources

CELLS = sources("01-discrete-convolution")
X = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], dtype="float64")
K = np.array([[0, 0.25], [0.5, 1]], dtype="float64")


def solution(cell: str, name: str):
    """What `name` is after the solution in this cell alone has run."""
    namespace = {"np": np, "torch": torch}
    exec(CELLS[cell], namespace)
    return namespace[name]


def exercise(name: str):
    return solution(f"{name}-solution", name)


def by_torch(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    tensors = (torch.from_numpy(np.ascontiguousarray(a))[None, None] for a in (x, k))
    return F.conv2d(*tensors)[0, 0].numpy()


def tensors(*shapes: tuple[int, ...], dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]


def test_true_convolution_gives_45_110_40_40():
    expected = [[45, 110], [40, 40]]
    assert exercise("convolve2d")(X, K).tolist() == expected
    assert by_torch(X, K[::-1, ::-1]).tolist() == expected
    assert solution("predict-slide-sums-answer", "slide_sums") == [45, 110, 40, 40]


def test_cross_correlation_gives_70_30_10_40():
    expected = [[70, 30], [10, 40]]
    assert exercise("cross_correlate2d")(X, K).tolist() == expected
    assert by_torch(X, K).tolist() == expected
    assert "= 70$$" in CELLS["slide-example"]


def test_the_written_sums_of_the_slide_are_in_the_reveal(capsys):
    exec(CELLS["demo-reveal-slide-sums"], {"slide_sums": [1, 2, 3, 4]})
    ends = [line.split("= ")[1] for line in capsys.readouterr().out.splitlines()]
    assert ends == ["45.0", "110.0", "40.0", "40.0"]


def test_an_image_of_32_by_32_stretches_to_3072():
    assert torch.empty(3, 32, 32).reshape(-1).shape == (3072,)
    assert "3072" in CELLS["section-1"]


def test_one_output_is_a_dot_product_of_75_and_a_bias():
    x, w, b = tensors((1, 3, 32, 32), (1, 3, 5, 5), (1,))
    chunk, kernel = x[0, :, 9:14, 4:9].reshape(-1), w.reshape(-1)
    assert len(kernel) == solution("predict-dot-length-answer", "dot_length") == 75
    torch.testing.assert_close(exercise("conv2d")(x, w, b)[0, 0, 9, 4], kernel @ chunk + b[0])


@pytest.mark.parametrize(
    ("images", "filters", "output"),
    [
        (1, 1, (1, 1, 28, 28)),
        (1, 2, (1, 2, 28, 28)),
        (1, 6, (1, 6, 28, 28)),
        (2, 6, (2, 6, 28, 28)),
    ],
)
def test_output_shapes_of_the_slides(images, filters, output):
    x, w, b = tensors((images, 3, 32, 32), (filters, 3, 5, 5), (filters,))
    y = exercise("conv2d")(x, w, b)
    assert y.shape == F.conv2d(x, w, b).shape == output
    torch.testing.assert_close(y, F.conv2d(x, w, b))


def test_six_filters_give_6_by_28_by_28():
    assert solution("predict-output-shape-answer", "output_shape") == (6, 28, 28)


def test_the_output_is_a_grid_of_vectors_of_six():
    x, w, b = tensors((1, 3, 32, 32), (6, 3, 5, 5), (6,))
    point = exercise("conv2d")(x, w, b)[0, :, 10, 20]
    each_filter = (w * x[:, :, 10:15, 20:25]).sum(dim=(1, 2, 3)) + b
    torch.testing.assert_close(point, each_filter)


def test_14_450_688_weights_against_456():
    connected = torch.nn.Linear(3 * 32 * 32, 6 * 28 * 28, bias=False, device="meta")
    convolution = torch.nn.Conv2d(3, 6, 5, device="meta")
    counts = tuple(sum(p.numel() for p in m.parameters()) for m in (connected, convolution))
    assert counts == solution("predict-parameters-answer", "parameters") == (14_450_688, 456)


def test_the_layer_is_a_matrix_of_zeros_and_repeats():
    cross_correlate2d = exercise("cross_correlate2d")
    kernel = np.arange(1.0, 10.0).reshape(3, 3)
    units = np.eye(16).reshape(16, 4, 4)
    matrix = np.stack([cross_correlate2d(u, kernel).reshape(-1) for u in units], axis=1)
    values, counts = np.unique(matrix, return_counts=True)
    assert matrix.shape == (4, 16)
    assert values.tolist() == list(range(10))
    assert counts.tolist() == [28] + [4] * 9
    assert 3072 * 4704 == 14_450_688
    assert 4704 * 75 == 352_800 == 450 * 784


def test_the_kernels_that_equal_their_flip_are_a_c_and_f():
    picture = CELLS["demo-self-flip-kernels"].split("plots.show")[0]
    namespace: dict = {}
    exec(picture, namespace)
    equal = [n for n, k in namespace["six"].items() if np.array_equal(k, np.flip(k))]
    assert "".join(equal) == solution("predict-self-flip-answer", "self_flip") == "ACF"


def test_two_stacked_convolutions_are_one():
    x, k1, k2 = tensors((2, 3, 9, 8), (5, 3, 3, 2), (4, 5, 2, 3))
    k = exercise("compose_kernels")(k1, k2)
    assert k.shape == (4, 3, 4, 4)
    torch.testing.assert_close(F.conv2d(x, k), F.conv2d(F.conv2d(x, k1), k2))
    one, three = torch.tensor([[[[1.0, 2]]]]), torch.tensor([[[[1.0, 3]]]])
    assert exercise("compose_kernels")(one, three).flatten().tolist() == [1, 5, 6]


def test_stacking_with_zero_padding_differs_on_the_border_only():
    x, k1, k2 = tensors((1, 1, 7, 7), (1, 1, 3, 3), (1, 1, 3, 3))
    stacked = F.conv2d(F.conv2d(x, k1, padding=1), k2, padding=1)
    single = F.conv2d(x, exercise("compose_kernels")(k1, k2), padding=2)
    differs = (stacked - single)[0, 0].abs() > 1e-9
    assert not differs[1:-1, 1:-1].any()
    assert int(differs.sum()) == 7 * 7 - 5 * 5


def test_no_kernel_equals_two_layers_with_a_relu_between():
    first, second = torch.tensor([[[1.0, -1.0]]]), torch.tensor([[[1.0, 1.0]]])
    x = torch.tensor([[[0.0, 1.0, 0.0]]])
    answers = [F.conv1d(F.conv1d(s * x, first).relu(), second).item() for s in (1, -1)]
    assert answers == [1, 1]  # a linear map gives opposite answers


def test_conv1d_and_conv3d_by_hand_and_by_torch():
    signal, kernel = torch.tensor([[[1.0, 2, 4, 8]]]), torch.tensor([[[1.0, -1]]])
    assert exercise("conv1d")(signal, kernel, torch.zeros(1)).flatten().tolist() == [-1, -2, -4]
    x, w, b = tensors((2, 3, 7), (4, 3, 2), (4,))
    torch.testing.assert_close(exercise("conv1d")(x, w, b), F.conv1d(x, w, b))
    x, w, b = tensors((1, 1, 8, 16, 16), (4, 1, 3, 3, 3), (4,))
    torch.testing.assert_close(exercise("conv3d")(x, w, b), F.conv3d(x, w, b))
    assert exercise("conv3d")(x, w, b).shape == (1, 4, 6, 14, 14)
    assert w.numel() + b.numel() == 112


def test_backward_by_hand_and_by_autograd():
    x = torch.tensor([[[[1.0, 2, 0], [3, 1, 1], [0, 2, 4]]]])
    w = torch.tensor([[[[1.0, -1], [2, 0]]]])
    dy = torch.tensor([[[[1.0, 2], [0, -1]]]])
    assert exercise("conv2d")(x, w, torch.zeros(1)).tolist() == [[[[5, 4], [2, 4]]]]
    dx, dw, db = exercise("conv2d_backward")(dy, x, w)
    assert dx.tolist() == [[[[1, 1, -2], [2, 3, 1], [0, -2, 0]]]]
    assert dw.tolist() == [[[[4, 1], [3, -1]]]]
    assert db.tolist() == [2]


def test_downstream_is_upstream_times_local():
    x, w, b, dy = tensors((2, 3, 6, 5), (4, 3, 2, 3), (4,), (2, 4, 5, 3))
    leaves = [t.clone().requires_grad_() for t in (x, w, b)]
    expected = torch.autograd.grad(F.conv2d(*leaves), leaves, dy)
    torch.testing.assert_close(exercise("conv2d_backward")(dy, x, w), tuple(expected))
    repaired = solution("debug-input-gradient-answer", "input_gradient")
    torch.testing.assert_close(repaired(dy, w), expected[0])


def test_the_given_input_gradient_passes_only_with_symmetric_kernels():
    lines = CELLS["debug-input-gradient-answer"].splitlines()
    given = "\n".join(line for line in lines if "w.flip" not in line)
    namespace = {"torch": torch}
    exec(given, namespace)
    dy, w = tensors((1, 1, 2, 2), (1, 1, 2, 2))
    right = torch.nn.grad.conv2d_input((1, 1, 3, 3), w, dy)
    assert not torch.allclose(namespace["input_gradient"](dy, w), right)
    blur = torch.full_like(w, 0.25)
    right = torch.nn.grad.conv2d_input((1, 1, 3, 3), blur, dy)
    torch.testing.assert_close(namespace["input_gradient"](dy, blur), right)


def test_a_kernel_learned_from_true_convolutions_comes_out_flipped():
    namespace = {"np": np, "torch": torch}
    for name in ("convolve2d-solution", "conv2d-solution", "conv2d_backward-solution"):
        exec(CELLS[name], namespace)
    exec(CELLS["demo-learn-data"], namespace)
    exec(CELLS["demo-learn"], namespace)
    images, targets = (
        torch.from_numpy(np.stack(namespace[name]))[:, None] for name in ("noise", "targets")
    )
    learned, losses = namespace["learn_kernel"](images, targets)
    np.testing.assert_allclose(learned, namespace["secret"][::-1, ::-1], atol=1e-4)
    assert losses[-1] < 1e-6 < losses[0]


def test_no_choice_of_r_makes_both_formulas_of_the_slide_right():
    """Slide "(Discrete) Convolution vs. Cross-Correlation": k[r - p] and k[r + p], 2 × 2 kernel."""

    def both_inside(size: int, r: int, first: int) -> bool:
        rows = range(first, first + size)
        return all(0 <= index < size for p in rows for index in (r - p, r + p))

    def choices(size: int) -> list[tuple[int, int]]:
        span = range(-5, 6)
        return [(r, first) for r in span for first in span if both_inside(size, r, first)]

    assert choices(2) == []
    assert choices(3) == [(1, -1)]  # from the centre: r = 1, p from -1 to 1
    assert "no choice" in CELLS["section-13"]
