"""The network and schedule of PyTorch's own MNIST example (pytorch/examples, mnist/main.py).

Written anew from its description, with the batches taken from memory as ours are: the example's
way of loading images one by one would be timed otherwise, and not its training.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from course_lib.batches import Batches
from course_lib.training import accuracy, train_epoch

BATCH = 64
Data = tuple[Tensor, Tensor]


def network() -> nn.Module:
    """Two 3x3 convolutions, of 32 and 64 filters, one pooling, dropout, 128 units, 10 logits."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(64 * 12 * 12, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def epochs(train: Data, test: Data, seed: int) -> Iterator[float]:
    """The share of test images right after each epoch: Adadelta, rate 1, times 0.7 an epoch."""
    torch.manual_seed(seed)
    model = network()
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
    slower = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    loader = Batches(*train, BATCH, torch.Generator().manual_seed(seed))
    while True:
        train_epoch(model, loader, optimizer, "cpu")
        slower.step()
        yield accuracy(model, Batches(*test, 500), "cpu")
