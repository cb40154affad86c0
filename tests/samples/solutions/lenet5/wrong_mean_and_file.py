"""Takes the mean over batches, where the short last one counts too much, and names another file
of weights than the one that lies beside the notebook."""

from torch.nn import functional as F

REST = "layers"
LOSES_ALL = ("weights",)
LOSES_SOME = ("train_epoch",)


def train_epoch(model, loader, optimizer, device):
    model.train()
    losses = []
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


weights_file = "network.safetensors"
