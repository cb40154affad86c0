"""Our numpy operations beside torch's, and beside im2col by fancy indexing: all in one run.

Prints how many times torch's time each takes, on one thread and on two, and writes the table into
README.md between its markers. One thread is measured in processor time, which others on the machine
disturb least, two in time on the clock; each number is the shortest of many runs in turns.
"""

import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peers import im2col
from readme import markers
from torch.nn import functional as F

from course_lib.ops import conv, norm, pool

SECONDS = 1.5  # for each case and direction
BLOCKS = 3
THREADS = (1, 2)

Call = Callable[[], Any]
Calls = dict[str, dict[str, Call]]  # forward, backward -> ours, torch, im2col -> what to time
Times = dict[str, dict[str, float]]  # forward, backward -> ours, torch, im2col -> seconds

# name -> shape of x, shape of w, other arguments
CONVOLUTIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "(64,1,28,28) x (20,1,5,5)": ((64, 1, 28, 28), (20, 1, 5, 5), {"padding": 2}),
    "(64,20,14,14) x (50,20,5,5)": ((64, 20, 14, 14), (50, 20, 5, 5), {"padding": 2}),
    "(32,64,56,56) x (64,64,3,3)": ((32, 64, 56, 56), (64, 64, 3, 3), {"padding": 1}),
    "(8,256,14,14) x (256,256,3,3)": ((8, 256, 14, 14), (256, 256, 3, 3), {"padding": 1}),
    "stride 2: (16,64,56,56) x (64,64,3,3)": (
        (16, 64, 56, 56), (64, 64, 3, 3), {"padding": 1, "stride": 2},
    ),
    "dilation 2: (16,64,28,28) x (64,64,3,3)": (
        (16, 64, 28, 28), (64, 64, 3, 3), {"padding": 2, "dilation": 2},
    ),
    "depthwise: (16,64,56,56) x (64,1,3,3)": (
        (16, 64, 56, 56), (64, 1, 3, 3), {"padding": 1, "groups": 64},
    ),
    "1d: (16,32,1024) x (64,32,9)": ((16, 32, 1024), (64, 32, 9), {"padding": 4}),
    "3d: (4,8,16,32,32) x (16,8,3,3,3)": ((4, 8, 16, 32, 32), (16, 8, 3, 3, 3), {"padding": 1}),
}  # fmt: skip
FOUR = list(CONVOLUTIONS)[:4]

LAYERS: dict[str, Callable[..., torch.Tensor]] = {
    "max_pool": lambda x, settings: F.max_pool2d(x, *settings),
    "avg_pool": lambda x, settings: F.avg_pool2d(x, *settings),
    "batchnorm": lambda x, g, b, settings: F.batch_norm(x, None, None, g, b, training=True),
    "layernorm": lambda x, g, b, settings: F.layer_norm(x, g.shape, g, b),
    "instancenorm": lambda x, g, b, settings: F.instance_norm(x, weight=g, bias=b),
    "groupnorm": lambda x, g, b, settings: F.group_norm(x, *settings, g, b),
}

# name -> kind, shape of x, settings
OTHERS: dict[str, tuple[str, tuple[int, ...], tuple[Any, ...]]] = {
    "max pool 2: (64,20,28,28)": ("max_pool", (64, 20, 28, 28), (2,)),
    "max pool 3, stride 2: (32,64,56,56)": ("max_pool", (32, 64, 56, 56), (3, 2)),
    "average pool 2: (64,20,28,28)": ("avg_pool", (64, 20, 28, 28), (2,)),
    "average pool 3, stride 2: (32,64,56,56)": ("avg_pool", (32, 64, 56, 56), (3, 2)),
    "batch norm: (64,20,28,28)": ("batchnorm", (64, 20, 28, 28), ()),
    "batch norm: (32,64,56,56)": ("batchnorm", (32, 64, 56, 56), ()),
    "layer norm: (4096,512)": ("layernorm", (4096, 512), ()),
    "instance norm: (32,64,56,56)": ("instancenorm", (32, 64, 56, 56), ()),
    "group norm, 4 groups: (32,64,56,56)": ("groupnorm", (32, 64, 56, 56), (4,)),
}


def main() -> None:
    env = {
        k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }
    results = {}
    for threads in THREADS:
        limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
        run = subprocess.run(
            [sys.executable, __file__, str(threads)],
            env=env | limits, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        results[threads] = json.loads(run.stdout)
    text = report(results)
    print(text)
    markers.write("ops", text)


def measure_all(threads: int) -> dict[str, Times]:
    """What each case takes in this process, whose libraries use that many threads."""
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    results = {}
    for name in (*CONVOLUTIONS, *OTHERS):
        print(f"{threads} threads, {name}", file=sys.stderr, flush=True)
        given = CONVOLUTIONS.get(name)
        calls = convolution(*given) if given else other(*OTHERS[name])
        check(name, calls)
        results[name] = {direction: shortest(calls[direction], clock) for direction in calls}
    return results


def shortest(calls: dict[str, Call], clock: Callable[[], float]) -> dict[str, float]:
    """The shortest time of each call. They take turns in blocks, whose first runs do not count:
    threads of the one before may still hold the cores."""
    best = dict.fromkeys(calls, math.inf)
    for _ in range(BLOCKS):
        for name, call in calls.items():
            end, runs = time.perf_counter() + SECONDS / BLOCKS / len(calls), 0
            while time.perf_counter() < end or runs < 4:
                start = clock()
                call()
                taken = clock() - start
                runs += 1
                if runs > 2:
                    best[name] = min(best[name], taken)
    return best


def convolution(x_shape: tuple[int, ...], w_shape: tuple[int, ...], rest: dict[str, Any]) -> Calls:
    """Calls of a convolution, forward and backward."""
    rng = np.random.default_rng(0)
    x, w, b = (rng.standard_normal(s, "float32") for s in (x_shape, w_shape, w_shape[:1]))
    layer = (F.conv1d, F.conv2d, F.conv3d)[x.ndim - 3]
    tensors = [torch.from_numpy(a) for a in (x, w, b)]
    leaves = [t.clone().requires_grad_() for t in tensors]
    output = layer(*leaves, **rest)
    dy = rng.standard_normal(output.shape, "float32")
    upstream = torch.from_numpy(dy)
    calls: Calls = {
        "forward": {
            "ours": lambda: conv.conv_nd(x, w, b, **rest),
            "torch": lambda: layer(*tensors, **rest),
        },
        "backward": {
            "ours": lambda: conv.conv_nd_backward(dy, x, w, **rest),
            "torch": lambda: torch.autograd.grad(output, leaves, upstream, retain_graph=True),
        },
    }
    if x.ndim == 4 and set(rest) == {"padding"}:
        pad = rest["padding"]
        _, columns = im2col.forward(x, w, b, pad)
        calls["forward"]["im2col"] = lambda: im2col.forward(x, w, b, pad)
        calls["backward"]["im2col"] = lambda: im2col.backward(dy, x, w, pad, columns)
    return calls


def other(kind: str, shape: tuple[int, ...], settings: tuple[Any, ...]) -> Calls:
    """Calls of a pooling or a norm, forward and backward."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, "float32")
    vectors = list(rng.standard_normal((2, shape[1]), "float32")) if kind.endswith("norm") else []
    module = norm if vectors else pool
    ours, ours_backward = (
        getattr(module, f"{kind}_{suffix}")
        for suffix in (("forward", "backward") if vectors else ("nd", "nd_backward"))
    )
    running = (np.zeros(shape[1], "f"), np.ones(shape[1], "f"), True) if kind == "batchnorm" else ()
    tensors = [torch.from_numpy(a) for a in (x, *vectors)]
    leaves = [t.clone().requires_grad_() for t in tensors]
    layer = partial(LAYERS[kind], settings=settings)
    output = layer(*leaves)
    dy = rng.standard_normal(output.shape, "float32")
    upstream = torch.from_numpy(dy)
    return {
        "forward": {
            "ours": lambda: ours(x, *vectors, *running, *settings),
            "torch": lambda: layer(*tensors),
        },
        "backward": {
            "ours": lambda: ours_backward(dy, x, *vectors[:1], *settings),
            "torch": lambda: torch.autograd.grad(output, leaves, upstream, retain_graph=True),
        },
    }


def check(name: str, calls: Calls) -> None:
    """All peers give the same answer, every gradient of it, so that what is timed is the same
    work."""
    for direction, peers in calls.items():
        answers = {peer: arrays_of(direction, call()) for peer, call in peers.items()}
        for peer, found in answers.items():
            for ours, theirs in zip(found, answers["torch"], strict=True):
                if not np.allclose(ours, theirs, rtol=1e-3, atol=1e-3 * abs(theirs).max()):
                    raise ValueError(f"{name}, {direction}: {peer} and torch do not agree")


def arrays_of(direction: str, answer: Any) -> list[np.ndarray]:
    """The arrays of an answer: the output alone, or every gradient."""
    answers = answer if isinstance(answer, tuple) else (answer,)
    return [np.asarray(a) for a in (answers if direction == "backward" else answers[:1])]


def report(results: dict[int, dict[str, Times]]) -> str:
    """The table of ratios, their geometric means, and the machine."""
    lines = [
        "| how many times torch's time | forward, 1 / 2 threads | backward | both "
        "| im2col by fancy indexing, forward | backward |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in results[1]:
        ours = [
            " / ".join(f"{ratio(results[t][name], *which):.2f}" for t in THREADS)
            for which in (["forward"], ["backward"], ["forward", "backward"])
        ]
        peer = [
            " / ".join(
                f"{ratio(results[t][name], way, peer='im2col'):.2f}"
                for t in THREADS
                if "im2col" in results[t][name][way]
            )
            for way in ("forward", "backward")
        ]
        lines.append(f"| {' | '.join([name, *ours, *peer])} |")
    for title, names in (("the first four", FOUR), ("pools and norms", list(OTHERS))):
        means = [
            " / ".join(
                f"{math.prod(ratio(results[t][n], *which) for n in names) ** (1 / len(names)):.2f}"
                for t in THREADS
            )
            for which in (["forward"], ["backward"], ["forward", "backward"])
        ]
        lines.append(f"| **geometric mean of {title}** | {' | '.join(means)} | | |")
    return "\n".join([*lines, "", machine()])


def ratio(times: Times, *directions: str, peer: str = "ours") -> float:
    """The peer's time for these directions together as a multiple of torch's."""
    return sum(times[d][peer] for d in directions) / sum(times[d]["torch"] for d in directions)


def machine() -> str:
    """The machine and the versions on one line."""
    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        models = [
            li.split(":")[1].strip() for li in info.read_text().splitlines() if "model name" in li
        ]
        cpu = models[0] if models else cpu
    versions = f"numpy {version('numpy')}, torch {version('torch')}"
    return (
        f"float32; {os.cpu_count()} cores, {cpu}; Python {platform.python_version()}, {versions}."
    )


if __name__ == "__main__":
    if len(sys.argv) == 2:
        json.dump(measure_all(int(sys.argv[1])), sys.stdout)
    else:
        main()
