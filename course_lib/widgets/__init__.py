"""Demos one can touch: drawn in the browser, with a student's function beside what is right."""

from course_lib.widgets.sliding_kernel import SlidingKernel

DEMOS = (SlidingKernel,)

__all__ = ["DEMOS", "SlidingKernel"]
