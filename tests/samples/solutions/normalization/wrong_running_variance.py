"""Moves the running variance toward the biased one."""

import torch

REST = "einsum"
LOSES_ALL = ()
LOSES_SOME = ("batchnorm_forward",)


def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        var, mean = torch.var_mean(x, dim=0, correction=0)
        running_mean = torch.lerp(running_mean, mean, momentum)
        running_var = torch.lerp(running_var, var, momentum)
    return (x - mean) * torch.rsqrt(var + eps) * gamma + beta, running_mean, running_var
