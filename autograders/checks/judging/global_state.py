"""What a call may not leave behind: settings of torch's and numpy's, which hold for all that
follows."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import _tensor_str


@dataclass(frozen=True)
class _Setting:
    """`words` say what was left: one for whatever it is, one each for False and True, or none."""

    get: Callable[[], Any]
    put: Callable[[Any], Any]
    words: tuple[str, ...]


@dataclass(frozen=True)
class _NumpyState:
    memory: bytes
    state: Any = field(compare=False)


class _NumpyGenerator:
    """The state of numpy's global generator. Asking numpy for it takes longer than most calls that
    are checked, so its memory tells whether it is still the state that was read last."""

    def __init__(self) -> None:
        self._of = np.random.mtrand.get_bit_generator()
        self._read = _NumpyState(b"", None)

    def get(self) -> _NumpyState:
        """What lies in its memory, and the state that numpy takes back."""
        memory = ctypes.string_at(self._of.ctypes.state_address, 4 * (624 + 1))  # MT19937's words
        if memory != self._read.memory:
            self._read = _NumpyState(memory, np.random.get_state())
        return self._read


_left_on: list[torch.inference_mode] = []  # a mode ends when nobody holds it any more


def _set_inference_mode(mode: bool) -> None:
    inner = torch.inference_mode(mode)
    inner.__enter__()
    _left_on.append(inner)


def _set_default_device(device: torch.device) -> None:
    """Of the processor nothing is kept: with a default device each function of torch is slower."""
    torch.set_default_device(None if device.type == "cpu" else device)


# in this order, since setting the inference mode sets the gradient mode too
_SETTINGS = (
    _Setting(
        torch.is_inference_mode_enabled,
        _set_inference_mode,
        ("inference mode off", "inference mode on"),
    ),
    _Setting(torch.is_grad_enabled, torch.set_grad_enabled, ("gradients off", "gradients on")),
    _Setting(torch.get_default_dtype, torch.set_default_dtype, ("another default dtype",)),
    _Setting(torch.get_default_device, _set_default_device, ("another default device",)),
    _Setting(
        lambda: torch.is_autocast_enabled("cpu"),
        lambda mode: torch.set_autocast_enabled("cpu", mode),
        ("autocast off", "autocast on"),
    ),
    _Setting(
        torch.is_anomaly_enabled,
        torch.autograd.set_detect_anomaly,
        ("anomaly detection off", "anomaly detection on"),
    ),
    _Setting(
        torch.are_deterministic_algorithms_enabled,
        torch.use_deterministic_algorithms,
        ("deterministic algorithms off", "deterministic algorithms on"),
    ),
    _Setting(
        torch.get_float32_matmul_precision,
        torch.set_float32_matmul_precision,
        ("another precision of float32 products",),
    ),
    _Setting(torch.get_num_threads, torch.set_num_threads, ("another number of threads",)),
    _Setting(torch.initial_seed, torch.manual_seed, ("another seed of torch's generator",)),
    # drawing numbers is no fault: layers do for their parameters, loaders for their order
    _Setting(
        lambda: torch.get_rng_state().numpy().tobytes(),
        lambda state: torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8)),
        (),
    ),
    _Setting(
        _NumpyGenerator().get,
        lambda read: np.random.set_state(read.state),
        ("numpy's generator in another state",),
    ),
    _Setting(np.geterr, lambda how: np.seterr(**how), ("numpy's error handling changed",)),
    _Setting(
        np.get_printoptions,
        lambda how: np.set_printoptions(**how),
        ("numpy's print options changed",),
    ),
    _Setting(
        lambda: dict(vars(_tensor_str.PRINT_OPTS)),
        lambda how: torch.set_printoptions(**how),
        ("torch's print options changed",),
    ),
)
WORDS = tuple(words for setting in _SETTINGS for words in setting.words)


@contextmanager
def put_back() -> Iterator[list[str]]:
    """Puts torch's and numpy's settings back to what they are now, whatever the block does.

    Yields:
        What the block left otherwise, each one of WORDS: there when it has ended.
    """
    left: list[str] = []
    before = [setting.get() for setting in _SETTINGS]
    try:
        yield left
    finally:
        for setting, was in zip(_SETTINGS, before, strict=True):
            now = setting.get()
            if now != was:
                setting.put(was)
                left += setting.words[int(now) if len(setting.words) == 2 else 0 :][:1]
