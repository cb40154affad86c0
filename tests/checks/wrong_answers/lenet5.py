"""Wrong answers to notebook 04."""

import torch

from . import WrongAnswer, wrong

ANSWERS: list[WrongAnswer] = []


@wrong(ANSWERS, "04", "accuracy", "the batches' fractions are averaged, a short batch too")
def accuracy_mean_of_batches(model, loader, device):
    model.eval()
    fractions = []
    with torch.no_grad():
        for images, labels in loader:
            guess = model(images.to(device)).argmax(1)
            fractions.append((guess == labels.to(device)).float().mean().item())
    return sum(fractions) / len(fractions)


@wrong(ANSWERS, "04", "accuracy", "evaluation mode is forgotten")
def accuracy_training_mode(model, loader, device):
    right, total = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            guess = model(images.to(device)).argmax(1)
            right += (guess == labels.to(device)).sum().item()
            total += len(labels)
    return right / total


@wrong(ANSWERS, "04", "accuracy", "percent instead of a fraction")
def accuracy_percent(model, loader, device):
    model.eval()
    right, total = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            guess = model(images.to(device)).argmax(1)
            right += (guess == labels.to(device)).sum().item()
            total += len(labels)
    return 100 * right / total


@wrong(ANSWERS, "04", "train_epoch", "gradients are never set to zero")
def train_no_zero_grad(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


@wrong(ANSWERS, "04", "train_epoch", "the mean is over batches, a short batch counts as much")
def train_mean_of_batches(model, loader, optimizer, device):
    model.train()
    losses = []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@wrong(ANSWERS, "04", "train_epoch", "softmax comes before the cross-entropy, which has its own")
def train_double_softmax(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images).softmax(1), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


@wrong(ANSWERS, "04", "LeNet5", "softmax at the end: probabilities instead of logits")
class LeNet5Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(1, 20, 5, padding=2),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(20, 50, 5, padding=2),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(2450, 500),
            torch.nn.ReLU(),
            torch.nn.Linear(500, 10),
            torch.nn.Softmax(dim=1),
        )

    def forward(self, x):
        return self.layers(x)


@wrong(ANSWERS, "04", "LeNet5", "no ReLU between the two linear layers")
class LeNet5LinearTail(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 20, 5, padding=2)
        self.conv2 = torch.nn.Conv2d(20, 50, 5, padding=2)
        self.fc1 = torch.nn.Linear(50 * 7 * 7, 500)
        self.fc2 = torch.nn.Linear(500, 10)

    def forward(self, x):
        x = torch.nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(self.fc1(x.flatten(1)))


@wrong(ANSWERS, "04", "lenet5_table", "the convolutions are written without their padding")
def table_unpadded():
    return [
        ("Input", (1, 28, 28), None),
        ("Conv", (20, 24, 24), (20, 1, 5, 5)),
        ("ReLU", (20, 24, 24), None),
        ("MaxPool", (20, 12, 12), None),
        ("Conv", (50, 8, 8), (50, 20, 5, 5)),
        ("ReLU", (50, 8, 8), None),
        ("MaxPool", (50, 4, 4), None),
        ("Flatten", (800,), None),
        ("Linear", (500,), (800, 500)),
        ("ReLU", (500,), None),
        ("Linear", (10,), (500, 10)),
    ]
