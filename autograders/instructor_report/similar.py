"""Pairs of submissions with nearly the same code, beyond what the released notebook gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import combinations

import numpy as np
from copydetect import CodeFingerprint, compare_files

from autograders.instructor_report.collect import Collected

LENGTH = 25  # characters, names counted as one: shorter matches are chance
NEARLY = 0.9  # of the code of both
ENOUGH = 300  # characters, as above, of code of one's own: a few lines look alike anyway


@dataclass(frozen=True)
class Pair:
    """Two students, and the share of each one's own code that the other has as well."""

    students: tuple[str, str]
    shares: tuple[float, float]


def nearly_identical(collected: Collected) -> list[Pair]:
    """The pairs that share nearly all their own code, whatever its names and comments, the
    most alike first.

    Source: S. Schleimer, D. Wilkerson, A. Aiken, Winnowing: local algorithms for document
    fingerprinting, SIGMOD 2003, as copydetect has it; every fingerprint is kept, so that the
    result does not depend on the seed of Python's hashes.
    """
    template = np.unique(list(_fingerprint(collected.template, []).hashes))
    prints = {
        each.student: fingerprint
        for each in collected.graded
        if (fingerprint := _fingerprint(each.code, template)).token_coverage >= ENOUGH
    }
    pairs = []
    for one, other in combinations(prints, 2):
        if _may_be_alike(prints[one], prints[other]):
            _, shares, _ = compare_files(prints[one], prints[other])
            if min(shares) >= NEARLY:
                pairs.append(Pair((one, other), (float(shares[0]), float(shares[1]))))
    return sorted(pairs, key=lambda pair: (-min(pair.shares), pair.students))


def _fingerprint(code: str, template: Sequence[int] | np.ndarray) -> CodeFingerprint:
    return CodeFingerprint(
        "code.py", LENGTH, 1, boilerplate=template, language="python", fp=StringIO(code)
    )


def _may_be_alike(one: CodeFingerprint, other: CodeFingerprint) -> bool:
    """A quick look first: where half the fingerprints differ, no nine tenths of the code agree."""
    common = len(one.hashes & other.hashes)
    return 2 * common >= max(len(one.hashes), len(other.hashes))
