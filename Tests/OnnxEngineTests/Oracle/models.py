"""Writes small valid ONNX models into a folder, most with other inputs or outputs than a classifier's.

usage: models.py FOLDER
"""

import os
import sys

import onnx
from onnx import TensorProto, helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
PIXELS, LOGITS = ["n", 1, 28, 28], ["n", 10]


def save(name, inputs, outputs, nodes, initializers=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, os.path.join(sys.argv[1], name + ".onnx"))


def value(name, type, shape):
    return helper.make_tensor_value_info(name, type, shape)


def classifier(name, pixels=PIXELS, logits=LOGITS, type=FLOAT):
    """Averages the pixels of each picture, and repeats the average for each class."""
    axes = list(range(1, len(pixels)))
    classes = logits[1] if len(logits) > 1 else 1
    save(
        name,
        [value("x", type, pixels)],
        [value("y", FLOAT, logits)],
        [
            helper.make_node("Cast", ["x"], ["f"], to=FLOAT),
            helper.make_node("ReduceMean", ["f"], ["m"], axes=axes, keepdims=0),
            helper.make_node("Unsqueeze", ["m", "axis"], ["u"]),
            helper.make_node("Expand", ["u", "shape"], ["y"]),
        ],
        [
            helper.make_tensor("axis", INT64, [1], [1]),
            helper.make_tensor("shape", INT64, [2], [1, classes]),
        ],
    )


classifier("good")
classifier("five-classes", logits=["n", 5])
classifier("fixed-batch", pixels=[1, 1, 28, 28], logits=[1, 10])
classifier("colour", pixels=["n", 3, 28, 28])
classifier("larger", pixels=["n", 1, 32, 32])
classifier("flat", pixels=["n", 784])
classifier("integers", type=INT64)

x, y = value("x", FLOAT, PIXELS), value("y", FLOAT, PIXELS)
identity = helper.make_node("Identity", ["x"], ["y"])
save("picture-to-picture", [x], [y], [identity])
save("two-inputs", [x, value("z", FLOAT, PIXELS)], [y], [helper.make_node("Add", ["x", "z"], ["y"])])
save("two-outputs", [x], [y, value("z", FLOAT, PIXELS)], [identity, helper.make_node("Neg", ["x"], ["z"])])
