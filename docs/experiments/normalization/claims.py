"""All experiments, in the order in which the lecture makes the claims."""

from normalization import (
    depth,
    faster,
    fused,
    initialization,
    learning_rates,
    modes,
    regularization,
    small_batches,
    smoothness,
)

EXPERIMENTS = tuple(
    module.EXPERIMENT
    for module in (
        depth,
        learning_rates,
        faster,
        initialization,
        regularization,
        fused,
        modes,
        smoothness,
        small_batches,
    )
)
