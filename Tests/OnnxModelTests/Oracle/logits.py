"""Checks a model, and prints the logits that ONNX Runtime and PyTorch compute for some pictures.

usage: logits.py MODEL.onnx WEIGHTS.pth LAYERS.json PICTURES BATCH_SIZE...

PICTURES holds 32-bit floats. Each batch size takes the first pictures.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F

model_path, weights_path, layers_path, pictures_path, *sizes = sys.argv[1:]
onnx.checker.check_model(model_path, full_check=True)
model = onnx.load(model_path)
weights = torch.load(weights_path, weights_only=True)
layers = json.load(open(layers_path))
pictures = np.fromfile(pictures_path, dtype="<f4").reshape(-1, 1, 28, 28)
session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])


def forward(layers, x):
    for layer in layers:
        name = layer.get("name", "")
        weight, bias = weights.get(name + ".weight"), weights.get(name + ".bias")
        if layer["type"] == "convolution":
            x = F.conv2d(x, weight, bias, stride=layer["stride"], padding=layer["padding"])
        elif layer["type"] == "relu":
            x = F.relu(x)
        elif layer["type"] == "maxPooling":
            x = F.max_pool2d(x, layer["size"])
        elif layer["type"] == "globalAveragePooling":
            x = x.mean(dim=(2, 3), keepdim=True)
        elif layer["type"] == "residual":
            x = forward(layer["body"], x) + forward(layer["shortcut"], x)
        elif layer["type"] == "flatten":
            x = x.flatten(1)
        else:
            x = F.linear(x, weight, bias)
    return x


def shape(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


print(
    json.dumps(
        {
            "onnxRuntime": [
                session.run(["logits"], {"pixels": pictures[: int(n)]})[0].flatten().tolist() for n in sizes
            ],
            "torch": [forward(layers, torch.from_numpy(pictures[: int(n)])).flatten().tolist() for n in sizes],
            "inputs": {v.name: shape(v) for v in model.graph.input},
            "outputs": {v.name: shape(v) for v in model.graph.output},
            "classes": json.loads({p.key: p.value for p in model.metadata_props}["classes"]),
            "producer": model.producer_name,
            "irVersion": model.ir_version,
            "operatorSet": model.opset_import[0].version,
        }
    )
)
