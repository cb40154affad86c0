"""A full answer of assignment 04 with torch's layers, one after another."""

import torch
from torch import nn
from torch.nn import functional as F


def lenet5_table():
    rows = [("Input", (1, 28, 28), None)]
    channels, size = 1, 28
    for number, filters in enumerate((20, 50), 1):
        shape = (filters, size, size)
        rows.append((f"Conv number {number}", shape, (filters, channels, 5, 5)))
        rows.append((f"ReLU after convolution {number}", shape, None))
        channels, size = filters, size // 2
        rows.append((f"MaxPool to a half, number {number}", (channels, size, size), None))
    numbers = channels * size * size
    rows.append(("Flatten", (numbers,), None))
    rows.append(("Linear (hidden)", (500,), (numbers, 500)))
    rows.append(("ReLU", (500,), None))
    rows.append(("Linear (logits)", (10,), (500, 10)))
    return rows


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(self.block(1, 20), self.block(20, 50))
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(2450, 500), nn.ReLU(inplace=True), nn.Linear(500, 10)
        )

    @staticmethod
    def block(channels, filters):
        return nn.Sequential(
            nn.Conv2d(channels, filters, 5, padding="same"), nn.ReLU(inplace=True), nn.MaxPool2d(2)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def train_epoch(model, loader, optimizer, device):
    model.train()
    criterion = nn.CrossEntropyLoss()
    running_loss = 0.0
    seen = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * images.size(0)
        seen += images.size(0)
    return running_loss / seen


def accuracy(model, loader, device):
    model.eval()
    correct = total = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            _, predicted = torch.max(model(images), 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    return correct / total


def first_loss(model, x, y):
    with torch.no_grad():
        return nn.CrossEntropyLoss()(model(x), y)


def without_gradient(model, x, y):
    for parameter in model.parameters():
        parameter.grad = None
    F.cross_entropy(model(x), y).backward()
    silent = []
    for name, parameter in model.named_parameters():
        if parameter.grad is None or (parameter.grad == 0).all():
            silent.append(name)
    return silent


def steps_to_fit(model, x, y, optimizer, limit):
    model.train()
    steps = 0
    while steps < limit:
        outputs = model(x)
        if (outputs.argmax(1) != y).sum() == 0:
            break
        optimizer.zero_grad()
        F.cross_entropy(outputs, y).backward()
        optimizer.step()
        steps += 1
    return steps


def train_one_epoch(model, loader, optimizer, device):
    model.train()
    total, images = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        images += len(y)
    return total / images


parameters = 25_050
padding = 2
rows_seen = 16
pooled_shape = (1, 20, 14, 14)
between = "ac"
volumes = [15_680, 3_920, 9_800, 2_450]
all_parameters = 1_256_080
largest_layers = "bc"
work = 4_900_000
fault_curves = [3, 5, 1, 4, 2]

manual_small_network = """\
Convolution of 8 filters 5 x 5, padding 2; ReLU; max pooling 2; convolution of 16, padding 2; ReLU;
max pooling 2; flatten to 784; linear to 10: 208 + 3,216 + 7,850 = 11,274 parameters. I gave up the
hidden layer first, since nearly all parameters are there. Fewer than 8 filters did not work: the
second convolution then has too few maps to combine.
"""
