"""Forbidden operations made to raise, in every thread and by every road through torch's dispatcher.

`autograders.forbidden` watches and explains; a student's code can switch that off. These kernels it
cannot pop: they stand in the dispatcher in the operations' own places while its functions are
called. They rest on two private functions of torch's.
"""

import re
import warnings
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import torch

from autograders.forbidden import FAMILIES

_KERNELS = ("CPU", "CompositeImplicitAutograd", "CompositeExplicitAutograd")


class Ban:
    """Nothing is banned at first, and everything allowed again when it goes."""

    def __init__(self) -> None:
        self._families: frozenset[str] = frozenset()
        self._libraries: dict[str, Any] = {}

    def set(self, families: Collection[str]) -> None:
        """Bans the operations of `families` of `autograders.forbidden`, and no others."""
        if frozenset(families) == self._families:
            return
        self._libraries.clear()  # which takes its kernels back
        self._families = frozenset(families)
        with warnings.catch_warnings(action="ignore"):
            for name in banned_operations(tuple(sorted(self._families))):
                namespace, _, operation = name.partition("::")
                if namespace not in self._libraries:
                    library = torch._C._dispatch_library("IMPL", namespace, "CPU", __file__, 0)
                    self._libraries[namespace] = library
                self._libraries[namespace].impl(operation, "CPU", _refusal(name))


@cache
def banned_operations(families: Sequence[str]) -> list[str]:
    """The names of torch's operations of `families` that compute on the processor."""
    patterns = [re.compile(FAMILIES[family][0]) for family in families]
    return [
        name
        for name in torch._C._dispatch_get_all_op_names()
        if any(pattern.search(name.partition("::")[2]) for pattern in patterns)
        and any(torch._C._dispatch_has_kernel_for_dispatch_key(name, key) for key in _KERNELS)
    ]


def _refusal(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{name} is what this exercise asks to write")

    return refuse
