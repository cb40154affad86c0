"""Forbidden operations made to raise, in every thread and by every road through torch's dispatcher.

`checks/judging/forbidden.py` watches; a student's code can switch that off. These kernels it cannot
pop: they stand in the dispatcher in the operations' own places while its functions are called, for
ordinary tensors and for those of other layouts, which have kernels of their own.
Where automatic differentiation is forbidden, nothing is noted from which it could be done. This
rests on a few private functions of torch's.
"""

import re
import warnings
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import torch

from autograders.checks.judging.forbidden import FAMILIES, Use, use_here

# By device, the dispatcher's keys of other layouts in which torch has one of the families.
_LAYOUTS = {
    "CPU": ("MkldnnCPU", "QuantizedCPU", "NestedTensorCPU"),
    "CUDA": ("QuantizedCUDA", "NestedTensorCUDA"),
}


class Ban:
    """Nothing is banned at first, and everything allowed again when it goes.

    Args:
        devices: CPU, CUDA; those on which operations are banned.

    Attributes:
        uses: the first call that was refused, if there was one.
    """

    def __init__(self, devices: Sequence[str] = ("CPU",)) -> None:
        self.uses: list[Use] = []
        self._devices = devices
        self._families: frozenset[str] = frozenset()
        self._libraries: dict[tuple[str, str], Any] = {}

    def set(self, families: Collection[str]) -> None:
        """Bans the operations of `families` of `judging/forbidden.py`, and no others."""
        if frozenset(families) == self._families:
            return
        self._libraries.clear()  # which takes its kernels back
        self._families = frozenset(families)
        with warnings.catch_warnings(action="ignore"):
            for device in self._devices:
                for key in (device, *_LAYOUTS[device]):
                    for name, meaning in banned_operations(tuple(sorted(families)), key).items():
                        self._replace(name, key, self._refusal(name, meaning))
                if "autograd" in self._families:
                    for name in differentiable_operations():
                        self._replace(name, f"Autograd{device}", torch.library.fallthrough_kernel)

    def _refusal(self, name: str, meaning: str) -> Any:
        def refuse(*_: Any, **__: Any) -> None:
            self.uses[:] = self.uses or [use_here(name, meaning)]
            raise RuntimeError(f"{name} is what this exercise asks to write")

        return refuse

    def _replace(self, name: str, key: str, kernel: Any) -> None:
        namespace, _, operation = name.partition("::")
        if (namespace, key) not in self._libraries:
            library = torch._C._dispatch_library("IMPL", namespace, key, __file__, 0)
            self._libraries[namespace, key] = library
        self._libraries[namespace, key].impl(operation, key, kernel)


@cache
def banned_operations(families: Sequence[str], key: str) -> dict[str, str]:
    """The names of torch's operations of `families` that compute on tensors of a dispatch key, and
    what each is in words."""
    kernels = [key, "CompositeExplicitAutograd"]
    if key in _LAYOUTS:  # for a layout torch takes no other kernel where it has an implicit one
        kernels.append("CompositeImplicitAutograd")
    return {
        name: meaning
        for pattern, meaning in (FAMILIES[family] for family in families)
        for name in torch._C._dispatch_get_all_op_names()
        if re.search(pattern, name.partition("::")[2])
        and any(torch._C._dispatch_has_kernel_for_dispatch_key(name, each) for each in kernels)
    }


@cache
def differentiable_operations() -> list[str]:
    """The names of torch's operations that note how they can be differentiated. Others are made of
    these; those that write into an `out` refuse to be differentiated."""
    return [
        name
        for name in torch._C._dispatch_get_all_op_names()
        if name.startswith("aten::")
        and torch._C._dispatch_has_kernel_for_dispatch_key(name, "Autograd")
        and not re.search(r"\.(\w+_)?out$", name)
    ]
