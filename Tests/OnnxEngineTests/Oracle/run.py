"""Prints the logits that Python's ONNX Runtime computes for some pictures.

usage: run.py MODEL.onnx PICTURES
"""

import json
import sys

import numpy as np
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
pictures = np.fromfile(sys.argv[2], dtype="<f4").reshape(-1, 1, 28, 28)
name = session.get_inputs()[0].name
print(json.dumps(session.run(None, {name: pictures})[0].flatten().tolist()))
