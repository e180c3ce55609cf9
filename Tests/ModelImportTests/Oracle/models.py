"""Writes models as people have them into a folder: of PyTorch, exported by it, and built by hand.

usage: models.py FOLDER
"""

import os
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
torch.manual_seed(1)


def path(name):
    return os.path.join(folder, name)


class Seed(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = torch.nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = torch.nn.Linear(1568, 128)
        self.fc2 = torch.nn.Linear(128, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


class Other(Seed):
    """The same weights, but another computation: the pixels are normalised first."""

    def forward(self, x):
        return super().forward((x - 0.286) / 0.353)


def export(model, name):
    torch.onnx.export(
        model.eval(), torch.zeros(2, 1, 28, 28), path(name), input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})


seed = Seed()
torch.save(seed.state_dict(), path("seed.pth"))
export(seed, "seed.onnx")
export(Other(), "other.onnx")
torch.save({**seed.state_dict(), "extra": torch.zeros(3)}, path("extra.pth"))
torch.save({k: v[:5] if k.startswith("fc2") else v for k, v in seed.state_dict().items()}, path("five-classes.pth"))
torch.save(seed, path("whole-module.pth"))
torch.save(seed.state_dict(), path("legacy.pth"), _use_new_zipfile_serialization=False)
nan = {k: v.clone() for k, v in seed.state_dict().items()}
nan["fc1.bias"][3] = float("nan")
torch.save(nan, path("nan.pth"))


def linear(name, inputs=(1, 28, 28), outputs=10, change=lambda weight: weight, location=None):
    weight = change(np.random.default_rng(1).normal(0, 0.05, (int(np.prod(inputs)), outputs)).astype("f4"))
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["f"]), helper.make_node("MatMul", ["f", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", outputs])],
        [numpy_helper.from_array(weight, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(
        model, path(name), save_as_external_data=location is not None, location=location,
        size_threshold=0)


def first_nan(weight):
    weight[0, 0] = np.nan
    return weight


linear("linear.onnx")
linear("colour.onnx", inputs=(3, 28, 28))
linear("seven-classes.onnx", outputs=7)
linear("infinite.onnx", change=first_nan)
linear("external.onnx", location="weights.bin")

# Tensors whose shapes together span more values than any machine counts.
huge = onnx.load(path("linear.onnx"))
huge.graph.initializer.extend(
    TensorProto(name=name, data_type=TensorProto.FLOAT16, dims=[1 << 62]) for name in ("a", "b"))
onnx.save(huge, path("huge.onnx"))
