"""Runs every form of a model version with Python's own libraries.

usage: forms.py VERSION PIXELS LOGITS

PIXELS holds N x 1 x 28 x 28 floats; LOGITS receives N x 10 floats of each form, one after the other:
the state dict, TorchScript, int8 TorchScript, ONNX.
"""

import sys
from collections import OrderedDict

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

version, pixels_path, logits_path = sys.argv[1:]
pixels = numpy.fromfile(pixels_path, dtype=numpy.float32).reshape(-1, 1, 28, 28)


class FashionCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_stack = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        return self.cnn_stack(x)


state = torch.load(f"{version}/model.pth", weights_only=True)
assert isinstance(state, OrderedDict)
network = FashionCNN()
assert list(state) == list(network.state_dict())
network.load_state_dict(state)
network.eval()

script = torch.jit.load(f"{version}/model.pt")
assert list(script.state_dict()) == list(state)
quantized = torch.jit.load(f"{version}/model-int8.pt")

onnx.checker.check_model(f"{version}/model.onnx", full_check=True)
session = onnxruntime.InferenceSession(
    f"{version}/model.onnx", providers=["CPUExecutionProvider"])

with torch.inference_mode():
    batch = torch.from_numpy(pixels)
    answers = [model(batch).numpy() for model in (network, script, quantized)]
answers += session.run(None, {session.get_inputs()[0].name: pixels})
numpy.concatenate(answers).astype(numpy.float32).tofile(logits_path)
