"""Right functions, but wrong or shapeless answers to the questions."""

import torch

REST = "windows"
LOSES_ALL = ("predict-dot-length", "predict-output-shape", "debug-fault-kind", "breaks-conv2d")
LOSES_SOME = ("predict-slide-sums", "predict-parameters", "predict-self-flip")

slide_sums = [70, 30, 10, 40]
dot_length = "three times twenty-five"
output_shape = 28
parameters = (14455392, 450)
self_flip = "ABC"
inputs = [(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), torch.zeros(1)), ("x", "w", "b"), None]
fault_kind = None
