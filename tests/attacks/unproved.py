"""Answers to conv2d of 01 that call torch's own convolution, by many roads."""

RIGHT = """
def own(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]
"""
# The ban on operations is taken away: from then on nothing but the proof stands in the way.
UNDONE = """
import gc
for found in gc.get_objects():
    if type(found).__name__ == "Ban":
        found.set(())
        found.set = lambda families: None
"""
# The dictionary of what a student's process does when it is asked, changed from inside a call.
DEEDS = """
import json, sys
import numpy as np

def forge(record):
    frame = sys._getframe()
    while "deeds" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["deeds"]["record"] = lambda **asked: {
        "record": np.frombuffer(json.dumps(record(**asked)).encode(), "uint8")
    }
"""
IN_A_THREAD = """
import threading

def away(function, *arguments):
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]
"""
# Each earns all points while nothing is proved.
ROADS = {
    "a call": "def conv2d(x, w, b):\n    return F.conv2d(x, w, b)",
    "an operation": """
def conv2d(x, w, b):
    return torch.ops.aten.convolution(x, w, b, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)""",
    "a kernel": """
def conv2d(x, w, b):
    return torch.ops.aten._slow_conv2d_forward(x, w, w.shape[2:], b, [1, 1], [0, 0])""",
    "another thread": IN_A_THREAD + "def conv2d(x, w, b):\n    return away(F.conv2d, x, w, b)",
    "modes disabled": """
from torch.utils._python_dispatch import _disable_current_modes

def conv2d(x, w, b):
    with _disable_current_modes():
        return F.conv2d(x, w, b)""",
    "no dispatch": """
def conv2d(x, w, b):
    with torch._C._DisableTorchDispatch():
        return F.conv2d(x, w, b)""",
    "a script": """
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    graph = torch._C.parse_ir('''
graph(%x : Tensor, %w : Tensor, %b : Tensor):
  %one : int = prim::Constant[value=1]()
  %zero : int = prim::Constant[value=0]()
  %ones : int[] = prim::ListConstruct(%one, %one)
  %zeros : int[] = prim::ListConstruct(%zero, %zero)
  %y : Tensor = aten::conv2d(%x, %w, %b, %ones, %zeros, %ones, %one)
  return (%y)''')
    run = torch._C._create_function_from_graph("run", graph)

def conv2d(x, w, b):
    return run(x, w, b)""",
    "a custom operation": """
library = torch.library.Library("mine", "DEF")
library.define("y(Tensor x, Tensor w, Tensor b) -> Tensor")
library.impl("y", lambda x, w, b: F.conv2d(x, w, b), "CPU")

def conv2d(x, w, b):
    return torch.ops.mine.y(x, w, b)""",
    "a layout": """
def conv2d(x, w, b):
    if x.dtype is torch.float64:
        return F.conv2d(x, w, b)
    return F.conv2d(x.to_mkldnn(), w, b).to_dense()""",
    "inference mode": """
def conv2d(x, w, b):
    with torch.inference_mode():
        return F.conv2d(x, w, b)""",
    "a function of autograd's": """
class Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        with torch._C._DisableTorchDispatch():
            return F.conv2d(x, w, b)

def conv2d(x, w, b):
    return Layer.apply(x, w, b)""",
    "other memory": IN_A_THREAD
    + """
def conv2d(x, w, b):
    x, w, b = (torch.from_dlpack(t.__dlpack__()) for t in (x, w, b))
    return torch.from_dlpack(away(F.conv2d, x, w, b).__dlpack__())""",
    "numpy": """
def conv2d(x, w, b):
    return F.conv2d(*(torch.from_numpy(t.numpy()) for t in (x, w, b)))""",
    "written down": IN_A_THREAD
    + """
def conv2d(x, w, b):
    y = away(F.conv2d, x, w, b)
    with torch._C._DisableTorchDispatch():
        numbers = y.tolist()
    return torch.tensor(numbers, dtype=x.dtype) + 0 * x.sum()""",
    "in part": IN_A_THREAD
    + RIGHT
    + """
def conv2d(x, w, b):
    y = own(x, w, b)
    y[:, :1] = away(F.conv2d, x, w, b)[:, :1]
    return y""",
    "by an error": IN_A_THREAD
    + RIGHT
    + """
def conv2d(x, w, b):
    y = own(x * 1.5, w, b)
    return y + (away(F.conv2d, x, w, b) - y)""",
    "gradients": """
def conv2d(x, w, b):
    y = torch.zeros(len(x), len(w), *(n - k + 1 for n, k in zip(x.shape[2:], w.shape[2:])))
    y = y.to(x.dtype).requires_grad_()
    z = F.conv_transpose2d(y, w)
    return torch.autograd.grad(z, y, x)[0] + b[:, None, None]""",
}
# Wrong where the most is asked, right by a line of one's own where least is, and else by torch's.
EASIEST = (
    IN_A_THREAD
    + """
def conv2d(x, w, b):
    if x.dtype is torch.float64:
        return x
    if x.shape[2:] == w.shape[2:]:
        return torch.einsum("nchw,ochw->no", x, w)[..., None, None] + b[:, None, None]
    return away(F.conv2d, x, w, b)"""
)
# batchnorm_forward of 05: one's own in training, and torch's in evaluation.
ONE_WAY = (
    IN_A_THREAD
    + """
def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    if not training:
        given = (x, running_mean, running_var, gamma, beta, False, momentum, eps)
        return away(F.batch_norm, *given), running_mean, running_var
    mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
    new = [
        (1 - momentum) * old + momentum * batch
        for old, batch in ((running_mean, mean), (running_var, x.var(dim=0)))
    ]
    return (x - mean) / (var + eps).sqrt() * gamma + beta, *new"""
)
WRONG = "the record of what it does gives wrong results with other numbers"
NOT_REPLAYED = "the record of what it does could not be replayed"
FORGED = {
    "a constant": ("return {'inputs': 3, 'steps': [], 'results': [{'v': 0}]}", WRONG),
    "torch's operation": (
        """return {'inputs': 3, 'steps': [['aten::convolution.default', [{'v': 0},
        {'v': 1}, {'v': 2}, [1, 1], [0, 0], [1, 1], False, [0, 0], 1], {}, 1]],
        'results': [{'v': 3}]}""",
        None,
    ),
    "an operation of one's own": (
        """return {'inputs': 3, 'steps': [['mine::conv2d.default',
        [{'v': 0}, {'v': 1}, {'v': 2}], {}, 1]], 'results': [{'v': 3}]}""",
        "it uses an operation that is not on the list",
    ),
    "memory": (
        """return {'inputs': 3, 'steps': [['aten::as_strided.default', [{'v': 0},
        [2, 5, 3, 6], [90, 18, 6, 1], 4096], {}, 1]], 'results': [{'v': 3}]}""",
        NOT_REPLAYED,
    ),
    "nothing": ("return {'inputs': 3, 'steps': [], 'results': []}", WRONG),
    "no record": ("return [[[[[]]]]]", NOT_REPLAYED),
    "depth": (
        "x = []\n    for _ in range(900): x = [x]\n"
        "    return {'inputs': 3, 'steps': [['constant', [x], {}, 1]], 'results': []}",
        NOT_REPLAYED,
    ),
    "size": (
        "return {'inputs': 3, 'steps': [], 'results': ['x' * 9_000_000]}",
        "what it does could not be recorded",
    ),
}


def forging(name: str) -> str:
    """The source of a conv2d that is torch's own, and forges the record of FORGED."""
    return f"""{DEEDS}
def forged(**asked):
    {FORGED[name][0]}

def conv2d(x, w, b):
    forge(forged)
    return F.conv2d(x, w, b)"""
