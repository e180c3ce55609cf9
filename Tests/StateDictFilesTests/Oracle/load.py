"""Prints what torch.load(weights_only=True) finds in a file.

usage: load.py FILE
"""

import collections
import json
import struct
import sys

import torch

state = torch.load(sys.argv[1], weights_only=True)
assert type(state) is collections.OrderedDict, type(state)
tensors = []
for name, tensor in state.items():
    assert tensor.dtype == torch.float32 and tensor.is_contiguous(), name
    bits = [struct.unpack("<I", struct.pack("<f", value))[0] for value in tensor.flatten().tolist()]
    tensors.append({"name": name, "shape": list(tensor.shape), "bits": bits})
print(json.dumps(tensors))
