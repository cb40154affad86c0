"""The trained parameters of a network whose shapes all differ, in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

Shape = tuple[int, ...]
LARGEST = 8 * 1024 * 1024  # bytes


def read_weights(path: str | Path, shapes: Iterable[Shape]) -> dict[Shape, Tensor]:
    """The tensors of a file by their shapes, whatever their names.

    Args:
        path: a safetensors file of at most 8 MiB.
        shapes: of the tensors that it must hold, each once and no other.

    Returns:
        Shape -> tensor, floating point and finite, on the CPU.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is too large or no safetensors file, or if its tensors are not
            floating point, not finite or of other shapes.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} has {path.stat().st_size} bytes; expected at most {LARGEST}")
    try:
        tensors = safetensors.torch.load(path.read_bytes())
    except SafetensorError as fault:
        raise ValueError(f"{path} is no safetensors file ({fault})") from None
    for tensor in tensors.values():
        if not tensor.is_floating_point() or not tensor.float().isfinite().all():
            raise ValueError(
                f"{path}: the tensor of shape {tuple(tensor.shape)} is {tensor.dtype}"
                f"{', not all of it finite in float32' * tensor.is_floating_point()}; "
                "expected finite floating point numbers"
            )
    return by_shape(tensors, shapes, str(path))


def by_shape(
    tensors: Mapping[str, Tensor], shapes: Iterable[Shape], where: str
) -> dict[Shape, Tensor]:
    """Shape -> tensor. Raises ValueError if the tensors' shapes are not `shapes`, each once."""
    found = sorted(tuple(tensor.shape) for tensor in tensors.values())
    if found != sorted(shapes):
        raise ValueError(
            f"{where} has parameters of shapes {found}; expected the shapes {sorted(shapes)}"
        )
    return {tuple(tensor.shape): tensor for tensor in tensors.values()}
