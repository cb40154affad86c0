"""The variance as the mean square less the squared mean, worked out in double precision."""


def moments(x, axes):
    x = x.double()
    mean = x.mean(axes, keepdim=True)
    return x, mean, (x * x).mean(axes, keepdim=True) - mean * mean


def column(v, x):
    return v.double().reshape(1, -1, *[1] * (x.ndim - 2))


def normed(x, axes, eps):
    whole, mean, var = moments(x, axes)
    return (whole - mean) / (var + eps).sqrt()


def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    axes = (0, *range(2, x.ndim))
    whole, mean, var = moments(x, axes)
    n = x.numel() // x.shape[1]
    if training:
        kept = running_mean.lerp(mean.flatten().to(x.dtype), momentum)
        spread = running_var.lerp((var.flatten() * n / (n - 1)).to(x.dtype), momentum)
    else:
        kept, spread = running_mean.clone(), running_var.clone()
        mean, var = column(running_mean, x), column(running_var, x)
    y = (whole - mean) / (var + eps).sqrt() * column(gamma, x) + column(beta, x)
    return y.to(x.dtype), kept, spread


batchnorm2d_forward = batchnorm_forward


def layernorm_forward(x, gamma, beta, eps=1e-5):
    return (normed(x, 1, eps) * gamma + beta).to(x.dtype)


def instancenorm_forward(x, gamma, beta, eps=1e-5):
    return (normed(x, (2, 3), eps) * column(gamma, x) + column(beta, x)).to(x.dtype)


def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    split = x.unflatten(1, (groups, -1))
    x_hat = normed(split, (2, 3, 4), eps).reshape(x.shape)
    return (x_hat * column(gamma, x) + column(beta, x)).to(x.dtype)
