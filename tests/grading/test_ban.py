"""What the ban rests on in torch: a new version that changes it is told here at once."""

import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import torch
from torch.autograd import forward_ad
from torch.nn import functional as F
from torch.utils._python_dispatch import _disable_current_modes

from autograders.grading.sandboxed.ban import Ban, banned_operations

X, W = torch.randn(1, 2, 6, 6), torch.randn(3, 2, 3, 3)


def _in_a_thread(function: Callable[[], torch.Tensor]) -> torch.Tensor:
    found: list[object] = []

    def work() -> None:
        try:
            found.append(function())
        except RuntimeError as error:
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if isinstance(found[0], RuntimeError):
        raise found[0]
    return found[0]


def _without_modes() -> torch.Tensor:
    with _disable_current_modes(), torch._C._DisableTorchDispatch():
        return F.conv2d(X, W)


def _quantized() -> torch.Tensor:
    x = torch.quantize_per_tensor(X, 0.1, 128, torch.quint8)
    w = torch.quantize_per_tensor(W, 0.1, 0, torch.qint8)
    packed = torch.ops.quantized.conv2d_prepack(w, None, [1, 1], [0, 0], [1, 1], 1)
    return torch.ops.quantized.conv2d(x, packed, 0.1, 128).dequantize()


def _quantized_pooling() -> torch.Tensor:
    return F.max_pool2d(torch.quantize_per_tensor(X, 0.1, 128, torch.quint8), 2).dequantize()


def _nested() -> torch.Tensor:
    with warnings.catch_warnings(action="ignore"):  # nested tensors are new to torch
        rows = torch.nested.nested_tensor([X[0, 0], X[0, 1]])
        return torch.stack(F.layer_norm(rows, (6,), torch.ones(6), torch.zeros(6)).unbind())


ROADS = {
    "convolution": {
        "function": lambda: F.conv2d(X, W),
        "module": lambda: torch.nn.Conv2d(2, 3, 3)(X),
        "with gradients": lambda: F.conv2d(X.clone().requires_grad_(), W),
        "operation": lambda: torch.ops.aten.convolution(X, W, None, [1], [0], [1], False, [0], 1),
        "kernel": lambda: torch.ops.aten.mkldnn_convolution(X, W, None, [0, 0], [1, 1], [1, 1], 1),
        "double": lambda: F.conv2d(X.double(), W.double()),
        "thread": lambda: _in_a_thread(lambda: F.conv2d(X, W)),
        "without modes": _without_modes,
        "vmap": lambda: torch.vmap(lambda x: F.conv2d(x[None], W))(X),
        "mkldnn": lambda: F.conv2d(X.to_mkldnn(), W).to_dense(),
        "kernel of mkldnn's": lambda: torch.ops.aten.mkldnn_convolution(
            X.to_mkldnn(), W.to_mkldnn(), None, [0, 0], [1, 1], [1, 1], 1
        ).to_dense(),
        "quantized": _quantized,
        "transposed": lambda: F.conv_transpose2d(X, W.transpose(0, 1)),
    },
    "pooling": {
        "max": lambda: F.max_pool2d(X, 2),
        "average": lambda: F.avg_pool2d(X, 2),
        "adaptive": lambda: F.adaptive_max_pool2d(X, 2),
        "mkldnn": lambda: F.max_pool2d(X.to_mkldnn(), 2).to_dense(),
        "average of mkldnn's": lambda: F.avg_pool2d(X.to_mkldnn(), 2).to_dense(),
        "quantized": _quantized_pooling,
        "one axis": lambda: F.max_pool1d(X[0], 2),
    },
    "normalization": {
        "mkldnn": lambda: F.batch_norm(
            X.to_mkldnn(), None, None, torch.ones(2), torch.zeros(2), training=True
        ).to_dense(),
        "nested": _nested,
        "batch": lambda: F.batch_norm(X, None, None, training=True),
        "layer": lambda: F.layer_norm(X, (6,)),
        "group": lambda: F.group_norm(X, 2),
        "instance": lambda: F.instance_norm(X),
    },
}


@pytest.fixture
def ban() -> Iterator[Ban]:
    ban = Ban()
    yield ban
    ban.set(())


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")  # deprecated
@pytest.mark.parametrize(
    ("family", "road"), [(family, road) for family, roads in ROADS.items() for road in roads]
)
def test_every_road_raises_while_it_is_banned_and_works_again_afterwards(ban, family, road) -> None:
    call = ROADS[family][road]
    expected = call()
    ban.set((family,))
    with pytest.raises(RuntimeError, match="is what this exercise asks to write"):
        call()
    ban.set(())
    assert call().shape == expected.shape


def _dual() -> torch.Tensor | None:
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(forward_ad.make_dual(X, X) ** 2).tangent


def _squared(x: torch.Tensor) -> torch.Tensor:
    return (x**2).sum()


DIFFERENTIATED = {
    "backward": lambda: _in_a_thread(
        lambda: torch.autograd.grad(_squared(x := X.clone().requires_grad_()), x)[0]
    ),
    "grad": lambda: torch.func.grad(_squared)(X),
    "vjp": lambda: torch.func.vjp(_squared, X)[1](torch.tensor(1.0))[0],
    "jvp": lambda: torch.func.jvp(torch.square, (X,), (X,))[1],
    "jacobian": lambda: torch.autograd.functional.jacobian(_squared, X),
    "forward": _dual,
}


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")  # torch's own use of it
@pytest.mark.parametrize("road", DIFFERENTIATED)
def test_nothing_is_differentiated_while_that_is_banned(ban, road) -> None:
    differentiate = DIFFERENTIATED[road]
    expected = differentiate()
    assert expected.abs().sum() > 0
    ban.set(("autograd",))
    try:
        found = differentiate()
    except RuntimeError:
        found = None
    assert found is None or not found.any()
    ban.set(())
    assert differentiate().equal(expected)


def test_what_an_answer_is_made_of_is_not_banned(ban) -> None:
    ban.set(("convolution", "pooling", "normalization", "autograd"))
    patches = F.unfold(X, 3)
    assert torch.allclose(
        W.flatten(1) @ patches, torch.einsum("ok,nkp->nop", W.flatten(1), patches)
    )
    assert X.unfold(2, 3, 1).amax(-1).shape == (1, 2, 4, 6)
    assert torch.fft.fft2(X).shape == X.shape
    torch.var_mean(X, (0, 2, 3), correction=0)
    torch.as_strided(X, (2, 2), (1, 1))


def test_many_operations_are_known(ban) -> None:
    assert len(banned_operations(("convolution",), "CPU")) > 80
    assert "aten::_convolution" in banned_operations(("convolution",), "CPU")
    assert "aten::max_pool2d_with_indices" in banned_operations(("pooling",), "CPU")
    assert "aten::native_batch_norm" in banned_operations(("normalization",), "CPU")
