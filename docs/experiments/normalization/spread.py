"""Means over seeds, their spread, and differences between arms that share their seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Seeds = NDArray[np.float64]  # (seeds,)

T_95 = (12.706, 4.303, 3.182, 2.776)  # Student's t, two-sided 95 %, for 1 to 4 degrees of freedom


@dataclass(frozen=True)
class Mismatch:
    """A mean difference and its 95 % interval; `none` is the value that means no difference."""

    mean: float
    low: float
    high: float
    none: float = 0.0

    @property
    def sign(self) -> int:
        """1 or -1 where the interval lies above or below `none`, else 0: not decided."""
        return int(self.low > self.none) - int(self.high < self.none)

    def words(self, unit: str, digits: int = 1) -> str:
        """As "+1.2 points (+0.4 to +2.0)", or of a ratio "1.20 times (1.10 to 1.31)"."""
        sign = "+" if self.none == 0 else ""
        mean, low, high = (f"{v:{sign}z.{digits}f}" for v in (self.mean, self.low, self.high))
        return f"{mean} {unit} ({low} to {high})".replace("  ", " ").replace("-", "−")


def difference(a: Seeds, b: Seeds) -> Mismatch:
    """a - b seed by seed, which takes away what the two have in common.

    Args:
        a, b: 2 to 5 numbers, the same seeds in the same order.

    Source: the paired t interval.
    """
    pairs = a - b
    mean = float(pairs.mean())
    margin = T_95[len(pairs) - 2] * float(pairs.std(ddof=1)) / len(pairs) ** 0.5
    return Mismatch(mean, mean - margin, mean + margin)


def ratio(a: Seeds, b: Seeds) -> Mismatch:
    """a / b seed by seed: the geometric mean and its interval."""
    logs = difference(np.log(a), np.log(b))
    mean, low, high = (float(np.exp(v)) for v in (logs.mean, logs.low, logs.high))
    return Mismatch(mean, low, high, none=1.0)


def points(a: Seeds, b: Seeds) -> Mismatch:
    """The difference of two shares in percentage points."""
    return difference(100 * a, 100 * b)


def plus_minus(values: Seeds, digits: int = 1) -> str:
    """Mean and standard deviation over the seeds, as 80.0 ± 1.2."""
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def percent(shares: Seeds, digits: int = 1) -> str:
    """Mean and standard deviation in percent, as 80.0 ± 1.2."""
    return plus_minus(100 * shares, digits)
